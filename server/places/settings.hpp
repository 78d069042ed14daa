// What administrators change about a site and its rooms. A zone is fixed once anything was planned in it:
// wall times of the past, and of whatever recurs, are read by it. Rooms are retired, never deleted, for
// sessions that were held there name them; one that is retired, or has fewer seats than before, says which
// sessions to come somebody has to see to.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "places/place.hpp"

namespace circled::places {

struct SiteSettings {
  Text<1, 100> name;
  Text<1, 64> zone;  // IANA
  Text<0, 300> address;
  Number<0, 60> break_minutes;  // of what is booked from now on
};
BOOST_DESCRIBE_STRUCT(SiteSettings, (), (name, zone, address, break_minutes))

struct RoomSettings {
  Text<1, 100> name;
  Number<1, 500> seats;
};
BOOST_DESCRIBE_STRUCT(RoomSettings, (), (name, seats))

struct RoomDetail {
  RoomId id;
  std::string name;
  std::int64_t seats;
  std::optional<Instant> retired_at;
};
BOOST_DESCRIBE_STRUCT(RoomDetail, (), (id, name, seats, retired_at))

struct SiteDetail {
  SiteId id;
  SiteSettings settings;
  bool zone_fixed;                // something was planned there
  std::vector<RoomDetail> rooms;  // in order of name, those that are retired last
};
BOOST_DESCRIBE_STRUCT(SiteDetail, (), (id, settings, zone_fixed, rooms))

struct RoomSession {
  SessionId session;
  std::string title;
  Instant starts_at;
  std::int64_t seats;
};
BOOST_DESCRIBE_STRUCT(RoomSession, (), (session, title, starts_at, seats))

struct RoomChange {
  RoomDetail room;
  std::vector<RoomSession> sessions;  // to come, and in trouble there; the first hundred
};
BOOST_DESCRIBE_STRUCT(RoomChange, (), (room, sessions))

// Errors: not_found.
Result<SiteDetail> site_detail(Snapshot& db, SiteId site);
std::string version(const SiteSettings& settings);
std::string version(const RoomDetail& room);

// Errors: not_found, precondition_failed, invalid (/name taken, /zone unknown_zone or zone_fixed).
Result<SiteDetail> change_site(Transaction& tx, const access::Actor& actor, SiteId site,
                               std::string_view seen, const SiteSettings& settings, Instant now);

// These are also of a room that is retired.
std::optional<Room> room_ever(Snapshot& db, RoomId room);
// Errors: not_found.
Result<RoomChange> room_detail(Snapshot& db, RoomId room, Instant now);
// Errors: not_found, precondition_failed, invalid (/name taken).
Result<RoomChange> change_room(Transaction& tx, const access::Actor& actor, RoomId room,
                               std::string_view seen, const RoomSettings& settings, Instant now);
// Nothing is booked into it any more. Twice is no error. Errors: not_found, precondition_failed.
Result<RoomChange> retire_room(Transaction& tx, const access::Actor& actor, RoomId room,
                               std::string_view seen, Instant now);
Result<RoomChange> reopen_room(Transaction& tx, const access::Actor& actor, RoomId room,
                               std::string_view seen, Instant now);

}  // namespace circled::places
