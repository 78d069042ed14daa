// From events to the text of a calendar (RFC 5545).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace circled::ics {

struct Entry {
  std::string uid;
  std::int64_t sequence = 0;  // grows with every change (§3.8.7.4)
  Instant starts_at;
  Instant ends_at;
  std::string summary;
  std::string place;  // empty: not told
  Instant changed_at;
  bool cancelled = false;
};

// One event each, times in UTC: a series is its single sessions, so no reader has to know a zone or a rule.
// Depends on nothing but its arguments: the same events are the same bytes.
std::string write_calendar(std::string_view name, const std::vector<Entry>& events);

// What stands behind the @ of each UID of one server, and tells nobody which (§3.8.4.7). `key`: the server's.
std::string uid_host(std::string_view key);

}  // namespace circled::ics
