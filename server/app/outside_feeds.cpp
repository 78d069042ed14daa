#include "app/outside_feeds.hpp"

#include <spdlog/spdlog.h>

namespace circled::app {
namespace {

constexpr std::int64_t at_once = 5;  // claimed together, fetched one after the other

// In one line: a damaged calendar's is its field's.
std::string one_line(const Error& error) {
  return error.fields.empty() ? error.detail : error.fields.front().message;
}

}  // namespace

OutsideFeeds::OutsideFeeds(Store& store, const Clock& clock, Fetch fetch)
    : store_(store), clock_(clock), fetch_(std::move(fetch)) {}

void OutsideFeeds::try_one(const people::DueFeed& feed) {
  const auto read = [&]() -> Result<std::pair<std::optional<std::vector<people::BusyTime>>, std::string>> {
    auto fetched = fetch_(feed.url, feed.etag, stopping_);
    if (!fetched) return fetched.error();
    if (!fetched->changed) return std::pair(std::optional<std::vector<people::BusyTime>>(), feed.etag);
    auto busy = people::read_busy(fetched->body, *Zone::named(feed.zone), clock_.now());
    if (!busy) return busy.error();
    return std::pair(std::optional(std::move(*busy)), std::move(fetched->etag));
  };
  const auto outcome = read();
  if (stopping_) return;
  const auto kept = store_.write_now("outside_calendar.keep", [&](Transaction& tx) {
    if (outcome) return people::keep_fetched(tx, feed, outcome->first, outcome->second, clock_.now());
    return people::keep_failure(tx, feed, one_line(outcome.error()), clock_.now());
  });
  if (!kept) spdlog::warn("outside calendar of staff {}: {}", feed.staff.value, kept.error().detail);
}

std::int64_t OutsideFeeds::run_once() {
  std::int64_t tried = 0;
  while (!stopping_) {
    const auto due = store_.claim_now("outside_calendar.claim",
                                      [&](Transaction& tx) -> Result<std::vector<people::DueFeed>> {
                                        return people::claim_due_feeds(tx, clock_.now(), at_once);
                                      });
    if (!due || due->empty()) break;
    for (const auto& feed : *due) {
      if (stopping_) break;
      try_one(feed);
      ++tried;
    }
  }
  return tried;
}

void OutsideFeeds::start() {
  thread_ = std::thread([this] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      woken_ = false;
      lock.unlock();
      try {
        run_once();
      } catch (const std::exception& e) {
        spdlog::error("outside calendars: {}", e.what());
      }
      lock.lock();
      changed_.wait_for(lock, std::chrono::minutes(1), [this] { return woken_ || stopping_; });
    }
  });
}

void OutsideFeeds::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void OutsideFeeds::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace circled::app
