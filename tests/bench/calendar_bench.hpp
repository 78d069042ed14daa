// What the calendar costs, and whether a long history makes it dearer.
#pragma once
#include "bench/base.hpp"

namespace circled::bench {

// CPU milliseconds for one of each, in process, without the disk's waiting.
struct CalendarCost {
  double booking;         // a one-on-one with a room, committed
  double conflicts;       // whether three owners are free
  double week;            // the sessions of one counselor's week
  double slots;           // for 50 counselors over 90 days
  double series_preview;  // moving a 26-week series with 12 clients
  double reminders;       // planning what a 26-week series with 12 clients owes
};

// On a base that `fill` made for that day, of at least 60 staff and as many clients. Adds some bookings to it
// and a group, and can be run again on the same.
CalendarCost calendar_cost(const store::Place& place, const Size& size, Instant today);

}  // namespace circled::bench
