#include "calendar/busy.hpp"

#include <algorithm>
#include <bit>

namespace circled::calendar {
namespace {

// The longest row of `busy`: 12 hours and a break of one. The bound keeps a search in a long history
// as short as one in an empty calendar.
constexpr Milliseconds longest = std::chrono::hours(13);

constexpr std::size_t most_at_once = 64;

// In one statement for all owners. Its text is made for a power of two of them; the rest is nobody.
std::vector<Overlap> overlapping(Snapshot& db, std::span<const Owner> owners, Instant from, Instant until,
                                 SessionId except) {
  std::vector<store::Value> values{store::to_value(from), store::to_value(until),
                                   store::to_value(from - longest), store::to_value(except)};
  std::string sql = "SELECT o.column3, b.session_id, b.from_at, b.until_at, s.title FROM (VALUES ";
  for (std::size_t i = 0; i < std::bit_ceil(owners.size()); ++i) {
    const bool somebody = i < owners.size();
    values.push_back(store::to_value(somebody ? owners[i].kind : OwnerKind::staff));
    values.push_back(store::to_value(somebody ? owners[i].id : std::int64_t{0}));
    const std::size_t n = values.size();
    sql += (i == 0 ? "($" : ", ($") + std::to_string(n - 1) + ", $" + std::to_string(n) + ", " +
           std::to_string(i) + ")";
  }
  sql +=
      ") AS o JOIN busy b ON b.owner_kind = o.column1 AND b.owner_id = o.column2 "
      "JOIN session s ON s.id = b.session_id "
      "WHERE b.from_at < $2 AND b.from_at > $3 AND b.until_at > $1 AND b.session_id <> $4 "
      "ORDER BY o.column3, b.from_at";
  return db.all_of<Overlap>(sql, values);
}

std::string owner_name(Snapshot& db, const Owner& owner) {
  std::optional<std::string> name;
  switch (owner.kind) {
    case OwnerKind::staff:
      name = db.one<std::string>("SELECT name FROM staff WHERE person_id = $1", owner.id);
      break;
    case OwnerKind::client:
      name = db.one<std::string>(
          "SELECT preferred_name || ' ' || family_name FROM client WHERE person_id = $1", owner.id);
      break;
    case OwnerKind::room: name = db.one<std::string>("SELECT name FROM room WHERE id = $1", owner.id);
  }
  return name.value_or("");
}

}  // namespace

std::vector<Overlap> overlaps(Snapshot& db, std::span<const Owner> owners, Instant from, Instant until,
                              SessionId except) {
  std::vector<Overlap> found;
  for (std::size_t first = 0; first < owners.size(); first += most_at_once) {
    const auto some = owners.subspan(first, std::min(most_at_once, owners.size() - first));
    for (auto& overlap : overlapping(db, some, from, until, except)) {
      overlap.owner += static_cast<std::int64_t>(first);
      found.push_back(std::move(overlap));
    }
  }
  return found;
}

Conflict told_to(Snapshot& db, const api::Identity& who, const Owner& owner, const Overlap& overlap) {
  Conflict conflict{owner.kind, owner.id, owner_name(db, owner), owner.pointer, overlap.from, overlap.until,
                    {},         {}};
  if (calendar::session(db, who, overlap.session)) {
    conflict.session = overlap.session;
    conflict.title = overlap.title;
  }
  return conflict;
}

std::vector<Conflict> conflicts(Snapshot& db, const api::Identity& who, const std::vector<Owner>& owners,
                                Instant from, Instant until, SessionId except) {
  std::vector<Conflict> found;
  for (const auto& overlap : overlaps(db, owners, from, until, except))
    found.push_back(told_to(db, who, owners[static_cast<std::size_t>(overlap.owner)], overlap));
  return found;
}

Error collision(const std::vector<Conflict>& conflicts) {
  std::string names;
  for (const auto& c : conflicts)
    if (names.find(c.name) == std::string::npos) names += (names.empty() ? "" : ", ") + c.name;
  Error error = conflict("booking_conflict", "Already taken at that time: " + names + ".");
  error.extra["conflicts"] = json::encode(conflicts);
  return error;
}

void occupy(Transaction& tx, SessionId session, const std::vector<Owner>& owners, Instant from, Instant until,
            const std::vector<Conflict>& overridden) {
  for (const Owner& owner : owners) {
    const bool over = std::any_of(overridden.begin(), overridden.end(), [&](const Conflict& c) {
      return c.owner_kind == owner.kind && c.owner == owner.id;
    });
    tx.later(
        "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at, overridden) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        owner.kind, owner.id, from, session, until, over);
  }
}

void release(Transaction& tx, SessionId session) {
  tx.later("DELETE FROM busy WHERE session_id = $1", session);
}

}  // namespace circled::calendar
