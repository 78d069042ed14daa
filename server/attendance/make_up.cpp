#include "attendance/make_up.hpp"

#include "attendance/hours_policy.hpp"
#include "calendar/seat.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/record_opening.hpp"

namespace circled::attendance {
namespace {

using calendar::Kind;
using calendar::Verdict;

constexpr auto looked_back = std::chrono::days(90);
constexpr std::size_t most_proposed = 20;

// A line on a roll with what decides whether, and until when, it can be made up.
struct MissedRow {
  SessionId session;
  std::string title;
  std::string neutral_name;
  Instant starts_at;
  Instant ends_at;
  SiteId site;
  std::string zone;
  Kind kind;
  ServiceId service;
  bool counts;
  std::optional<GroupId> group;
  std::optional<SeriesId> series;
  std::string topic;
  Verdict verdict;
  std::optional<std::int64_t> make_up_days;  // of the site's policy
  std::optional<SessionId> other;            // that makes up for it; only where the client is on its list
  std::optional<Instant> other_start;
  std::optional<Verdict> other_verdict;
};
BOOST_DESCRIBE_STRUCT(MissedRow, (),
                      (session, title, neutral_name, starts_at, ends_at, site, zone, kind, service, counts,
                       group, series, topic, verdict, make_up_days, other, other_start, other_verdict))

// Absences of the client that begin in [$2, $3], in order $4 at the most; the one of session $5 unless zero.
// An absence from a make-up is none of its own: it leaves the first one open.
std::vector<MissedRow> missed_rows(Snapshot& db, ClientId client, Instant from, Instant until, SessionId one,
                                   std::int64_t limit) {
  return db.all<MissedRow>(
      "SELECT s.id, s.title, v.neutral_name, s.starts_at, s.ends_at, s.site_id, i.zone, s.kind, "
      "s.service_id, "
      "v.counts, s.group_id, s.series_id, s.topic, p.verdict, y.make_up_days, q.session_id, q.starts_at, "
      "q.verdict FROM participant p JOIN session s ON s.id = p.session_id "
      "JOIN service v ON v.id = s.service_id JOIN site i ON i.id = s.site_id "
      "LEFT JOIN care_policy y ON y.site_id = s.site_id "
      "LEFT JOIN make_up m ON m.missed_session_id = p.session_id AND m.client_id = p.client_id "
      "AND m.ended_at IS NULL "
      "LEFT JOIN participant q ON q.session_id = m.session_id AND q.client_id = m.client_id "
      "AND q.source = 'make_up' AND q.verdict IN ('expected', 'attended') "
      "WHERE p.client_id = $1 AND p.starts_at >= $2 AND p.starts_at <= $3 "
      "AND ($5 = 0 OR p.session_id = $5) AND p.verdict IN ('excused', 'unexcused') AND p.source <> 'make_up' "
      "ORDER BY p.starts_at DESC, s.id DESC LIMIT $4",
      client, from, until, limit, one);
}

Result<MissedRow> missed_row(Snapshot& db, ClientId client, SessionId session, Instant now) {
  auto found = missed_rows(db, client, now - looked_back, now, session, 1);
  if (found.empty()) return not_found("absence");
  return std::move(found.front());
}

Instant too_late(const MissedRow& row) {
  return rules::too_late_at(row.starts_at, row.make_up_days.value_or(default_policy().make_up_days),
                            *Zone::named(row.zone));
}

MakeUpState state(const MissedRow& row, Instant now) {
  return rules::make_up_state(row.other_verdict, too_late(row), now);
}

rules::Kindred kindred(const MissedRow& row) {
  return {row.kind, row.service, row.counts, row.group, row.series, row.topic};
}

Absence as_absence(const MissedRow& row, Instant now) {
  return {row.session, row.title,       row.starts_at, row.ends_at, row.zone,       row.kind,
          row.verdict, state(row, now), too_late(row), row.other,   row.other_start};
}

MyMissed as_my_missed(const MissedRow& row, Instant now) {
  return {row.session,     row.neutral_name, row.starts_at, row.zone,
          state(row, now), too_late(row),    row.other,     row.other_start};
}

// A coming session that may have something for the client.
struct Candidate {
  SessionId session;
  std::string title;
  std::string topic;
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  std::string place;
  std::optional<GroupId> group;
  std::int64_t free_seats;
  Kind kind;
  ServiceId service;
  bool counts;
  std::optional<SeriesId> series;
  std::string alias;  // what a client's screen says of it
};
BOOST_DESCRIBE_STRUCT(Candidate, (),
                      (session, title, topic, starts_at, ends_at, zone, place, group, free_seats, kind,
                       service, counts, series, alias))

rules::Kindred kindred(const Candidate& one) {
  return {one.kind, one.service, one.counts, one.group, one.series, one.topic};
}

OpenSession as_open(const Candidate& one, std::optional<Likeness> likeness) {
  return {one.session, one.title, one.topic, one.starts_at,  one.ends_at,
          one.zone,    one.place, one.group, one.free_seats, likeness};
}

// Sessions of groups that begin after `time.from` and before `time.until`, where the client is not expected
// and at whose time nothing else of theirs is; or the one that is asked for, whatever is at its time. Whether
// they may have the seat is the calendar's to say. An offered seat is taken.
std::vector<Candidate> candidates(Snapshot& db, ClientId client, SiteId site, calendar::Span time,
                                  SessionId one = {}) {
  return db.all<Candidate>(
      "SELECT s.id, s.title, s.topic, s.starts_at, s.ends_at, i.zone, COALESCE(r.name, ''), s.group_id, "
      "s.seats - (SELECT count(*) FROM participant p WHERE p.session_id = s.id AND NOT p.seat_given_back) "
      "- (SELECT count(*) FROM waitlist w WHERE w.session_id = s.id AND w.state = 'offered') "
      "- (SELECT count(*) FROM waitlist w WHERE w.group_id = s.group_id AND w.state = 'offered' "
      "  AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.session_id = s.id "
      "  AND p.client_id = w.client_id)), "
      "s.kind, s.service_id, v.counts, s.series_id, COALESCE(g.alias, v.neutral_name) "
      "FROM session s JOIN site i ON i.id = s.site_id JOIN service v ON v.id = s.service_id "
      "LEFT JOIN therapy_group g ON g.id = s.group_id LEFT JOIN room r ON r.id = s.room_id "
      "WHERE s.site_id = $2 AND s.starts_at > $3 AND s.starts_at < $4 AND s.status = 'scheduled' "
      "AND s.kind = 'group' AND NOT EXISTS (SELECT 1 FROM participant p WHERE p.session_id = s.id "
      "AND p.client_id = $1) "
      "AND (s.id = $5 OR ($5 = 0 AND NOT EXISTS (SELECT 1 FROM busy b WHERE b.owner_kind = 'client' "
      "AND b.owner_id = $1 AND b.from_at < s.ends_at AND b.from_at > s.starts_at - 46800000 "
      "AND b.until_at > s.starts_at))) ORDER BY s.starts_at, s.id",
      client, site, time.from, time.until, one);
}

// One-on-ones of the client's that were booked singly and stand for nothing else.
std::vector<Candidate> own_one_on_ones(Snapshot& db, ClientId client, ServiceId service,
                                       calendar::Span time) {
  return db.all<Candidate>(
      "SELECT s.id, s.title, s.topic, s.starts_at, s.ends_at, i.zone, COALESCE(r.name, ''), s.group_id, 0, "
      "s.kind, s.service_id, v.counts, s.series_id, v.neutral_name "
      "FROM participant p JOIN session s ON s.id = p.session_id JOIN site i ON i.id = s.site_id "
      "JOIN service v ON v.id = s.service_id LEFT JOIN room r ON r.id = s.room_id "
      "WHERE p.client_id = $1 AND p.starts_at > $3 AND p.starts_at < $4 AND p.source = 'booking' "
      "AND p.verdict = 'expected' AND s.kind = 'one_on_one' AND s.status = 'scheduled' "
      "AND s.service_id = $2 AND s.series_id IS NULL ORDER BY s.starts_at, s.id",
      client, service, time.from, time.until);
}

struct MakeUpProposed {
  Candidate session;
  Likeness likeness;
};

std::vector<MakeUpProposed> proposals(Snapshot& db, ClientId client, const MissedRow& missed, Instant now) {
  if (state(missed, now) != MakeUpState::open) return {};
  const calendar::Span time{now, too_late(missed)};
  const bool group = missed.kind == Kind::group;
  std::vector<MakeUpProposed> found;
  for (auto& one : group ? candidates(db, client, missed.site, time)
                         : own_one_on_ones(db, client, missed.service, time)) {
    const auto likeness = rules::likeness(kindred(missed), kindred(one));
    if (!likeness) continue;
    if (group && (one.free_seats < 1 || !calendar::may_take_seat(db, one.session, client, now))) continue;
    found.push_back({std::move(one), *likeness});
    if (found.size() == most_proposed) break;
  }
  return found;
}

std::optional<Verdict> on_list(Snapshot& db, SessionId session, ClientId client) {
  return db.one<Verdict>("SELECT verdict FROM participant WHERE session_id = $1 AND client_id = $2", session,
                         client);
}

// The one session that is asked for, if it is among those that could be: of a group of the client's site or
// a one-on-one of the client's own.
Result<MakeUpProposed> wanted(Snapshot& db, ClientId client, const MissedRow& missed, SessionId session,
                              Instant now) {
  const calendar::Span time{now, too_late(missed)};
  for (auto& one : missed.kind == Kind::group ? candidates(db, client, missed.site, time, session)
                                              : own_one_on_ones(db, client, missed.service, time))
    if (one.session == session) {
      const auto likeness = rules::likeness(kindred(missed), kindred(one));
      if (!likeness) break;
      return MakeUpProposed{std::move(one), *likeness};
    }
  if (on_list(db, session, client) && missed.kind == Kind::group)
    return conflict("already_expected", "The client is expected there already.");
  return conflict("not_equivalent", "That session does not make up for the one that was missed.");
}

void tell(Transaction& tx, ClientId client) {
  const auto site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
  live::hint(tx, "hours.changed", client.value, site.value());
}

Result<MissedRow> link(Transaction& tx, const access::Actor& actor, ClientId client, SessionId id,
                       SessionId session, Instant now) {
  const auto missed = missed_row(tx, client, id, now);
  if (!missed) return missed.error();
  switch (state(*missed, now)) {
    case MakeUpState::open: break;
    case MakeUpState::expired:
      return conflict("too_late", "The time in which this could be made up is over.");
    default: return conflict("already_made_up", "Another session makes up for this one.");
  }
  const auto other = wanted(tx, client, *missed, session, now);
  if (!other) return other.error();
  if (other->session.kind == Kind::group) {
    if (auto taken = calendar::take_seat(tx, session, client, now, calendar::Source::make_up); !taken)
      return taken.error();
    calendar::end_waits(tx, session, client, now);
  } else {
    tx.run("UPDATE participant SET source = 'make_up' WHERE session_id = $1 AND client_id = $2", session,
           client);
  }
  // What was linked before and no longer holds gives way.
  tx.run(
      "UPDATE make_up SET ended_at = $3 WHERE missed_session_id = $1 AND client_id = $2 AND ended_at IS NULL",
      id, client, now);
  tx.run("UPDATE make_up SET ended_at = $3 WHERE session_id = $1 AND client_id = $2 AND ended_at IS NULL",
         session, client, now);
  tx.run("INSERT INTO make_up (missed_session_id, client_id, session_id, made_at) VALUES ($1, $2, $3, $4)",
         id, client, session, now);
  access::audit(tx, actor, "make_up.book", "client", client.value, now,
                {{"missed", id.value}, {"session", session.value}});
  tell(tx, client);
  return missed_row(tx, client, id, now);
}

Result<MissedRow> unlink(Transaction& tx, const access::Actor& actor, ClientId client, SessionId id,
                         Instant now) {
  const auto missed = missed_row(tx, client, id, now);
  if (!missed) return missed.error();
  if (!missed->other) return conflict("no_make_up", "Nothing is booked to make up for this.");
  if (*missed->other_start <= now) return conflict("already_started", "That session has begun; it stays.");
  const SessionId session = *missed->other;
  tx.run(
      "UPDATE make_up SET ended_at = $3 WHERE missed_session_id = $1 AND client_id = $2 AND ended_at IS NULL",
      id, client, now);
  if (missed->kind == Kind::group)
    calendar::give_up_seat(tx, session, client, now);
  else
    tx.run("UPDATE participant SET source = 'booking' WHERE session_id = $1 AND client_id = $2", session,
           client);
  access::audit(tx, actor, "make_up.cancel", "client", client.value, now,
                {{"missed", id.value}, {"session", session.value}});
  tell(tx, client);
  return missed_row(tx, client, id, now);
}

Result<void> may(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!api::Counselor::accepts(who.role) || !people::reaches(db, who, client, now))
    return not_found("client");
  return {};
}

// What is told to a client of a refusal: whether it was too late or settled, and never who or what is in the
// way there.
Error neutral(const Error& error) {
  if (error.kind == ErrorKind::not_found || error.code == "too_late" || error.code == "already_made_up" ||
      error.code == "no_make_up" || error.code == "already_started")
    return error;
  return conflict("not_available", "This appointment cannot be had any more.");
}

}  // namespace

