// Sites and their rooms: where sessions happen, and in which time zone.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "base/zone.hpp"
#include "store/transaction.hpp"

namespace circled::places {

struct Site {
  SiteId id;
  std::string name;
  std::string zone;            // IANA
  std::int64_t break_minutes;  // kept free after every session, for its people and its room
  std::string emergency_number;
  std::string crisis_line;
  std::string helpline;
};
BOOST_DESCRIBE_STRUCT(Site, (), (id, name, zone, break_minutes, emergency_number, crisis_line, helpline))

struct Room {
  RoomId id;
  SiteId site;
  std::string name;
  std::int64_t seats;
};
BOOST_DESCRIBE_STRUCT(Room, (), (id, site, name, seats))

struct NewSite {
  Text<1, 100> name;
  Text<1, 64> zone;
  Number<0, 60> break_minutes;
  std::optional<Text<0, 40>> emergency_number;  // US default 911
  std::optional<Text<0, 40>> crisis_line;       // US default 988
  std::optional<Text<0, 40>> helpline;
};
BOOST_DESCRIBE_STRUCT(NewSite, (), (name, zone, break_minutes, emergency_number, crisis_line, helpline))

struct NewRoom {
  Text<1, 100> name;
  Number<1, 500> seats;
};
BOOST_DESCRIBE_STRUCT(NewRoom, (), (name, seats))

// In order of name. Rooms that are retired (places/settings.hpp) are none.
std::vector<Site> sites(Snapshot& db);
std::optional<Site> site(Snapshot& db, SiteId id);
std::vector<Room> rooms(Snapshot& db, SiteId site);
std::optional<Room> room(Snapshot& db, RoomId id);

// Errors: invalid (unknown_zone, taken).
Result<Site> add_site(Transaction& tx, const access::Actor& actor, const NewSite& site, Instant now);
// Errors: not_found (the site), invalid (taken).
Result<Room> add_room(Transaction& tx, const access::Actor& actor, SiteId site, const NewRoom& room,
                      Instant now);

}  // namespace circled::places
