// The rules of a bad day, as pure functions: who is a better substitute, and what may be decided.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "calendar/bad_day.hpp"

namespace circled::calendar::rules {

// Longest time that somebody or something is out.
inline constexpr auto longest_bad_day = std::chrono::days(14);

// Those who could take a session over, the best first, at most `most`: who facilitates it already, then
// whose clients are in it (the more the better), then by id.
std::vector<Substitute> ranked(std::vector<Substitute> free, std::size_t most);

// Whether the time asked about is one. Pointers /from and /until.
std::vector<FieldError> check_time(const BadDay& day, Instant now);

// What is wrong with a decision by itself, with pointers into a decision ("/room"): what its action needs and
// does not have, and what is still out then.
std::vector<FieldError> check(const BadDay& day, const Decision& decision, const Session& session);

// Who leads the session when `substitute` comes in the place of `out`.
std::vector<StaffId> with_substitute(const Session& session, StaffId out, StaffId substitute);

}  // namespace circled::calendar::rules
