#include "calendar/group_rules.hpp"

#include <algorithm>

namespace circled::calendar::rules {
namespace {

template <class List, class T>
bool holds(const List& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

std::vector<FieldError> check_sizes(std::int64_t smallest, std::int64_t largest, const Admits& admits) {
  std::vector<FieldError> errors;
  if (smallest > largest)
    errors.push_back({"/smallest", "out_of_range", "The smallest size is larger than the largest."});
  if (admits.youngest && admits.oldest && *admits.youngest > *admits.oldest)
    errors.push_back({"/admits/youngest", "out_of_range", "The youngest is older than the oldest."});
  return errors;
}

int age(Date born, Date day) {
  const std::chrono::year_month_day from{born}, to{day};
  const int years = static_cast<int>(to.year()) - static_cast<int>(from.year());
  const bool had_birthday = std::pair(to.month(), to.day()) >= std::pair(from.month(), from.day());
  return years - (had_birthday ? 0 : 1);
}

std::vector<Objection> admission(const Admits& admits, const people::Standing& client, Date day) {
  std::vector<Objection> found;
  if (!client.phase)
    found.push_back({"not_admitted", "This client is not in care at present.", false});
  else if (!admits.phases.empty() && !holds(admits.phases, *client.phase))
    found.push_back({"phase", "The group is not for this phase of care.", true});
  if (!client.cleared)
    found.push_back({"not_cleared", "A clinician has not cleared this client for groups.", false});
  if (client.on_hold) found.push_back({"on_hold", "This client's stay is on hold.", true});
  if (!admits.levels.empty() && (!client.level || !holds(admits.levels, *client.level)))
    found.push_back({"level", "The group is not for this level of care.", true});
  for (const auto& tag : admits.tags)
    if (!holds(client.tags, static_cast<const std::string&>(tag)))
      found.push_back({"tag", "The group is for: " + tag + ".", true});
  if (admits.youngest || admits.oldest) {
    if (!client.born_on) {
      found.push_back({"age", "The group has an age band, and the date of birth is not known.", true});
    } else {
      const int years = age(*client.born_on, day);
      if ((admits.youngest && years < *admits.youngest) || (admits.oldest && years > *admits.oldest))
        found.push_back({"age", "The group is for another age.", true});
    }
  }
  return found;
}

std::vector<Objection> size(const Caps& caps, std::int64_t clients, std::int64_t facilitators) {
  std::vector<Objection> found;
  const auto check = [&](std::optional<std::int64_t> most, const char* code, const std::string& words,
                         bool overridable, const char* instead = "") {
    if (most && clients > *most)
      found.push_back({code, words + " " + std::to_string(*most) + " at the most." + instead, overridable});
  };
  const auto led = [&](std::optional<std::int64_t> each) {
    return each ? std::optional(*each * std::max<std::int64_t>(1, facilitators)) : std::nullopt;
  };
  check(caps.legal_largest, "legal_cap", "By law there may be", false);
  check(led(caps.legal_per_facilitator), "legal_ratio", "By law so many may lead", false);
  check(caps.largest, "full", "The group has", true, " Put the client on its waiting list.");
  check(led(caps.per_facilitator), "ratio", "So many facilitators may lead", true);
  return found;
}

std::int64_t most_at_once(const std::vector<DayRange>& all, const DayRange& within) {
  // It only grows where one of them begins.
  std::int64_t most = 0;
  const auto count = [&](Date day) {
    most = std::max<std::int64_t>(most, std::count_if(all.begin(), all.end(), [&](const DayRange& each) {
                                    return each.from <= day && (!each.until || *each.until >= day);
                                  }));
  };
  count(within.from);
  for (const auto& each : all)
    if (each.from > within.from && (!within.until || each.from <= *within.until)) count(each.from);
  return most;
}

std::vector<std::string> topics(const std::vector<std::string>& curriculum,
                                const std::optional<std::string>& last,
                                const std::vector<std::string>& present) {
  std::vector<std::string> given;
  std::size_t next = 0;
  if (last) {
    const auto at = std::find(curriculum.begin(), curriculum.end(), *last);
    if (at != curriculum.end()) next = static_cast<std::size_t>(at - curriculum.begin()) + 1;
  }
  for (const auto& topic : present) {
    const bool own = !topic.empty() && !holds(curriculum, topic);
    given.push_back(own ? topic : curriculum[next++ % curriculum.size()]);
  }
  return given;
}

}  // namespace circled::calendar::rules
