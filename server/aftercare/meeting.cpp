#include "aftercare/meeting.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "aftercare/list_text.hpp"
#include "aftercare/rules.hpp"

namespace circled::aftercare {
namespace {

struct MeetingColumns {
  MeetingId id;
  std::string name;
  int weekday;
  std::string rule;
  TimeOfDay time;
  Minutes duration;
  std::string zone, place, address, town, notes, online_url;
  bool in_person;
  std::string types;
  std::optional<double> latitude, longitude;
  bool gone, closed;
  BOOST_DESCRIBE_CLASS(MeetingColumns, (),
                       (id, name, weekday, rule, time, duration, zone, place, address, town, notes,
                        online_url, in_person, types, latitude, longitude, gone, closed),
                       (), ())
};

#define CIRCLED_MEETING                                                                  \
  "SELECT id, name, weekday, rule, time, duration_minutes, zone, place, address, town, " \
  "notes, online_url, in_person, types, latitude, longitude, gone_at IS NOT NULL, "      \
  "closed_at IS NOT NULL FROM meeting "

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
          row.gone,
          row.closed};
}

// The last row of a page: where the next one goes on.
struct Cursor {
  int weekday = 0;
  TimeOfDay time;
  MeetingId id;
};

std::string write_cursor(const Meeting& last) {
  return std::to_string(last.weekday) + "." + std::to_string(last.time.since_midnight.count()) + "." +
         std::to_string(last.id.value);
}

std::optional<Cursor> read_cursor(std::string_view text) {
  const auto parts = split(text, '.');
  std::array<std::int64_t, 3> numbers{};
  if (parts.size() != numbers.size()) return std::nullopt;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto& part = parts[i];
    const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), numbers[i]);
    if (ec != std::errc{} || end != part.data() + part.size() || numbers[i] < 0) return std::nullopt;
  }
  if (numbers[0] > 6 || numbers[1] >= 24 * 60) return std::nullopt;
  return Cursor{static_cast<int>(numbers[0]), TimeOfDay{Minutes(numbers[1])}, MeetingId(numbers[2])};
}

// Cuts off what earlier pages showed; false when the cursor points outside of the stretches.
bool skip_to(std::vector<Stretch>& todo, const Cursor& cursor) {
  const auto holds = [&](const Stretch& s) {
    return s.weekday == cursor.weekday && s.from <= cursor.time && cursor.time <= s.until;
  };
  const auto found = std::ranges::find_if(todo, holds);
  if (found == todo.end()) return false;
  found->from = cursor.time;
  todo.erase(todo.begin(), found);
  return true;
}

// LIKE patterns for the words of a search; "%" finds everything. '!' escapes.
using Patterns = std::array<std::string, 4>;
Patterns patterns(std::string_view text) {
  Patterns all{"%", "%", "%", "%"};
  std::size_t used = 0;
  for (const auto& word : split(fold(clean(text, 100)), ' ')) {
    std::string pattern = "%";
    for (const char c : word) {
      if (c == '%' || c == '_' || c == '!') pattern += '!';
      pattern += c;
    }
    pattern += '%';
    if (pattern == "%%") continue;
    // Past the last pattern the words must stand together: rarer than a search for five words is.
    if (used < all.size())
      all.at(used++) = pattern;
    else
      all.back() = all.back().substr(0, all.back().size() - 1) + " " + pattern.substr(1);
  }
  return all;
}

std::string_view wish(std::optional<bool> wanted) { return !wanted ? "any" : *wanted ? "yes" : "no"; }

std::vector<MeetingColumns> load(Snapshot& db, const MeetingSearch& search, const Patterns& words,
                                 const Stretch& where, MeetingId after, std::int64_t limit) {
  return db.all<MeetingColumns>(
      CIRCLED_MEETING
      "WHERE weekday = $1 AND time >= $2 AND time <= $3 AND (time > $2 OR id > $4) AND gone_at "
      "IS NULL AND closed_at IS NULL "
      "AND search_text LIKE $5 ESCAPE '!' AND search_text LIKE $6 ESCAPE '!' "
      "AND search_text LIKE $7 ESCAPE '!' AND search_text LIKE $8 ESCAPE '!' "
      "AND ($9 = 'any' OR ($9 = 'yes') = (online_url <> '' OR NOT in_person)) "
      "AND ($10 = 'any' OR ($10 = 'yes') = in_person) "
      "ORDER BY weekday, time, id LIMIT $11",
      where.weekday, where.from, where.until, after, words[0], words[1], words[2], words[3],
      wish(search.online), wish(search.in_person), limit);
}

}  // namespace

Result<api::Page<Meeting>> search(Snapshot& db, const MeetingSearch& search) {
  const std::optional<int> weekday =
      search.weekday ? std::optional(static_cast<int>(search.weekday->value)) : std::nullopt;
  auto todo = stretches(weekday, search.from, search.until);
  MeetingId after;
  if (search.after) {
    const auto cursor = read_cursor(*search.after);
    if (!cursor || !skip_to(todo, *cursor))
      return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
    after = cursor->id;
  }
  const std::size_t limit = search.limit ? static_cast<std::size_t>(search.limit->value) : 50;
  const Patterns words = patterns(search.text.value_or(""));
  api::Page<Meeting> page;
  for (const auto& stretch : todo) {
    const auto missing = static_cast<std::int64_t>(limit - page.items.size()) + 1;
    for (auto& row : load(db, search, words, stretch, after, missing))
      page.items.push_back(from_columns(std::move(row)));
    after = MeetingId();  // only the first stretch was begun on an earlier page
    if (page.items.size() <= limit) continue;
    page.items.resize(limit);
    page.next = write_cursor(page.items.back());
    break;
  }
  return page;
}

std::optional<Meeting> meeting(Snapshot& db, MeetingId id) {
  auto row = db.one<MeetingColumns>(CIRCLED_MEETING "WHERE id = $1", id);
  if (!row) return std::nullopt;
  return from_columns(std::move(*row));
}

std::vector<MeetingList> meeting_lists(Snapshot& db) {
  return db.all<MeetingList>(
      "SELECT l.id, l.name, l.format, l.imported_at,"
      " (SELECT COUNT(*) FROM meeting m WHERE m.list_id = l.id AND m.gone_at IS NULL),"
      " (SELECT COUNT(*) FROM meeting m WHERE m.list_id = l.id AND m.gone_at IS NOT NULL) "
      "FROM meeting_list l ORDER BY l.name");
}

}  // namespace circled::aftercare
