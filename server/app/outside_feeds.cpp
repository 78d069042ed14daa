#include "app/outside_feeds.hpp"

#include <spdlog/spdlog.h>

#include "aftercare/meeting_feed.hpp"
#include "people/outside_calendar.hpp"

namespace circled::app {
namespace {

constexpr std::int64_t at_once = 5;  // claimed together, fetched one after the other

// In one line: a damaged calendar's is its field's.
std::string first_words(const Error& error) {
  return error.fields.empty() ? error.detail : error.fields.front().message;
}

void try_calendar(Store& store, const Clock& clock, const Fetch& fetch, const people::DueFeed& feed,
                  const std::atomic<bool>& stop) {
  const auto read = [&]() -> Result<std::pair<std::optional<std::vector<people::BusyTime>>, std::string>> {
    auto fetched = fetch(feed.url, feed.etag, stop);
    if (!fetched) return fetched.error();
    if (!fetched->changed) return std::pair(std::optional<std::vector<people::BusyTime>>(), feed.etag);
    auto busy = people::read_busy(fetched->body, *Zone::named(feed.zone), clock.now());
    if (!busy) return busy.error();
    return std::pair(std::optional(std::move(*busy)), std::move(fetched->etag));
  };
  const auto outcome = read();
  if (stop) return;
  const auto kept = store.write_now("outside_calendar.keep", [&](Transaction& tx) {
    if (outcome) return people::keep_fetched(tx, feed, outcome->first, outcome->second, clock.now());
    return people::keep_failure(tx, feed, first_words(outcome.error()), clock.now());
  });
  if (!kept) spdlog::warn("outside calendar of staff {}: {}", feed.staff.value, kept.error().detail);
}

void try_list(Store& store, const Clock& clock, const Fetch& fetch, const aftercare::DueMeetingFeed& feed,
              const std::atomic<bool>& stop) {
  aftercare::FeedResult result;
  auto fetched = fetch(feed.url, feed.etag, stop);
  if (stop) return;
  if (!fetched) {
    result.error = first_words(fetched.error());
  } else if (fetched->changed) {
    aftercare::ImportOptions options;
    options.name = feed.name;
    if (!feed.zone.empty()) options.zone = Zone::named(feed.zone).value();
    options.allow_shrink = feed.allow_shrink;
    auto imported = aftercare::import_meetings(store, clock, {}, fetched->body, options);
    if (imported) {
      result.report = std::move(*imported);
      result.etag = std::move(fetched->etag);
    } else {
      result.error = first_words(imported.error());
    }
  }
  const auto kept = store.write_now("meeting_feed.keep", [&](Transaction& tx) {
    return aftercare::keep_run(tx, feed, result, clock.now());
  });
  if (!kept) spdlog::warn("meeting feed {}: {}", feed.id, kept.error().detail);
}

}  // namespace

std::int64_t OutsideFeeds::run_once() {
  std::int64_t tried = 0;
  while (!stopping_) {
    const std::int64_t some = step_(stopping_);
    if (some == 0) break;
    tried += some;
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
        spdlog::error("{}: {}", what_, e.what());
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

OutsideFeeds::Step fetch_calendars(Store& store, const Clock& clock, Fetch fetch) {
  return [&store, &clock, fetch = std::move(fetch)](const std::atomic<bool>& stop) -> std::int64_t {
    const auto due = store.claim_now("outside_calendar.claim",
                                     [&](Transaction& tx) -> Result<std::vector<people::DueFeed>> {
                                       return people::claim_due_feeds(tx, clock.now(), at_once);
                                     });
    if (!due) return 0;
    for (const auto& feed : *due)
      if (!stop) try_calendar(store, clock, fetch, feed, stop);
    return static_cast<std::int64_t>(due->size());
  };
}

OutsideFeeds::Step fetch_meetings(Store& store, const Clock& clock, Fetch fetch) {
  return [&store, &clock, fetch = std::move(fetch)](const std::atomic<bool>& stop) -> std::int64_t {
    const auto due = store.claim_now("meeting_feed.claim",
                                     [&](Transaction& tx) -> Result<std::vector<aftercare::DueMeetingFeed>> {
                                       return aftercare::claim_due_meeting_feed(tx, clock.now());
                                     });
    if (!due) return 0;
    for (const auto& feed : *due) try_list(store, clock, fetch, feed, stop);
    return static_cast<std::int64_t>(due->size());
  };
}

FetchRules meeting_list_rules() {
  FetchRules rules;
  rules.what = "list";
  rules.accept = "application/json, text/plain;q=0.5";
  rules.largest = aftercare::longest_file;
  rules.within = Seconds(120);
  return rules;
}

}  // namespace circled::app
