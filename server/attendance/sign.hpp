// Signatures: a facilitator signs the sheet that is closed, having shown their password again (the route
// asks, access/sign_in.hpp checks); where the policy wants two, another facilitator signs after them. What is
// signed only a supervisor amends, with a reason, and each version stays readable (history.hpp).
#pragma once
#include "attendance/sheet.hpp"

namespace circled::attendance {

// A facilitator of the session; a supervisor where none of them works here any more. The second signature is
// a second person's. Errors: not_found, forbidden, precondition_failed, conflict (not_closed, already_signed,
// not_asked: one signature is enough).
Result<Sheet> sign(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                   std::int64_t version, Instant now);

struct Amendment {
  Text<3, 500> reason;
  List<Mark, 500> marks;
  std::optional<List<WalkIn, 20>> walk_ins = {};  // who was there and does not stand on the sheet
};
BOOST_DESCRIBE_STRUCT(Amendment, (), (reason, marks, walk_ins))

// Supervisors and administrators. The sheet stays closed and signed. Errors: not_found, forbidden,
// precondition_failed, conflict (not_signed), invalid (as mark and walk_in; nobody goes back to `expected`).
Result<Sheet> amend(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                    std::int64_t version, const Amendment& amendment, Instant now);

}  // namespace circled::attendance
