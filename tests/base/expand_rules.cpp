// Expands recurrence rules for another program to compare: recurrence_dateutil_test.py. A line of the input
// is
//
//   zone TAB start TAB from TAB until TAB limit TAB rule
//
// with `start` a wall time in the zone written as if it were UTC, `from` and `until` instants. A line of the
// output holds the instances, each the seconds its wall clock shows and the seconds of its instant, both
// since 1970; or an exclamation mark and why the rule is refused.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "base/recurrence.hpp"

namespace {

using namespace circled;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line)
    if (c == '\t')
      fields.emplace_back();
    else
      fields.back() += c;
  return fields;
}

std::string expanded(const std::vector<std::string>& fields) {
  const auto rule = Recurrence::parse(fields.at(5));
  if (!rule) return "! " + rule.error().fields.front().message;
  const Zone zone = Zone::named(fields.at(0)).value();
  const auto shown = parse_instant(fields.at(1)).value();
  const WallTime start{std::chrono::floor<Seconds>(shown.time_since_epoch())};
  std::string line;
  for (const WallTime wall : rule->expand(start, zone, parse_instant(fields.at(2)).value(),
                                          parse_instant(fields.at(3)).value(), std::stoul(fields.at(4)))) {
    const Instant at = zone.instant(wall).value();
    line += (line.empty() ? "" : " ") + std::to_string(wall.time_since_epoch().count()) + "/" +
            std::to_string(to_millis(at) / 1000);
  }
  return line;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) std::cout << expanded(fields_of(line)) << '\n';
  std::cout.flush();
  return std::cout ? 0 : 1;
}
