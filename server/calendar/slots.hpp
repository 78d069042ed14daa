// Free slots: when can they meet? The answer is of this moment and keeps nothing; a hold does.
#pragma once
#include "api/route.hpp"
#include "calendar/session.hpp"
#include "calendar/slots_rules.hpp"

namespace circled::calendar {

struct SlotFilter {
  ServiceId service;
  SiteId site;
  Number<5, 720> duration_minutes;
  Instant from;                  // slots start in [from, until), and not before now
  Instant until;                 // 92 days later at the most
  Text<1, 1000> staff;           // ids with commas between, 1 to 50; when they meet together the first leads
  std::optional<bool> together;  // all of them at once; else any one
  std::optional<ClientId> client;       // who is to be free as well
  std::optional<Number<0, 500>> seats;  // of a room that is wanted; 0: none is
  std::optional<Number<5, 120>> step;   // minutes from start to start, counted from midnight; 15
  std::optional<Rank> rank;             // soonest
  std::optional<Text<1, 64>> zone;      // on whose wall the starts are even; the site's
  std::optional<Number<1, 200>> limit;  // 50
  std::optional<Text<1, 100>> after;
};
BOOST_DESCRIBE_STRUCT(SlotFilter, (),
                      (service, site, duration_minutes, from, until, staff, together, client, seats, step,
                       rank, zone, limit, after))

struct Slot {
  Instant starts_at;
  Instant ends_at;             // without the break
  std::string zone;            // in which to show it
  std::vector<StaffId> staff;  // the first leads
  std::optional<RoomId> room;  // the smallest that is free, when one is wanted
};
BOOST_DESCRIBE_STRUCT(Slot, (), (starts_at, ends_at, zone, staff, room))

// For all staff; a client must be within the caller's reach. Reads the calendar of everybody asked for: for
// `store.report`. Whoever lacks the credential that the service needs leads no slot.
// Errors: invalid (each wrong parameter, "?name").
Result<api::Page<Slot>> slots(Snapshot& db, const api::Identity& who, const SlotFilter& filter, Instant now);

}  // namespace circled::calendar
