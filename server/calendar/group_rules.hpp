// The rules of groups, as pure functions: whom one admits, how large it may become, what its topics are.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "calendar/group.hpp"
#include "people/standing.hpp"

namespace circled::calendar::rules {

std::vector<FieldError> check_sizes(std::int64_t smallest, std::int64_t largest, const Admits& admits);

// Why a client may not join. What the law says nobody overrides; what the house says, a supervisor may.
struct Objection {
  std::string code;     // "phase", "level", "not_cleared", "age", "tag", "on_hold", "full", …
  std::string message;  // for staff
  bool overridable;
};

// Whom the group admits, on `day`. A client in detox needs a clinician's clearance for any group.
std::vector<Objection> admission(const Admits& admits, const people::Standing& client, Date day);

// Completed years on `day`; whoever was born on 29 February has a birthday on 1 March of other years.
int age(Date born, Date day);

// How many there may be. `legal_*` are the service's, the others the group's own.
struct Caps {
  std::int64_t largest;
  std::optional<std::int64_t> per_facilitator;
  std::optional<std::int64_t> legal_largest;
  std::optional<std::int64_t> legal_per_facilitator;
};
// Whether `clients` with so many facilitators are too many.
std::vector<Objection> size(const Caps& caps, std::int64_t clients, std::int64_t facilitators);

// Days from one through another, or without an end.
struct DayRange {
  Date from;
  std::optional<Date> until;  // the last; before `from`: none at all
};
// The most of them that hold on one and the same day of `within`.
std::int64_t most_at_once(const std::vector<DayRange>& all, const DayRange& within);

// The topics of the coming sessions, in order of start: the curriculum goes on after `last`, round and round.
// A topic that is not of the curriculum stays where it is.
std::vector<std::string> topics(const std::vector<std::string>& curriculum,
                                const std::optional<std::string>& last,
                                const std::vector<std::string>& present);

}  // namespace circled::calendar::rules
