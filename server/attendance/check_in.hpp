// Checking in without the counselor: by the app, at a kiosk, by joining online, at the front desk.
//
// A check-in proposes an arrival and marks nobody: the sheet shows it beside the line, and what a counselor
// marks stays theirs. There is one for a client and a session, and the first one's time stands; to say it
// again is to get the same answer. Each tells the dashboards of the site and the client's own devices.
#pragma once
#include <map>

#include "access/card.hpp"
#include "attendance/check_in_rules.hpp"

namespace circled::attendance {

// What a client is told.
struct CheckedIn {
  SessionId session;
  Instant arrived_at;
  std::string text;  // "You are checked in for Tue 10 Mar at 18:00.": neutral
};
BOOST_DESCRIBE_STRUCT(CheckedIn, (), (session, arrived_at, text))

// Where somebody is while they are online: for an emergency, when help must be sent there.
struct Whereabouts {
  Text<1, 100> town;
  Text<3, 40> call_back;  // a telephone number, as they write it
};
BOOST_DESCRIBE_STRUCT(Whereabouts, (), (town, call_back))

struct Joined : CheckedIn {
  std::string link;
};
BOOST_DESCRIBE_STRUCT(Joined, (CheckedIn), (link))

// "I'm here", from the client's own app. Errors: not_found (also when the client is not expected there),
// conflict (as may_check_in; join_online: this one is online, and joined by its link).
Result<CheckedIn> check_in(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           SessionId session, Instant now);

// Checks in and answers the link, which nobody gets earlier. Joining again says anew where the client is.
// Errors: not_found, conflict (as may_check_in; no_link), invalid (not_a_phone).
Result<Joined> join(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                    const Whereabouts& where, Instant now);

struct CardShown {
  Text<1, 64> number;  // as typed or scanned
  Text<1, 16> pin;
};
BOOST_DESCRIBE_STRUCT(CardShown, (), (number, pin))

enum class AtKiosk {
  checked_in,
  ask_at_desk,  // a good card whose holder has nothing to check in for at this site now
  not_accepted  // the number and the PIN do not go together, or the card is no longer good: nobody learns
                // which
};
BOOST_DESCRIBE_ENUM(AtKiosk, checked_in, ask_at_desk, not_accepted)

struct KioskAnswer {
  AtKiosk outcome = AtKiosk::not_accepted;
};
BOOST_DESCRIBE_STRUCT(KioskAnswer, (), (outcome))

// Checks the card's holder in to everything of theirs that is open for it at the kiosk's site. Says nobody's
// name. Errors: as present_card.
Result<KioskAnswer> check_in_at_kiosk(Transaction& tx, const access::Context& context,
                                      const access::Kiosk& who, std::string_view request_id,
                                      const CardShown& card, Instant now);

// One client on the day's list, as the desk sees them.
struct Expected {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Answer answer;
  std::optional<Instant> arrived_at;
  std::optional<How> how;
};
BOOST_DESCRIBE_STRUCT(Expected, (), (client, preferred_name, family_name, answer, arrived_at, how))

struct Arrivals {
  SessionId session;
  Instant opens_at;  // from when on the desk may check in
  std::string zone;
  std::vector<Expected> expected;  // in order of name
};
BOOST_DESCRIBE_STRUCT(Arrivals, (), (session, opens_at, zone, expected))

// Who may see the session's roster: its facilitators, supervisors, administrators, and the site's front desk.
// Errors: not_found, forbidden.
Result<Arrivals> arrivals(Snapshot& db, const api::Identity& who, SessionId session);

// The desk, or whoever may see the roster, says that a client is here. Who has checked in stays as they did.
// Errors: not_found (also a client who is not expected), forbidden, conflict (as may_check_in).
Result<Arrivals> arrive(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        SessionId session, ClientId client, Instant now);

// Takes back what the desk said, when it was somebody else; clients' own words stay.
// Errors: not_found (also when there is no such check-in), forbidden, conflict (as may_check_in, but for
// not_open_yet; not_the_desks).
Result<Arrivals> take_back(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           SessionId session, ClientId client, Instant now);

// What the sheet shows of a check-in. Town and number are for those who lead the session: someone may have to
// be sent there.
struct Proposed {
  Instant arrived_at;
  How how;
  std::optional<std::string> town;
  std::optional<std::string> call_back;
};
BOOST_DESCRIBE_STRUCT(Proposed, (), (arrived_at, how, town, call_back))

// Of everybody who has checked in to this session; one that was moved since does not keep them.
std::map<ClientId, Proposed> proposed(Snapshot& db, SessionId session, Instant starts_at);

// How long town and number are kept.
inline constexpr auto whereabouts_kept = std::chrono::hours(24 * 30);

// Takes away, in a small batch, what is older than that; answers how many. For housekeeping.
std::int64_t purge_whereabouts(Transaction& tx, Instant now);

}  // namespace circled::attendance
