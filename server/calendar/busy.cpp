#include "calendar/busy.hpp"

#include <algorithm>

namespace circled::calendar {
namespace {

// The longest row of `busy`: 12 hours and a break of one. The bound keeps a search in a long history
// as short as one in an empty calendar.
constexpr Milliseconds longest = std::chrono::hours(13);

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

std::vector<Conflict> conflicts(Snapshot& db, const api::Identity& who, const std::vector<Owner>& owners,
                                Instant from, Instant until, SessionId except) {
  std::vector<Conflict> found;
  for (const Owner& owner : owners) {
    const auto rows = db.all<std::tuple<SessionId, Instant, Instant, std::string>>(
        "SELECT b.session_id, b.from_at, b.until_at, s.title FROM busy b JOIN session s ON s.id = "
        "b.session_id "
        "WHERE b.owner_kind = $1 AND b.owner_id = $2 AND b.from_at < $4 AND b.from_at > $5 AND b.until_at > "
        "$3 "
        "AND b.session_id <> $6 ORDER BY b.from_at",
        owner.kind, owner.id, from, until, from - longest, except);
    for (const auto& [session, busy_from, busy_until, title] : rows) {
      Conflict conflict{owner.kind, owner.id, owner_name(db, owner), owner.pointer, busy_from, busy_until,
                        {},         {}};
      if (calendar::session(db, who, session)) {
        conflict.session = session;
        conflict.title = title;
      }
      found.push_back(std::move(conflict));
    }
  }
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
