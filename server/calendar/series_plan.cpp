#include "calendar/series_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/recurrence.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/rows.hpp"

namespace circled::calendar {
namespace {

struct ExistingRow {
  SessionId id;
  Instant original_at;
  Instant starts_at;
  Instant ends_at;
  Status status;
  std::optional<RoomId> room;
  std::string title;
  std::string link;
  std::int64_t seats;
};
BOOST_DESCRIBE_STRUCT(ExistingRow, (),
                      (id, original_at, starts_at, ends_at, status, room, title, link, seats))

struct Existing : ExistingRow {
  std::vector<StaffId> facilitators;
  std::vector<ClientId> clients;
  std::int64_t reminders = 0;
};

std::vector<Existing> existing(Snapshot& db, SeriesId series, Instant from) {
  std::vector<Existing> all;
  std::map<SessionId, std::size_t> place;
  for (auto& row : db.all<ExistingRow>(
           "SELECT id, original_at, starts_at, ends_at, status, room_id, title, link, seats FROM session "
           "WHERE series_id = $1 AND original_at >= $2 ORDER BY original_at",
           series, from)) {
    place[row.id] = all.size();
    all.emplace_back();
    static_cast<ExistingRow&>(all.back()) = std::move(row);
  }
  for (const auto& [session, staff] : db.all<std::tuple<SessionId, StaffId>>(
           "SELECT f.session_id, f.staff_id FROM session s JOIN facilitator f ON f.session_id = s.id "
           "WHERE s.series_id = $1 AND s.original_at >= $2 ORDER BY f.session_id, f.leads DESC, f.staff_id",
           series, from))
    all[place.at(session)].facilitators.push_back(staff);
  for (const auto& [session, client] : db.all<std::tuple<SessionId, ClientId>>(
           "SELECT p.session_id, p.client_id FROM session s JOIN participant p ON p.session_id = s.id "
           "WHERE s.series_id = $1 AND s.original_at >= $2 ORDER BY p.session_id, p.client_id",
           series, from))
    all[place.at(session)].clients.push_back(client);
  for (const auto& [session, count] : db.all<std::tuple<SessionId, std::int64_t>>(
           "SELECT s.id, count(*) FROM session s JOIN reminder r ON r.subject_kind = 'session' "
           "AND r.subject_id = s.id WHERE s.series_id = $1 AND s.original_at >= $2 "
           "AND r.state IN ('pending', 'sent') GROUP BY s.id",
           series, from))
    all[place.at(session)].reminders = count;
  return all;
}

// Of the first the lead counts, of the others only who they are.
bool same_people(std::vector<StaffId> a, std::vector<StaffId> b) {
  if (a.size() != b.size() || (!a.empty() && a.front() != b.front())) return false;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

// A new date of the series as it says itself.
PlannedDate fresh(const Series& series, Instant at) {
  PlannedDate date;
  date.original_at = date.starts_at = at;
  date.ends_at = at + Minutes(series.duration_minutes);
  date.room = series.room;
  date.title = series.title;
  date.link = series.link;
  date.seats = series.seats;
  date.facilitators = series.facilitators;
  date.moves = date.told = date.asks_site = true;
  return date;
}

// What is wrong with each date by the hours of the site and of its people, who are looked up once for all.
void ask_hours(Snapshot& db, const Series& series, std::vector<PlannedDate>& dates,
               std::vector<Skip>& skips) {
  std::vector<StaffId> people;
  std::optional<Span> range;
  for (const auto& date : dates) {
    if (date.outcome != Outcome::fine) continue;
    people.insert(people.end(), date.facilitators.begin(), date.facilitators.end());
    if (!range) range = Span{date.starts_at, date.ends_at};
    range->from = std::min(range->from, date.starts_at);
    range->until = std::max(range->until, date.ends_at);
  }
  if (!range) return;
  const auto known = times(db, series.site, series.service, people, *range);
  std::map<StaffId, const rules::StaffTimes*> by_id;
  for (const auto& staff : known.staff) by_id.emplace(staff.id, &staff);
  for (auto& date : dates) {
    if (date.outcome != Outcome::fine) continue;
    std::vector<const rules::StaffTimes*> staff;
    for (const auto id : date.facilitators) staff.push_back(by_id.at(id));
    for (auto& trouble :
         rules::troubles(known.site, known.credential, staff, {date.starts_at, date.ends_at})) {
      if (trouble.why != Why::site_closed) {
        date.troubles.push_back(std::move(trouble));
      } else if (date.asks_site) {
        date.outcome = Outcome::closed;
        date.detail = trouble.text;
      }
    }
    if (date.outcome == Outcome::closed) {
      date.troubles.clear();
      skips.push_back({date.original_at, SkipReason::closed, date.detail});
    }
  }
}

// Looks up what stands in the way of each date that takes place anew or elsewhere. What the sessions that are
// being moved keep busy now does not: they all go first. But one that collides itself may be left where it
// is, and is then in the way of whoever was to have its place.
void judge(Snapshot& db, const api::Identity& who, const Series& series, std::vector<PlannedDate>& dates,
           std::vector<Skip>& skips, Instant now) {
  ask_hours(db, series, dates, skips);
  const Minutes rest(places::site(db, series.site)->break_minutes);
  std::set<SessionId> moving;
  for (const auto& date : dates)
    if (date.session && (date.moves || date.outcome == Outcome::ends)) moving.insert(*date.session);
  const auto look_up = [&](PlannedDate& date) {
    date.conflicts.clear();
    const auto all = owners(date);
    for (const auto& overlap :
         overlaps(db, all, date.starts_at, date.ends_at + rest, date.session.value_or(SessionId{}), now))
      if (!moving.contains(overlap.session))
        date.conflicts.push_back(told_to(db, who, all[static_cast<std::size_t>(overlap.owner)], overlap));
  };
  const PlannedDate* before = nullptr;
  for (auto& date : dates) {
    if (date.outcome != Outcome::fine) continue;
    look_up(date);
    if (!date.conflicts.empty() || !date.troubles.empty()) date.outcome = Outcome::conflict;
    if (before && before->ends_at + rest > date.starts_at) {
      date.outcome = Outcome::conflict;
      date.detail = "It would overlap the date before it.";
    }
    before = &date;
  }
  const auto stays = [&](const PlannedDate& date) {
    return date.outcome == Outcome::conflict && date.session && moving.erase(*date.session) > 0;
  };
  while (std::count_if(dates.begin(), dates.end(), stays) > 0)
    for (auto& date : dates) {
      if (date.outcome != Outcome::fine) continue;
      look_up(date);
      if (!date.conflicts.empty()) date.outcome = Outcome::conflict;
    }
}

// What the edit makes of a session that is there: what differs from its series is its own.
PlannedDate edited_session(const Existing& was, const Series& old, const Series& edited, Instant at) {
  PlannedDate date = fresh(edited, at);
  date.session = was.id;
  date.was = was.starts_at;
  date.clients = was.clients;
  date.reminders = was.reminders;
  bool own = false;
  const auto keep = [&](bool differs, auto& target, const auto& value) {
    if (!differs) return;
    target = value;
    own = true;
  };
  const bool own_time =
      was.starts_at != was.original_at || was.ends_at - was.starts_at != Minutes(old.duration_minutes);
  if (own_time) {
    date.starts_at = was.starts_at;
    date.ends_at = was.ends_at;
    own = true;
  }
  keep(was.room != old.room, date.room, was.room);
  keep(was.title != old.title, date.title, was.title);
  keep(was.link != old.link, date.link, was.link);
  keep(was.seats != old.seats, date.seats, was.seats);
  keep(!same_people(was.facilitators, old.facilitators), date.facilitators, was.facilitators);
  date.moves = date.starts_at != was.starts_at || date.ends_at != was.ends_at;
  date.leads_anew = !same_people(date.facilitators, was.facilitators);
  date.told = date.moves || date.room != was.room || date.link != was.link;
  const bool changes = date.told || date.leads_anew || date.title != was.title || date.seats != was.seats;
  if (own) date.detail = "It was changed by itself, and keeps that.";
  if (!changes) date.outcome = own ? Outcome::own : Outcome::unchanged;
  // A session that only gets another title collides with nobody new.
  if (changes && !date.moves && date.room == was.room && !date.leads_anew) date.outcome = Outcome::own;
  return date;
}

// Pairs what is there with the rule's new instances: by the day, and if the rule is another one, the rest in
// order. What stays without a partner ends, or is new.
std::vector<std::optional<Instant>> pair_up(const std::vector<Existing>& there, const Zone& zone,
                                            std::vector<Instant>& wanted, bool other_rule) {
  std::vector<std::optional<Instant>> partner(there.size());
  std::map<Date, Instant> by_day;
  for (const auto at : wanted) by_day.emplace(zone.date(at), at);
  for (std::size_t i = 0; i < there.size(); ++i) {
    const auto found = by_day.find(zone.date(there[i].original_at));
    if (found == by_day.end()) continue;
    partner[i] = found->second;
    by_day.erase(found);
  }
  wanted.clear();
  for (const auto& [day, at] : by_day) wanted.push_back(at);
  if (!other_rule) return partner;
  std::size_t next = 0;
  for (std::size_t i = 0; i < there.size() && next < wanted.size(); ++i)
    if (!partner[i] && there[i].status == Status::scheduled) partner[i] = wanted[next++];
  wanted.erase(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(next));
  return partner;
}

}  // namespace

std::vector<Instant> instances(const SeriesRow& series, Instant from, Instant until) {
  const Zone zone = *Zone::named(series.zone);
  const auto rule = Recurrence::parse(series.rule);
  std::vector<Instant> all;
  const Instant end = series.until_at ? std::min(until, *series.until_at) : until;
  const WallTime start = series.starts_on + std::chrono::duration_cast<Seconds>(series.time.since_midnight);
  for (const auto wall : rule->expand(start, zone, from, end)) all.push_back(*zone.instant(wall));
  return all;
}

SeriesPlan plan_new(Snapshot& db, const api::Identity& who, const Series& series, Instant until,
                    Instant now) {
  SeriesPlan plan;
  plan.series = series;
  const Zone zone = *Zone::named(series.zone);
  for (const auto at : instances(series, std::max(now, zone.start_of(series.starts_on)), until)) {
    PlannedDate date = fresh(series, at);
    if (series.client)
      date.clients.push_back(*series.client);
    else
      date.clients = enrolled_on(db, *series.group, zone.date(at));
    plan.dates.push_back(std::move(date));
  }
  judge(db, who, series, plan.dates, plan.skips, now);
  return plan;
}

SeriesPlan plan_edit(Snapshot& db, const api::Identity& who, const Series& old, Series edited, Instant pivot,
                     bool ends, Instant now) {
  SeriesPlan plan;
  const Zone zone = *Zone::named(old.zone);
  const Instant first_day = zone.start_of(zone.date(pivot));
  const auto there = existing(db, old.id, first_day);
  const bool earlier =
      db.one<std::int64_t>("SELECT 1 FROM session WHERE series_id = $1 AND original_at < $2 LIMIT 1", old.id,
                           first_day)
          .has_value() ||
      std::any_of(there.begin(), there.end(),
                  [&](const Existing& e) { return e.starts_at <= now || e.status == Status::completed; });
  if (earlier || ends) plan.split = first_day;
  if (ends) {
    plan.series = old;
    for (const auto& e : there) {
      if (e.status != Status::scheduled) continue;
      PlannedDate date = fresh(old, e.original_at);
      date.session = e.id;
      date.was = date.starts_at = e.starts_at;
      date.clients = e.clients;
      date.reminders = e.reminders;
      date.outcome = e.starts_at <= now ? Outcome::started : Outcome::ends;
      plan.dates.push_back(std::move(date));
    }
    return plan;
  }

  const bool other_rule = edited.rule != old.rule;
  if (!other_rule) {
    // What the rule has counted before this day stays counted.
    const auto rule = Recurrence::parse(old.rule);
    if (rule->count()) {
      const auto before = instances(old, zone.start_of(old.starts_on), first_day).size();
      edited.rule = rule->counting(*rule->count() - static_cast<int>(before)).text();
    }
  }
  edited.starts_on = zone.date(pivot);
  plan.series = edited;
  auto wanted = instances(edited, first_day, old.expanded_until);
  const auto partner = pair_up(there, zone, wanted, other_rule);

  std::map<Date, Skip> skips;
  for (auto& skip : db.all<Skip>("SELECT original_at, why, detail FROM series_skip WHERE series_id = $1 "
                                 "AND original_at >= $2 ORDER BY original_at",
                                 old.id, first_day))
    skips.emplace(zone.date(skip.original_at), skip);

  std::vector<PlannedDate> ending;
  for (std::size_t i = 0; i < there.size(); ++i) {
    const Existing& e = there[i];
    if (e.starts_at <= now || e.status == Status::completed) {
      if (e.status == Status::cancelled) continue;
      PlannedDate date = edited_session(e, old, old, e.original_at);
      date.outcome = Outcome::started;
      date.detail.clear();
      plan.dates.push_back(std::move(date));
      continue;
    }
    if (e.status == Status::cancelled) {
      if (!partner[i]) continue;
      plan.carried.push_back(e.id);
      const auto skip = skips.find(zone.date(e.original_at));
      if (skip != skips.end()) plan.skips.push_back({*partner[i], skip->second.why, skip->second.detail});
      continue;
    }
    if (!partner[i]) {
      PlannedDate date = edited_session(e, old, old, e.original_at);
      date.outcome = Outcome::ends;
      date.detail = "The rule has no such date any more.";
      ending.push_back(std::move(date));
      continue;
    }
    PlannedDate date = edited_session(e, old, edited, *partner[i]);
    date.asks_site = zone.date(date.starts_at) != zone.date(e.starts_at);
    plan.dates.push_back(std::move(date));
  }
  for (const auto at : wanted) {
    if (at <= now) continue;
    if (const auto skip = skips.find(zone.date(at)); skip != skips.end()) {
      plan.skips.push_back({at, skip->second.why, skip->second.detail});
      continue;
    }
    PlannedDate date = fresh(edited, at);
    if (edited.client)
      date.clients.push_back(*edited.client);
    else
      date.clients = enrolled_on(db, *edited.group, zone.date(at));
    plan.dates.push_back(std::move(date));
  }
  std::sort(plan.dates.begin(), plan.dates.end(),
            [](const PlannedDate& a, const PlannedDate& b) { return a.starts_at < b.starts_at; });
  plan.dates.insert(plan.dates.end(), ending.begin(), ending.end());
  judge(db, who, edited, plan.dates, plan.skips, now);
  return plan;
}

std::vector<Owner> owners(const PlannedDate& date) {
  std::vector<Owner> all;
  for (std::size_t i = 0; i < date.facilitators.size(); ++i)
    all.push_back({OwnerKind::staff, date.facilitators[i].value, "/facilitators/" + std::to_string(i)});
  for (const auto client : date.clients) all.push_back({OwnerKind::client, client.value, ""});
  if (date.room) all.push_back({OwnerKind::room, date.room->value, "/room"});
  return all;
}

Preview preview_of(const SeriesPlan& plan) {
  Preview preview{};
  std::set<ClientId> clients;
  for (const auto& date : plan.dates) {
    const bool takes_place = date.outcome != Outcome::closed && date.outcome != Outcome::ends;
    const bool told = date.outcome == Outcome::ends || date.outcome == Outcome::closed ||
                      ((date.outcome == Outcome::fine || date.outcome == Outcome::conflict) && date.told);
    const bool tells = told && (date.session || takes_place);
    if (tells) clients.insert(date.clients.begin(), date.clients.end());
    const std::int64_t reminders = tells ? date.reminders : 0;
    preview.dates.push_back({date.session, date.was,
                             takes_place ? std::optional(date.starts_at) : std::nullopt, date.outcome,
                             date.detail, date.conflicts, date.troubles,
                             tells ? static_cast<std::int64_t>(date.clients.size()) : 0, reminders});
  }
  preview.clients = static_cast<std::int64_t>(clients.size());
  seal(preview);
  return preview;
}

}  // namespace circled::calendar
