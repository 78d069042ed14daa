#include "aftercare/meeting.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <span>

#include "aftercare/list_text.hpp"
#include "aftercare/rules.hpp"

namespace circled::aftercare {
namespace {

constexpr Minutes soon{120};
constexpr std::size_t most_types = 4;

struct MeetingColumns {
  MeetingId id;
  std::string name;
  int weekday;
  std::string rule;
  std::optional<Date> starts_on;
  TimeOfDay time;
  Minutes duration;
  std::string zone, place, address, town, notes, online_url;
  bool in_person;
  std::string types;
  std::optional<double> latitude, longitude;
  bool by_hand, gone, closed;
  BOOST_DESCRIBE_CLASS(MeetingColumns, (),
                       (id, name, weekday, rule, starts_on, time, duration, zone, place, address, town, notes,
                        online_url, in_person, types, latitude, longitude, by_hand, gone, closed),
                       (), ())
};

#define CIRCLED_MEETING                                                                             \
  "SELECT id, name, weekday, rule, starts_on, time, duration_minutes, zone, place, address, town, " \
  "notes, online_url, in_person, types, latitude, longitude, "                                      \
  "(SELECT l.by_hand FROM meeting_list l WHERE l.id = meeting.list_id), gone_at IS NOT NULL, "      \
  "closed_at IS NOT NULL FROM meeting "

// A pattern that finds everything costs nothing, and most are.
#define CIRCLED_LIKE(TEXT, PATTERN) "AND (" PATTERN " = '%' OR " TEXT " LIKE " PATTERN " ESCAPE '!') "

// What every search asks of a meeting besides where and when: $1 to $4 are patterns of words, $5 and $6 are
// wishes for online and in person, $7 to $10 patterns of types, $11 whether staff have closed it.
#define CIRCLED_WANTED                                                                      \
  "gone_at IS NULL AND (closed_at IS NOT NULL) = $11 "                                      \
  "AND ($5 = 'any' OR ($5 = 'yes') = (online_url <> '' OR NOT in_person)) "                 \
  "AND ($6 = 'any' OR ($6 = 'yes') = in_person) " CIRCLED_LIKE("',' || types || ','", "$7") \
      CIRCLED_LIKE("',' || types || ','", "$8") CIRCLED_LIKE("',' || types || ','", "$9")   \
          CIRCLED_LIKE("',' || types || ','", "$10") CIRCLED_LIKE("search_text", "$1")      \
              CIRCLED_LIKE("search_text", "$2") CIRCLED_LIKE("search_text", "$3")           \
                  CIRCLED_LIKE("search_text", "$4")

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Meeting from_columns(MeetingColumns&& row) {
  return {row.id,
          std::move(row.name),
          row.weekday,
          std::move(row.rule),
          row.starts_on,
          row.time,
          row.duration,
          std::move(row.zone),
          std::move(row.place),
          std::move(row.address),
          std::move(row.town),
          std::move(row.notes),
          std::move(row.online_url),
          row.in_person,
          split(row.types, ','),
          row.latitude,
          row.longitude,
          row.by_hand,
          row.gone,
          row.closed};
}

// Whole numbers that are not negative, with dots between them: how a page says where the next one goes on.
template <std::size_t N>
std::optional<std::array<std::int64_t, N>> read_numbers(std::string_view text) {
  const auto parts = split(text, '.');
  std::array<std::int64_t, N> numbers{};
  if (parts.size() != N) return std::nullopt;
  for (std::size_t i = 0; i < N; ++i) {
    const auto& part = parts[i];
    const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), numbers[i]);
    if (ec != std::errc{} || end != part.data() + part.size() || numbers[i] < 0) return std::nullopt;
  }
  return numbers;
}

Error not_a_cursor() { return invalid("?after", "not_a_cursor", "This is not a cursor of this list."); }

using Patterns = std::array<std::string, 4>;

std::string escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern;
}

