// The terms of attendance, as supervisors set them: the programme's from a day on, and a group's own in place
// of all of them. Which terms hold for a session its day at its site says; a day that has begun is not judged
// anew, so new terms hold from tomorrow at the earliest.
#pragma once
#include "access/audit.hpp"
#include "attendance/rules.hpp"

namespace circled::attendance {

struct PolicyRow {
  std::optional<GroupId> group;  // none: the programme's
  Date from;
  bool follows;  // the group goes by the programme's terms again
  Terms terms;
};
BOOST_DESCRIBE_STRUCT(PolicyRow, (), (group, from, follows, terms))

// Of the programme, or of one group.
struct Policy {
  Terms today;                  // that hold for sessions of today
  std::vector<PolicyRow> rows;  // newest first; of a group its own alone
};
BOOST_DESCRIBE_STRUCT(Policy, (), (today, rows))

struct NewPolicy {
  Date from;
  std::optional<bool> follows;  // a group: as the programme again, without terms
  std::optional<Terms> terms;
};
BOOST_DESCRIBE_STRUCT(NewPolicy, (), (from, follows, terms))

namespace rules {
// What holds on that day for the group's sessions, or for those of no group: the group's latest row, unless
// it follows; else the programme's latest; else the defaults.
const Terms& in_force(const std::vector<PolicyRow>& rows, std::optional<GroupId> group, Date day);
}  // namespace rules

// The ETag of a policy.
std::string digest(const Policy& policy);

// Supervisors and administrators. Errors: not_found (the group).
Result<Policy> policy(Snapshot& db, const api::Identity& who, std::optional<GroupId> group, Instant now);

// Sets the terms from a day on, in place of what was set for that very day. `seen` is the digest of what the
// caller has read. Errors: not_found, precondition_failed (with `current`), invalid (/from in_the_past,
// /follows, /terms).
Result<Policy> set_policy(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          std::optional<GroupId> group, std::string_view seen, const NewPolicy& policy,
                          Instant now);

// For the operations of this room: the programme's rows and the group's, or everybody's.
std::vector<PolicyRow> policy_rows(Snapshot& db, std::optional<GroupId> group);
std::vector<PolicyRow> policy_rows(Snapshot& db);
// The terms of one session.
Terms terms_of(Snapshot& db, const calendar::SessionRow& session);

}  // namespace circled::attendance
