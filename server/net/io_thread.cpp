#include "net/io_thread.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <ctime>
#include <random>

#include "net/response_head.hpp"

namespace circled::net {

void Shared::log_fault(std::string_view request_id, std::string_view what) const {
  if (options.fault_log) {
    options.fault_log(request_id, what);
  } else {
    spdlog::error("request {}: {}", request_id, what);
  }
}

namespace {
std::uint64_t random_64() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

// Ticks are as rare as the deadlines allow, and a second at most.
std::chrono::milliseconds tick_length(const ServerOptions& o) {
  const auto shortest = std::min({o.header_deadline, o.body_deadline, o.keep_alive, o.write_stall,
                                  o.ping_after, o.gone_after, o.close_wait});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
}
}  // namespace

IoThread::IoThread(Shared& s, std::size_t i)
    : shared(s),
      index(i),
      inbound(new char[inbound_size]),
      tick_length_(tick_length(s.options)),
      next_id_(random_64()),
      context_(1) {}

IoThread::~IoThread() = default;

void IoThread::run() {
  start_ticking();
  for (;;) {
    try {
      context_.run();
      break;
    } catch (const std::exception& e) {
      fault("", e.what());
    } catch (...) {
      fault("", "something that is no std::exception was thrown");
    }
  }
  for (Connection& connection : connections_) connection.abandon();
}

void IoThread::stop_connections() {
  for (Connection& connection : connections_) connection.stop();
}

void IoThread::start_ticking() {
  ticker_.emplace(context_.get_executor());
  tick();
}

void IoThread::tick() {
  ticker_->expires_after(tick_length_);
  ticker_->async_wait([this](boost::system::error_code ec) {
    if (ec) return;
    const TimePoint now = SteadyClock::now();
    for (Connection& connection : connections_) connection.tick(now);
    tick();
  });
}

void IoThread::pump_soon(Ready& connection) {
  if (connection.is_queued()) return;
  const bool first = ready_.empty();
  ready_.push_back(connection);
  if (first) boost::asio::post(context_, [this] { flush(); });
}

void IoThread::flush() {
  // Those that queue up again while this runs wait for the next turn, so that nobody starves the rest.
  decltype(ready_) now;
  now.swap(ready_);
  while (!now.empty()) {
    Ready& connection = now.front();
    now.pop_front();
    connection.pump();
  }
}

std::string_view IoThread::date() {
  const std::int64_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

// 13 characters, so that a std::string holds them without allocating. Consecutive ids look unrelated
// (splitmix64), so that nobody counts requests by them.
void IoThread::new_request_id(std::string& into) {
  static constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::uint64_t z = next_id_ += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  z ^= z >> 31;
  into.resize(13);
  for (char& c : into) {
    c = digits[z & 31];
    z >>= 5;
  }
}

void IoThread::fault(std::string_view request_id, std::string_view what) {
  counters.faults.add();
  try {
    shared.log_fault(request_id, what);
  } catch (...) {
    // A log that fails must not take the server with it; the counter has it.
  }
}

void IoThread::fault(std::exception_ptr failure, std::string_view request_id) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    fault(request_id, e.what());
  } catch (...) {
    fault(request_id, "something that is no std::exception was thrown");
  }
}

}  // namespace circled::net
