// The rows of one session's sheet: read in a few statements, changed in one place, and every change kept.
//
// Whatever says something of a participant (a mark, a walk-in, a policy, an undo, an amendment) goes through
// `write`. It derives the minutes, shares out those that overlap with other sessions of the same client, and
// notes before and after of each line under the session's new version. So the history, replayed, is what
// stands.
#pragma once
#include "attendance/policy.hpp"
#include "calendar/rows.hpp"

namespace circled::attendance {

// Who excused: the client, in time, or staff afterwards.
enum class Excuse { in_advance, afterwards };
BOOST_DESCRIBE_ENUM(Excuse, in_advance, afterwards)

// Everything that is said of one participant, and the minutes that follow from it.
struct State {
  calendar::Verdict verdict = calendar::Verdict::expected;
  std::vector<Stay> stays;
  std::optional<Excuse> excuse;
  std::optional<std::string> excused_for;  // the calendar's word: "hold" or "clearance"
  std::string reason;
  calendar::Source source = calendar::Source::walk_in;
  bool over_capacity = false;
  bool not_eligible = false;
  std::optional<Minutes> late_minutes;
  std::optional<Minutes> left_early_minutes;
  std::optional<Minutes> credited_minutes;
  bool operator==(const State&) const = default;
};
BOOST_DESCRIBE_STRUCT(State, (),
                      (verdict, stays, excuse, excused_for, reason, source, over_capacity, not_eligible,
                       late_minutes, left_early_minutes, credited_minutes))

struct Entry {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  calendar::Answer answer;
  std::optional<Instant> answered_at;
  State state;
  std::vector<rules::Enrolled> enrolments;  // in the session's group, about that day
};

struct Roll {
  calendar::Session session;
  Zone zone;
  Terms terms;
  std::vector<Entry> entries;  // in order of name

  const Entry* find(ClientId client) const;
  // Whether coming is mandatory for this client; whether they were in the group at all when it began.
  bool is_mandatory(const Entry& entry) const;
  bool was_enrolled(const Entry& entry) const;
  // Nobody has said anything yet, and the client did in time: excused, by the policy.
  bool is_excused_by_policy(const Entry& entry) const;
};

Roll load_roll(Snapshot& db, const calendar::Session& session);

// A state that was kept as JSON; nothing for an empty text.
std::optional<State> parse_state(std::string_view text);

// Why a line changes. `policy`: the client's own word in time; `credit`: minutes that another session took or
// left.
enum class ChangeKind { mark, walk_in, policy, credit, undo, amend };
BOOST_DESCRIBE_ENUM(ChangeKind, mark, walk_in, policy, credit, undo, amend)

struct Said {
  ClientId client;
  std::optional<State> state;  // without its minutes; none: is not on the sheet any more
  ChangeKind kind = ChangeKind::mark;
};

// Who changes the sheet, and why, where a reason is asked for.
struct Cause {
  PersonId by;  // zero: the server itself
  std::string reason = {};
  std::optional<std::int64_t> undoes = {};
};

// Writes what is said, shares the minutes out anew, notes the changes, counts the session's version up, tells
// the dashboards, and answers the roll as it now stands.
Roll write(Transaction& tx, const Roll& roll, const std::vector<Said>& said, const Cause& cause, Instant now);

}  // namespace circled::attendance
