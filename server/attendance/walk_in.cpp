// Somebody who is there and was not expected: who it is, and what speaks against it. Nothing that speaks
// against it keeps them off the sheet; it stands there as a flag.
#include <algorithm>

#include "attendance/sheet.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/joining.hpp"
#include "people/reach.hpp"

namespace circled::attendance {
namespace {

using calendar::Verdict;

// A name is found only whole and at the session's site: it is that of somebody who stands before the
// counselor and says it, not a search.
Result<ClientId> who_is_it(Snapshot& db, const api::Identity& who, const Roll& roll, const WalkIn& walk_in,
                           const std::string& pointer, Instant now) {
  if (walk_in.client.has_value() == walk_in.name.has_value())
    return invalid(pointer + "/client", walk_in.client ? "excludes" : "missing",
                   "Say who it is: a client, or a full name.");
  if (walk_in.client) {
    if (!people::reaches(db, who, *walk_in.client, now))
      return invalid(pointer + "/client", "not_found", "There is no such client.");
    return *walk_in.client;
  }
  const auto found =
      db.all<ClientId>("SELECT person_id FROM client WHERE site_id = $1 AND search_name = $2 LIMIT 2",
                       roll.session.site, people::fold(*walk_in.name));
  if (found.empty())
    return invalid(pointer + "/name", "not_found", "There is no client of exactly this name at this site.");
  if (found.size() > 1)
    return invalid(pointer + "/name", "ambiguous", "There are several clients of this name at this site.");
  return found.front();
}

// Who sits there, or is expected to.
std::vector<ClientId> others(const Roll& roll) {
  std::vector<ClientId> there;
  for (const Entry& entry : roll.entries) {
    const bool awaited =
        entry.state.verdict == Verdict::expected && entry.answer != calendar::Answer::cant_come;
    if (awaited || entry.state.verdict == Verdict::attended) there.push_back(entry.client);
  }
  return there;
}

std::optional<calendar::Group> group_of(Snapshot& db, const Roll& roll, Instant now) {
  if (!roll.session.group) return std::nullopt;
  return calendar::group(db, calendar::the_server(), *roll.session.group, now).value();
}

bool over_capacity(Snapshot& db, const Roll& roll, const std::optional<calendar::Group>& group,
                   std::int64_t there) {
  const auto [largest, ratio] = *db.one<std::tuple<std::optional<std::int64_t>, std::optional<std::int64_t>>>(
      "SELECT legal_largest, legal_clients_per_facilitator FROM service WHERE id = $1", roll.session.service);
  calendar::rules::Caps caps{roll.session.seats, {}, largest, ratio};
  if (group) {
    caps.largest = std::min(caps.largest, group->largest);
    caps.per_facilitator = group->clients_per_facilitator;
  }
  return !calendar::rules::size(caps, there, static_cast<std::int64_t>(roll.session.facilitators.size()))
              .empty();
}

// As joining decides, for this day; how many there are is another question.
bool eligible(Snapshot& db, const Roll& roll, const std::optional<calendar::Group>& group, ClientId client,
              const std::vector<ClientId>& there, Instant now) {
  for (const auto other : people::kept_apart(db, client))
    if (std::find(there.begin(), there.end(), other) != there.end()) return false;
  const Date day = roll.zone.date(roll.session.starts_at);
  if (!group) return calendar::rules::admission({}, *people::standing(db, client, now), day).empty();
  const calendar::rules::DayRange days{day, day};
  if (calendar::is_enrolled(db, group->id, client, days)) return true;
  if (group->admission != calendar::Admission::open) return false;  // one joins it, and does not drop in
  const auto against = calendar::objections(db, *group, client, days, {}, 0, now);
  return std::all_of(against.begin(), against.end(),
                     [](const auto& each) { return each.code == "full" || each.code == "legal_cap"; });
}

}  // namespace

Result<Said> said_by(Snapshot& db, const api::Identity& who, const Roll& roll, const WalkIn& walk_in,
                     const std::string& pointer, Instant now) {
  if (roll.session.kind == calendar::Kind::one_on_one)
    return conflict("one_on_one", "A one-on-one has its one client; book another session.");
  Mark there{{}, Verdict::attended, {}, walk_in.arrived_now, {}};
  if (walk_in.arrived_at) there.stays = List<Stay, 20>{{*walk_in.arrived_at, std::nullopt}};
  auto errors = rules::check(there, pointer, roll.session.starts_at, roll.session.ends_at, now);
  for (FieldError& error : errors)
    if (error.pointer.starts_with(pointer + "/stays/0")) error.pointer = pointer + "/arrived_at";
  const auto client = who_is_it(db, who, roll, walk_in, pointer, now);
  if (!client) {
    const Error wrong = client.error();  // a copy
    errors.insert(errors.end(), wrong.fields.begin(), wrong.fields.end());
  } else if (roll.find(*client)) {
    errors.push_back({pointer + (walk_in.client ? "/client" : "/name"), "on_the_sheet",
                      "This person is on the sheet already: mark them there."});
  }
  if (!errors.empty()) return invalid(std::move(errors));

  const auto group = group_of(db, roll, now);
  const auto present = others(roll);
  State state;
  state.verdict = Verdict::attended;
  state.stays = rules::stays(there, roll.session.starts_at, now);
  state.over_capacity = over_capacity(db, roll, group, static_cast<std::int64_t>(present.size()) + 1);
  state.not_eligible = !eligible(db, roll, group, *client, present, now);
  return Said{*client, std::move(state), ChangeKind::walk_in};
}

}  // namespace circled::attendance
