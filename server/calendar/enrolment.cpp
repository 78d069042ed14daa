#include "calendar/enrolment.hpp"

#include <algorithm>

#include "calendar/course.hpp"
#include "calendar/joining.hpp"
#include "calendar/notice.hpp"
#include "calendar/offer.hpp"
#include "calendar/rows.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "reminders/reminder.hpp"

namespace circled::calendar {
namespace {

std::optional<Enrolment> load(Snapshot& db, EnrolmentId id) {
  return db.one<Enrolment>(
      "SELECT e.id, e.group_id, e.client_id, c.preferred_name, c.family_name, e.from_on, e.until_on, "
      "e.mandatory, e.made_at FROM enrolment e JOIN client c ON c.person_id = e.client_id WHERE e.id = $1",
      id);
}

// What the caller may do about dates on which the client is elsewhere: book over them, or leave them out.
Result<void> decided(const api::Identity& who, const JoinedDates& dates,
                     const std::optional<Override>& override, bool leave_out) {
  if (dates.taken.empty()) return {};
  if (override && !may_override(who)) return no_override();
  if (!override && !leave_out) return collision(dates.taken);
  return {};
}

void tell(Transaction& tx, const Group& group, ManyNews& news, Instant now) {
  news.tell(tx, *Zone::named(group.zone), now);
  live::hint(tx, "group.changed", group.id.value, group.site);
  live::hint(tx, "calendar.changed", group.id.value, group.site);
}

Error already_enrolled() {
  return conflict("already_enrolled", "This client is in the group in those days already.");
}

// Writes what has been found to be possible. `against`, and where they are elsewhere when it is booked
// `over`, is overruled by `wanted.override`.
Result<Enrolment> write_enrolment(Transaction& tx, const access::Actor& actor, const Group& group,
                                  const NewEnrolment& wanted, const rules::DayRange& days,
                                  const std::vector<rules::Objection>& against, const JoinedDates& places,
                                  bool over, Instant now) {
  return or_collision([&]() -> Result<Enrolment> {
    const auto enrolment = *tx.one<EnrolmentId>(
        "INSERT INTO enrolment (group_id, client_id, from_on, until_on, mandatory, made_at) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        group.id, wanted.client, days.from, days.until, wanted.mandatory.value_or(false), now);
    ManyNews news(group.alias);
    join_sessions(tx, group, wanted.client, places, over, news, now);
    excuse_in_advance(tx, wanted.client, now, &news);
    seated(tx, group.id, wanted.client, now);
    tell(tx, group, news, now);
    json::object detail{{"client", wanted.client.value}, {"from", to_string(days.from)}};
    if (!against.empty() || over) {
      detail["reason"] = std::string(wanted.override->reason);
      json::array what;
      for (const auto& o : against) what.push_back(json::value(o.code));
      if (over) what.push_back("booking_conflict");
      detail["over"] = std::move(what);
    }
    access::audit(tx, actor, "group.enrol", "group", group.id.value, now, detail);
    return *load(tx, enrolment);
  });
}

// What a client meets who joins in those days, and what speaks against it.
struct Joining {
  std::vector<ComingSession> sessions;
  std::vector<rules::Objection> against;
};

Joining joining(Snapshot& db, const Group& group, ClientId client, const rules::DayRange& days, Instant now) {
  const auto [from, until] = open_time(days, *Zone::named(group.zone), now);
  Joining found{coming_sessions(db, group.id, client, from, until), {}};
  found.against = objections(db, group, client, days, found.sessions,
                             rules::most_at_once(enrolled_days(db, group.id, days.from), days), now);
  return found;
}

}  // namespace

bool has_begun(Snapshot& db, GroupId group, Instant now) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM session WHERE group_id = $1 AND starts_at <= $2 AND status <> 'cancelled' LIMIT 1",
          group, now)
      .has_value();
}

std::vector<rules::Objection> objections(Snapshot& db, const Group& group, ClientId client, Date from,
                                         Instant now) {
  return joining(db, group, client, {from, {}}, now).against;
}

Result<void> overruled(const api::Identity& who, const std::vector<rules::Objection>& all,
                       const std::optional<Override>& override) {
  if (all.empty()) return {};
  const bool legal = std::any_of(all.begin(), all.end(), [](const auto& o) { return !o.overridable; });
  if (legal || !override) return not_eligible(all);
  if (!may_override(who)) return forbidden("Only a supervisor overrules a house rule.");
  return {};
}

Error not_eligible(const std::vector<rules::Objection>& all) {
  std::string words;
  json::array list;
  for (const auto& o : all) {
    words += (words.empty() ? "" : " ") + o.message;
    list.push_back({{"code", o.code}, {"message", o.message}, {"overridable", o.overridable}});
  }
  Error error = conflict("not_eligible", words);
  error.extra["objections"] = std::move(list);
  return error;
}

Result<std::vector<Enrolment>> enrolments(Snapshot& db, const api::Identity& who, GroupId id, Instant now) {
  const auto found = group(db, who, id, now);
  if (!found) return found.error();
  if (!may_change(who, found->site) && !(who.role == api::Role::front_desk && who.site == found->site))
    return forbidden("Only those who treat these clients see who is in a group.");
  return db.all<Enrolment>(
      "SELECT e.id, e.group_id, e.client_id, c.preferred_name, c.family_name, e.from_on, e.until_on, "
      "e.mandatory, e.made_at FROM enrolment e JOIN client c ON c.person_id = e.client_id "
      "WHERE e.group_id = $1 ORDER BY CASE WHEN e.until_on < $2 THEN 1 ELSE 0 END, c.search_name, e.from_on, "
      "e.id LIMIT 1000",
      id, Zone::named(found->zone)->date(now));
}

