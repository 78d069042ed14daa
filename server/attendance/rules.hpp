// From a client's stays to the minutes that count. Pure.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/bounded.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "calendar/session.hpp"

namespace circled::attendance {

// One time in the room. Without a departure the person stayed to the end.
struct Stay {
  Instant arrived_at;
  std::optional<Instant> departed_at;
  bool operator==(const Stay&) const = default;
};
BOOST_DESCRIBE_STRUCT(Stay, (), (arrived_at, departed_at))

// What a counselor says about one client. `attended` without stays means present from the start to
// the end; the other verdicts have none.
struct Mark {
  ClientId client;
  calendar::Verdict verdict;
  std::optional<List<Stay, 20>> stays;
};
BOOST_DESCRIBE_STRUCT(Mark, (), (client, verdict, stays))

namespace rules {

struct Credit {
  Minutes late{0};        // from the start to the first arrival
  Minutes left_early{0};  // from the last departure to the end
  Minutes credited{0};    // present between start and end, whole minutes, doubles counted once
};

// Stays in any order, overlapping or not. Time before the start and after the end never counts.
Credit credit(std::span<const Stay> stays, Instant starts_at, Instant ends_at);

// Everything wrong with one mark by itself; `pointer` is where the mark stands in the body.
std::vector<FieldError> check(const Mark& mark, const std::string& pointer, Instant starts_at,
                              Instant ends_at, Instant now);

// The stays to keep for a mark, in order of arrival.
std::vector<Stay> stays(const Mark& mark, Instant starts_at);

}  // namespace rules
}  // namespace circled::attendance
