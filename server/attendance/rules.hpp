// From a client's stays to the minutes that count, by the terms of the programme or the group. Pure.
//
// What counts of a session, in this order:
//   1. the client's presence between its start and its end, doubles once; time before and after never;
//   2. without the breaks, in a session that goes on after them;
//   3. nothing at all, if the first arrival was more than `no_credit_after_minutes` late;
//   4. without what another session of this client credits: a client's minutes count once;
//   5. of what is left the first `cap_minutes`.
// That many whole minutes, rounded down. Grace makes an arrival not late; it gives no minutes in which nobody
// was there. Lateness is what the clock on the wall shows: with ten minutes of grace, 18:10:59 is not late
// for 18:00, and 18:11:00 is, by eleven minutes.
//
// Where sessions of a client overlap, a closed sheet goes before an open one; of closed ones the one that was
// closed first; of open ones the session that began first, then the lower id. Each credits what those before
// it have left. So in whatever order somebody marks, the minutes come out the same, and a sheet that is
// closed keeps its own.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/bounded.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/zone.hpp"
#include "calendar/session.hpp"
#include "calendar/spans.hpp"

namespace circled::attendance {

// One time in the room. Without a departure the person stayed to the end.
struct Stay {
  Instant arrived_at;
  std::optional<Instant> departed_at;
  bool operator==(const Stay&) const = default;
};
BOOST_DESCRIBE_STRUCT(Stay, (), (arrived_at, departed_at))

// What a counselor says about one client. `attended` without stays means present from the start to the end,
// with `arrived_now` from now on; the other verdicts have none of both. `reason`: why excused or turned away.
struct Mark {
  ClientId client;
  calendar::Verdict verdict;
  std::optional<List<Stay, 20>> stays;
  std::optional<bool> arrived_now = {};
  std::optional<Text<1, 500>> reason = {};
};
BOOST_DESCRIBE_STRUCT(Mark, (), (client, verdict, stays, arrived_now, reason))

// A break of the session: it begins so many minutes after the start.
struct Break {
  Number<0, 719> after_minutes;
  Number<1, 240> minutes;
  bool operator==(const Break& other) const {
    return after_minutes.value == other.after_minutes.value && minutes.value == other.minutes.value;
  }
};
BOOST_DESCRIBE_STRUCT(Break, (), (after_minutes, minutes))

// The terms by which a session's minutes are counted and its sheet is kept. The values here hold where nobody
// has set any.
struct Terms {
  Number<0, 60> grace_minutes{0};
  std::optional<Number<0, 720>> door_closes_minutes;      // who comes later may be turned away
  std::optional<Number<0, 720>> no_credit_after_minutes;  // late
  List<Break, 10> breaks;
  std::optional<Number<1, 720>> cap_minutes;
  Number<0, 720> excuse_notice_hours{24};  // a "can't come" at least that long before the start excuses
  bool excuses_mandatory = false;          // also where coming is mandatory; else staff decide there
  Number<1, 720> close_within_hours{24};   // of the end: then the sheet is overdue
  Number<1, 365> documentation_days{14};   // from the end to the signature: then it is late
  bool co_signature = false;               // two facilitators sign
};
BOOST_DESCRIBE_STRUCT(Terms, (),
                      (grace_minutes, door_closes_minutes, no_credit_after_minutes, breaks, cap_minutes,
                       excuse_notice_hours, excuses_mandatory, close_within_hours, documentation_days,
                       co_signature))

namespace rules {

struct Credit {
  Minutes late{0};        // from the start to the first arrival; within grace none
  Minutes left_early{0};  // from the last departure to the end
  Minutes credited{0};
};

// Stays in any order, overlapping or not. `taken`: what other sessions credit.
Credit credit(std::span<const Stay> stays, Instant starts_at, Instant ends_at, const Terms& terms = {},
              const calendar::Spans& taken = {});

// The time that the credited minutes are made of.
calendar::Spans credited_time(std::span<const Stay> stays, Instant starts_at, Instant ends_at,
                              const Terms& terms, const calendar::Spans& taken);

// Whether the first arrival came after the door had closed.
bool after_door(std::span<const Stay> stays, Instant starts_at, const Terms& terms);

// One session that a client attended.
struct Attended {
  SessionId session;
  Instant starts_at;
  Instant ends_at;
  std::optional<Instant> closed_at;
  std::vector<Stay> stays;
  Terms terms;
};
// The credited minutes of each, in the order given, by the rule for sessions that overlap.
std::vector<Minutes> share_out(const std::vector<Attended>& sessions);

// A client's enrolment in the session's group. One that was ended during a day has the day before as its
// last, and the instant of the decision says until when it held on that day.
struct Enrolled {
  Date from;
  std::optional<Date> until;
  std::optional<Instant> ended_at;
  bool mandatory;
};
// The enrolment that held when the session began, if any.
const Enrolled* enrolled_at(std::span<const Enrolled> all, const Zone& zone, Instant starts_at);

// Whether a client who said that they can't come is excused by that alone.
bool excused_in_advance(const Terms& terms, calendar::Answer answer, std::optional<Instant> answered_at,
                        Instant starts_at, bool mandatory);

// By when the sheet is to be closed, and signed; whether its signature came, or is still out, too late.
Instant close_by(const Terms& terms, Instant ends_at);
Instant sign_by(const Terms& terms, Instant ends_at);
bool late_documentation(const Terms& terms, Instant ends_at, std::optional<Instant> signed_at, Instant now);

// Everything wrong with one mark by itself; `pointer` is where the mark stands in the body.
std::vector<FieldError> check(const Mark& mark, const std::string& pointer, Instant starts_at,
                              Instant ends_at, Instant now);
std::vector<FieldError> check(const Terms& terms);

// The stays to keep for a mark, in order of arrival.
std::vector<Stay> stays(const Mark& mark, Instant starts_at, Instant now);

}  // namespace rules
}  // namespace circled::attendance
