// Roll call: who came to a session, when, and how many minutes count.
//
// A session's sheet is its list of expected clients, each `expected` until somebody says otherwise.
// Nobody becomes absent because nothing happened: a sheet closes only when every line has a verdict,
// and closing completes the session. A closed sheet changes only after a supervisor reopens it, with
// a reason; the audit trail keeps both versions.
#pragma once
#include "attendance/check_in.hpp"
#include "attendance/rules.hpp"

namespace circled::attendance {

struct Line {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Answer answer;
  calendar::Verdict verdict;
  std::vector<Stay> stays;
  Minutes late_minutes;
  Minutes left_early_minutes;
  Minutes credited_minutes;
  std::optional<Proposed> proposed;  // how they checked in, if they did: nobody has marked it yet
};
BOOST_DESCRIBE_STRUCT(Line, (),
                      (client, preferred_name, family_name, answer, verdict, stays, late_minutes,
                       left_early_minutes, credited_minutes, proposed))

struct Sheet {
  SessionId session;
  std::int64_t version;  // the session's: the sheet's ETag
  std::string title;
  Instant starts_at;
  Instant ends_at;
  std::string zone;  // the site's, in which a counselor reads the clock
  bool closed;
  std::optional<Instant> closed_at;
  std::optional<std::string> closed_by_name;
  std::vector<Line> lines;  // in order of name
};
BOOST_DESCRIBE_STRUCT(Sheet, (),
                      (session, version, title, starts_at, ends_at, zone, closed, closed_at, closed_by_name,
                       lines))

struct Marks {
  List<Mark, 500, 1> marks;
};
BOOST_DESCRIBE_STRUCT(Marks, (), (marks))

struct Reopening {
  Text<3, 500> reason;
};
BOOST_DESCRIBE_STRUCT(Reopening, (), (reason))

// Who may: the session's facilitators, supervisors, administrators. Errors: not_found, forbidden.
Result<Sheet> sheet(Snapshot& db, const api::Identity& who, SessionId session);

// Applies marks and returns the sheet as it now stands. All or nothing; a mark replaces what was said
// of that client before. `version` is the one the caller has seen.
// Errors: not_found, forbidden, precondition_failed (with the newer sheet), conflict (not_started,
// sheet_closed, cancelled), invalid (not_on_the_sheet, repeated, departure_before_arrival, …).
Result<Sheet> mark(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                   std::int64_t version, const Marks& marks, Instant now);

// Errors: as mark; conflict (unmarked, with the clients who are still `expected`).
Result<Sheet> close(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                    std::int64_t version, Instant now);

// Supervisors and administrators. Errors: as mark; conflict (not_closed).
Result<Sheet> reopen(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                     std::int64_t version, const Reopening& reopening, Instant now);

}  // namespace circled::attendance
