// Days on which a site, or every site, is closed. Some are typed in here, others come from an imported
// calendar; those belong to it and are changed by importing it again.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "places/place.hpp"

namespace circled::places {

struct Closure {
  ClosureId id;
  std::optional<SiteId> site;  // none: every site
  Date from_on;
  Date until_on;  // the last day
  std::string name;
  std::string source;  // the imported calendar's name; empty: typed in
};
BOOST_DESCRIBE_STRUCT(Closure, (), (id, site, from_on, until_on, name, source))

struct NewClosure {
  std::optional<SiteId> site;  // every site when left out
  Date from_on;
  Date until_on;
  Text<1, 100> name;
};
BOOST_DESCRIBE_STRUCT(NewClosure, (), (site, from_on, until_on, name))

// Closures that touch [from, until], both days included, in order of their first day: those that hold for
// this site, or all there are.
std::vector<Closure> closures(Snapshot& db, std::optional<SiteId> site, Date from, Date until);

// Whether the site is closed on that day: the closure's name.
std::optional<std::string> closed(Snapshot& db, SiteId site, Date day);

// For supervisors and administrators, both. Nothing is cancelled by a closure.
// Errors: invalid (no such site; the days are in the wrong order, or more than 400).
Result<Closure> add_closure(Transaction& tx, const access::Actor& actor, const NewClosure& closure,
                            Instant now);
// Answers what was taken back. Errors: not_found, conflict (imported).
Result<Closure> remove_closure(Transaction& tx, const access::Actor& actor, ClosureId closure, Instant now);

}  // namespace circled::places
