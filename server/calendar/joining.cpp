#include "calendar/joining.hpp"

#include <algorithm>

#include "calendar/enrolment.hpp"
#include "calendar/rows.hpp"
#include "people/standing.hpp"

namespace circled::calendar {
namespace {

const Instant end_of_time = from_millis(4'102'444'800'000);  // 2100

rules::Caps caps(Snapshot& db, const Group& group) {
  const auto [largest, ratio] = *db.one<std::tuple<std::optional<std::int64_t>, std::optional<std::int64_t>>>(
      "SELECT legal_largest, legal_clients_per_facilitator FROM service WHERE id = $1", group.service);
  return {group.largest, group.clients_per_facilitator, largest, ratio};
}

void add_once(std::vector<rules::Objection>& all, rules::Objection objection) {
  if (std::none_of(all.begin(), all.end(), [&](const auto& o) { return o.code == objection.code; }))
    all.push_back(std::move(objection));
}

// Seats in the group that are held for others.
std::int64_t offered(Snapshot& db, GroupId group, ClientId client) {
  return *db.one<std::int64_t>(
      "SELECT count(*) FROM waitlist WHERE group_id = $1 AND state = 'offered' AND client_id <> $2", group,
      client);
}

bool is_offered(Snapshot& db, GroupId group, ClientId client) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM waitlist WHERE group_id = $1 AND client_id = $2 AND state = 'offered' LIMIT 1",
          group, client)
      .has_value();
}

}  // namespace

std::pair<Instant, Instant> open_time(const rules::DayRange& days, const Zone& zone, Instant now) {
  return {std::max(now, zone.start_of(days.from) - Milliseconds(1)),
          days.until ? zone.start_of(*days.until + std::chrono::days(1)) : end_of_time};
}

std::vector<ComingSession> coming_sessions(Snapshot& db, GroupId group, ClientId client, Instant from,
                                           Instant until) {
  return db.all<ComingSession>(
      "SELECT s.id, s.starts_at, s.ends_at, (" CIRCLED_OTHERS_SEATED("s.id", "$1", "$2") "), "
      "(SELECT count(*) FROM facilitator f WHERE f.session_id = s.id), "
      "EXISTS (SELECT 1 FROM participant p WHERE p.session_id = s.id AND p.client_id = $2) "
      "FROM session s WHERE s.group_id = $1 AND s.starts_at > $3 AND s.starts_at < $4 "
      "AND s.status = 'scheduled' ORDER BY s.starts_at, s.id",
      group, client, from, until);
}

std::vector<rules::DayRange> enrolled_days(Snapshot& db, GroupId group, Date from) {
  std::vector<rules::DayRange> all;
  for (const auto& [first, last] : db.all<std::tuple<Date, std::optional<Date>>>(
           "SELECT from_on, until_on FROM enrolment WHERE group_id = $1 "
           "AND (until_on IS NULL OR until_on >= $2)",
           group, from))
    all.push_back({first, last});
  return all;
}

bool is_enrolled(Snapshot& db, GroupId group, ClientId client, const rules::DayRange& days,
                 EnrolmentId except) {
  // One that ended before it began never came to be.
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM enrolment WHERE group_id = $1 AND client_id = $2 AND id <> $5 "
          "AND (until_on IS NULL OR (until_on >= $3 AND until_on >= from_on)) "
          "AND (CAST($4 AS BIGINT) IS NULL OR from_on <= $4) LIMIT 1",
          group, client, days.from, days.until, except)
      .has_value();
}

std::vector<rules::Objection> objections(Snapshot& db, const Group& group, ClientId client,
                                         const rules::DayRange& days,
                                         const std::vector<ComingSession>& sessions, std::int64_t most_others,
                                         Instant now) {
  std::vector<rules::Objection> all;
  if (group.state != GroupState::running)
    all.push_back({"not_running", "This group is paused or has ended.", group.state == GroupState::paused});
  if (group.ends_on && group.state != GroupState::ended && (!days.until || *days.until >= *group.ends_on))
    all.push_back({"ends", "This group ends on " + to_string(*group.ends_on) + ".", false});
  if (group.admission == Admission::closed && has_begun(db, group.id, now))
    all.push_back({"closed_group", "This group has begun, and is closed to others.", true});
  const auto standing = people::standing(db, client, now);
  for (auto& objection : rules::admission(group.admits, *standing, days.from))
    all.push_back(std::move(objection));
  const auto limits = caps(db, group);
  for (auto& objection : rules::size({limits.largest, {}, limits.legal_largest, {}},
                                     most_others + offered(db, group.id, client) + 1, 1))
    add_once(all, std::move(objection));
  for (const auto& session : sessions)
    if (!session.there)
      for (auto& objection : rules::size(limits, session.clients + 1, session.facilitators))
        add_once(all, std::move(objection));
  // Staff learn that there is a conflict; with whom, only those who may.
  for (const auto other : people::kept_apart(db, client))
    if (is_enrolled(db, group.id, other, days) || is_offered(db, group.id, other))
      add_once(all, {"kept_apart", "Somebody in this group must not meet this client.", true});
  return all;
}

JoinedDates joined_dates(Snapshot& db, const api::Identity& who, const Group& group, ClientId client,
                         const std::vector<ComingSession>& sessions, const std::vector<SessionId>& gone,
                         Instant now) {
  const Minutes rest(places::site(db, group.site)->break_minutes);
  const std::vector<Owner> owner{{OwnerKind::client, client.value, "/client"}};
  JoinedDates dates;
  for (const auto& session : sessions) {
    if (session.there) continue;
    bool free = true;
    for (const auto& overlap :
         overlaps(db, owner, session.starts_at, session.ends_at + rest, session.id, now)) {
      if (std::find(gone.begin(), gone.end(), overlap.session) != gone.end()) continue;
      dates.taken.push_back(told_to(db, who, owner.front(), overlap));
      free = false;
    }
    dates.all.push_back(session);
    if (free) dates.free.push_back(session);
  }
  return dates;
}

void join_sessions(Transaction& tx, const Group& group, ClientId client, const JoinedDates& dates, bool over,
                   ManyNews& news, Instant now) {
  const Minutes rest(places::site(tx, group.site)->break_minutes);
  const std::vector<Owner> owner{{OwnerKind::client, client.value, ""}};
  for (const auto& session : over ? dates.all : dates.free) {
    const Instant until = session.ends_at + rest;
    std::vector<Conflict> beside;
    for (const auto& taken : dates.taken)
      if (taken.from < until && taken.until > session.starts_at) beside.push_back(taken);
    tx.later("INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4)",
             session.id, client, session.starts_at, Source::enrolment);
    occupy(tx, session.id, owner, session.starts_at, until, beside);
    tx.later("UPDATE session SET version = version + 1 WHERE id = $1", session.id);
    news.planned(tx, session.id, client, now);
  }
}

}  // namespace circled::calendar