// LIKE patterns for the words of a search; "%" finds everything. '!' escapes.
Patterns word_patterns(std::string_view text) {
  Patterns all{"%", "%", "%", "%"};
  std::size_t used = 0;
  for (const auto& word : split(fold(clean(text, 100)), ' ')) {
    const std::string pattern = "%" + escaped(word) + "%";
    // Past the last pattern the words must stand together: rarer than a search for five words is.
    if (used < all.size())
      all.at(used++) = pattern;
    else
      all.back() = all.back().substr(0, all.back().size() - 1) + " " + pattern.substr(1);
  }
  return all;
}

std::string_view wish(std::optional<bool> wanted) { return !wanted ? "any" : *wanted ? "yes" : "no"; }

// A search that can be asked of the database.
struct SearchTerms {
  Patterns words;
  Patterns types{"%", "%", "%", "%"};
  std::string_view online, in_person;
  std::vector<Stretch> when;
  std::optional<Point> centre;
  double within_km = 25;
  bool soon = false, closed = false;
  std::size_t limit = 50;
};

Result<SearchTerms> asked(const NearSearch& search) {
  SearchTerms all;
  all.words = word_patterns(search.text.value_or(""));
  const auto types = split(search.types.value_or(""), ',');
  if (types.size() > most_types) return invalid("/types", "too_many_types", "Four types are the most.");
  for (std::size_t i = 0; i < types.size(); ++i) all.types.at(i) = "%," + escaped(types[i]) + ",%";
  all.online = wish(search.online);
  all.in_person = wish(search.in_person);
  const auto weekday = search.weekday ? std::optional(static_cast<int>(search.weekday->value)) : std::nullopt;
  all.when = stretches(weekday, search.from, search.until);
  if (search.latitude.has_value() != search.longitude.has_value())
    return invalid(search.latitude ? "/longitude" : "/latitude", "half_a_point",
                   "A point has a latitude and a longitude.");
  if (search.latitude) all.centre = Point{search.latitude->value, search.longitude->value};
  if (search.within_km) all.within_km = static_cast<double>(search.within_km->value);
  all.soon = search.soon.value_or(false);
  all.closed = search.closed.value_or(false);
  if (search.limit) all.limit = static_cast<std::size_t>(search.limit->value);
  return all;
}

// In order of the week ------------------------------------------------------------------------------

// Cuts off what earlier pages showed; false when the cursor points outside of the stretches.
bool skip_to(std::vector<Stretch>& todo, int weekday, TimeOfDay time) {
  const auto found = std::ranges::find_if(
      todo, [&](const Stretch& s) { return s.weekday == weekday && s.from <= time && time <= s.until; });
  if (found == todo.end()) return false;
  found->from = time;
  todo.erase(todo.begin(), found);
  return true;
}

std::vector<MeetingColumns> load(Snapshot& db, const SearchTerms& of, const Stretch& where, MeetingId after,
                                 std::int64_t limit) {
  return db.all<MeetingColumns>(
      CIRCLED_MEETING
      "WHERE weekday = $12 AND time >= $13 AND time <= $14 AND (time > $13 OR id > $15) AND " CIRCLED_WANTED
      "ORDER BY weekday, time, id LIMIT $16",
      of.words[0], of.words[1], of.words[2], of.words[3], of.online, of.in_person, of.types[0], of.types[1],
      of.types[2], of.types[3], of.closed, where.weekday, where.from, where.until, after, limit);
}

Result<api::Page<FoundMeeting>> by_week(Snapshot& db, SearchTerms&& of,
                                        const std::optional<Text<1, 60>>& cursor) {
  MeetingId after;
  if (cursor) {
    const auto numbers = read_numbers<3>(*cursor);
    if (!numbers || !skip_to(of.when, static_cast<int>((*numbers)[0]), TimeOfDay{Minutes((*numbers)[1])}))
      return not_a_cursor();
    after = MeetingId((*numbers)[2]);
  }
  api::Page<FoundMeeting> page;
  for (const auto& stretch : of.when) {
    const auto missing = static_cast<std::int64_t>(of.limit - page.items.size()) + 1;
    for (auto& row : load(db, of, stretch, after, missing))
      page.items.push_back({from_columns(std::move(row)), {}, {}});
    after = MeetingId();  // only the first stretch was begun on an earlier page
    if (page.items.size() <= of.limit) continue;
    page.items.resize(of.limit);
    const Meeting& last = page.items.back();
    page.next = std::to_string(last.weekday) + "." + std::to_string(last.time.since_midnight.count()) + "." +
                std::to_string(last.id.value);
    break;
  }
  return page;
}

