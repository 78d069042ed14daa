#include "feeds/feed.hpp"

#include "aftercare/occurrence.hpp"
#include "base/ics_event.hpp"
#include "base/token.hpp"
#include "calendar/course.hpp"
#include "calendar/session.hpp"
#include "people/client.hpp"
#include "people/reach.hpp"

namespace circled::feeds {
namespace {

constexpr std::chrono::days back{30}, ahead{180};

std::string_view kind_of(const api::Identity& who) {
  return who.role == api::Role::client ? "client" : "staff";
}

// A session as far as either feed may tell of it.
struct Entry {
  SessionId id;
  Instant starts_at;
  Instant ends_at;
  std::string summary;
  std::string place;
  std::int64_t version;
  calendar::Status status;
  Instant created_at;
  std::optional<Instant> changed_at;
};
BOOST_DESCRIBE_STRUCT(Entry, (),
                      (id, starts_at, ends_at, summary, place, version, status, created_at, changed_at))

ics::Entry event_of(Entry&& entry, std::string_view suffix) {
  return {"session-" + std::to_string(entry.id.value) + "@" + std::string(suffix),
          entry.version - 1,
          entry.starts_at,
          entry.ends_at,
          std::move(entry.summary),
          std::move(entry.place),
          entry.changed_at.value_or(entry.created_at),
          entry.status == calendar::Status::cancelled};
}

// That somebody answered or looked at it is no change, for that is nobody's news. The version counts what the
// client is told, so nothing moves when a sheet is kept.
std::vector<Entry> of_client(Snapshot& db, ClientId client, bool shows_place, Instant from, Instant until) {
  return db.all<Entry>(
      "SELECT s.id, s.starts_at, s.ends_at, v.neutral_name, "
      "CASE WHEN $4 THEN coalesce(r.name, '') ELSE '' END, s.told_version, s.status, s.created_at, "
      "s.changed_at "
      "FROM participant p JOIN session s ON s.id = p.session_id JOIN service v ON v.id = s.service_id "
      "LEFT JOIN room r ON r.id = s.room_id "
      "WHERE p.client_id = $1 AND p.starts_at >= $2 AND p.starts_at < $3 ORDER BY p.starts_at, s.id",
      client, from, until, shows_place);
}

// A one-on-one's title may name its client; a group's is the group's.
std::vector<Entry> of_staff(Snapshot& db, StaffId staff, Instant from, Instant until) {
  return db.all<Entry>(
      "SELECT s.id, s.starts_at, s.ends_at, CASE WHEN s.kind = 'group' THEN s.title ELSE v.name END, "
      "coalesce(r.name, ''), s.version, s.status, s.created_at, "
      "s.changed_at "
      "FROM facilitator f JOIN session s ON s.id = f.session_id JOIN service v ON v.id = s.service_id "
      "LEFT JOIN room r ON r.id = s.room_id "
      "WHERE f.staff_id = $1 AND f.starts_at >= $2 AND f.starts_at < $3 ORDER BY f.starts_at, s.id",
      staff, from, until);
}

struct MeetingEntry {
  OccurrenceId id;
  Instant starts_at;
  Instant ends_at;
  std::int64_t version;
  aftercare::OccurrenceStatus status;
  Instant made_at;
};
BOOST_DESCRIBE_STRUCT(MeetingEntry, (), (id, starts_at, ends_at, version, status, made_at))

// The meetings a client has chosen, while they are in aftercare. Which meeting it is, the app tells.
void add_meetings(std::vector<ics::Entry>& events, Snapshot& db, ClientId client, std::string_view suffix,
                  Instant from, Instant until) {
  if (people::phase(db, client) != people::Phase::aftercare) return;
  db.each<MeetingEntry>(
      [&](MeetingEntry&& entry) {
        const bool cancelled = entry.status == aftercare::OccurrenceStatus::cancelled;
        // Calling one off leaves its version as it is, and is a change all the same.
        const std::int64_t sequence = 2 * (entry.version - 1) + (cancelled ? 1 : 0);
        events.push_back({"occurrence-" + std::to_string(entry.id.value) + "@" + std::string(suffix),
                          sequence,
                          entry.starts_at,
                          entry.ends_at,
                          "Meeting",
                          {},
                          entry.made_at,
                          cancelled});
      },
      "SELECT o.id, o.starts_at, o.ends_at, o.version, o.status, c.made_at FROM occurrence o "
      "JOIN commitment c ON c.id = o.commitment_id WHERE o.client_id = $1 AND o.starts_at >= $2 "
      "AND o.starts_at < $3 AND c.ended_at IS NULL ORDER BY o.starts_at, o.id",
      client, from, until);
}

}  // namespace

Result<MadeFeed> make_feed(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           const NewFeed& wanted, Instant now) {
  const bool of_client = who.role == api::Role::client;
  if (!of_client && !api::StaffMember::accepts(who.role)) return forbidden("Machines have no calendar.");
  const std::string token = random_token();
  const bool shows_place = of_client && wanted.shows_place.value_or(false);
  tx.run(
      "INSERT INTO feed (person_id, token_hash, shows_place, created_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (person_id) DO UPDATE SET token_hash = $2, shows_place = $3, created_at = $4",
      who.person, sha256(token), shows_place, now);
  access::audit(tx, actor, "feed.make", kind_of(who), who.person.value, now, {{"shows_place", shows_place}});
  return MadeFeed{"/feeds/" + token + ".ics", now, shows_place};
}

FeedState feed_state(Snapshot& db, PersonId person) {
  const auto found = db.one<std::tuple<Instant, bool>>(
      "SELECT created_at, shows_place FROM feed WHERE person_id = $1", person);
  if (!found) return {};
  return {true, std::get<0>(*found), std::get<1>(*found)};
}

Result<void> end_feed(Transaction& tx, const api::Identity& who, const access::Actor& actor, Instant now) {
  if (tx.run("DELETE FROM feed WHERE person_id = $1", who.person) == 0) return not_found("feed");
  access::audit(tx, actor, "feed.end", kind_of(who), who.person.value, now);
  return {};
}

Result<void> end_client_feed(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, Instant now) {
  if (!people::reaches(tx, who, client, now)) return not_found("client");
  const std::int64_t ended = tx.run("DELETE FROM feed WHERE person_id = $1", client);
  access::audit(tx, actor, "feed.end", "client", client.value, now, {{"feeds_ended", ended}});
  return {};
}

std::optional<Feed> find_feed(Snapshot& db, std::string_view token) {
  if (token.ends_with(".ics")) token.remove_suffix(4);
  return db.one<Feed>(
      "SELECT f.person_id, p.kind = 'client', f.shows_place FROM feed f JOIN person p ON p.id = f.person_id "
      "LEFT JOIN staff s ON s.person_id = f.person_id LEFT JOIN account a ON a.person_id = f.person_id "
      "WHERE f.token_hash = $1 AND a.disabled_at IS NULL AND (s.person_id IS NULL OR s.active)",
      sha256(token));
}

std::string calendar_text(Snapshot& db, const Feed& feed, std::string_view suffix, Instant now) {
  const Instant from = now - back, until = now + ahead;
  auto entries = feed.of_client ? of_client(db, ClientId(feed.person.value), feed.shows_place, from, until)
                                : of_staff(db, StaffId(feed.person.value), from, until);
  std::vector<ics::Entry> events;
  for (Entry& entry : entries) events.push_back(event_of(std::move(entry), suffix));
  if (feed.of_client) add_meetings(events, db, ClientId(feed.person.value), suffix, from, until);
  return ics::write_calendar(feed.of_client ? "Appointments" : "Schedule", events);
}

void handle_discharge() {
  calendar::Discharged discharged;
  discharged.ends = [](Snapshot& db, ClientId client, Instant) {
    std::vector<calendar::CourseItem> items;
    if (db.one<std::int64_t>("SELECT 1 FROM feed WHERE person_id = $1", client))
      items.push_back({calendar::Matter::feed, {}, "The calendar feed", {}});
    return items;
  };
  discharged.end = [](Transaction& tx, ClientId client, bool, Instant) {
    tx.run("DELETE FROM feed WHERE person_id = $1", client);
  };
  calendar::on_discharge("feeds", std::move(discharged));
}

}  // namespace circled::feeds
