#include "aftercare/self_check_rules.hpp"

#include <doctest/doctest.h>

#include "support/time.hpp"

using namespace circled;
using namespace circled::aftercare;
using test::at;
using test::new_york;

namespace {

const Instant newest = at("2026-03-10T22:00:00Z");

// A day apart, the latest first.
std::vector<rules::Felt> felt(std::initializer_list<std::int64_t> latest_first) {
  std::vector<rules::Felt> found;
  for (const auto craving : latest_first)
    found.push_back({newest - std::chrono::days(found.size()), craving});
  return found;
}
std::string reason(std::initializer_list<std::int64_t> latest_first, std::optional<Instant> followed_up = {},
                   const SelfCheckTerms& terms = rules::usual_terms()) {
  return rules::worth_a_look(felt(latest_first), terms, followed_up, new_york).value_or("");
}

}  // namespace

TEST_CASE("a craving at the limit is worth a look, whatever came before") {
  CHECK(reason({}) == "");
  CHECK(reason({7}) == "");
  CHECK(reason({8}) == "Said a craving of 8 of 10 on Tue 10 Mar at 18:00; the plan's limit is 8.");
  CHECK(reason({10, 10}) != "");
  CHECK(reason({2, 10}) == "");  // only the newest is new
  auto strict = rules::usual_terms();
  strict.limit = {1};
  CHECK(reason({0}, {}, strict) == "");
  CHECK(reason({1}, {}, strict) != "");
}

TEST_CASE("a rise of the last three over the seven before") {
  CHECK(reason({5, 5, 5, 2, 2, 2, 2, 2, 2, 2}) ==
        "Craving has risen: 5.0 on average in the last three self-checks, 2.0 in the seven before.");
  CHECK(reason({4, 5, 5, 2, 2, 2, 2, 2, 2, 2}) == "");  // a third short of it
  CHECK(reason({5, 5, 5, 2, 2, 2, 2, 2, 2, 3}) == "");  // a seventh
  CHECK(reason({1, 7, 7, 1, 2, 2, 2, 2, 2, 1}) != "");  // the average counts, not the newest
  CHECK(reason({5, 5, 5, 2, 2, 2, 2, 2, 2}) == "");     // six before are too few
  CHECK(reason({2, 2, 2, 7, 7, 7, 7, 7, 7, 7}) == "");  // a fall
  auto calm = rules::usual_terms();
  calm.rise.reset();
  CHECK(reason({7, 7, 7, 0, 0, 0, 0, 0, 0, 0}, {}, calm) == "");
}

TEST_CASE("what was followed up is no rise again until three more have been said") {
  const auto days_ago = [](int days) { return newest - std::chrono::days(days); };
  CHECK(reason({5, 5, 5, 2, 2, 2, 2, 2, 2, 2}, days_ago(2)) == "");
  CHECK(reason({5, 5, 5, 2, 2, 2, 2, 2, 2, 2}, days_ago(2) - Milliseconds(1)) != "");
  CHECK(reason({9, 5}, days_ago(1)) != "");  // a craving at the limit is news each time
}
