// Fetches the calendars that members of staff keep elsewhere, each every half hour: on a thread of its own,
// for somebody else's server may take its time.
#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "app/fetch.hpp"
#include "base/clock.hpp"
#include "people/outside_calendar.hpp"
#include "store/store.hpp"

namespace circled::app {

class OutsideFeeds {
 public:
  using Fetch = std::function<Result<Fetched>(const std::string& url, const std::string& etag,
                                              const std::atomic<bool>& stop)>;

  OutsideFeeds(Store& store, const Clock& clock, Fetch fetch);
  ~OutsideFeeds() { stop(); }
  OutsideFeeds(const OutsideFeeds&) = delete;

  // Fetches all that are due now and answers how many it tried. Blocks. What is claimed here no other server
  // over the same database fetches.
  std::int64_t run_once();

  // A thread that looks once a minute, the first time at once.
  void start();
  void wake();  // any thread: there is something to fetch now
  void stop();  // breaks off what is being fetched; it is tried again when its claim runs out

 private:
  void try_one(const people::DueFeed& feed);

  Store& store_;
  const Clock& clock_;
  const Fetch fetch_;
  std::thread thread_;
  std::mutex mutex_;  // guards woken_
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stopping_{false};
};

}  // namespace circled::app
