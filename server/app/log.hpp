// Logs go to stderr, one line each, by spdlog. A line about a request names its id and the pattern of the
// route, never path, query, names or ids of people.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

namespace circled::app {

// `level`: debug, info, warn, error. `format`: text, or json (one object a line). Lines below warn may
// wait up to a second in memory, for a write() for each request is a tenth of its cost.
void configure_logs(const std::string& level, const std::string& format);

// Writes what waits.
void flush_logs();

struct RequestLine {
  std::string_view id, method, route;
  int status;
  std::chrono::nanoseconds took;
};
// Requests that machines repeat all day (healthz, readyz, metrics) are told at debug only.
void log_request(const RequestLine& line, bool routine);

}  // namespace circled::app