Result<std::vector<Absence>> absences(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!api::Counselor::accepts(who.role) || !people::may_read(db, who, client, now))
    return not_found("client");
  std::vector<Absence> all;
  for (const auto& row : missed_rows(db, client, now - looked_back, now, {}, 100))
    all.push_back(as_absence(row, now));
  return all;
}

Result<std::vector<OpenSession>> make_ups(Snapshot& db, const api::Identity& who, ClientId client,
                                          SessionId id, Instant now) {
  if (auto known = may(db, who, client, now); !known) return known.error();
  const auto missed = missed_row(db, client, id, now);
  if (!missed) return missed.error();
  std::vector<OpenSession> all;
  for (const auto& one : proposals(db, client, *missed, now))
    all.push_back(as_open(one.session, one.likeness));
  return all;
}

Result<Absence> book_make_up(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, SessionId missed, SessionId session, Instant now) {
  if (auto known = may(tx, who, client, now); !known) return known.error();
  const auto linked = link(tx, actor, client, missed, session, now);
  if (!linked) return linked.error();
  return as_absence(*linked, now);
}

Result<Absence> cancel_make_up(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               ClientId client, SessionId missed, Instant now) {
  if (auto known = may(tx, who, client, now); !known) return known.error();
  const auto open = unlink(tx, actor, client, missed, now);
  if (!open) return open.error();
  return as_absence(*open, now);
}

