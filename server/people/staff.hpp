// The people who work here.
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "store/transaction.hpp"

namespace circled::people {

struct Staff {
  StaffId id;
  std::string name;
  api::Role role;
  SiteId site;
  bool active;
};
BOOST_DESCRIBE_STRUCT(Staff, (), (id, name, role, site, active))

struct NewStaff {
  Text<1, 100> name;
  api::Role role;
  SiteId site;
};
BOOST_DESCRIBE_STRUCT(NewStaff, (), (name, role, site))

// In order of name; of one site, or of all.
std::vector<Staff> staff(Snapshot& db, std::optional<SiteId> site);
std::optional<Staff> staff_member(Snapshot& db, StaffId id);

// Errors: invalid (no such site; a role that is not a staff role).
Result<Staff> add_staff(Transaction& tx, const access::Actor& actor, const NewStaff& staff, Instant now);

}  // namespace circled::people
