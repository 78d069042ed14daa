// Fetching what somebody has given an address for, by libcurl. The address comes from a person, the answer
// from anywhere: so it is https, of public addresses only, by what is really connected to and not by what a
// name once meant; each redirection is judged anew; and size and time end.
#pragma once
#include <atomic>
#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace circled::app {

struct FetchRules {
  std::string what = "calendar";  // it is called in what went wrong
  std::string accept = "text/calendar, text/plain;q=0.5";
  std::size_t largest = 5 * 1024 * 1024;  // bytes of the answer
  Seconds within{10};                     // all of it, redirections included
  int redirects = 3;
  // For tests, whose server stands on this machine: never set elsewhere.
  bool plain_http = false;
  bool any_address = false;
};

struct Fetched {
  bool changed = true;  // false: 304, the caller has it
  std::string etag;     // empty: none was sent
  std::string body;
};

// Blocks: for a thread of its own. `etag` empty: whatever there is. Ends early once `stop` is true.
// Errors: unavailable, whose detail is one line without the address: what came instead of an answer.
Result<Fetched> fetch(const std::string& url, const std::string& etag, const FetchRules& rules,
                      const std::atomic<bool>& stop);

}  // namespace circled::app
