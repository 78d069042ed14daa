#include "attendance/hours.hpp"

#include <algorithm>
#include <unordered_map>

#include "people/reach.hpp"
#include "people/record_opening.hpp"
#include "places/closure.hpp"

namespace circled::attendance {
namespace {

constexpr auto longest = std::chrono::days(7 * 53);

// A client's stay and a level within it; a stay without levels has a single line.
struct CareRow {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::optional<Date> born_on;
  Date admitted_on;
  std::optional<Date> discharged_on;
  std::optional<std::string> level;
  std::optional<Date> level_from;
  std::optional<Date> level_until;
};
BOOST_DESCRIBE_STRUCT(CareRow, (),
                      (client, preferred_name, family_name, born_on, admitted_on, discharged_on, level,
                       level_from, level_until))

struct HoldRow {
  ClientId client;
  Instant from;
  std::optional<Instant> until;
};
BOOST_DESCRIBE_STRUCT(HoldRow, (), (client, from, until))

struct PlaceRow {
  ClientId client;
  Instant starts_at;
  Instant ends_at;
  calendar::Kind kind;
  calendar::Verdict verdict;
  calendar::Answer answer;
  std::optional<Minutes> credited;
};
BOOST_DESCRIBE_STRUCT(PlaceRow, (), (client, starts_at, ends_at, kind, verdict, answer, credited))

struct Known {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  rules::CareFacts facts;
  std::vector<rules::Place> places;
};

// Whom a question is about: those of a site, or one client.
struct Scope : WeeksOf {
  std::optional<ClientId> client = {};
};

struct Range {
  Date from, until;  // the day after the last
  Instant begins, ends;
};

// Three statements for everybody, and the same three by another way for one member of staff's and for one
// client: WHERE narrows the client `c`. $1, $2 are the range's days, $3, $4 its instants, $5 the site, $6 the
// member of staff or the client, $7, $8 when they are theirs, $9 the group or 0.
#define CIRCLED_CARE(WHERE)                                                                          \
  "SELECT c.person_id, c.preferred_name, c.family_name, c.born_on, e.admitted_on, e.discharged_on, " \
  "l.level, l.from_on, l.until_on FROM client c "                                                    \
  "JOIN episode e ON e.client_id = c.person_id AND e.admitted_on < $2 "                              \
  "AND (e.discharged_on IS NULL OR e.discharged_on > $1) "                                           \
  "LEFT JOIN care_level l ON l.episode_id = e.id AND l.from_on < $2 "                                \
  "AND (l.until_on IS NULL OR l.until_on > $1) WHERE " WHERE                                         \
  " ORDER BY c.search_name, c.person_id, e.admitted_on, e.id, l.from_on, l.id"
#define CIRCLED_HOLDS(WHERE)                                                                             \
  "SELECT e.client_id, h.from_at, h.until_at FROM client c JOIN episode e ON e.client_id = c.person_id " \
  "JOIN episode_hold h ON h.episode_id = e.id AND h.from_at < $4 "                                       \
  "AND (h.until_at IS NULL OR h.until_at > $3) WHERE " WHERE
#define CIRCLED_PLACES(WHERE)                                                                         \
  "SELECT p.client_id, s.starts_at, s.ends_at, s.kind, p.verdict, p.answer, p.credited_minutes "      \
  "FROM client c JOIN participant p ON p.client_id = c.person_id AND p.starts_at >= $3 "              \
  "AND p.starts_at < $4 JOIN session s ON s.id = p.session_id JOIN service v ON v.id = s.service_id " \
  "WHERE v.counts AND p.verdict IN ('attended', 'expected') AND " WHERE
#define CIRCLED_OF_SITE                                                                                 \
  "c.site_id = $5 AND ($9 = 0 OR c.person_id IN (SELECT n.client_id "                                   \
  "FROM enrolment n WHERE n.group_id = $9 AND n.from_on < $2 AND (n.until_on IS NULL OR n.until_on >= " \
  "$1)))"
#define CIRCLED_OF_STAFF                                                                 \
  CIRCLED_OF_SITE                                                                        \
  " AND c.person_id IN (SELECT a.client_id FROM assignment a WHERE a.staff_id = $6 AND " \
  "a.from_at <= $8 AND (a.until_at IS NULL OR a.until_at > $7))"
#define CIRCLED_OF_CLIENT "c.person_id = $6"

struct Texts {
  std::string_view care, holds, places;
};
constexpr Texts of_site{CIRCLED_CARE(CIRCLED_OF_SITE), CIRCLED_HOLDS(CIRCLED_OF_SITE),
                        CIRCLED_PLACES(CIRCLED_OF_SITE)};
constexpr Texts of_staff{CIRCLED_CARE(CIRCLED_OF_STAFF), CIRCLED_HOLDS(CIRCLED_OF_STAFF),
                         CIRCLED_PLACES(CIRCLED_OF_STAFF)};
constexpr Texts of_client{CIRCLED_CARE(CIRCLED_OF_CLIENT), CIRCLED_HOLDS(CIRCLED_OF_CLIENT),
                          CIRCLED_PLACES(CIRCLED_OF_CLIENT)};

void add_care(std::vector<Known>& known, CareRow&& row) {
  if (known.empty() || known.back().client != row.client)
    known.push_back({row.client,
                     std::move(row.preferred_name),
                     std::move(row.family_name),
                     {row.born_on, {}, {}, {}},
                     {}});
  auto& facts = known.back().facts;
  // Two stays cannot begin on one day and be told apart; for what a day asks it makes no difference.
  if (facts.episodes.empty() || facts.episodes.back().admitted_on != row.admitted_on ||
      facts.episodes.back().discharged_on != row.discharged_on)
    facts.episodes.push_back({row.admitted_on, row.discharged_on});
  if (row.level) facts.levels.push_back({std::move(*row.level), *row.level_from, row.level_until});
}

// One of the three texts, with all that each of them may name.
template <class Row, class F>
void ask(Snapshot& db, std::string_view text, const Scope& scope, const Range& range, F each) {
  const std::int64_t person = scope.client ? scope.client->value : scope.staff.value_or(StaffId{}).value;
  db.each<Row>(each, text, range.from, range.until, range.begins, range.ends, scope.site, person,
               scope.assigned.from, scope.assigned.until, scope.group.value_or(GroupId{}));
}

// Who is in care within the range, in order of name, with all that their weeks are made of.
std::vector<Known> load(Snapshot& db, const Scope& scope, const Range& range) {
  const Texts& texts = scope.client ? of_client : scope.staff ? of_staff : of_site;
  std::vector<Known> known;
  ask<CareRow>(db, texts.care, scope, range, [&](CareRow&& row) { add_care(known, std::move(row)); });
  std::unordered_map<ClientId, Known*> of;
  for (Known& one : known) of.emplace(one.client, &one);
  ask<HoldRow>(db, texts.holds, scope, range, [&](const HoldRow& row) {
    if (const auto at = of.find(row.client); at != of.end())
      at->second->facts.holds.push_back({row.from, row.until});
  });
  ask<PlaceRow>(db, texts.places, scope, range, [&](const PlaceRow& row) {
    if (const auto at = of.find(row.client); at != of.end())
      at->second->places.push_back(
          {row.starts_at, row.ends_at, row.kind, row.verdict, row.answer, row.credited});
  });
  return known;
}

// What a site's weeks are judged by.
struct Judging {
  Zone zone;
  CarePolicy policy;
  std::vector<CareRule> rules;
  std::vector<places::Closure> closures;
};

std::array<bool, 7> closed_days(const Judging& by, const rules::Week& week) {
  std::array<bool, 7> closed{};
  for (std::size_t i = 0; i < 7; ++i)
    for (const auto& closure : by.closures)
      if (closure.from_on <= week.first + std::chrono::days(i) &&
          week.first + std::chrono::days(i) <= closure.until_on)
        closed[i] = true;
  return closed;
}

WeekHours judge(const Known& client, const rules::Week& week, const std::array<bool, 7>& closed,
                const Judging& by, Instant now) {
  const auto required =
      rules::required(rules::care_days(week, client.facts, closed, by.rules, by.policy.jurisdiction));
  const auto figures = rules::sum(week, client.places, now);
  WeekHours hours{week.first,
                  week.from(),
                  week.until(),
                  rules::verdict(required, figures, week, now),
                  required.not_judged,
                  {},
                  required.asked_days,
                  required.parts,
                  required.most,
                  figures.credited,
                  figures.unmarked,
                  figures.scheduled,
                  {}};
  for (const auto& level : client.facts.levels)
    if (level.from < week.first + std::chrono::days(7) &&
        (!level.until || (*level.until > week.first && *level.until > level.from)))
      hours.levels.push_back(level.level);
  for (const CareRule* rule : required.by)
    if (std::find(hours.rules.begin(), hours.rules.end(), rule->id) == hours.rules.end())
      hours.rules.push_back(rule->id);
  return hours;
}

void count(HoursTotals& totals, HoursVerdict verdict) {
  ++totals.clients;
  switch (verdict) {
    case HoursVerdict::at_risk: ++totals.at_risk; break;
    case HoursVerdict::missed: ++totals.missed; break;
    case HoursVerdict::over: ++totals.over; break;
    case HoursVerdict::on_track: ++totals.on_track; break;
    case HoursVerdict::met: ++totals.met; break;
    case HoursVerdict::not_judged: ++totals.not_judged; break;
  }
}

// The page after the line that the cursor names. It is looked for where it stands now; one that stands
// elsewhere meanwhile gives way to the first of its verdict or a later one.
void cut(HoursBoard& board, const HoursPage& page) {
  auto first = board.items.begin();
  if (page.after_verdict) {
    first = std::find_if(board.items.begin(), board.items.end(), [&](const ClientWeek& line) {
      return line.client == page.after && line.verdict == *page.after_verdict;
    });
    if (first != board.items.end())
      ++first;
    else
      first = std::find_if(board.items.begin(), board.items.end(),
                           [&](const ClientWeek& line) { return line.verdict >= *page.after_verdict; });
  }
  board.items.erase(board.items.begin(), first);
  if (static_cast<std::int64_t>(board.items.size()) <= page.limit) return;
  board.items.resize(static_cast<std::size_t>(page.limit));
  const ClientWeek& last = board.items.back();
  board.next = std::string(json::enum_name(last.verdict)) + "." + std::to_string(last.client.value);
}

Result<Judging> judging(Snapshot& db, SiteId id) {
  const auto site = places::site(db, id);
  if (!site) return not_found("site");
  return Judging{*Zone::named(site->zone), *care_policy(db, id), care_rules(db), {}};
}

// How a week stands of everybody who is in care in it, in order of name.
std::vector<ClientWeek> judged(Snapshot& db, const WeeksOf& whose, Judging& by, const rules::Week& week,
                               Instant now) {
  by.closures = places::closures(db, whose.site, week.first, week.first + std::chrono::days(6));
  const auto closed = closed_days(by, week);
  std::vector<ClientWeek> lines;
  for (const Known& client :
       load(db, {whose}, {week.first, week.first + std::chrono::days(7), week.from(), week.until()})) {
    ClientWeek line;
    static_cast<WeekHours&>(line) = judge(client, week, closed, by, now);
    line.client = client.client;
    line.preferred_name = client.preferred_name;
    line.family_name = client.family_name;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

rules::Week site_week(Snapshot& db, SiteId site, Date day) {
  const auto by = judging(db, site).value();
  return rules::week_of(day, by.policy.week_starts, by.zone);
}

std::vector<ClientWeek> client_weeks(Snapshot& db, const WeeksOf& whose, Date day, Instant now) {
  auto by = judging(db, whose.site).value();
  const auto week = rules::week_of(day, by.policy.week_starts, by.zone);
  return judged(db, whose, by, week, now);
}

Result<HoursBoard> hours_board(Snapshot& db, const api::Identity& who, SiteId site, std::optional<Date> day,
                               const HoursPage& page, Instant now) {
  auto by = judging(db, site);
  if (!by) return by.error();
  const auto week = rules::week_of(day.value_or(by->zone.date(now)), by->policy.week_starts, by->zone);
  WeeksOf whose{site};
  if (!api::Supervisor::accepts(who.role)) {
    whose.staff = StaffId(who.person.value);
    whose.assigned = {now, now};
  }
  HoursBoard board{site, std::string(by->zone.name()), week.first, week.from(), week.until(), {}, {}, {}};
  board.items = judged(db, whose, *by, week, now);
  for (const ClientWeek& line : board.items) count(board.totals, line.verdict);
  std::stable_sort(board.items.begin(), board.items.end(),
                   [](const ClientWeek& a, const ClientWeek& b) { return a.verdict < b.verdict; });
  cut(board, page);
  return board;
}

Result<ClientHours> client_hours(Snapshot& db, const api::Identity& who, ClientId client,
                                 std::optional<Date> from, std::optional<Date> until, Instant now) {
  if (!api::Counselor::accepts(who.role) || !people::may_read(db, who, client, now))
    return not_found("client");
  const auto site = *db.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
  auto by = judging(db, site);
  if (!by) return by.error();
  const Date first = from.value_or(until.value_or(by->zone.date(now))), last = until.value_or(first);
  if (last < first || last - first > longest)
    return invalid("?until", "out_of_range", "This must be 'from' or later, by 53 weeks at the most.");

  std::vector<rules::Week> weeks;
  for (auto week = rules::week_of(first, by->policy.week_starts, by->zone); week.first <= last;
       week = rules::week_of(week.first + std::chrono::days(7), by->policy.week_starts, by->zone))
    weeks.push_back(week);
  const Range range{weeks.front().first, weeks.back().first + std::chrono::days(7), weeks.front().from(),
                    weeks.back().until()};
  by->closures = places::closures(db, site, range.from, range.until - std::chrono::days(1));
  const auto known = load(db, {{site}, client}, range);

  ClientHours hours{client, site, std::string(by->zone.name()), {}};
  // Whoever was never in care then has weeks all the same, which nobody judges.
  const Known nobody{client, {}, {}, {}, {}};
  for (const auto& week : weeks) {
    WeekWithMends one;
    static_cast<WeekHours&>(one) =
        judge(known.empty() ? nobody : known.front(), week, closed_days(*by, week), *by, now);
    if (one.verdict == HoursVerdict::at_risk && now < week.until())
      one.mends = open_sessions(db, client, site, {std::max(now, week.from()), week.until()}, now);
    hours.weeks.push_back(std::move(one));
  }
  return hours;
}

}  // namespace circled::attendance
