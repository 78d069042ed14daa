// How the goals of a client's plan went, week by week, and when the next visit is due by it.
#pragma once
#include "access/audit.hpp"
#include "aftercare/plan.hpp"
#include "calendar/self_booking.hpp"

namespace circled::aftercare {

// Of one goal that can be judged; see plan_rules.hpp.
struct GoalProgress {
  GoalKind kind;
  std::optional<std::string> group;  // what it is called: for the client, its alias
  std::int64_t weeks_met;
  std::int64_t weeks_judged;
  std::int64_t meetings_gone;              // in these weeks: what the client said
  std::int64_t meetings_verified;          // of them, by staff
  std::vector<rules::ProgressWeek> weeks;  // the latest first
};
BOOST_DESCRIBE_STRUCT(GoalProgress, (),
                      (kind, group, weeks_met, weeks_judged, meetings_gone, meetings_verified, weeks))

// Of the plan in force, in its order. For a counselor; the caller has been asked for reach.
std::vector<GoalProgress> progress(Snapshot& db, ClientId client, Instant now);

struct MyProgress {
  bool shows_progress;  // what the client chose; else there is nothing in it
  std::vector<GoalProgress> goals;
};
BOOST_DESCRIBE_STRUCT(MyProgress, (), (shows_progress, goals))
MyProgress my_progress(Snapshot& db, ClientId client, Instant now);

// --- visits --------------------------------------------------------------------------------------

struct BookedVisit {
  SessionId session;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::string zone;
};
BOOST_DESCRIBE_STRUCT(BookedVisit, (), (session, title, starts_at, ends_at, zone))

struct MyVisit {
  std::optional<Date> due_on;  // absent: the plan asks for none
  bool overdue;
  std::optional<BookedVisit> booked;
  bool bookable;                            // in the app; else one calls
  std::vector<calendar::MySlot> proposals;  // up to three, with the same counselor, once it is near enough
};
BOOST_DESCRIBE_STRUCT(MyVisit, (), (due_on, overdue, booked, bookable, proposals))

// Reads calendars: for `store.report`.
MyVisit my_visit(Snapshot& db, ClientId client, Instant now);

struct VisitTaken {
  Instant starts_at;
};
BOOST_DESCRIBE_STRUCT(VisitTaken, (), (starts_at))
// Books one of the times that `my_visit` proposes, with the plan's counselor.
// Errors: conflict (no_visits: the plan asks for none; visit_booked; call_for_it: clients may not book it;
// slot_taken, too_many: as book_own).
Result<calendar::Appointment> take_visit(Transaction& tx, const access::Actor& actor, ClientId client,
                                         const VisitTaken& wanted, Instant now);

}  // namespace circled::aftercare
