// A client joins a group's coming sessions: which these are, what speaks against it, and their rows. For
// whoever enrols one client (enrolment.cpp) or takes a whole group over into another (group_merge.cpp).
#pragma once
#include "calendar/busy.hpp"
#include "calendar/group_rules.hpp"
#include "calendar/notice.hpp"

namespace circled::calendar {

// A session of the group that has not begun, as a joining client meets it.
struct ComingSession {
  SessionId id;
  Instant starts_at;
  Instant ends_at;
  std::int64_t clients;  // others, those included to whom a seat is offered
  std::int64_t facilitators;
  bool there;  // the client is expected already
};
BOOST_DESCRIBE_STRUCT(ComingSession, (), (id, starts_at, ends_at, clients, facilitators, there))

// The instants of those days in which sessions may still be changed: after the first, before the second.
std::pair<Instant, Instant> open_time(const rules::DayRange& days, const Zone& zone, Instant now);

// Those that start after `from` and before `until`, in order of start.
std::vector<ComingSession> coming_sessions(Snapshot& db, GroupId group, ClientId client, Instant from,
                                           Instant until);

// The days of all enrolments of the group that hold on that day or later.
std::vector<rules::DayRange> enrolled_days(Snapshot& db, GroupId group, Date from);

// Whether the client is in the group on one of these days; by another enrolment than `except`.
bool is_enrolled(Snapshot& db, GroupId group, ClientId client, const rules::DayRange& days,
                 EnrolmentId except = {});

// Everything that speaks against this client in this group in those days, in which others are enrolled
// `most_others` at once at the most; seats that are offered to others count as taken.
std::vector<rules::Objection> objections(Snapshot& db, const Group& group, ClientId client,
                                         const rules::DayRange& days,
                                         const std::vector<ComingSession>& sessions, std::int64_t most_others,
                                         Instant now);

// Of the sessions that the client would join, those at whose time they are not elsewhere, and where they are
// at the others'. Sessions among `gone` will not be in the way.
struct JoinedDates {
  std::vector<ComingSession> all;
  std::vector<ComingSession> free;
  std::vector<Conflict> taken;
};
JoinedDates joined_dates(Snapshot& db, const api::Identity& who, const Group& group, ClientId client,
                         const std::vector<ComingSession>& sessions, const std::vector<SessionId>& gone,
                         Instant now);

// Makes the client a participant, busy and reminded: of the free ones, or of all, `over` what is taken.
void join_sessions(Transaction& tx, const Group& group, ClientId client, const JoinedDates& dates, bool over,
                   ManyNews& news, Instant now);

}  // namespace circled::calendar