// Near, and soon ------------------------------------------------------------------------------------
//
// The database answers whatever may do, a few columns of each: what lies in a box, or begins about now on the
// wall of each zone. What does is decided here.

struct Candidate {
  MeetingId id;
  int weekday;
  std::string rule;
  std::optional<Date> starts_on;
  TimeOfDay time;
  Minutes duration;
  std::string zone;
  std::optional<double> latitude, longitude;
  BOOST_DESCRIBE_CLASS(Candidate, (),
                       (id, weekday, rule, starts_on, time, duration, zone, latitude, longitude), (), ())
};

#define CIRCLED_CANDIDATE \
  "SELECT id, weekday, rule, starts_on, time, duration_minutes, zone, latitude, longitude FROM meeting "

std::vector<Candidate> in_box(Snapshot& db, const SearchTerms& of, const Box& box) {
  return db.all<Candidate>(
      CIRCLED_CANDIDATE
      "WHERE latitude >= $12 AND latitude <= $13 AND ($14 <= $15 AND longitude >= $14 AND longitude <= $15 "
      "OR $14 > $15 AND (longitude >= $14 OR longitude <= $15)) AND " CIRCLED_WANTED,
      of.words[0], of.words[1], of.words[2], of.words[3], of.online, of.in_person, of.types[0], of.types[1],
      of.types[2], of.types[3], of.closed, box.south, box.north, box.west, box.east);
}

// The zones that meetings are in: a step along the index for each, and there are a few dozen.
std::vector<std::string> zones(Snapshot& db) {
  std::vector<std::string> found;
  for (std::string last;;) {
    auto next = db.one<std::optional<std::string>>("SELECT MIN(zone) FROM meeting WHERE zone > $1", last);
    if (!*next) return found;
    found.push_back(last = std::move(**next));
  }
}

std::vector<Candidate> about_now(Snapshot& db, const SearchTerms& of, Instant now) {
  std::vector<Candidate> all;
  for (const auto& name : zones(db)) {
    const auto zone = Zone::named(name);
    if (!zone) continue;
    const WallTime from = zone->wall(now), until = zone->wall(now + soon);
    const auto day = [](WallTime t) { return std::chrono::floor<std::chrono::days>(t); };
    const auto minutes = [&](WallTime t) { return TimeOfDay{std::chrono::floor<Minutes>(t - day(t))}; };
    const auto weekday = static_cast<int>(std::chrono::weekday(day(from)).c_encoding());
    for (const auto& s : stretches(weekday, minutes(from), minutes(until)))
      db.each<Candidate>([&](Candidate&& one) { all.push_back(std::move(one)); },
                         CIRCLED_CANDIDATE
                         "WHERE zone = $12 AND weekday = $13 AND time >= $14 AND time <= $15 "
                         "AND " CIRCLED_WANTED,
                         of.words[0], of.words[1], of.words[2], of.words[3], of.online, of.in_person,
                         of.types[0], of.types[1], of.types[2], of.types[3], of.closed, name, s.weekday,
                         s.from, s.until);
  }
  return all;
}

struct Hit {
  std::int64_t order;  // metres away, or when it starts
  MeetingId id;
  std::optional<double> distance_km;
  std::optional<Instant> starts_at;
  auto operator<=>(const Hit& other) const {
    return std::pair(order, id) <=> std::pair(other.order, other.id);
  }
};

// The zones of what is judged, each looked up once.
using Zones = std::map<std::string, Zone, std::less<>>;
const Zone& zone_of(Zones& zones, const std::string& name) {
  const auto found = zones.find(name);
  if (found != zones.end()) return found->second;
  return zones.emplace(name, Zone::named(name).value()).first->second;
}

