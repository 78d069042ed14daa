#include "places/settings.hpp"

#include "base/version.hpp"
#include "live/emit.hpp"

namespace circled::places {
namespace {

struct RoomRow : RoomDetail {
  SiteId site;
};
BOOST_DESCRIBE_STRUCT(RoomRow, (RoomDetail), (site))

std::optional<RoomRow> find(Snapshot& db, RoomId room) {
  return db.one<RoomRow>("SELECT id, name, seats, retired_at, site_id FROM room WHERE id = $1", room);
}

// By the room's own bookings, which an index finds.
std::vector<RoomSession> in_trouble(Snapshot& db, const RoomDetail& room, Instant now) {
  return db.all<RoomSession>(
      "SELECT s.id, s.title, s.starts_at, s.seats FROM busy b JOIN session s ON s.id = b.session_id "
      "WHERE b.owner_kind = 'room' AND b.owner_id = $1 AND b.from_at > $2 AND s.status = 'scheduled' "
      "AND ($3 OR s.seats > $4) ORDER BY b.from_at, s.id LIMIT 100",
      room.id, now, room.retired_at.has_value(), room.seats);
}

Result<RoomRow> seen_as_is(Snapshot& db, RoomId id, std::string_view seen) {
  auto room = find(db, id);
  if (!room) return not_found("room");
  if (version(*room) != seen)
    return changed_meanwhile(static_cast<const RoomDetail&>(*room),
                             "Somebody changed this room since you read it.");
  return std::move(*room);
}

Result<RoomChange> told(Transaction& tx, const access::Actor& actor, std::string_view action,
                        const RoomRow& room, Instant now) {
  access::audit(tx, actor, action, "room", room.id.value, now);
  live::hint(tx, "site.changed", room.site.value, room.site);
  return room_detail(tx, room.id, now);
}

std::optional<SiteSettings> find_settings(Snapshot& db, SiteId site) {
  return db.one<SiteSettings>("SELECT name, zone, address, break_minutes FROM site WHERE id = $1", site);
}

bool zone_fixed(Snapshot& db, SiteId site) {
  return db
      .one<std::int64_t>(
          "SELECT 1 WHERE EXISTS (SELECT 1 FROM session WHERE site_id = $1) "
          "OR EXISTS (SELECT 1 FROM series WHERE site_id = $1)",
          site)
      .has_value();
}

}  // namespace

Result<SiteDetail> site_detail(Snapshot& db, SiteId site) {
  auto settings = find_settings(db, site);
  if (!settings) return not_found("site");
  return SiteDetail{site, std::move(*settings), zone_fixed(db, site),
                    db.all<RoomDetail>("SELECT id, name, seats, retired_at FROM room WHERE site_id = $1 "
                                       "ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, name, id",
                                       site)};
}

std::string version(const SiteSettings& settings) { return digest_of(settings); }
std::string version(const RoomDetail& room) { return digest_of(room); }

Result<SiteDetail> change_site(Transaction& tx, const access::Actor& actor, SiteId site,
                               std::string_view seen, const SiteSettings& settings, Instant now) {
  const auto current = site_detail(tx, site);
  if (!current) return current;
  if (version(current->settings) != seen)
    return changed_meanwhile(*current, "Somebody changed this site since you read it.");
  if (settings.zone != current->settings.zone) {
    if (auto zone = Zone::named(settings.zone); !zone)
      return invalid("/zone", "unknown_zone", zone.error().fields.front().message);
    if (current->zone_fixed)
      return invalid("/zone", "zone_fixed",
                     "Sessions were planned here in the zone it has; add another site instead.");
  }
  try {
    tx.run("UPDATE site SET name = $2, zone = $3, address = $4, break_minutes = $5 WHERE id = $1", site,
           settings.name, settings.zone, settings.address, settings.break_minutes);
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return invalid("/name", "taken", "There is a site of this name already.");
  }
  access::audit(tx, actor, "site.change", "site", site.value, now);
  live::hint(tx, "site.changed", site.value, site);
  return site_detail(tx, site);
}

std::optional<Room> room_ever(Snapshot& db, RoomId id) {
  return db.one<Room>("SELECT id, site_id, name, seats FROM room WHERE id = $1", id);
}

Result<RoomChange> room_detail(Snapshot& db, RoomId id, Instant now) {
  const auto room = find(db, id);
  if (!room) return not_found("room");
  return RoomChange{*room, in_trouble(db, *room, now)};
}

Result<RoomChange> change_room(Transaction& tx, const access::Actor& actor, RoomId id, std::string_view seen,
                               const RoomSettings& settings, Instant now) {
  const auto room = seen_as_is(tx, id, seen);
  if (!room) return room.error();
  try {
    tx.run("UPDATE room SET name = $2, seats = $3 WHERE id = $1", id, settings.name, settings.seats);
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return invalid("/name", "taken", "There is a room of this name at this site already.");
  }
  return told(tx, actor, "room.change", *room, now);
}

Result<RoomChange> retire_room(Transaction& tx, const access::Actor& actor, RoomId id, std::string_view seen,
                               Instant now) {
  const auto room = seen_as_is(tx, id, seen);
  if (!room) return room.error();
  if (room->retired_at) return room_detail(tx, id, now);
  tx.run("UPDATE room SET retired_at = $2 WHERE id = $1", id, now);
  return told(tx, actor, "room.retire", *room, now);
}

Result<RoomChange> reopen_room(Transaction& tx, const access::Actor& actor, RoomId id, std::string_view seen,
                               Instant now) {
  const auto room = seen_as_is(tx, id, seen);
  if (!room) return room.error();
  if (!room->retired_at) return room_detail(tx, id, now);
  tx.run("UPDATE room SET retired_at = NULL WHERE id = $1", id);
  return told(tx, actor, "room.reopen", *room, now);
}

}  // namespace circled::places
