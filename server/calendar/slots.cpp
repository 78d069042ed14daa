#include "calendar/slots.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "calendar/availability.hpp"
#include "calendar/busy.hpp"
#include "people/reach.hpp"

namespace circled::calendar {
namespace {

constexpr auto longest_search = std::chrono::days(92);
constexpr std::size_t most_staff = 50;

// A whole number at the beginning of `text`, which then begins after it.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take_char(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// "3,1,2"; nothing when it is no list of different ids.
std::optional<std::vector<StaffId>> parse_staff(std::string_view text) {
  std::vector<StaffId> ids;
  do {
    const auto number = take_number(text);
    if (!number || *number <= 0 || std::find(ids.begin(), ids.end(), StaffId(*number)) != ids.end())
      return std::nullopt;
    ids.emplace_back(*number);
  } while (take_char(text, ','));
  if (!text.empty() || ids.size() > most_staff) return std::nullopt;
  return ids;
}

// "<key>.<start in ms>.<team>" of the last slot of a page.
std::optional<rules::SlotPlace> parse_cursor(std::string_view text) {
  const auto key = take_number(text);
  if (!key || !take_char(text, '.')) return std::nullopt;
  const auto start = take_number(text);
  if (!start || !take_char(text, '.')) return std::nullopt;
  const auto team = take_number(text);
  if (!team || !text.empty()) return std::nullopt;
  return rules::SlotPlace{*key, from_millis(*start), *team};
}

std::string cursor(const rules::SlotPlace& place) {
  return std::to_string(place.key) + "." + std::to_string(to_millis(place.starts_at)) + "." +
         std::to_string(place.team);
}

// Of these, who can lead a session.
std::vector<StaffId> counselors(Snapshot& db, const std::vector<StaffId>& staff) {
  std::vector<store::Value> values;
  std::string sql = "SELECT t.person_id FROM (VALUES ";
  for (std::size_t i = 0; i < std::bit_ceil(staff.size()); ++i) {
    values.push_back(store::to_value(i < staff.size() ? staff[i] : StaffId{}));
    sql += (i == 0 ? "($" : ", ($") + std::to_string(values.size()) + ")";
  }
  sql += ") AS o JOIN staff t ON t.person_id = o.column1 WHERE t.active AND t.role <> 'front_desk'";
  return db.all_of<StaffId>(sql, values);
}

// How near the staff are to the client: whom they are assigned to first, then whom they met last, then the
// others.
void set_nearness(Snapshot& db, ClientId client, std::vector<rules::StaffFree>& staff, Instant now) {
  constexpr std::int64_t never = std::int64_t{1} << 60;
  const auto assigned = db.all<StaffId>(
      "SELECT staff_id FROM assignment WHERE client_id = $1 AND from_at <= $2 "
      "AND (until_at IS NULL OR until_at > $2)",
      client, now);
  const auto met = db.all<std::tuple<StaffId, Instant>>(
      "SELECT f.staff_id, max(p.starts_at) FROM participant p JOIN session s ON s.id = p.session_id "
      "JOIN facilitator f ON f.session_id = p.session_id "
      "WHERE p.client_id = $1 AND p.starts_at <= $2 AND s.status <> 'cancelled' GROUP BY f.staff_id",
      client, now);
  for (auto& each : staff) {
    each.nearness = never;
    for (const auto& [id, at] : met)
      if (id == each.id) each.nearness = never - to_millis(at);
    if (std::find(assigned.begin(), assigned.end(), each.id) != assigned.end()) each.nearness = 0;
  }
}

// What the filter says, once it has been understood.
struct SlotsAsked {
  std::vector<StaffId> staff;
  std::vector<places::Room> rooms;  // large enough, the smallest first
  std::optional<places::Site> site;
  std::optional<Zone> zone;
  std::optional<rules::SlotPlace> after;
};

Result<SlotsAsked> understand(Snapshot& db, const api::Identity& who, const SlotFilter& filter, Instant now) {
  SlotsAsked asked;
  std::vector<FieldError> errors;
  const auto wrong = [&](const char* pointer, const char* code, std::string message) {
    errors.push_back({pointer, code, std::move(message)});
  };
  asked.site = places::site(db, filter.site);
  if (!asked.site) wrong("?site", "not_found", "There is no such site.");
  if (!db.one<std::int64_t>("SELECT 1 FROM service WHERE id = $1", filter.service))
    wrong("?service", "not_found", "There is no such service.");
  if (filter.until <= filter.from || filter.until - filter.from > longest_search)
    wrong("?until", "out_of_range", "This must be after 'from', by 92 days at the most.");
  if (const auto staff = parse_staff(filter.staff)) {
    asked.staff = *staff;
    const auto known = counselors(db, asked.staff);
    for (const auto id : asked.staff)
      if (std::find(known.begin(), known.end(), id) == known.end())
        wrong("?staff", "not_found", "There is no such counselor: " + std::to_string(id.value) + ".");
  } else {
    wrong("?staff", "not_a_list", "This must be 1 to 50 different ids with commas between, such as 3,1,2.");
  }
  if (filter.client && !people::reaches(db, who, *filter.client, now))
    wrong("?client", "not_found", "There is no such client.");
  if (filter.rank == Rank::same_counselor && !filter.client)
    wrong("?rank", "needs_client", "Name a client whose counselors come first.");
  if (asked.site) {
    const auto zone = Zone::named(filter.zone ? std::string_view(*filter.zone) : asked.site->zone);
    if (zone)
      asked.zone = *zone;
    else
      wrong("?zone", "unknown_zone", zone.error().fields.front().message);
  }
  if (filter.after) {
    asked.after = parse_cursor(*filter.after);
    if (!asked.after) wrong("?after", "not_a_cursor", "This is not a cursor of this list.");
  }
  if (!errors.empty()) return invalid(std::move(errors));
  if (filter.seats && filter.seats->value > 0) {
    asked.rooms = places::rooms(db, filter.site);
    std::erase_if(asked.rooms, [&](const auto& room) { return room.seats < filter.seats->value; });
    std::stable_sort(asked.rooms.begin(), asked.rooms.end(),
                     [](const auto& a, const auto& b) { return a.seats < b.seats; });
  }
  return asked;
}

// Everybody's free time within `loaded`, in three statements.
void load(Snapshot& db, const SlotFilter& filter, const SlotsAsked& asked, const rules::Days& site_days,
          Span loaded, Instant now, rules::SlotQuestion& question) {
  std::vector<Owner> owners;
  for (const auto id : asked.staff) owners.push_back({OwnerKind::staff, id.value, {}});
  for (const auto& room : asked.rooms) owners.push_back({OwnerKind::room, room.id.value, {}});
  if (filter.client) owners.push_back({OwnerKind::client, filter.client->value, {}});
  auto busy = taken(db, owners, loaded, now);

  const auto known = times(db, filter.site, filter.service, asked.staff, loaded);
  const Spans open = rules::open(known.site, site_days, loaded);
  for (std::size_t i = 0; i < known.staff.size(); ++i) {
    const auto& person = known.staff[i];
    const bool same = person.home == known.site.zone;
    const Spans week = same ? rules::available(person, site_days, site_days, loaded)
                            : rules::available(person, site_days, rules::Days(person.home, loaded), loaded);
    rules::StaffFree free{person.id, common(week, open), std::move(busy[i])};
    free.leads_until = rules::may_lead_until(person, known.credential, known.site.zone).value_or(Instant{});
    question.staff.push_back(std::move(free));
  }
  if (filter.seats && filter.seats->value > 0) {
    question.rooms.emplace();
    for (std::size_t i = 0; i < asked.rooms.size(); ++i)
      question.rooms->push_back({asked.rooms[i].id, std::move(busy[asked.staff.size() + i])});
  }
  if (filter.client) question.client_taken = std::move(busy.back());
  question.pause = known.site.pause;
}

// The first `limit` slots that start in `range`.
std::vector<rules::FreeSlot> search(Snapshot& db, const SlotFilter& filter, const SlotsAsked& asked,
                                    Span range, std::size_t limit, Instant now) {
  rules::SlotQuestion question;
  question.range = range;
  question.duration = Minutes(filter.duration_minutes.value);
  const Instant end = range.until + question.duration + Minutes(asked.site->break_minutes);
  const rules::Days site_days(*Zone::named(asked.site->zone), {range.from, end});
  question.days = site_days.starts();
  // Whole days: what is idle on the first one counts from its morning.
  load(db, filter, asked, site_days, {question.days.front(), question.days.back()}, now, question);
  question.together = filter.together.value_or(false);
  question.rank = filter.rank.value_or(Rank::soonest);
  if (question.rank == Rank::same_counselor) set_nearness(db, *filter.client, question.staff, now);
  const rules::Days asker_days(*asked.zone, range);
  question.marks = asker_days.marks(Minutes(filter.step ? filter.step->value : 15));
  question.after = asked.after;
  question.limit = limit;
  return rules::find_slots(question);
}

// The soonest mostly lie near: look there first, and three times as far each time that is not enough.
std::vector<rules::FreeSlot> search_soonest(Snapshot& db, const SlotFilter& filter, const SlotsAsked& asked,
                                            Span range, std::size_t limit, Instant now) {
  if (asked.after) range.from = std::max(range.from, asked.after->starts_at);
  std::vector<rules::FreeSlot> found;
  for (auto part = std::chrono::days(14); range.from < range.until && found.size() < limit; part *= 3) {
    const Instant until = std::min<Instant>(range.until, range.from + part);
    auto more = search(db, filter, asked, {range.from, until}, limit - found.size(), now);
    std::move(more.begin(), more.end(), std::back_inserter(found));
    range.from = until;
  }
  return found;
}

}  // namespace

Result<api::Page<Slot>> slots(Snapshot& db, const api::Identity& who, const SlotFilter& filter, Instant now) {
  const auto asked = understand(db, who, filter, now);
  if (!asked) return asked.error();
  const Span range{std::max(filter.from, now), filter.until};
  const auto limit = static_cast<std::size_t>(filter.limit ? filter.limit->value : 50);
  api::Page<Slot> page;
  if (range.until <= range.from) return page;

  const bool soonest = filter.rank.value_or(Rank::soonest) == Rank::soonest;
  // One more tells whether there is a next page.
  auto found = soonest ? search_soonest(db, filter, *asked, range, limit + 1, now)
                       : search(db, filter, *asked, range, limit + 1, now);
  if (found.size() > limit) {
    found.pop_back();
    page.next = cursor(found.back().place);
  }
  for (auto& slot : found)
    page.items.push_back({slot.place.starts_at, slot.place.starts_at + Minutes(filter.duration_minutes.value),
                          std::string(asked->zone->name()), std::move(slot.staff), slot.room});
  return page;
}

}  // namespace circled::calendar
