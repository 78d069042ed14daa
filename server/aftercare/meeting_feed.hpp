// Lists of meetings that are fetched again and again, each from its address, by whoever has sockets
// (app/outside_feeds.hpp). What they bring goes through the import of files, and each time leaves a report
// of what came of it. A list that fails keeps its meetings as they were.
#pragma once
#include "aftercare/import.hpp"
#include "base/bounded.hpp"

namespace circled::aftercare {

// To whoever fetches: there is a list to be fetched now.
inline constexpr std::string_view meeting_feed_due_hint = "meeting_feed.due";
inline constexpr std::size_t kept_refusals = 20;  // of each report: the first ones
inline constexpr std::int64_t kept_runs = 20;     // of each feed: the last ones

enum class FeedOutcome { taken, unchanged, failed };
BOOST_DESCRIBE_ENUM(FeedOutcome, taken, unchanged, failed)

// What came of fetching a list once. `error` in one line, when it failed; `refused` rows were not taken, the
// first of them stand in `refusals` with their reasons, and the others were taken all the same.
struct FeedRun {
  std::int64_t id = 0;
  Instant ended_at;
  FeedOutcome outcome = FeedOutcome::failed;
  std::string error;
  std::int64_t rows = 0, taken = 0, added = 0, updated = 0, returned = 0, unchanged = 0, gone = 0,
               refused = 0;
  std::vector<Refusal> refusals;
};
BOOST_DESCRIBE_STRUCT(FeedRun, (),
                      (id, ended_at, outcome, error, rows, taken, added, updated, returned, unchanged, gone,
                       refused, refusals))

struct MeetingFeed {
  std::int64_t id = 0;
  std::string name;  // of the list it brings
  std::string url;
  std::string zone;  // for rows that name none; empty: the sites', if they share one
  std::int64_t every_hours = 24;
  Instant next_at;
  std::int64_t failures = 0;  // since it last went well
  std::optional<FeedRun> last;
};
BOOST_DESCRIBE_STRUCT(MeetingFeed, (), (id, name, url, zone, every_hours, next_at, failures, last))

struct NewMeetingFeed {
  Text<1, 100> name;
  Text<1, 2000> url;                // https
  std::optional<Text<1, 60>> zone;  // IANA
  std::optional<Number<1, 720>> every_hours;
};
BOOST_DESCRIBE_STRUCT(NewMeetingFeed, (), (name, url, zone, every_hours))

struct FetchNow {
  std::optional<bool> allow_shrink;  // true: this once, the list may lack more than half of its meetings
};
BOOST_DESCRIBE_STRUCT(FetchNow, (), (allow_shrink))

// In order of name, each with its last report.
std::vector<MeetingFeed> meeting_feeds(Snapshot& db);

// The last reports of a feed, the latest first. Errors: not_found.
Result<std::vector<FeedRun>> feed_runs(Snapshot& db, std::int64_t feed);

// Whoever may is a supervisor: the routes say so. A feed is due at once.
// Errors: invalid (/url, /zone), conflict (name_taken).
Result<MeetingFeed> add_meeting_feed(Transaction& tx, const access::Actor& actor,
                                     const NewMeetingFeed& wanted, Instant now);

// Makes it due now. Errors: not_found.
Result<MeetingFeed> fetch_meeting_feed(Transaction& tx, const access::Actor& actor, std::int64_t feed,
                                       const FetchNow& how, Instant now);

// The feed and its reports go; the list stays, with its meetings. Errors: not_found.
Result<void> remove_meeting_feed(Transaction& tx, const access::Actor& actor, std::int64_t feed, Instant now);

// Fetching ------------------------------------------------------------------------------------------

struct DueMeetingFeed {
  std::int64_t id = 0;
  std::string name;
  std::string url;
  std::string zone;
  std::string etag;  // empty: whatever there is
  std::int64_t every_hours = 24;
  std::int64_t failures = 0;
  bool allow_shrink = false;
};
BOOST_DESCRIBE_STRUCT(DueMeetingFeed, (), (id, name, url, zone, etag, every_hours, failures, allow_shrink))

// Takes one that is due, if there is any, for half an hour; in a command of Store::claim_now, so that of
// several servers one fetches it.
std::vector<DueMeetingFeed> claim_due_meeting_feed(Transaction& tx, Instant now);

struct FeedResult {
  std::optional<ImportReport> report;  // nothing: it has not changed, or failed
  std::string error;                   // empty: it went well
  std::string etag;
};

// What came of it. Nothing happens when the feed was removed meanwhile.
Result<void> keep_run(Transaction& tx, const DueMeetingFeed& feed, const FeedResult& result, Instant now);

// An hour, two, four, … sixteen at the most, and never longer than the list's own time.
std::chrono::hours wait_after_feed_failures(std::int64_t failures, std::int64_t every_hours);

}  // namespace circled::aftercare
