#include "people/duplicate.hpp"

#include <algorithm>

#include "people/reach.hpp"
#include "people/rules.hpp"

namespace circled::people {
namespace {

struct Row : ClientSummary {
  std::optional<Date> born_on;
  std::string search_name;
};
BOOST_DESCRIBE_STRUCT(Row, (ClientSummary), (born_on, search_name))

// FROM and WHERE are literals; the phase is that of the open episode.
#define CIRCLED_ALIKE(WHERE)                                                                            \
  "SELECT c.person_id, c.preferred_name, c.family_name, "                                               \
  "(SELECT p.phase FROM episode e JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "          \
  " WHERE e.client_id = c.person_id AND e.discharged_on IS NULL), c.site_id, c.born_on, c.search_name " \
  "FROM client c WHERE " WHERE

class Alike {
 public:
  void add(const std::vector<Row>& rows, Likeness why) {
    for (const Row& row : rows) {
      auto known =
          std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.first.id == row.id; });
      if (known == all_.end()) known = all_.insert(all_.end(), {row, {}});
      known->second.push_back(why);
    }
  }

  Duplicates as_seen_by(Snapshot& db, const api::Identity& who, Instant now) {
    std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first.search_name, a.first.id) < std::tie(b.first.search_name, b.first.id);
    });
    Duplicates seen{{}, false};
    for (const auto& [row, why] : all_) {
      if (!reaches(db, who, row.id, now)) {
        seen.ask_a_supervisor = true;
        continue;
      }
      PossibleDuplicate match;
      static_cast<ClientSummary&>(match) = row;
      match.born_on = row.born_on;
      match.why = why;
      seen.matches.push_back(std::move(match));
    }
    return seen;
  }

 private:
  std::vector<std::pair<Row, std::vector<Likeness>>> all_;
};

}  // namespace

Duplicates duplicates(Snapshot& db, const api::Identity& who, const Newcomer& newcomer, Instant now) {
  const std::string name = fold(newcomer.preferred_name + " " + newcomer.family_name);
  Alike found;
  found.add(db.all<Row>(CIRCLED_ALIKE("c.site_id IN (SELECT id FROM site) AND c.search_name = $1 "
                                      "ORDER BY c.person_id LIMIT 50"),
                        name),
            Likeness::same_name);
  if (newcomer.born_on) {
    auto rows = db.all<Row>(CIRCLED_ALIKE("c.born_on = $1 ORDER BY c.person_id LIMIT 50"), *newcomer.born_on);
    std::erase_if(rows, [&](const Row& row) { return !rules::similar_names(name, row.search_name); });
    found.add(rows, Likeness::born_on_and_like_name);
  }
  if (const auto key = rules::phone_key(newcomer.phone.value_or("")); !key.empty())
    found.add(db.all<Row>(
                  CIRCLED_ALIKE("c.phone_key = $1 AND c.phone_key <> '' ORDER BY c.person_id LIMIT 50"), key),
              Likeness::same_phone);
  return found.as_seen_by(db, who, now);
}

}  // namespace circled::people
