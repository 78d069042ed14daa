// The lists that leave the house as files. Each has its columns as a struct, in the order of the file, and
// one statement that goes on from a row.
#pragma once
#include "calendar/session.hpp"
#include "reports/period.hpp"

namespace circled::reports {

struct AttendanceRow {
  SessionId session;
  Instant starts_at;
  Minutes minutes;  // the session's
  std::string service;
  std::string group;  // empty: of none
  calendar::Kind kind;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Verdict verdict;
  std::optional<Minutes> late_minutes;
  std::optional<Minutes> left_early_minutes;
  std::optional<Minutes> credited_minutes;
  bool closed;  // whether the sheet is
};
BOOST_DESCRIBE_STRUCT(AttendanceRow, (),
                      (session, starts_at, minutes, service, group, kind, client, preferred_name, family_name,
                       verdict, late_minutes, left_early_minutes, credited_minutes, closed))

struct SessionRow {
  SessionId session;
  Instant starts_at;
  Instant ends_at;
  std::string service;
  std::string group;
  calendar::Kind kind;
  std::string title;
  std::string room;
  calendar::Status status;
  std::int64_t seats;
  std::int64_t taken;     // by those who did not give theirs back; also beyond `seats`
  std::int64_t expected;  // everybody on the list
  bool closed;
  std::optional<std::int64_t> attended, excused, unexcused, turned_away;  // of a closed sheet
};
BOOST_DESCRIBE_STRUCT(SessionRow, (),
                      (session, starts_at, ends_at, service, group, kind, title, room, status, seats, taken,
                       expected, closed, attended, excused, unexcused, turned_away))

struct ClientRow {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Date admitted_on;
  std::optional<Date> discharged_on;
  std::optional<std::string> discharge;
  std::optional<std::string> phase;  // today's, or the last one
  std::optional<std::string> level;
};
BOOST_DESCRIBE_STRUCT(ClientRow, (),
                      (client, preferred_name, family_name, admitted_on, discharged_on, discharge, phase,
                       level))

// One client's, over a period; sessions in order of start.
std::vector<AttendanceRow> client_attendance(Snapshot& db, ClientId client, const Period& period,
                                             const AttendanceRow* last, std::int64_t limit);

// A site's lines of attendance: everybody's at every session of the period, by start, session and client;
// those of one group or of one member of staff where that is asked.
std::vector<AttendanceRow> site_attendance(Snapshot& db, const Period& period, const AttendanceRow* last,
                                           std::int64_t limit);

std::vector<SessionRow> site_sessions(Snapshot& db, const Period& period, const SessionRow* last,
                                      std::int64_t limit);

// Stays at a site that overlap the period, by client and admission; of a group, of whoever was in it at some
// time of the period, and of a member of staff likewise.
std::vector<ClientRow> site_clients(Snapshot& db, const Period& period, const ClientRow* last,
                                    std::int64_t limit);

}  // namespace circled::reports
