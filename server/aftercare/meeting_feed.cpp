#include "aftercare/meeting_feed.hpp"

#include <algorithm>

#include "live/emit.hpp"
#include "people/outside_calendar.hpp"

namespace circled::aftercare {
namespace {

constexpr Minutes lease{30};

struct FeedColumns {
  std::int64_t id;
  std::string name, url, zone;
  std::int64_t every_hours;
  Instant next_at;
  std::int64_t failures;
  BOOST_DESCRIBE_CLASS(FeedColumns, (), (id, name, url, zone, every_hours, next_at, failures), (), ())
};

struct RunColumns {
  std::int64_t id;
  Instant ended_at;
  FeedOutcome outcome;
  std::string error;
  std::int64_t rows, taken, added, updated, returned, unchanged, gone, refused;
  std::string refusals;
  BOOST_DESCRIBE_CLASS(RunColumns, (),
                       (id, ended_at, outcome, error, rows, taken, added, updated, returned, unchanged, gone,
                        refused, refusals),
                       (), ())
};

std::vector<FeedRun> runs(Snapshot& db, std::int64_t feed, std::int64_t limit) {
  std::vector<FeedRun> found;
  db.each<RunColumns>(
      [&](RunColumns&& c) {
        found.push_back({c.id, c.ended_at, c.outcome, std::move(c.error), c.rows, c.taken, c.added, c.updated,
                         c.returned, c.unchanged, c.gone, c.refused,
                         json::decode<std::vector<Refusal>>(boost::json::parse(c.refusals)).value()});
      },
      "SELECT id, ended_at, outcome, error, rows_read, taken, added, updated, returned, unchanged, gone, "
      "refused, refusals FROM meeting_feed_run WHERE feed_id = $1 ORDER BY id DESC LIMIT $2",
      feed, limit);
  return found;
}

MeetingFeed with_last(Snapshot& db, FeedColumns&& c) {
  MeetingFeed feed{c.id,          std::move(c.name), std::move(c.url), std::move(c.zone),
                   c.every_hours, c.next_at,         c.failures,       {}};
  if (auto last = runs(db, feed.id, 1); !last.empty()) feed.last = std::move(last.front());
  return feed;
}

#define CIRCLED_FEED "SELECT id, name, url, zone, every_hours, fetch_at, failures FROM meeting_feed "

std::optional<MeetingFeed> feed_of(Snapshot& db, std::int64_t id) {
  auto found = db.one<FeedColumns>(CIRCLED_FEED "WHERE id = $1", id);
  if (!found) return std::nullopt;
  return with_last(db, std::move(*found));
}

void tell(Transaction& tx, std::int64_t feed) { live::hint(tx, "meeting_feed.changed", feed, SiteId()); }

}  // namespace

std::vector<MeetingFeed> meeting_feeds(Snapshot& db) {
  std::vector<MeetingFeed> found;
  for (auto& row : db.all<FeedColumns>(CIRCLED_FEED "ORDER BY name, id"))
    found.push_back(with_last(db, std::move(row)));
  return found;
}

Result<std::vector<FeedRun>> feed_runs(Snapshot& db, std::int64_t feed) {
  if (!db.one<std::int64_t>("SELECT id FROM meeting_feed WHERE id = $1", feed)) return not_found("feed");
  return runs(db, feed, kept_runs);
}

Result<MeetingFeed> add_meeting_feed(Transaction& tx, const access::Actor& actor,
                                     const NewMeetingFeed& wanted, Instant now) {
  if (wanted.url.starts_with("webcal:"))
    return invalid("/url", "not_an_address", "This must be an address that begins with https://.");
  const auto address = people::feed_address(wanted.url);
  if (!address) return address.error();
  const std::string zone = wanted.zone.value_or("");
  if (!zone.empty() && !Zone::named(zone))
    return invalid("/zone", "unknown_zone", "There is no such time zone.");
  if (tx.one<std::int64_t>("SELECT id FROM meeting_feed WHERE name = $1", wanted.name) ||
      tx.one<std::int64_t>("SELECT id FROM meeting_list WHERE name = $1 AND by_hand", wanted.name))
    return conflict("name_taken", "There is a list of that name already; give this one another.");
  const auto id = tx.one<std::int64_t>(
      "INSERT INTO meeting_feed (name, url, zone, every_hours, fetch_at, made_at) "
      "VALUES ($1, $2, $3, $4, $5, $5) RETURNING id",
      wanted.name, *address, zone, wanted.every_hours ? wanted.every_hours->value : 24, now);
  tx.hint({std::string(meeting_feed_due_hint), *id, {}, store::Hint::internal});
  tell(tx, *id);
  access::audit(tx, actor, "meeting_feed.add", "meeting_feed", *id, now,
                {{"name", wanted.name}, {"host", people::host_of(*address)}});
  return feed_of(tx, *id).value();
}

Result<MeetingFeed> fetch_meeting_feed(Transaction& tx, const access::Actor& actor, std::int64_t feed,
                                       const FetchNow& how, Instant now) {
  const bool allow_shrink = how.allow_shrink.value_or(false);
  if (tx.run("UPDATE meeting_feed SET fetch_at = $2, allow_shrink = $3, "
             "etag = CASE WHEN $3 THEN '' ELSE etag END WHERE id = $1",
             feed, now, allow_shrink) == 0)
    return not_found("feed");
  tx.hint({std::string(meeting_feed_due_hint), feed, {}, store::Hint::internal});
  tell(tx, feed);
  access::audit(tx, actor, "meeting_feed.fetch", "meeting_feed", feed, now, {{"allow_shrink", allow_shrink}});
  return feed_of(tx, feed).value();
}

Result<void> remove_meeting_feed(Transaction& tx, const access::Actor& actor, std::int64_t feed,
                                 Instant now) {
  tx.run("DELETE FROM meeting_feed_run WHERE feed_id = $1", feed);
  if (tx.run("DELETE FROM meeting_feed WHERE id = $1", feed) == 0) return not_found("feed");
  tell(tx, feed);
  access::audit(tx, actor, "meeting_feed.remove", "meeting_feed", feed, now);
  return {};
}

std::vector<DueMeetingFeed> claim_due_meeting_feed(Transaction& tx, Instant now) {
  std::vector<DueMeetingFeed> due;
  for (const auto id : tx.claim<std::int64_t>(
           "SELECT id FROM meeting_feed WHERE fetch_at <= $1 ORDER BY fetch_at, id LIMIT 1", now)) {
    tx.run("UPDATE meeting_feed SET fetch_at = $2 WHERE id = $1", id, now + lease);
    due.push_back(tx.one<DueMeetingFeed>("SELECT id, name, url, zone, etag, every_hours, failures, "
                                         "allow_shrink FROM meeting_feed WHERE id = $1",
                                         id)
                      .value());
  }
  return due;
}

Result<void> keep_run(Transaction& tx, const DueMeetingFeed& feed, const FeedResult& result, Instant now) {
  const bool failed = !result.error.empty();
  const auto next = failed ? wait_after_feed_failures(feed.failures + 1, feed.every_hours)
                           : std::chrono::hours(feed.every_hours);
  const auto there = tx.run(
      "UPDATE meeting_feed SET fetch_at = $2, failures = CASE WHEN $3 THEN failures + 1 ELSE 0 END, "
      "etag = CASE WHEN $5 THEN $4 ELSE etag END, allow_shrink = FALSE WHERE id = $1",
      feed.id, now + next, failed, result.etag, result.report.has_value());
  if (there == 0) return {};
  const ImportReport none, &report = result.report ? *result.report : none;
  std::vector<Refusal> first = report.refused;
  if (first.size() > kept_refusals) first.resize(kept_refusals);
  const auto outcome = failed          ? FeedOutcome::failed
                       : result.report ? FeedOutcome::taken
                                       : FeedOutcome::unchanged;
  tx.run(
      "INSERT INTO meeting_feed_run (feed_id, ended_at, outcome, error, rows_read, taken, added, updated, "
      "returned, unchanged, gone, refused, refusals) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      feed.id, now, outcome, result.error, report.rows, report.taken, report.added, report.updated,
      report.returned, report.unchanged, report.gone, static_cast<std::int64_t>(report.refused.size()),
      boost::json::serialize(json::encode(first)));
  tx.run(
      "DELETE FROM meeting_feed_run WHERE feed_id = $1 AND id NOT IN "
      "(SELECT id FROM meeting_feed_run WHERE feed_id = $1 ORDER BY id DESC LIMIT $2)",
      feed.id, kept_runs);
  tell(tx, feed.id);
  return {};
}

std::chrono::hours wait_after_feed_failures(std::int64_t failures, std::int64_t every_hours) {
  return std::chrono::hours(
      std::min<std::int64_t>(every_hours, 1LL << std::clamp<std::int64_t>(failures - 1, 0, 4)));
}

}  // namespace circled::aftercare
