#include "places/place.hpp"

#include "live/emit.hpp"

namespace circled::places {

std::vector<Site> sites(Snapshot& db) {
  return db.all<Site>(
      "SELECT id, name, zone, break_minutes, emergency_number, crisis_line, helpline FROM site ORDER BY "
      "name");
}

std::optional<Site> site(Snapshot& db, SiteId id) {
  return db.one<Site>(
      "SELECT id, name, zone, break_minutes, emergency_number, crisis_line, helpline FROM site WHERE id = $1",
      id);
}

std::vector<Room> rooms(Snapshot& db, SiteId site) {
  return db.all<Room>(
      "SELECT id, site_id, name, seats FROM room WHERE site_id = $1 AND retired_at IS NULL ORDER BY name",
      site);
}

std::optional<Room> room(Snapshot& db, RoomId id) {
  return db.one<Room>("SELECT id, site_id, name, seats FROM room WHERE id = $1 AND retired_at IS NULL", id);
}

Result<Site> add_site(Transaction& tx, const access::Actor& actor, const NewSite& site, Instant now) {
  if (auto zone = Zone::named(site.zone); !zone)
    return invalid("/zone", "unknown_zone", zone.error().fields.front().message);
  SiteId id;
  try {
    id = *tx.one<SiteId>(
        "INSERT INTO site (name, zone, break_minutes, emergency_number, crisis_line, helpline) "
        "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        site.name, site.zone, site.break_minutes, site.emergency_number.value_or("911"),
        site.crisis_line.value_or("988"), site.helpline.value_or(""));
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return invalid("/name", "taken", "There is a site of this name already.");
  }
  access::audit(tx, actor, "site.add", "site", id.value, now);
  live::hint(tx, "site.changed", id.value, id);
  return *places::site(tx, id);
}

Result<Room> add_room(Transaction& tx, const access::Actor& actor, SiteId site, const NewRoom& room,
                      Instant now) {
  if (!places::site(tx, site)) return not_found("site");
  RoomId id;
  try {
    id = *tx.one<RoomId>("INSERT INTO room (site_id, name, seats) VALUES ($1, $2, $3) RETURNING id", site,
                         room.name, room.seats);
  } catch (const store::Violation& v) {
    if (v.kind != store::Violation::unique) throw;
    return invalid("/name", "taken", "There is a room of this name at this site already.");
  }
  access::audit(tx, actor, "room.add", "room", id.value, now);
  live::hint(tx, "site.changed", site.value, site);
  return *places::room(tx, id);
}

}  // namespace circled::places
