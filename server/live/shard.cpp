#include "live/shard.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

namespace circled::live {
namespace {

using SteadyTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// The timer lives in the coroutine's frame, and so dies with the event loop and not after it.
Task<void> pause(Milliseconds time) {
  if (time <= Milliseconds(0)) co_return;
  SteadyTimer timer(co_await boost::asio::this_coro::executor, time);
  co_await timer.async_wait(use_task);
}

auto log_failure(const char* what) {
  return [what](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      spdlog::error("live: {}: {}", what, e.what());
    }
  };
}

}  // namespace

void Shard::join(Connection& connection) {
  connected.fetch_add(1);
  auto& first = first_of_[connection.person()];
  connection.next_of_person = first;
  first = &connection;
  if (!connection.wants_hints()) return;
  staff_.push_back(connection);
  note_watching();
}

void Shard::remove(Connection& connection) {
  connection.AllHook::unlink();
  connection.StaffHook::unlink();
  const auto found = first_of_.find(connection.person());
  if (found == first_of_.end()) return;
  for (Connection** link = &found->second; *link; link = &(*link)->next_of_person) {
    if (*link != &connection) continue;
    *link = connection.next_of_person;
    connected.fetch_sub(1);
    break;
  }
  if (!found->second) first_of_.erase(found);
}

void Shard::deliver(const store::Committed& committed) {
  for (const auto& event : committed.events) {
    const auto found = first_of_.find(event.receiver);
    if (found == first_of_.end()) continue;
    for (Connection* c = found->second; c; c = c->next_of_person) c->told(event.seq, event.body);
  }
  for (const auto& hint : committed.hints) {
    if (hint.audience != store::Hint::staff) continue;
    for (Connection& c : staff_) c.hinted(hint);
  }
}

void Shard::revoke(SignInId sign_in) {
  for (Connection& c : all_)
    if (c.sign_in() == sign_in) c.refuse("signed out");
}

void Shard::send_away() {
  for (Connection& c : all_) c.send_away();
}

void Shard::sweep(Instant now) {
  for (Connection& c : all_) c.sweep(now);
  if (now - noted_watching_at_ >= hub.options.watched_every) note_watching();
}

void Shard::note_watching() {
  if (staff_.empty() || std::exchange(writing_watching_, true)) return;
  boost::asio::co_spawn(executor, write_watching(), log_failure("open dashboards are not noted"));
}

Task<void> Shard::write_watching() {
  // Those that open at one moment, after a restart say, go together.
  co_await pause(hub.options.acks_every);
  const Instant now = noted_watching_at_ = hub.clock.now();
  writing_watching_ = false;
  std::vector<SignInId> open;
  for (const Connection& c : staff_) open.push_back(c.sign_in());
  std::sort(open.begin(), open.end());
  open.erase(std::unique(open.begin(), open.end()), open.end());
  // It owns what it writes, and has a name, as in write_some.
  const auto write = [this, now, open = std::move(open)](Transaction& tx) -> Result<bool> {
    for (const SignInId sign_in : open) keep_watching(tx, sign_in, now + hub.options.watched_for);
    return true;
  };
  const auto written = co_await hub.store.write("live.watching", write);
  if (!written) spdlog::warn("live: open dashboards are noted later: {}", written.error().detail);
}

void Shard::start_sweeping() {
  boost::asio::co_spawn(executor, sweep_for_ever(), log_failure("the sweep ended"));
}

Task<void> Shard::sweep_for_ever() {
  for (;;) {
    co_await pause(Seconds(1));
    sweep(hub.clock.now());
  }
}

void Shard::acknowledge(SignInId sign_in, PersonId person, std::int64_t seq) {
  auto& highest = acknowledged_[sign_in];
  highest = {person, std::max(highest.seq, seq)};
  if (std::exchange(writing_acknowledgements_, true)) return;
  boost::asio::co_spawn(executor, write_acknowledgements(), log_failure("acknowledgements are not kept"));
}

Task<void> Shard::write_acknowledgements() {
  constexpr std::size_t step = 500;  // of one write, so that a booking behind it does not wait long
  while (!acknowledged_.empty()) {
    co_await pause(hub.options.acks_every);
    const auto all = std::exchange(acknowledged_, {});
    std::vector<std::pair<SignInId, Acknowledged>> some;
    for (auto next = all.begin(); next != all.end();) {
      for (some.clear(); next != all.end() && some.size() < step; ++next) some.push_back(*next);
      if (co_await write_some(some)) continue;
      // Not now: they go along with the next ones.
      for (const auto& [sign_in, a] : some) {
        auto& highest = acknowledged_[sign_in];
        highest = {a.person, std::max(highest.seq, a.seq)};
      }
    }
  }
  writing_acknowledgements_ = false;
}

Task<bool> Shard::write_some(std::vector<std::pair<SignInId, Acknowledged>> some) {
  const Instant now = hub.clock.now();
  // It owns what it writes, for the loop may end before its turn comes. It has a name because g++ 12
  // destroys a nameless closure in a co_await twice (GCC bug 104031); one that captures only
  // references and numbers does not mind.
  const auto write = [this, now, some = std::move(some)](Transaction& tx) -> Result<bool> {
    for (const auto& [sign_in, a] : some) {
      keep_acknowledged(tx, sign_in, a.seq);
      if (hub.doors.acknowledged) hub.doors.acknowledged(tx, a.person, a.seq, now);
    }
    return true;
  };
  auto written = co_await hub.store.write("live.acknowledge", write);
  if (!written) spdlog::warn("live: acknowledgements wait: {}", written.error().detail);
  co_return written.has_value();
}

}  // namespace circled::live
