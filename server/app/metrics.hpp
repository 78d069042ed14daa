// What /metrics tells, in Prometheus' text format. Requests are counted by the pattern of their route,
// so the number of series is fixed when the server starts and no path of anybody's shows.
#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/route.hpp"

namespace circled::app {

// One number among those the parts of the server count themselves.
struct Figure {
  std::string name, help;
  bool counter = false;  // only ever grows
  double value = 0;
  std::string label, label_value;
};

class Metrics {
 public:
  // `table` is complete and outlives this.
  explicit Metrics(const api::Table& table);

  // Any thread, without a lock. `route`: the view a Response carries; empty when no row was found.
  void count(std::string_view route, int status, std::chrono::nanoseconds took);

  // Figures of one name stand next to each other.
  std::string text(std::span<const Figure> figures) const;

 private:
  // Upper bounds in microseconds; the last bucket has none.
  static constexpr std::array<std::int64_t, 12> bounds{100,   250,   500,    1000,   2500,    5000,
                                                       10000, 25000, 100000, 250000, 1000000, 5000000};
  struct Route {
    std::string method, path;
    std::array<std::atomic<std::uint64_t>, 5> by_class{};
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets{};
    std::atomic<std::uint64_t> microseconds{0};
  };

  std::unordered_map<const char*, Route*> by_name_;  // a row's name is one object: its address is enough
  std::vector<std::unique_ptr<Route>> routes_;       // the first: no row
};

// Memory of this process in bytes, resident now.
double resident_bytes();

}  // namespace circled::app
