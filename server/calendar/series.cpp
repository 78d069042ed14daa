#include "calendar/series.hpp"

#include <algorithm>

#include "base/recurrence.hpp"
#include "base/version.hpp"
#include "calendar/course.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/notice.hpp"
#include "calendar/offer.hpp"
#include "calendar/rows.hpp"
#include "calendar/rules.hpp"
#include "calendar/series_plan.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"
#include "reminders/reminder.hpp"

namespace circled::calendar {
namespace {

#define CIRCLED_SERIES                                                                           \
  "SELECT id, site_id, service_id, group_id, client_id, title, room_id, link, starts_on, time, " \
  "duration_minutes, zone, rule, seats, follows_id, expanded_until, until_at, version FROM series "

Series complete(Snapshot& db, SeriesRow row, Instant skips_from) {
  Series series;
  static_cast<SeriesRow&>(series) = std::move(row);
  series.facilitators = db.all<StaffId>(
      "SELECT staff_id FROM series_facilitator WHERE series_id = $1 ORDER BY position", series.id);
  series.skips = db.all<Skip>(
      "SELECT original_at, why, detail FROM series_skip WHERE series_id = $1 AND original_at >= $2 "
      "ORDER BY original_at",
      series.id, skips_from);
  return series;
}

std::optional<Series> load(Snapshot& db, SeriesId id, Instant now) {
  auto row = db.one<SeriesRow>(CIRCLED_SERIES "WHERE id = $1", id);
  if (!row) return std::nullopt;
  return complete(db, std::move(*row), now);
}

// Whether the caller may make or change series of this group, or with this client.
bool may_change_series(Snapshot& db, const api::Identity& who, const SeriesRow& series, Instant now) {
  if (series.client) return people::reaches(db, who, *series.client, now);
  return may_change(who, series.site);
}

Result<Series> for_change(Snapshot& db, const api::Identity& who, SeriesId id, Instant now) {
  auto found = series(db, who, id, now);
  if (!found) return found;
  if (!may_change_series(db, who, *found, now))
    return forbidden("Only those who treat clients at this site change this series.");
  return found;
}

std::string alias_of(Snapshot& db, const SeriesRow& series) {
  if (series.group)
    return *db.one<std::string>("SELECT alias FROM therapy_group WHERE id = $1", *series.group);
  return *db.one<std::string>("SELECT neutral_name FROM service WHERE id = $1", series.service);
}

std::vector<FieldError> check_room(Snapshot& db, const SeriesRow& series) {
  if (!series.room) return {};
  return calendar::check_room(db, *series.room, series.site,
                              series.group ? std::optional(series.seats) : std::nullopt);
}

std::vector<FieldError> check_rule(const SeriesRow& series) {
  if (auto rule = Recurrence::parse(series.rule); !rule) {
    auto fields = rule.error().fields;
    for (auto& field : fields) field.pointer = "/rule";
    return fields;
  }
  const Zone zone = *Zone::named(series.zone);
  const Instant first = zone.start_of(series.starts_on);
  if (instances(series, first, first + rules::horizon).empty())
    return {{"/rule", "never", "This rule has no date within two years of its first day."}};
  return {};
}

// The series that a request describes, not written yet.
Result<Series> described(Snapshot& db, const api::Identity& who, const NewSeries& wanted, Instant now) {
  std::vector<FieldError> errors;
  Series series{};
  series.site = wanted.site;
  series.duration_minutes = wanted.duration_minutes;
  series.starts_on = wanted.starts_on;
  series.time = wanted.time;
  series.rule = wanted.rule;
  series.room = wanted.room;
  series.link = wanted.link.value_or("");
  series.facilitators = wanted.facilitators;
  series.group = wanted.group;
  series.client = wanted.client;
  if (wanted.group.has_value() == wanted.client.has_value())
    return invalid("/group", "one_of_two", "A series is of a group, or with a client: name one of the two.");
  const auto site = places::site(db, wanted.site);
  if (!site) return invalid("/site", "not_found", "There is no such site.");
  series.zone = site->zone;
  if (wanted.group) {
    const auto of = group(db, who, *wanted.group, now);
    if (!of || of->site != wanted.site) return invalid("/group", "not_found", "There is no such group here.");
    if (of->state != GroupState::running)
      return conflict("not_running", "This group is paused or has ended.");
    series.service = of->service;
    series.title = wanted.title.value_or("").empty() ? of->name : std::string(*wanted.title);
    series.seats = of->largest;
    if (of->ends_on) series.until_at = Zone::named(site->zone)->start_of(*of->ends_on);
  } else {
    if (auto wrong = check_client(db, who, *wanted.client, "/client", now); !wrong.empty())
      return invalid(std::move(wrong));
    const auto name = wanted.service
                          ? db.one<std::string>("SELECT name FROM service WHERE id = $1", *wanted.service)
                          : std::nullopt;
    if (!name) return invalid("/service", "not_found", "There is no such service.");
    series.service = *wanted.service;
    series.title = wanted.title.value_or("").empty() ? *name : std::string(*wanted.title);
    series.seats = 1;
  }
  if (!may_change_series(db, who, series, now))
    return forbidden("Only those who treat clients at this site make series there.");
  const auto add = [&](std::vector<FieldError> more) {
    for (auto& error : more) errors.push_back(std::move(error));
  };
  add(check_facilitators(db, wanted.facilitators));
  add(check_room(db, series));
  add(check_rule(series));
  if (!rules::is_link(series.link))
    errors.push_back({"/link", "not_a_link", "This must be an address that begins with https://."});
  if (!errors.empty()) return invalid(std::move(errors));
  return series;
}

Instant horizon_of(const Zone& zone, Instant now) { return zone.start_of(zone.date(now + series_horizon)); }

SeriesPlan plan_of(Snapshot& db, const api::Identity& who, Series series, Instant now) {
  const Zone zone = *Zone::named(series.zone);
  series.expanded_until = std::max(horizon_of(zone, now), horizon_of(zone, zone.start_of(series.starts_on)));
  return plan_new(db, who, series, series.expanded_until, now);
}

// Whether what collides has been decided on; the refusal shows the whole plan.
Result<void> decided(const api::Identity& who, const SeriesPlan& plan, const Deciding& deciding) {
  const bool any = std::any_of(plan.dates.begin(), plan.dates.end(),
                               [](const PlannedDate& d) { return d.outcome == Outcome::conflict; });
  if (!any) return {};
  if (deciding.override) {
    if (!may_override(who)) return no_override();
    return {};
  }
  if (deciding.leave_out_conflicts.value_or(false)) return {};
  Error error = conflict("booking_conflict",
                         "On some dates somebody or the room is taken: leave those dates out, or choose "
                         "another time.");
  error.extra["preview"] = json::encode(preview_of(plan));
  return error;
}

SeriesId insert_series(Transaction& tx, const Series& series, Instant now) {
  const auto id = *tx.one<SeriesId>(
      "INSERT INTO series (site_id, service_id, group_id, client_id, title, room_id, link, starts_on, time, "
      "duration_minutes, zone, rule, seats, follows_id, expanded_until, until_at, created_at) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id",
      series.site, series.service, series.group, series.client, series.title, series.room, series.link,
      series.starts_on, series.time, series.duration_minutes, series.zone, series.rule, series.seats,
      series.follows, series.expanded_until, series.until_at, now);
  return id;
}

void write_leaders(Transaction& tx, SeriesId id, const std::vector<StaffId>& facilitators) {
  tx.later("DELETE FROM series_facilitator WHERE series_id = $1", id);
  for (std::size_t i = 0; i < facilitators.size(); ++i)
    tx.later("INSERT INTO series_facilitator (series_id, position, staff_id) VALUES ($1, $2, $3)", id,
             static_cast<std::int64_t>(i), facilitators[i]);
}

// Why a date that collides is left out, in words for those who lead it.
std::string left_out(const PlannedDate& date) {
  if (!date.conflicts.empty()) return date.conflicts.front().name;
  return date.troubles.empty() ? date.detail : date.troubles.front().text;
}

NewSession session_of(const Series& series, const PlannedDate& date) {
  return {series.site,       series.service, series.group ? Kind::group : Kind::one_on_one,
          date.title,        date.room,      date.link,
          date.starts_at,    date.ends_at,   date.seats,
          date.facilitators, date.clients,   series.group ? Source::enrolment : Source::booking,
          series.group,      series.id,      date.original_at};
}

// A session of the series that does not take place any more.
void call_off(Transaction& tx, SessionId id, Instant now) {
  cancel_session(tx, id, now);
  reminders::cancel(tx, reminders::SubjectKind::session, id.value, {});
}

void rewrite(Transaction& tx, SeriesId series, const PlannedDate& date, Instant now) {
  tx.later(
      "UPDATE session SET series_id = $2, original_at = $3, starts_at = $4, ends_at = $5, room_id = $6, "
      "title = $7, link = $8, seats = $9, version = version + 1, told_version = told_version + $10, "
      "changed_at = CASE WHEN $11 THEN $12 ELSE changed_at END WHERE id = $1",
      *date.session, series, date.original_at, date.starts_at, date.ends_at, date.room, date.title, date.link,
      date.seats, date.told ? 1 : 0, date.outcome != Outcome::unchanged, now);
  if (date.leads_anew)
    write_facilitators(tx, *date.session, date.facilitators, date.starts_at);
  else if (date.moves)
    tx.later("UPDATE facilitator SET starts_at = $2 WHERE session_id = $1", *date.session, date.starts_at);
  if (date.moves) move_participants(tx, *date.session, date.starts_at);
}

bool changes(const PlannedDate& date) {
  return date.outcome == Outcome::fine || date.outcome == Outcome::own || date.outcome == Outcome::unchanged;
}

void hint(Transaction& tx, const SeriesRow& series) {
  live::hint(tx, "calendar.changed", series.id.value, series.site);
  if (series.group) live::hint(tx, "group.changed", series.group->value, series.site);
}

// Writes every date of the plan; its series stands already. What one frees, another may take: so all go out
// of the way first.
void write_dates(Transaction& tx, SeriesPlan& plan, const Deciding& deciding, ManyNews& news, Instant now) {
  const Series& series = plan.series;
  const Minutes rest(places::site(tx, series.site)->break_minutes);
  for (auto& date : plan.dates) {
    if (date.outcome == Outcome::conflict && deciding.override) {
      date.outcome = Outcome::fine;
      date.over = date.conflicts;
    }
    if (date.outcome == Outcome::ends || (date.outcome == Outcome::closed && date.session)) {
      call_off(tx, *date.session, now);
      for (const auto client : date.clients) news.about(client, *date.was);
    } else if (date.outcome == Outcome::conflict && !date.session) {
      plan.skips.push_back({date.original_at, SkipReason::conflict, left_out(date)});
    } else if (date.session && changes(date) && (date.moves || date.leads_anew || date.told)) {
      release(tx, *date.session);
    }
    // Two dates may change places, and each instance is there once. What ends is no instance any more.
    if (date.session && date.outcome != Outcome::started)
      tx.later("UPDATE session SET series_id = NULL WHERE id = $1", *date.session);
  }
  for (const auto id : plan.carried)
    tx.later("UPDATE session SET series_id = $2 WHERE id = $1", id, series.id);
  std::vector<SessionId> elsewhere;  // that are new, or at another time
  for (auto& date : plan.dates) {
    if (date.outcome == Outcome::started || date.outcome == Outcome::ends) continue;
    if (date.session && (date.outcome == Outcome::conflict || date.outcome == Outcome::closed)) {
      // Left as it is, and the series' own all the same.
      tx.later("UPDATE session SET series_id = $2, original_at = $3 WHERE id = $1", *date.session, series.id,
               date.original_at);
      continue;
    }
    if (!changes(date)) continue;
    const bool fresh = !date.session;
    if (fresh)
      date.session = insert_session(tx, session_of(series, date), now);
    else
      rewrite(tx, series.id, date, now);
    if (fresh || date.moves) elsewhere.push_back(*date.session);
    if (fresh || date.moves || date.leads_anew || date.told)
      occupy(tx, *date.session, owners(date), date.starts_at, date.ends_at + rest, date.over);
    if (fresh || date.told) news.planned(tx, *date.session, now, date.was);
  }
  for (const auto& skip : plan.skips) write_skip(tx, series.id, skip, now);
  excuse_in_advance(tx, elsewhere, now, &news);
  if (series.group) give_topics(tx, *series.group, now);
}

void record(Transaction& tx, const access::Actor& actor, std::string_view action, const SeriesPlan& plan,
            const Deciding& deciding, Instant now) {
  json::object detail{{"dates", static_cast<std::int64_t>(plan.dates.size())}};
  json::array over;
  for (const auto& date : plan.dates)
    for (const auto& conflict : date.over) over.push_back(json::encode(conflict));
  if (!over.empty()) {
    detail["reason"] = std::string(deciding.override->reason);
    detail["conflicts"] = std::move(over);
  }
  access::audit(tx, actor, action, "series", plan.series.id.value, now, detail);
}

struct Edited {
  Series old;
  SeriesPlan plan;
};

// What the edit would make of the series.
Result<Edited> edit_of(Snapshot& db, const api::Identity& who, SeriesId id, const SeriesEdit& edit,
                       Instant now) {
  auto old = for_change(db, who, id, now);
  if (!old) return old.error();
  if (old->until_at && *old->until_at <= now) return conflict("ended", "This series has ended.");
  Instant pivot{};
  if (edit.from) {
    const auto at = db.one<std::tuple<Instant, Instant>>(
        "SELECT original_at, starts_at FROM session WHERE id = $1 AND series_id = $2", *edit.from, id);
    if (!at) return invalid("/from", "not_found", "There is no such session in this series.");
    if (std::get<1>(*at) <= now)
      return conflict("already_started", "This session has started; begin with a later one.");
    pivot = std::get<0>(*at);
  } else {
    pivot = db.one<Instant>(
                  "SELECT original_at FROM session WHERE series_id = $1 AND starts_at > $2 "
                  "AND status = 'scheduled' ORDER BY original_at LIMIT 1",
                  id, now)
                .value_or(std::max(now, Zone::named(old->zone)->start_of(old->starts_on)));
  }
  const bool ends = edit.end.value_or(false);
  Series next = *old;
  if (edit.time) next.time = *edit.time;
  if (edit.duration_minutes) next.duration_minutes = *edit.duration_minutes;
  if (edit.rule) next.rule = *edit.rule;
  if (edit.room) next.room = edit.room;
  if (edit.title && !edit.title->empty()) next.title = *edit.title;
  if (edit.link) next.link = *edit.link;
  if (edit.facilitators) next.facilitators = *edit.facilitators;
  if (edit.seats && next.group) next.seats = *edit.seats;
  std::vector<FieldError> errors;
  const auto add = [&](std::vector<FieldError> more) {
    for (auto& error : more) errors.push_back(std::move(error));
  };
  const bool changes_fields = edit.time || edit.duration_minutes || edit.rule || edit.room || edit.title ||
                              edit.link || edit.facilitators || edit.seats;
  if (ends && changes_fields)
    errors.push_back({"/end", "excludes", "What ends cannot be changed at the same time."});
  if (!ends && !changes_fields) errors.push_back({"", "nothing", "Say what to change."});
  if (edit.facilitators) add(check_facilitators(db, *edit.facilitators));
  if (edit.room || edit.seats) add(check_room(db, next));
  if (edit.rule) {
    SeriesRow from_pivot = next;
    from_pivot.starts_on = Zone::named(old->zone)->date(pivot);
    add(check_rule(from_pivot));
  }
  if (!rules::is_link(next.link))
    errors.push_back({"/link", "not_a_link", "This must be an address that begins with https://."});
  if (!errors.empty()) return invalid(std::move(errors));
  auto plan = plan_edit(db, who, *old, std::move(next), pivot, ends, now);
  return Edited{std::move(*old), std::move(plan)};
}

// Where the plan's dates go: the old series, or a new one that follows it.
void write_series(Transaction& tx, const Series& old, SeriesPlan& plan, bool ends, Instant now) {
  if (plan.split) {
    tx.run("UPDATE series SET until_at = $2, version = version + 1 WHERE id = $1", old.id, *plan.split);
    if (ends) return;
    tx.later("DELETE FROM series_skip WHERE series_id = $1 AND original_at >= $2", old.id, *plan.split);
    plan.series.follows = old.id;
    plan.series.until_at = old.until_at;
    plan.series.id = insert_series(tx, plan.series, now);
  } else {
    const Series& s = plan.series;
    tx.run(
        "UPDATE series SET title = $2, room_id = $3, link = $4, starts_on = $5, time = $6, "
        "duration_minutes = $7, rule = $8, seats = $9, version = version + 1 WHERE id = $1",
        s.id, s.title, s.room, s.link, s.starts_on, s.time, s.duration_minutes, s.rule, s.seats);
    tx.later("DELETE FROM series_skip WHERE series_id = $1", s.id);
  }
  write_leaders(tx, plan.series.id, plan.series.facilitators);
}

}  // namespace

void write_skip(Transaction& tx, SeriesId series, const Skip& skip, Instant now) {
  tx.later(
      "INSERT INTO series_skip (series_id, original_at, why, detail, skipped_at) VALUES ($1, $2, $3, $4, $5) "
      "ON CONFLICT (series_id, original_at) DO UPDATE SET why = $3, detail = $4, skipped_at = $5",
      series, skip.original_at, skip.why, skip.detail, now);
}

Result<Series> series(Snapshot& db, const api::Identity& who, SeriesId id, Instant now) {
  auto found = load(db, id, now);
  if (!found) return not_found("series");
  const bool seen = found->client ? people::reaches(db, who, *found->client, now) : may_see(who, found->site);
  if (!seen) return not_found("series");
  return std::move(*found);
}

std::vector<SeriesRow> series_of_group(Snapshot& db, GroupId group) {
  return db.all<SeriesRow>(CIRCLED_SERIES "WHERE group_id = $1 ORDER BY id", group);
}

std::vector<SeriesRow> series_of_client(Snapshot& db, ClientId client) {
  return db.all<SeriesRow>(CIRCLED_SERIES "WHERE client_id = $1 ORDER BY id", client);
}

Result<Preview> preview_series(Snapshot& db, const api::Identity& who, const NewSeries& wanted, Instant now) {
  auto series = described(db, who, wanted, now);
  if (!series) return series.error();
  return preview_of(plan_of(db, who, std::move(*series), now));
}

Result<Applied> add_series(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           const NewSeries& wanted, Instant now) {
  auto series = described(tx, who, wanted, now);
  if (!series) return series.error();
  auto plan = plan_of(tx, who, std::move(*series), now);
  if (auto clear = decided(who, plan, wanted); !clear) return clear.error();
  return or_collision([&]() -> Result<Applied> {
    plan.series.id = insert_series(tx, plan.series, now);
    write_leaders(tx, plan.series.id, plan.series.facilitators);
    ManyNews news(alias_of(tx, plan.series));
    const auto shown = preview_of(plan).dates;
    write_dates(tx, plan, wanted, news, now);
    news.tell(tx, *Zone::named(plan.series.zone), now);
    hint(tx, plan.series);
    record(tx, actor, "series.add", plan, wanted, now);
    return Applied{*load(tx, plan.series.id, now), shown};
  });
}

Result<Preview> preview_edit(Snapshot& db, const api::Identity& who, SeriesId id, const SeriesEdit& edit,
                             Instant now) {
  const auto edited = edit_of(db, who, id, edit, now);
  if (!edited) return edited.error();
  return preview_of(edited->plan);
}

Result<Applied> apply_edit(Transaction& tx, const api::Identity& who, const access::Actor& actor, SeriesId id,
                           const SeriesEdit& edit, std::string_view digest, Instant now) {
  auto edited = edit_of(tx, who, id, edit, now);
  if (!edited) return edited.error();
  auto& plan = edited->plan;
  const auto preview = preview_of(plan);
  if (preview.digest != digest) return previewed_another(preview);
  if (auto clear = decided(who, plan, edit); !clear) return clear.error();
  return or_collision([&]() -> Result<Applied> {
    const bool ends = edit.end.value_or(false);
    write_series(tx, edited->old, plan, ends, now);
    ManyNews news(alias_of(tx, plan.series));
    write_dates(tx, plan, edit, news, now);
    news.tell(tx, *Zone::named(plan.series.zone), now);
    hint(tx, plan.series);
    record(tx, actor, ends ? "series.end" : "series.edit", plan, edit, now);
    if (plan.series.group) offer_seats(tx, *plan.series.group, now);
    return Applied{*load(tx, plan.series.id, now), preview.dates};
  });
}

Result<Series> skip(Transaction& tx, const api::Identity& who, const access::Actor& actor, SeriesId id,
                    Instant original_at, Instant now) {
  const auto found = for_change(tx, who, id, now);
  if (!found) return found;
  const auto session = tx.one<std::tuple<SessionId, Instant, Status>>(
      "SELECT id, starts_at, status FROM session WHERE series_id = $1 AND original_at = $2", id, original_at);
  if (!session || std::get<2>(*session) == Status::cancelled) return not_found("date of this series");
  if (std::get<1>(*session) <= now || std::get<2>(*session) == Status::completed)
    return conflict("already_started", "This session has started; it stays as it is.");
  ManyNews news(alias_of(tx, *found));
  for (const auto client :
       tx.all<ClientId>("SELECT client_id FROM participant WHERE session_id = $1", std::get<0>(*session)))
    news.about(client, std::get<1>(*session));
  call_off(tx, std::get<0>(*session), now);
  write_skip(tx, id, {original_at, SkipReason::by_hand, ""}, now);
  if (found->group) give_topics(tx, *found->group, now);
  news.tell(tx, *Zone::named(found->zone), now);
  hint(tx, *found);
  access::audit(tx, actor, "series.skip", "series", id.value, now, {{"original_at", to_string(original_at)}});
  if (found->group) offer_seats(tx, *found->group, now);
  return *load(tx, id, now);
}

namespace {

// A date that was taken out takes place again, as the series now says; under its old id, if it had one.
// Answers which session it is. Its clients' excuses are the caller's.
Result<SessionId> take_back(Transaction& tx, const api::Identity& who, const Series& series,
                            Instant original_at, ManyNews& news, Instant now) {
  const Zone zone = *Zone::named(series.zone);
  const Instant ends_at = original_at + Minutes(series.duration_minutes);
  PlannedDate date;
  date.original_at = date.starts_at = original_at;
  date.ends_at = ends_at;
  date.room = series.room;
  date.title = series.title;
  date.link = series.link;
  date.seats = series.seats;
  date.facilitators = series.facilitators;
  date.moves = date.told = date.leads_anew = true;
  if (series.client)
    date.clients.push_back(*series.client);
  else
    date.clients = enrolled_on(tx, *series.group, zone.date(original_at));
  const Minutes rest(places::site(tx, series.site)->break_minutes);
  const auto taken = conflicts(tx, who, owners(date), original_at, ends_at + rest, {}, now);
  if (!taken.empty()) return collision(taken);
  date.session = tx.one<SessionId>("SELECT id FROM session WHERE series_id = $1 AND original_at = $2",
                                   series.id, original_at);
  if (date.session) {
    rewrite(tx, series.id, date, now);
    tx.later("UPDATE session SET status = 'scheduled' WHERE id = $1", *date.session);
    tx.later("DELETE FROM participant WHERE session_id = $1", *date.session);
    for (const auto client : date.clients)
      tx.later("INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, $4)",
               *date.session, client, original_at, series.group ? Source::enrolment : Source::booking);
  } else {
    date.session = insert_session(tx, session_of(series, date), now);
  }
  occupy(tx, *date.session, owners(date), original_at, ends_at + rest, {});
  tx.later("DELETE FROM series_skip WHERE series_id = $1 AND original_at = $2", series.id, original_at);
  news.planned(tx, *date.session, now);
  return *date.session;
}

}  // namespace

Result<Series> put_back(Transaction& tx, const api::Identity& who, const access::Actor& actor, SeriesId id,
                        Instant original_at, Instant now) {
  const auto found = for_change(tx, who, id, now);
  if (!found) return found;
  if (!tx.one<std::int64_t>("SELECT 1 FROM series_skip WHERE series_id = $1 AND original_at = $2", id,
                            original_at))
    return not_found("skipped date");
  if (original_at <= now) return conflict("already_started", "This date has passed.");
  if (found->until_at && original_at >= *found->until_at)
    return conflict("ended", "This series has ended by then.");
  return or_collision([&]() -> Result<Series> {
    ManyNews news(alias_of(tx, *found));
    const auto back = take_back(tx, who, *found, original_at, news, now);
    if (!back) return back.error();
    excuse_in_advance(tx, std::span(&*back, 1), now, &news);
    if (found->group) give_topics(tx, *found->group, now);
    news.tell(tx, *Zone::named(found->zone), now);
    hint(tx, *found);
    access::audit(tx, actor, "series.put_back", "series", id.value, now,
                  {{"original_at", to_string(original_at)}});
    return *load(tx, id, now);
  });
}

namespace {

// What a facilitator hears when the calendar by itself leaves a date out.
struct LeftOut {
  SeriesId series;
  Instant original_at;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(LeftOut, (), (series, original_at, why))

}  // namespace

Result<std::int64_t> extend_series_once(Transaction& tx, Instant now) {
  // A series is due a day after it was last extended. One in a few weeks' worth is enough for a transaction.
  const auto due = tx.all<SeriesRow>(
      "SELECT s.id, s.site_id, s.service_id, s.group_id, s.client_id, s.title, s.room_id, s.link, "
      "s.starts_on, s.time, s.duration_minutes, s.zone, s.rule, s.seats, s.follows_id, s.expanded_until, "
      "s.until_at, s.version FROM series s LEFT JOIN therapy_group g ON g.id = s.group_id "
      "WHERE (s.until_at IS NULL OR s.until_at > s.expanded_until) AND s.expanded_until < $1 AND (g.id IS "
      "NULL OR g.state = 'running') "
      "ORDER BY s.expanded_until, s.id LIMIT 10",
      now + series_horizon - std::chrono::days(1));
  for (const auto& row : due) {
    const Series series = complete(tx, row, now);
    const Zone zone = *Zone::named(series.zone);
    const Instant until = std::max(series.expanded_until, horizon_of(zone, now));
    SeriesPlan plan = plan_new(tx, the_server(), series, until, std::max(now, series.expanded_until));
    ManyNews nobody("");
    for (const auto& date : plan.dates) {
      if (date.outcome == Outcome::conflict)
        for (const auto staff : series.facilitators)
          live::emit(tx, staff, now, "series.left_out", LeftOut{series.id, date.original_at, left_out(date)});
    }
    write_dates(tx, plan, {}, nobody, now);
    tx.run("UPDATE series SET expanded_until = $2 WHERE id = $1", series.id, until);
    hint(tx, series);
  }
  return static_cast<std::int64_t>(due.size());
}

namespace {

// A session of a group that has not begun.
struct UpcomingDate {
  SessionId id;
  SeriesId series;
  Instant original_at;
  Instant starts_at;
};
BOOST_DESCRIBE_STRUCT(UpcomingDate, (), (id, series, original_at, starts_at))

}  // namespace

Result<Group> pause_group(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                          std::int64_t version, Instant now) {
  auto current = lasting_group(tx, who, id, now, version);
  if (!current) return current;
  if (current->state == GroupState::paused) return conflict("paused", "This group is paused already.");
  ManyNews news(current->alias);
  for (const auto& coming : tx.all<UpcomingDate>(
           "SELECT id, series_id, original_at, starts_at FROM session WHERE group_id = $1 AND starts_at > $2 "
           "AND status = 'scheduled' AND series_id IS NOT NULL ORDER BY starts_at, id",
           id, now)) {
    for (const auto client :
         tx.all<ClientId>("SELECT client_id FROM participant WHERE session_id = $1", coming.id))
      news.about(client, coming.starts_at);
    call_off(tx, coming.id, now);
    write_skip(tx, coming.series, {coming.original_at, SkipReason::paused, ""}, now);
  }
  tx.run("UPDATE therapy_group SET state = 'paused', version = version + 1 WHERE id = $1", id);
  news.tell(tx, *Zone::named(current->zone), now);
  live::hint(tx, "group.changed", id.value, current->site);
  access::audit(tx, actor, "group.pause", "group", id.value, now);
  offer_seats(tx, id, now);
  return *group(tx, who, id, now);
}

Result<Group> resume_group(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                           std::int64_t version, Instant now) {
  auto current = lasting_group(tx, who, id, now, version);
  if (!current) return current;
  if (current->state != GroupState::paused) return conflict("not_paused", "This group is not paused.");
  tx.run("UPDATE therapy_group SET state = 'running', version = version + 1 WHERE id = $1", id);
  ManyNews news(current->alias);
  std::vector<SessionId> back;
  for (const auto& row : series_of_group(tx, id)) {
    const Series series = complete(tx, row, now);
    for (const auto& skip : series.skips) {
      if (skip.why != SkipReason::paused || skip.original_at <= now) continue;
      if (series.until_at && skip.original_at >= *series.until_at) continue;
      // What collides meanwhile stays out, and says so; the schema cannot refuse here what the search let
      // pass.
      const auto taken = take_back(tx, who, series, skip.original_at, news, now);
      if (taken)
        back.push_back(*taken);
      else
        write_skip(tx, series.id, {skip.original_at, SkipReason::conflict, taken.error().detail}, now);
    }
  }
  excuse_in_advance(tx, back, now, &news);
  give_topics(tx, id, now);
  news.tell(tx, *Zone::named(current->zone), now);
  live::hint(tx, "group.changed", id.value, current->site);
  access::audit(tx, actor, "group.resume", "group", id.value, now);
  offer_seats(tx, id, now);
  return *group(tx, who, id, now);
}

}  // namespace circled::calendar