std::vector<ClientId> enrolled_on(Snapshot& db, GroupId group, Date day) {
  return db.all<ClientId>(
      "SELECT DISTINCT client_id FROM enrolment WHERE group_id = $1 AND from_on <= $2 "
      "AND (until_on IS NULL OR until_on >= $2) ORDER BY client_id",
      group, day);
}

Result<Enrolment> enrol(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                        const NewEnrolment& wanted, Instant now) {
  const auto found = group_to_change(tx, who, id, now);
  if (!found) return found.error();
  if (auto wrong = check_client(tx, who, wanted.client, "/client", now); !wrong.empty())
    return invalid(std::move(wrong));
  const Zone zone = *Zone::named(found->zone);
  const rules::DayRange days{wanted.from.value_or(zone.date(now)), wanted.until};
  if (days.until && *days.until < days.from)
    return invalid("/until", "out_of_range", "The last day is before the first.");
  if (days.from < zone.date(now) - std::chrono::days(366))
    return invalid("/from", "in_the_past", "This is more than a year ago.");
  if (is_enrolled(tx, id, wanted.client, days)) return already_enrolled();

  const auto [sessions, against] = joining(tx, *found, wanted.client, days, now);
  if (auto allowed = overruled(who, against, wanted.override); !allowed) return allowed.error();
  const auto places = joined_dates(tx, who, *found, wanted.client, sessions, {}, now);
  if (auto clear = decided(who, places, wanted.override, wanted.leave_out_conflicts.value_or(false)); !clear)
    return clear.error();
  const bool over = wanted.override && !places.taken.empty();

  return write_enrolment(tx, actor, *found, wanted, days, against, places, over, now);
}

Result<Enrolment> enrol_offered(Transaction& tx, const access::Actor& actor, const Group& group,
                                ClientId client, Date from, Instant now) {
  NewEnrolment wanted{};
  wanted.client = client;
  const rules::DayRange days{from, {}};
  if (is_enrolled(tx, group.id, client, days)) return already_enrolled();
  const auto [sessions, against] = joining(tx, group, client, days, now);
  if (!against.empty()) return not_eligible(against);
  const auto places = joined_dates(tx, the_server(), group, client, sessions, {}, now);
  return write_enrolment(tx, actor, group, wanted, days, {}, places, false, now);
}

Result<Enrolment> change_enrolment(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   EnrolmentId id, const EnrolmentChange& change, Instant now) {
  const auto current = load(tx, id);
  if (!current) return not_found("enrolment");
  const auto found = group_to_change(tx, who, current->group, now);
  if (!found) return found.error().kind == ErrorKind::not_found ? not_found("enrolment") : found.error();
  const Zone zone = *Zone::named(found->zone);
  const bool opens = change.open.value_or(false);
  if (opens && change.until) return invalid("/open", "excludes", "It is open, or it has a last day.");
  if (change.until && *change.until < current->from - std::chrono::days(1))
    return invalid("/until", "out_of_range", "The last day is before the first.");
  const std::optional<Date> until = opens ? std::nullopt : change.until ? change.until : current->until;
  const bool longer = current->until && (!until || *until > *current->until);
  const bool shorter = until && (!current->until || *until < *current->until);

  ManyNews news(found->alias);
  return or_collision([&]() -> Result<Enrolment> {
    if (longer) {
      const rules::DayRange added{*current->until + std::chrono::days(1), until};
      if (is_enrolled(tx, current->group, current->client, added, id)) return already_enrolled();
      const auto [sessions, against] = joining(tx, *found, current->client, added, now);
      if (!against.empty()) return not_eligible(against);
      const auto places = joined_dates(tx, who, *found, current->client, sessions, {}, now);
      if (!places.taken.empty()) return collision(places.taken);
      join_sessions(tx, *found, current->client, places, false, news, now);
      excuse_in_advance(tx, current->client, now, &news);
    }
    tx.run(
        "UPDATE enrolment SET until_on = $2, mandatory = $3, ended_at = CASE WHEN $4 THEN $5 ELSE ended_at "
        "END "
        "WHERE id = $1",
        id, until, change.mandatory.value_or(current->mandatory), shorter, now);
    if (shorter) {
      const Instant from = std::max(now, zone.start_of(*until + std::chrono::days(1)) - Milliseconds(1));
      const auto first = tx.one<Instant>(
          "SELECT p.starts_at FROM participant p JOIN session s ON s.id = p.session_id WHERE p.client_id = "
          "$1 "
          "AND p.starts_at > $2 AND s.group_id = $3 AND p.source = 'enrolment' ORDER BY p.starts_at LIMIT 1",
          current->client, from, current->group);
      leave_sessions(tx, current->group, current->client, from, now);
      if (first) news.about(current->client, *first);
    }
    tell(tx, *found, news, now);
    access::audit(tx, actor, "group.change_enrolment", "group", current->group.value, now,
                  {{"client", current->client.value}, {"until", until ? to_string(*until) : "open"}});
    if (shorter) offer_seats(tx, current->group, now);
    return *load(tx, id);
  });
}

void leave_sessions(Transaction& tx, GroupId group, ClientId client, Instant from, Instant now) {
  const auto sessions = tx.all<SessionId>(
      "SELECT p.session_id FROM participant p JOIN session s ON s.id = p.session_id WHERE p.client_id = $1 "
      "AND p.starts_at > $2 AND s.group_id = $3 AND p.source = 'enrolment' AND s.status = 'scheduled' "
      "ORDER BY p.session_id",
      client, std::max(from, now), group);
  for (const auto session : sessions) remove_client(tx, session, client);
}

}  // namespace circled::calendar
