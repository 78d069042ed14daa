// Who is on call for a site: shifts from one instant until another, each with a primary and perhaps a backup.
// When a client asks to talk and the own counselors do not come, these two are asked (aftercare/support.hpp);
// so the rota also says when nobody is on call in the days ahead. The rota is no secret among staff.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/audit.hpp"
#include "store/transaction.hpp"

namespace circled {
using OnCallId = Id<struct OnCallTag>;
}

namespace circled::people {

struct OnCallShift {
  OnCallId id;
  SiteId site;
  Instant from;
  Instant until;
  StaffId primary;
  std::string primary_name;
  std::optional<StaffId> backup;
  std::optional<std::string> backup_name;
  std::int64_t version;  // its ETag
};
BOOST_DESCRIBE_STRUCT(OnCallShift, (),
                      (id, site, from, until, primary, primary_name, backup, backup_name, version))

struct NewOnCallShift {
  Instant from;   // a day ago at the earliest
  Instant until;  // to come, and at most 14 days after `from`
  StaffId primary;
  std::optional<StaffId> backup;
};
BOOST_DESCRIBE_STRUCT(NewOnCallShift, (), (from, until, primary, backup))

// Nobody is on call from then until then.
struct OnCallGap {
  Instant from;
  Instant until;
};
BOOST_DESCRIBE_STRUCT(OnCallGap, (), (from, until))

struct OnCallRota {
  std::optional<OnCallShift> now;
  std::vector<OnCallShift> shifts;  // those that have not ended before `from`, in order
  std::vector<OnCallGap> gaps;      // of the next seven days
};
BOOST_DESCRIBE_STRUCT(OnCallRota, (), (now, shifts, gaps))

// The shifts of `from` to `until`, and the gaps of seven days from `now` on. Errors: not_found (the site).
Result<OnCallRota> rota(Snapshot& db, SiteId site, Instant from, Instant until, Instant now);

// Whose turn it is at that moment.
std::optional<OnCallShift> on_call(Snapshot& db, SiteId site, Instant now);

// The three below are for supervisors and administrators. Who is on call works here and treats clients.
// Errors: not_found (the site), invalid (/from, /until, /primary, /backup), conflict (overlaps, with
// `shift`).
Result<OnCallShift> add_shift(Transaction& tx, const access::Actor& actor, SiteId site,
                              const NewOnCallShift& shift, Instant now);
// What has begun keeps its beginning. Errors: also precondition_failed (changed_meanwhile), conflict
// (already_over).
Result<OnCallShift> change_shift(Transaction& tx, const access::Actor& actor, OnCallId id,
                                 std::int64_t version, const NewOnCallShift& shift, Instant now);
// One that has begun ends now, and stays readable. Errors: not_found, conflict (already_over).
Result<void> remove_shift(Transaction& tx, const access::Actor& actor, OnCallId id, Instant now);

}  // namespace circled::people
