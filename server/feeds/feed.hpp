// Calendar feeds: a private address, `/feeds/<token>.ics`, under which a person's own calendar program
// fetches their sessions (RFC 5545). Whoever knows the address may read it, and calendars are synchronised to
// other companies' machines: so a client's feed says of a session no more than that there is one, and a staff
// member's says nothing of any client. Nobody has a feed until they ask for it.
#pragma once
#include <optional>
#include <string>

#include "access/audit.hpp"
#include "access/throttle.hpp"
#include "base/bounded.hpp"
#include "store/transaction.hpp"

namespace circled::feeds {

struct NewFeed {
  std::optional<bool> shows_place;  // to a client: whether the room is named; not when left out
};
BOOST_DESCRIBE_STRUCT(NewFeed, (), (shows_place))

struct MadeFeed {
  std::string path;  // "/feeds/<token>.ics", on the origin of the pages; shown this once
  Instant created_at;
  bool shows_place;
};
BOOST_DESCRIBE_STRUCT(MadeFeed, (), (path, created_at, shows_place))

struct FeedState {
  bool on = false;
  std::optional<Instant> created_at;
  bool shows_place = false;
};
BOOST_DESCRIBE_STRUCT(FeedState, (), (on, created_at, shows_place))

// Gives the caller a feed of their own; an older one ends. Errors: forbidden (neither staff nor client).
Result<MadeFeed> make_feed(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           const NewFeed& wanted, Instant now);

FeedState feed_state(Snapshot& db, PersonId person);

// Ends the caller's own. Errors: not_found (there is none).
Result<void> end_feed(Transaction& tx, const api::Identity& who, const access::Actor& actor, Instant now);

// Ends a client's, for staff who reach the client: a phone was lost. Ending none is well, too; that there was
// one stands in the trail alone. Errors: not_found (also a client out of reach).
Result<void> end_client_feed(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, Instant now);

// Whose feed this is, and how it is to be shown.
struct Feed {
  PersonId person;
  bool of_client;
  bool shows_place;
};
BOOST_DESCRIBE_STRUCT(Feed, (), (person, of_client, shows_place))

// Tells the course of care that a discharge ends a client's feed.
void handle_discharge();

// By the token, with or without ".ics". Nothing for one that is unknown, revoked, or of somebody whose
// account is disabled or who no longer works here: all look alike.
std::optional<Feed> find_feed(Snapshot& db, std::string_view token);

// A calendar program asks for a dead address for ever, and many people's come from one machine: whoever asks
// for what is no feed waits; whoever asks for one that is, never.
inline constexpr access::Patience per_asking_address{"feed address", 30, std::chrono::seconds(1),
                                                     std::chrono::seconds(60), std::chrono::hours(1)};

// The calendar of [now - 30 days, now + 180 days) as text/calendar. `suffix` makes the events' UIDs this
// installation's (ics::uid_host), the same at every fetch. Some hundred events: by Store::report.
std::string calendar_text(Snapshot& db, const Feed& feed, std::string_view suffix, Instant now);

}  // namespace circled::feeds