std::vector<MyMissed> my_missed(Snapshot& db, ClientId client, Instant now) {
  std::vector<MyMissed> all;
  for (const auto& row : missed_rows(db, client, now - looked_back, now, {}, 100))
    all.push_back(as_my_missed(row, now));
  return all;
}

Result<std::vector<MyOpen>> my_make_ups(Snapshot& db, ClientId client, SessionId id, Instant now) {
  const auto missed = missed_row(db, client, id, now);
  if (!missed) return missed.error();
  std::vector<MyOpen> all;
  for (const auto& [one, likeness] : proposals(db, client, *missed, now))
    all.push_back({one.session, one.alias, one.starts_at, one.ends_at, one.zone, one.place});
  return all;
}

Result<MyMissed> book_my_make_up(Transaction& tx, const access::Actor& actor, ClientId client,
                                 SessionId missed, SessionId session, Instant now) {
  const auto linked = link(tx, actor, client, missed, session, now);
  if (!linked) return neutral(linked.error());
  return as_my_missed(*linked, now);
}

Result<MyMissed> cancel_my_make_up(Transaction& tx, const access::Actor& actor, ClientId client,
                                   SessionId missed, Instant now) {
  const auto open = unlink(tx, actor, client, missed, now);
  if (!open) return neutral(open.error());
  return as_my_missed(*open, now);
}

std::vector<OpenSession> open_sessions(Snapshot& db, ClientId client, SiteId site, calendar::Span time,
                                       Instant now) {
  std::vector<OpenSession> all;
  for (const auto& one : candidates(db, client, site, time)) {
    if (!one.counts || one.free_seats < 1 || !calendar::may_take_seat(db, one.session, client, now)) continue;
    all.push_back(as_open(one, {}));
    if (all.size() == most_proposed) break;
  }
  return all;
}

}  // namespace circled::attendance
