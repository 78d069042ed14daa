// Our expansion against another one. Within the accepted set libical 3.0.16 agrees, once it begins at a
// real instance (elsewhere it loses one of a weekly rule with an interval) and no hour is skipped.
#include <doctest/doctest.h>
#include <libical/ical.h>

#include <cstdlib>
#include <memory>
#include <random>

#include "base/recurrence.hpp"
#include "support/result.hpp"

using namespace circled;

namespace {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  int upto(int most) { return static_cast<int>(engine_() % static_cast<unsigned>(most + 1)); }
  bool one_in(int n) { return upto(n - 1) == 0; }

 private:
  std::mt19937_64 engine_;
};

std::string some(Dice& dice, const std::vector<std::string>& of) {
  std::string list;
  for (const auto& each : of)
    if (dice.one_in(static_cast<int>(of.size()) / 2)) list += (list.empty() ? "" : ",") + each;
  return list.empty() ? of[static_cast<std::size_t>(dice.upto(static_cast<int>(of.size()) - 1))] : list;
}

std::string random_rule(Dice& dice) {
  const std::vector<std::string> weekdays{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  const int frequency = dice.upto(2);
  std::string rule = std::vector<std::string>{"FREQ=DAILY", "FREQ=WEEKLY",
                                              "FREQ=MONTHLY"}[static_cast<std::size_t>(frequency)];
  if (dice.one_in(2)) rule += ";INTERVAL=" + std::to_string(1 + dice.upto(4));
  bool has_set = false;
  // Where 30 and -2 name one day, libical's BYSETPOS counts it twice; dateutil, like us, once.
  const bool by_position = frequency == 2 && dice.one_in(3);
  if (frequency == 2 && dice.one_in(2)) {
    rule +=
        ";BYMONTHDAY=" + (by_position ? some(dice, {"1", "2", "13", "15", "28", "29", "30", "31"})
                                      : some(dice, {"1", "2", "13", "29", "30", "31", "-1", "-2", "-31"}));
    has_set = true;
  } else if (dice.one_in(2)) {
    rule += ";BYDAY=" + (frequency == 2 && dice.one_in(2)
                             ? some(dice, {"1MO", "2TU", "-1FR", "5SA", "-2SU", "3WE"})
                             : some(dice, weekdays));
    has_set = true;
  }
  if (by_position && has_set) rule += ";BYSETPOS=" + some(dice, {"1", "2", "-1", "3"});
  if (dice.one_in(3)) rule += ";COUNT=" + std::to_string(1 + dice.upto(60));
  if (dice.one_in(3)) rule += dice.one_in(2) ? ";WKST=SU" : ";WKST=MO";
  return rule;
}

std::vector<WallTime> by_libical(const std::string& rule, WallTime start, std::size_t limit) {
  const auto day = std::chrono::floor<std::chrono::days>(start);
  const std::chrono::year_month_day ymd{day};
  icaltimetype begin = icaltime_null_time();
  begin.year = static_cast<int>(ymd.year());
  begin.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  begin.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  begin.hour = static_cast<int>((start - day) / std::chrono::hours(1));
  const std::unique_ptr<icalrecur_iterator, void (*)(icalrecur_iterator*)> each(
      icalrecur_iterator_new(icalrecurrencetype_from_string(rule.c_str()), begin), icalrecur_iterator_free);
  REQUIRE(each);
  std::vector<WallTime> found;
  while (found.size() < limit) {
    const icaltimetype t = icalrecur_iterator_next(each.get());
    if (icaltime_is_null_time(t)) break;
    const Date date{std::chrono::year(t.year) / t.month / t.day};
    found.push_back(WallTime{date} + std::chrono::hours(t.hour) + Minutes(t.minute));
  }
  return found;
}

}  // namespace

TEST_CASE("our expansion is libical's, for random rules") {
  const char* given = std::getenv("CIRCLED_TEST_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : 20260310;
  CAPTURE(seed);
  Dice dice(seed);
  const Instant from = parse_instant("2024-01-01T00:00:00Z").value();
  const Instant until = parse_instant("2025-12-30T00:00:00Z").value();
  int compared = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_rule(dice);
    const Date day = parse_date("2024-01-01").value() + std::chrono::days(dice.upto(200));
    CAPTURE(text);
    CAPTURE(to_string(day));
    const auto rule = Recurrence::parse(text);
    REQUIRE(rule);
    const auto ours = rule->expand(WallTime{day} + std::chrono::hours(18), Zone::utc(), from, until, 100);
    if (ours.empty()) continue;
    const auto theirs = by_libical(text, ours.front(), ours.size());
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t k = 0; k < ours.size(); ++k) {
      CAPTURE(k);
      REQUIRE(to_string(std::chrono::floor<std::chrono::days>(ours[k])) ==
              to_string(std::chrono::floor<std::chrono::days>(theirs[k])));
      REQUIRE((ours[k] == theirs[k]));
    }
    ++compared;
  }
  CHECK(compared > 1500);
}
