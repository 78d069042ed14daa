// Self-checks: what a client says of how they are. How strong the craving is, what set it off, their mood, a
// short note. (A `check-in` is another thing: somebody's word that a client is here.)
//
// Nobody reads them at once, and every answer says so. A craving at the limit of the plan, or at the usual
// one where there is none, is answered with the numbers that help now; and what the plan's rule wants
// somebody to look at opens a task, once. Front desk sees none of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "api/route.hpp"
#include "base/bounded.hpp"
#include "places/help.hpp"

namespace circled::aftercare {

using SelfCheckId = Id<struct SelfCheckTag>;
using TriggerId = Id<struct ClientTriggerTag>;

struct NewSelfCheck {
  Number<0, 10> craving;                          // 0: none
  Number<1, 5> mood;                              // 1: very low, 5: very good
  std::optional<List<Text<1, 60>, 10>> triggers;  // in the client's own words; new ones come onto their list
  std::optional<Text<0, 500>> note;
};
BOOST_DESCRIBE_STRUCT(NewSelfCheck, (), (craving, mood, triggers, note))

struct SelfCheck {
  SelfCheckId id;
  Instant at;
  std::int64_t craving;
  std::int64_t mood;
  std::vector<std::string> triggers;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(SelfCheck, (), (id, at, craving, mood, triggers, note))

struct SelfCheckSaid {
  SelfCheck check;
  std::string notice;                       // that nobody reads it at once
  std::optional<places::HelpNumbers> help;  // the craving is at the limit: of the client's site
};
BOOST_DESCRIBE_STRUCT(SelfCheckSaid, (), (check, notice, help))

struct SelfCheckPages {
  std::optional<Number<1, 200>> limit;  // 30
  std::optional<SelfCheckId> after;
};
BOOST_DESCRIBE_STRUCT(SelfCheckPages, (), (limit, after))

struct Trigger {
  TriggerId id;
  std::string words;
};
BOOST_DESCRIBE_STRUCT(Trigger, (), (id, words))

// By the client. Errors: conflict (too_many_triggers).
Result<SelfCheckSaid> say(Transaction& tx, const access::Actor& actor, ClientId client,
                          const NewSelfCheck& said, Instant now);

// The latest first. The caller has been asked for reach.
api::Page<SelfCheck> self_checks(Snapshot& db, ClientId client, const SelfCheckPages& pages);

// The client's own list, in order of words.
std::vector<Trigger> triggers(Snapshot& db, ClientId client);
// Off the list; what was said with it stays. Errors: not_found.
Result<void> drop_trigger(Transaction& tx, ClientId client, TriggerId id, Instant now);

}  // namespace circled::aftercare
