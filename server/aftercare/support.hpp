// "I need to talk": a client asks to be called, and one after the other is asked to do so, until somebody
// says "seen, I'm calling".
//
//          nobody came in time, the next is asked
//              ┌──────┐
//              ▼      │
//   asked ─▶ open ────┘
//              ├─────────────▶ seen ─────────▶ closed       somebody calls; then says what came of it
//              └─▶ unanswered ──▲                           nobody was left to ask
//   open, seen, unanswered ──▶ withdrawn                    the client does not need it any more
//   seen, unanswered ──▶ open                               the client asks again, from the beginning
//
// The steps are the client's counselors of now, then the primary on call, then the backup; each has the time
// that the site gives it (places/help.hpp). All of a step are told at once, over the live connection and by
// text message. A request that waits is one: asking twice is asking once.
//
// Escalation is work in the background: `escalate_once` runs each minute, and the server is woken for the
// moment at which a step's time is over, so that the next is asked then. Where no server heard of that moment
// (it was just started) the next is asked up to a minute later, and never sooner.
//
// What the client gets always carries the emergency number, the crisis line and the helpline, and says
// plainly when nobody watches: no counselor of theirs has a dashboard open, and nobody is on call. Front desk
// reads nothing of this.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "aftercare/support_rules.hpp"
#include "places/help.hpp"
#include "store/transaction.hpp"

namespace circled {
using SupportId = Id<struct SupportTag>;
}

namespace circled::aftercare {

enum class SupportOutcome { talked, not_reached, emergency, other };
BOOST_DESCRIBE_ENUM(SupportOutcome, talked, not_reached, emergency, other)

// Names the moment at which the next is asked, in milliseconds: for whoever runs escalate_once.
inline constexpr std::string_view support_due_hint = "support.due";

struct MySupportRequest {
  SupportId id;
  SupportState state;  // open, seen or unanswered
  Instant asked_at;
  std::optional<SupportStep> step;
  std::optional<Instant> seen_at;
  std::optional<std::string> seen_by;  // their name, for the client to know who calls
};
BOOST_DESCRIBE_STRUCT(MySupportRequest, (), (id, state, asked_at, step, seen_at, seen_by))

struct MySupport {
  std::optional<MySupportRequest> request;  // the one that is not over
  bool watched;                             // whether anybody is there to see it now
  std::string text;                         // how it stands, in words
  places::HelpNumbers numbers;
};
BOOST_DESCRIBE_STRUCT(MySupport, (), (request, watched, text, numbers))

// As staff see one.
struct SupportRequest {
  SupportId id;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::string phone;
  SiteId site;
  std::string zone;  // the site's
  SupportState state;
  Instant asked_at;
  std::optional<SupportStep> step;
  std::optional<Instant> due_at;  // the next is asked then
  std::optional<Instant> seen_at;
  std::optional<StaffId> seen_by;
  std::optional<std::string> seen_by_name;
  bool asked_me;  // the caller is one of those who were asked
  std::optional<SupportOutcome> outcome;
};
BOOST_DESCRIBE_STRUCT(SupportRequest, (),
                      (id, client, preferred_name, family_name, phone, site, zone, state, asked_at, step,
                       due_at, seen_at, seen_by, seen_by_name, asked_me, outcome))

struct ClosedSupport {
  SupportOutcome outcome;
  std::optional<Text<1, 500>> note;
};
BOOST_DESCRIBE_STRUCT(ClosedSupport, (), (outcome, note))

// For the client. ----------------------------------------------------------------------------------------

MySupport my_support(Snapshot& db, ClientId client, Instant now);

// Asks; or answers the request that stands (rules::begins_anew).
MySupport ask_support(Transaction& tx, const access::Actor& actor, ClientId client, Instant now);

// The client does not need it any more; once it is over this changes nothing. Errors: not_found.
Result<MySupport> withdraw_support(Transaction& tx, const access::Actor& actor, ClientId client, SupportId id,
                                   Instant now);

// For staff who treat clients: whoever was asked, the client's counselors, supervisors and administrators.
// ---

// Those that are not over, the longest wait first; 200 at the most.
std::vector<SupportRequest> support_requests(Snapshot& db, const api::Identity& who, Instant now);

// "Seen, I'm calling": nobody else is asked from here on, and the client reads who it is. Saying it twice is
// saying it once. Errors: not_found, conflict (already_seen: by somebody else; already_over).
Result<SupportRequest> see_support(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   SupportId id, Instant now);

// What came of it. One that another calls about is theirs to close, and a supervisor's; one that nobody had
// seen is seen with it. Errors: not_found, forbidden, conflict (already_over).
Result<SupportRequest> close_support(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                     SupportId id, const ClosedSupport& closed, Instant now);

// Asks the next of up to twenty requests whose time is over; answers how many. When nobody is left the
// request is unanswered: a task opens, and the supervisors of the site are told.
std::int64_t escalate_once(Transaction& tx, Instant now);

}  // namespace circled::aftercare