std::optional<Hit> judge(const SearchTerms& of, Candidate&& one, Zones& zones, Instant now) {
  const bool in_window = std::ranges::any_of(of.when, [&](const Stretch& s) {
    return s.weekday == one.weekday && s.from <= one.time && one.time <= s.until;
  });
  if (!in_window) return std::nullopt;
  Hit hit{0, one.id, {}, {}};
  if (of.soon) {
    hit.starts_at = starts_within({std::move(one.rule), one.starts_on, one.time, one.duration}, one.weekday,
                                  zone_of(zones, one.zone), now, soon);
    if (!hit.starts_at) return std::nullopt;
    hit.order = to_millis(*hit.starts_at);
  }
  if (of.centre) {
    const double km = distance_km(*of.centre, {*one.latitude, *one.longitude});
    if (km > of.within_km) return std::nullopt;
    hit.order = std::llround(km * 1000);
    hit.distance_km = std::round(km * 10) / 10;
  }
  return hit;
}

// The meetings of these hits, in their order. The text is one of a few, whatever the page's length.
std::vector<FoundMeeting> load(Snapshot& db, std::span<const Hit> hits) {
  if (hits.empty()) return {};
  std::size_t asked = 25;
  while (asked < hits.size()) asked *= 2;
  std::string sql = CIRCLED_MEETING "WHERE id IN (";
  std::vector<store::Value> values;
  for (std::size_t i = 0; i < asked; ++i) {
    values.push_back(hits[std::min(i, hits.size() - 1)].id.value);
    sql += (i == 0 ? "$" : ", $") + std::to_string(i + 1);
  }
  std::map<MeetingId, Meeting> found;
  for (auto& row : db.all_of<MeetingColumns>(sql + ")", values)) {
    const MeetingId id = row.id;
    found.emplace(id, from_columns(std::move(row)));
  }
  std::vector<FoundMeeting> all;
  for (const Hit& hit : hits) all.push_back({std::move(found.at(hit.id)), hit.distance_km, hit.starts_at});
  return all;
}

Result<api::Page<FoundMeeting>> by_order(Snapshot& db, const SearchTerms& of,
                                         const std::optional<Text<1, 60>>& cursor, Instant now) {
  Hit after{-1, {}, {}, {}};
  if (cursor) {
    const auto numbers = read_numbers<2>(*cursor);
    if (!numbers) return not_a_cursor();
    after = {(*numbers)[0], MeetingId((*numbers)[1]), {}, {}};
  }
  std::vector<Hit> hits;
  Zones zones;
  auto candidates = of.centre ? in_box(db, of, around(*of.centre, of.within_km)) : about_now(db, of, now);
  for (auto& one : candidates)
    if (auto hit = judge(of, std::move(one), zones, now); hit && after < *hit) hits.push_back(*hit);
  const std::size_t shown = std::min(of.limit, hits.size());
  std::partial_sort(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(shown), hits.end());
  api::Page<FoundMeeting> page;
  if (hits.size() > shown)
    page.next = std::to_string(hits[shown - 1].order) + "." + std::to_string(hits[shown - 1].id.value);
  page.items = load(db, std::span(hits).first(shown));
  return page;
}

}  // namespace

Result<api::Page<FoundMeeting>> search(Snapshot& db, const NearSearch& search, Instant now) {
  auto of = asked(search);
  if (!of) return of.error();
  if (of->centre || of->soon) return by_order(db, *of, search.after, now);
  return by_week(db, std::move(*of), search.after);
}

std::optional<Meeting> meeting(Snapshot& db, MeetingId id) {
  auto row = db.one<MeetingColumns>(CIRCLED_MEETING "WHERE id = $1", id);
  if (!row) return std::nullopt;
  return from_columns(std::move(*row));
}

std::vector<MeetingList> meeting_lists(Snapshot& db) {
  return db.all<MeetingList>(
      "SELECT l.id, l.name, l.format, l.by_hand, l.imported_at,"
      " (SELECT COUNT(*) FROM meeting m WHERE m.list_id = l.id AND m.gone_at IS NULL),"
      " (SELECT COUNT(*) FROM meeting m WHERE m.list_id = l.id AND m.gone_at IS NOT NULL) "
      "FROM meeting_list l ORDER BY l.name");
}

}  // namespace circled::aftercare
