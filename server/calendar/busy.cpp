#include "calendar/busy.hpp"

#include <algorithm>
#include <bit>

namespace circled::calendar {
namespace {

// The longest row of `busy`: 12 hours and a break of one. The bound keeps a search in a long history
// as short as one in an empty calendar.
constexpr Milliseconds longest = std::chrono::hours(13);

constexpr std::size_t most_at_once = 64;

// "FROM (VALUES …) AS o": kind, id and number of each owner, for a power of two of them; the rest is nobody.
// The values are appended to those there are.
std::string from_owners(std::span<const Owner> owners, std::vector<store::Value>& values) {
  std::string sql = "FROM (VALUES ";
  for (std::size_t i = 0; i < std::bit_ceil(std::max<std::size_t>(1, owners.size())); ++i) {
    const bool somebody = i < owners.size();
    values.push_back(store::to_value(somebody ? owners[i].kind : OwnerKind::staff));
    values.push_back(store::to_value(somebody ? owners[i].id : std::int64_t{0}));
    const std::size_t n = values.size();
    sql += (i == 0 ? "($" : ", ($") + std::to_string(n - 1) + ", $" + std::to_string(n) + ", " +
           std::to_string(i) + ")";
  }
  return sql + ") AS o ";
}

// In one statement for all owners. A hold is as long as a row of `busy` at the most.
std::vector<Overlap> overlapping(Snapshot& db, std::span<const Owner> owners, Instant from, Instant until,
                                 SessionId except, Instant now, HoldId own) {
  std::vector<store::Value> values{
      store::to_value(from),   store::to_value(until), store::to_value(from - longest),
      store::to_value(except), store::to_value(now),   store::to_value(own)};
  const std::string from_each = from_owners(owners, values);
  const std::string sql =
      "SELECT o.column3, b.session_id, b.from_at, b.until_at, s.title, CAST(NULL AS BIGINT) " + from_each +
      "JOIN busy b ON b.owner_kind = o.column1 AND b.owner_id = o.column2 "
      "JOIN session s ON s.id = b.session_id "
      "WHERE b.from_at < $2 AND b.from_at > $3 AND b.until_at > $1 AND b.session_id <> $4 "
      "UNION ALL SELECT o.column3, 0, h.from_at, h.until_at, '', h.expires_at " +
      from_each +
      "JOIN hold_owner h ON h.owner_kind = o.column1 AND h.owner_id = o.column2 "
      "WHERE h.from_at < $2 AND h.from_at > $3 AND h.until_at > $1 AND h.expires_at > $5 AND h.hold_id <> $6 "
      "ORDER BY 1, 3";
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
                              SessionId except, Instant now, HoldId own) {
  std::vector<Overlap> found;
  for (std::size_t first = 0; first < owners.size(); first += most_at_once) {
    const auto some = owners.subspan(first, std::min(most_at_once, owners.size() - first));
    for (auto& overlap : overlapping(db, some, from, until, except, now, own)) {
      overlap.owner += static_cast<std::int64_t>(first);
      found.push_back(std::move(overlap));
    }
  }
  return found;
}

Conflict told_to(Snapshot& db, const api::Identity& who, const Owner& owner, const Overlap& overlap) {
  Conflict conflict{owner.kind, owner.id, owner_name(db, owner), owner.pointer, overlap.from, overlap.until,
                    {},         {},       overlap.held_until};
  if (overlap.session && calendar::session(db, who, overlap.session)) {
    conflict.session = overlap.session;
    conflict.title = overlap.title;
  }
  return conflict;
}

std::vector<Conflict> conflicts(Snapshot& db, const api::Identity& who, const std::vector<Owner>& owners,
                                Instant from, Instant until, SessionId except, Instant now, HoldId own) {
  std::vector<Conflict> found;
  for (const auto& overlap : overlaps(db, owners, from, until, except, now, own))
    found.push_back(told_to(db, who, owners[static_cast<std::size_t>(overlap.owner)], overlap));
  return found;
}

std::vector<Spans> taken(Snapshot& db, const std::vector<Owner>& owners, Span range, Instant now) {
  std::vector<store::Value> values{store::to_value(range.from), store::to_value(range.until),
                                   store::to_value(range.from - longest), store::to_value(now)};
  const std::string from_each = from_owners(owners, values);
  std::vector<Spans> found(owners.size());
  for (const auto& [index, from, until] : db.all_of<std::tuple<std::int64_t, Instant, Instant>>(
           "SELECT o.column3, b.from_at, b.until_at " + from_each +
               "JOIN busy b ON b.owner_kind = o.column1 AND b.owner_id = o.column2 "
               "WHERE b.from_at < $2 AND b.from_at > $3 AND b.until_at > $1 "
               "UNION ALL SELECT o.column3, h.from_at, h.until_at " +
               from_each +
               "JOIN hold_owner h ON h.owner_kind = o.column1 AND h.owner_id = o.column2 "
               "WHERE h.from_at < $2 AND h.from_at > $3 AND h.until_at > $1 AND h.expires_at > $4",
           values))
    found[static_cast<std::size_t>(index)].push_back({from, until});
  for (auto& spans : found) spans = merged(std::move(spans));
  return found;
}

Error collision(const std::vector<Conflict>& conflicts) {
  std::string names;
  for (const auto& c : conflicts)
    if (names.find(c.name) == std::string::npos) names += (names.empty() ? "" : ", ") + c.name;
  // Without a name it was the schema that refused: somebody came first at this very moment.
  Error error = conflict("booking_conflict", (names.empty() ? "Somebody has just taken that time."
                                                            : "Already taken at that time: " + names + ".") +
                                                 std::string(" Choose another time."));
  error.extra["conflicts"] = json::encode(conflicts);
  return error;
}

void occupy(Transaction& tx, SessionId session, const std::vector<Owner>& owners, Instant from, Instant until,
            const std::vector<Conflict>& overridden) {
  const auto write = [&](std::span<const Owner> some, bool over) {
    if (some.empty()) return;
    std::vector<store::Value> values{store::to_value(from), store::to_value(session), store::to_value(until),
                                     store::to_value(over)};
    const std::string from_each = from_owners(some, values);
    tx.later_with(
        "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at, overridden) "
        "SELECT o.column1, o.column2, $1, $2, $3, $4 " +
            from_each + "WHERE o.column2 <> 0",
        values);
  };
  std::vector<Owner> free, over;
  for (const Owner& owner : owners) {
    const bool passed = std::any_of(overridden.begin(), overridden.end(), [&](const Conflict& c) {
      return c.owner_kind == owner.kind && c.owner == owner.id && !c.held_until;
    });
    (passed ? over : free).push_back(owner);
  }
  for (const auto& [all, passed] :
       {std::pair(std::span<const Owner>(free), false), std::pair(std::span<const Owner>(over), true)})
    for (std::size_t first = 0; first < all.size(); first += most_at_once)
      write(all.subspan(first, std::min(most_at_once, all.size() - first)), passed);
}

void release(Transaction& tx, SessionId session) {
  tx.later("DELETE FROM busy WHERE session_id = $1", session);
}

}  // namespace circled::calendar
