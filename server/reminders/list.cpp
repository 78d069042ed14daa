#include "reminders/list.hpp"

#include <charconv>
#include <limits>
#include <unordered_map>

#include "people/reach.hpp"
#include "people/record_opening.hpp"
#include "reminders/conditions.hpp"
#include "reminders/rules.hpp"

namespace circled::reminders {
namespace {

constexpr auto week = std::chrono::days(7);

// Before the first page: later than everything.
Cursor or_begin(std::optional<Cursor> after, Instant latest) {
  return after.value_or(Cursor{latest, std::numeric_limits<std::int64_t>::max()});
}

constexpr Instant end_of_time() { return Instant{Milliseconds{std::numeric_limits<std::int64_t>::max()}}; }

// One row more than the page holds was asked for: it tells whether there is another page.
template <class T, class At>
Listed<T> page(std::vector<T> rows, std::int64_t limit, At at) {
  Listed<T> listed{std::move(rows), {}};
  if (static_cast<std::int64_t>(listed.items.size()) <= limit) return listed;
  listed.items.resize(static_cast<std::size_t>(limit));
  listed.next = Cursor{at(listed.items.back()), listed.items.back().id.value};
  return listed;
}

}  // namespace

std::string to_text(Cursor cursor) {
  return std::to_string(to_millis(cursor.at)) + "." + std::to_string(cursor.id);
}

Result<Cursor> parse_cursor(std::string_view text) {
  std::int64_t at = 0, id = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, at);
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '.') {
    const auto second = std::from_chars(first.ptr + 1, end, id);
    if (second.ec == std::errc{} && second.ptr == end) return Cursor{from_millis(at), id};
  }
  return invalid("?after", "not_a_cursor", "This must be the `next` of an earlier page.");
}

Listed<MyReminder> mine(Snapshot& db, PersonId receiver, std::optional<Cursor> after, std::int64_t limit,
                        Instant now) {
  const Cursor from = or_begin(after, now + week);
  auto rows = db.all<MyReminder>(
      "SELECT id, subject_kind, subject_id, '', starts_at, due_at, zone, state, late_by_s, answer FROM "
      "reminder"
      " WHERE receiver_id = $1 AND due_at <= $2 AND (due_at < $2 OR id < $3) AND state <> 'cancelled' AND "
      "channel = 'live'"
      " ORDER BY due_at DESC, id DESC LIMIT $4",
      receiver, from.at, from.id, limit + 1);
  const Manner how = resolve(db, receiver, {}).manner;
  for (auto& row : rows) {
    auto zone = Zone::named(row.zone);
    row.text = reminder_text(row.subject_kind, row.starts_at, zone ? *zone : Zone::utc(), how);
  }
  return page(std::move(rows), limit, [](const MyReminder& r) { return r.due_at; });
}

Result<Listed<ClientReminder>> of_client(Snapshot& db, const api::Identity& who, ClientId client,
                                         std::optional<Cursor> after, std::int64_t limit, Instant now) {
  if (!people::may_read(db, who, client, now)) return not_found("client");
  // That a client is asked how they are is nothing for the desk.
  const Cursor from = or_begin(after, end_of_time());
  auto rows = db.all<ClientReminder>(
      "SELECT id, subject_kind, subject_id, channel, starts_at, due_at, zone, state, sent_at, late_by_s, "
      "acknowledged_at,"
      " answer FROM reminder WHERE receiver_id = $1 AND due_at <= $2 AND (due_at < $2 OR id < $3)"
      " AND ($5 OR subject_kind <> 'check_in') ORDER BY due_at DESC, id DESC LIMIT $4",
      client, from.at, from.id, limit + 1, api::Counselor::accepts(who.role));
  return page(std::move(rows), limit, [](const ClientReminder& r) { return r.due_at; });
}

Listed<Unheard> unheard(Snapshot& db, const api::Identity& who, std::optional<Cursor> after,
                        std::int64_t limit, Instant now) {
  Cursor from = or_begin(after, end_of_time());
  std::unordered_map<ClientId, bool> reached;
  std::vector<Unheard> found;
  const std::int64_t step = limit + 1;
  // Most rows may be other people's clients: look until the page is full or the week is over.
  while (static_cast<std::int64_t>(found.size()) <= limit) {
    const auto rows = db.all<Unheard>(
        "SELECT r.id, r.receiver_id, c.preferred_name, c.family_name, r.subject_kind, r.subject_id, "
        "r.starts_at,"
        " r.zone, r.state FROM reminder r JOIN client c ON c.person_id = r.receiver_id"
        " WHERE r.state IN ('expired', 'unconfirmed', 'uncertain', 'failed') AND r.subject_kind <> "
        "'check_in' AND r.starts_at > $1"
        // What another channel got through is nobody's worry.
        " AND NOT " CIRCLED_SEEN("r")
        " AND r.starts_at <= $2 AND (r.starts_at < $2 OR r.id < $3)"
        " ORDER BY r.starts_at DESC, r.id DESC LIMIT $4",
        now - week, from.at, from.id, step);
    for (const auto& row : rows) {
      auto known = reached.find(row.client);
      if (known == reached.end())
        known = reached.emplace(row.client, people::reaches(db, who, row.client, now)).first;
      if (known->second) found.push_back(row);
    }
    if (static_cast<std::int64_t>(rows.size()) < step) break;
    from = {rows.back().starts_at, rows.back().id.value};
  }
  if (static_cast<std::int64_t>(found.size()) > limit + 1) found.resize(static_cast<std::size_t>(limit + 1));
  return page(std::move(found), limit, [](const Unheard& r) { return r.starts_at; });
}

}  // namespace circled::reminders
