// What the rules of availability must know, out of the database: of some people at one site, and which
// sessions they are to judge.
#include <algorithm>
#include <bit>
#include <map>

#include "calendar/availability.hpp"

namespace circled::calendar {
namespace {

// Sessions looked through for a list, and shown of it.
constexpr std::size_t most_shown = 200;
#define CIRCLED_MOST_LINES "5000"

// One fact: `kind` says what the numbers and the words are.
struct Fact {
  std::string kind;
  std::optional<StaffId> staff;
  std::int64_t a, b, c;
  std::string words;
};
BOOST_DESCRIBE_STRUCT(Fact, (), (kind, staff, a, b, c, words))

// $1 site, $2 and $3 the range, $4 and $5 its days with one to spare on either side, $6 the service, from $7
// on the people. The text is made for a power of two of them; the rest is nobody.
std::vector<Fact> facts(Snapshot& db, SiteId site, ServiceId service, std::span<const StaffId> staff,
                        Span range) {
  using std::chrono::days;
  std::vector<store::Value> values{
      store::to_value(site),
      store::to_value(range.from),
      store::to_value(range.until),
      store::to_value(std::chrono::floor<days>(range.from).time_since_epoch() - days(1)),
      store::to_value(std::chrono::floor<days>(range.until).time_since_epoch() + days(1)),
      store::to_value(service)};
  std::string people = "FROM (VALUES ";
  for (std::size_t i = 0; i < std::bit_ceil(std::max<std::size_t>(1, staff.size())); ++i) {
    values.push_back(store::to_value(i < staff.size() ? staff[i] : StaffId{}));
    people += (i == 0 ? "($" : ", ($") + std::to_string(values.size()) + ")";
  }
  people += ") AS o JOIN ";
  const std::string sql =
      "SELECT 'site' AS kind, CAST(NULL AS BIGINT) AS staff, break_minutes AS a, 0 AS b, 0 AS c, "
      "zone AS words FROM site WHERE id = $1 "
      "UNION ALL SELECT 'needs', NULL, 0, 0, 0, credential FROM service WHERE id = $6 "
      "UNION ALL SELECT 'open', NULL, weekday, from_time, until_time, '' FROM site_hours WHERE site_id = $1 "
      "UNION ALL SELECT 'closed', NULL, id, from_on, until_on, name FROM closure "
      "WHERE until_on >= $4 AND from_on <= $5 AND (site_id IS NULL OR site_id = $1) "
      "UNION ALL SELECT 'name', t.person_id, 0, 0, 0, t.name " +
      people +
      "staff t ON t.person_id = o.column1 "
      "UNION ALL SELECT 'home', t.person_id, 0, 0, 0, i.zone " +
      people +
      "staff t ON t.person_id = o.column1 JOIN site i ON i.id = t.site_id "
      "UNION ALL SELECT CASE WHEN h.site_id = $1 THEN 'hours' ELSE 'hours_there' END, h.staff_id, h.weekday, "
      "h.from_time, h.until_time, '' " +
      people +
      "staff_hours h ON h.staff_id = o.column1 "
      "UNION ALL SELECT 'block', b.staff_id, b.weekday, b.from_time, b.until_time, b.kind " +
      people +
      "staff_block b ON b.staff_id = o.column1 "
      "UNION ALL SELECT 'exception', e.staff_id, e.from_at, e.until_at, 0, e.kind " +
      people +
      "staff_exception e ON e.staff_id = o.column1 AND e.until_at > $2 AND e.from_at < $3 "
      "UNION ALL SELECT 'credential', c.staff_id, COALESCE(c.until_on, 0), "
      "CASE WHEN c.until_on IS NULL THEN 0 ELSE 1 END, 0, c.credential " +
      people +
      "staff_credential c ON c.staff_id = o.column1 "
      // A calendar kept elsewhere may hold our own sessions, fetched from here: those do not count twice.
      // Counted for each row, where NOT EXISTS would be a join: PostgreSQL might read all sessions for it,
      // and every booking would then lose against every other.
      "UNION ALL SELECT 'elsewhere', u.staff_id, u.from_at, u.until_at, 0, '' " +
      people +
      "outside_busy u ON u.staff_id = o.column1 AND u.until_at > $2 AND u.from_at < $3 "
      "WHERE (SELECT count(*) FROM facilitator f JOIN session s ON s.id = f.session_id "
      "WHERE f.staff_id = u.staff_id AND f.starts_at = u.from_at AND s.ends_at = u.until_at) = 0";
  return db.all_of<Fact>(sql, values);
}

Zone zone_of(const std::string& name) { return *Zone::named(name); }

void take(rules::SiteTimes& site, Fact&& fact) {
  if (fact.kind == "site") {
    site.zone = zone_of(fact.words);
    site.pause = Minutes(fact.a);
  } else if (fact.kind == "open") {
    site.hours.push_back({fact.a, Minutes(fact.b), Minutes(fact.c)});
  } else {
    site.closures.push_back({ClosureId(fact.a),
                             {},
                             Date(std::chrono::days(fact.b)),
                             Date(std::chrono::days(fact.c)),
                             std::move(fact.words),
                             {}});
  }
}

void take(rules::StaffTimes& person, Fact&& fact) {
  const rules::Weekly weekly{fact.a, Minutes(fact.b), Minutes(fact.c)};
  const Span span{from_millis(fact.a), from_millis(fact.b)};
  if (fact.kind == "name") {
    person.name = std::move(fact.words);
  } else if (fact.kind == "home") {
    person.home = zone_of(fact.words);
  } else if (fact.kind == "hours" || fact.kind == "hours_there") {
    person.has_hours = true;
    if (fact.kind == "hours") person.hours.push_back(weekly);
  } else if (fact.kind == "block") {
    person.blocks.push_back({weekly, *json::parse_enum<BlockKind>(fact.words)});
  } else if (fact.kind == "credential") {
    person.credentials.push_back(
        {std::move(fact.words), fact.b == 0 ? std::nullopt : std::optional(Date(std::chrono::days(fact.a)))});
  } else if (fact.kind == "elsewhere") {
    person.elsewhere.push_back(span);
  } else if (const auto kind = *json::parse_enum<ExceptionKind>(fact.words); kind == ExceptionKind::extra) {
    person.extra.push_back(span);
  } else {
    person.away.push_back({span, kind});
  }
}

// A session and one who leads it.
struct LedSession {
  SessionId session;
  SiteId site;
  std::string credential;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  StaffId staff;
};
BOOST_DESCRIBE_STRUCT(LedSession, (), (session, site, credential, title, starts_at, ends_at, staff))

#define CIRCLED_LINES(FROM, WHERE)                                                                \
  "SELECT s.id, s.site_id, v.credential, s.title, s.starts_at, s.ends_at, f.staff_id FROM " FROM  \
  " JOIN service v ON v.id = s.service_id JOIN facilitator f ON f.session_id = s.id WHERE " WHERE \
  " AND s.status = 'scheduled' ORDER BY s.starts_at, s.id, f.leads DESC, f.staff_id "             \
  "LIMIT " CIRCLED_MOST_LINES

// Which of them are in trouble. What is known is fetched once for each site.
std::vector<TroubledSession> judge(Snapshot& db, const std::vector<LedSession>& lines) {
  std::map<SiteId, std::pair<std::vector<StaffId>, Span>> asked;
  for (const LedSession& line : lines) {
    auto& [staff, range] =
        asked.try_emplace(line.site, std::vector<StaffId>{}, Span{line.starts_at, line.ends_at})
            .first->second;
    staff.push_back(line.staff);
    range.until = std::max(range.until, line.ends_at);
  }
  std::map<SiteId, rules::Times> known;
  for (auto& [site, what] : asked) {
    auto& [staff, range] = what;
    std::sort(staff.begin(), staff.end());
    staff.erase(std::unique(staff.begin(), staff.end()), staff.end());
    known.emplace(site, times(db, site, ServiceId{}, staff, range));
  }
  std::vector<TroubledSession> troubled;
  for (auto line = lines.begin(); line != lines.end() && troubled.size() < most_shown;) {
    const LedSession& first = *line;
    const rules::Times& here = known.at(first.site);
    std::vector<const rules::StaffTimes*> people;
    for (; line != lines.end() && line->session == first.session; ++line)
      people.push_back(&*std::lower_bound(here.staff.begin(), here.staff.end(), line->staff,
                                          [](const auto& person, StaffId id) { return person.id < id; }));
    auto why = rules::troubles(here.site, first.credential, people, {first.starts_at, first.ends_at});
    if (!why.empty()) troubled.push_back({first.session, first.title, first.starts_at, std::move(why)});
  }
  return troubled;
}

}  // namespace

rules::Times times(Snapshot& db, SiteId site, ServiceId service, std::span<const StaffId> staff, Span range) {
  rules::Times times;
  times.site.id = site;
  std::map<StaffId, std::size_t> index;
  for (const StaffId id : staff) {
    index.emplace(id, times.staff.size());
    times.staff.emplace_back().id = id;
  }
  for (auto& fact : facts(db, site, service, staff, range)) {
    if (fact.kind == "needs")
      times.credential = std::move(fact.words);
    else if (fact.staff)
      take(times.staff[index.at(*fact.staff)], std::move(fact));
    else
      take(times.site, std::move(fact));
  }
  std::sort(times.site.closures.begin(), times.site.closures.end(), [](const auto& a, const auto& b) {
    return std::tie(a.from_on, a.id) < std::tie(b.from_on, b.id);
  });
  return times;
}

std::vector<Trouble> troubles(Snapshot& db, const Planned& session) {
  const Span span{session.starts_at, session.ends_at};
  const auto known = times(db, session.site, session.service, session.staff, span);
  std::vector<const rules::StaffTimes*> people;
  for (const auto& person : known.staff) people.push_back(&person);
  return rules::troubles(known.site, known.credential, people, span);
}

std::vector<TroubledSession> troubled_of_staff(Snapshot& db, StaffId staff, Instant now) {
  return judge(db, db.all<LedSession>(CIRCLED_LINES("facilitator l JOIN session s ON s.id = l.session_id",
                                                    "l.staff_id = $1 AND l.starts_at > $2"),
                                      staff, now));
}

std::vector<TroubledSession> troubled_at_site(Snapshot& db, std::optional<SiteId> site, Span range,
                                              Instant now) {
  // One that began before may reach into it.
  const Instant after = std::max(range.from - std::chrono::hours(12), now);
  if (site)
    return judge(
        db, db.all<LedSession>(
                CIRCLED_LINES("session s", "s.site_id = $1 AND s.starts_at > $2 AND s.starts_at < $3"), *site,
                after, range.until));
  return judge(db, db.all<LedSession>(CIRCLED_LINES("site i JOIN session s ON s.site_id = i.id",
                                                    "s.starts_at > $1 AND s.starts_at < $2"),
                                      after, range.until));
}

std::vector<TroubledSession> troubled_of_service(Snapshot& db, ServiceId service, Instant now) {
  return judge(db, db.all<LedSession>(CIRCLED_LINES("site i JOIN session s ON s.site_id = i.id",
                                                    "s.service_id = $1 AND s.starts_at > $2"),
                                      service, now));
}

}  // namespace circled::calendar
