// The data a figure is measured on: a programme large enough that an operation that looks at
// everything would show.
#pragma once
#include <string>

#include "base/time.hpp"
#include "store/open.hpp"

namespace circled::bench {

struct Size {
  std::int64_t sessions, staff, clients;
};

// Fills an empty place: one site, `staff` counselors with a room each, `clients` clients, and
// one-on-one sessions spread evenly over the 90 days before `today` and the 30 after, with their
// participants and busy rows. Prints its progress.
void fill(const store::Place& place, const Size& size, Instant today);

// Bearer tokens whose hashes stand in the base.
std::string admin_token();
std::string client_token(std::int64_t client);  // 0, 1, … below the number asked of `sign_in_clients`
// Gives the first `count` clients an account and a sign-in.
void sign_in_clients(const store::Place& place, std::int64_t count);

// `each` sessions for each of the first `receivers` clients with a reminder two hours before, the first due
// at `due` and each other `apart` after the one before it. The clients' zone is one where it is about noon,
// so that no quiet hours interfere.
void plan_reminders(const store::Place& place, std::int64_t receivers, std::int64_t each, Instant due,
                    Milliseconds apart = {});

// Whether it was filled before.
bool is_filled(const store::Place& place);

// Due reminders that `workers` threads take for themselves, each some hundred at a time, in a second.
double claims_per_second(const store::Place& place, int workers, double seconds);

// How many reminders the store says were sent.
std::int64_t reminders_sent(const store::Place& place);

// Ids in a base: staff come first, then clients, both without gaps.
std::int64_t staff_id(std::int64_t n);
std::int64_t client_id(const Size& size, std::int64_t n);

}  // namespace circled::bench
