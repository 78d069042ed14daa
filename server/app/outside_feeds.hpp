// Fetches what others keep elsewhere, when it is due: the calendars of members of staff, and lists of
// meetings. Each kind has a thread of its own, for somebody else's server may take its time, and a long
// list's import must keep no calendar waiting.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "app/fetch.hpp"
#include "base/clock.hpp"
#include "store/store.hpp"

namespace circled::app {

class OutsideFeeds {
 public:
  // Claims some that are due, so that no other server over the same database fetches them, fetches them and
  // keeps what came of each; answers how many they were. Blocks, and ends early once `stop` is true: what was
  // claimed is tried again when its claim runs out.
  using Step = std::function<std::int64_t(const std::atomic<bool>& stop)>;

  OutsideFeeds(std::string what, Step step) : what_(std::move(what)), step_(std::move(step)) {}
  ~OutsideFeeds() { stop(); }
  OutsideFeeds(const OutsideFeeds&) = delete;

  // Fetches all that are due now and answers how many it tried. Blocks.
  std::int64_t run_once();

  // A thread that looks once a minute, the first time at once.
  void start();
  void wake();  // any thread: there is something to fetch now
  void stop();  // breaks off what is being fetched

 private:
  const std::string what_;
  const Step step_;
  std::thread thread_;
  std::mutex mutex_;  // guards woken_
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stopping_{false};
};

using Fetch = std::function<Result<Fetched>(const std::string& url, const std::string& etag,
                                            const std::atomic<bool>& stop)>;

// The steps; store and clock outlive them.
OutsideFeeds::Step fetch_calendars(Store& store, const Clock& clock, Fetch fetch);
OutsideFeeds::Step fetch_meetings(Store& store, const Clock& clock, Fetch fetch);

// How a list of meetings is fetched: larger than a calendar is, and it may take longer.
FetchRules meeting_list_rules();

}  // namespace circled::app
