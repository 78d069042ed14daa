// One I/O thread: its event loop, its connections, and the scratch space they share. Everything here is
// touched by that thread alone, except the executor, the counters and `Shared`.
#pragma once
#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "api/service.hpp"
#include "net/client_address.hpp"
#include "net/counters.hpp"
#include "net/options.hpp"
#include "net/static_files.hpp"
#include "net/tls.hpp"

namespace circled::net {

using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;
using SteadyTimer =
    boost::asio::basic_waitable_timer<SteadyClock, boost::asio::wait_traits<SteadyClock>, Executor>;

// What all threads see. Fixed before the first connection, but for the atomics.
struct Shared {
  ServerOptions options;
  api::HttpHandler http;
  api::UpgradeHandler upgrade;
  StaticFiles files;
  TrustedProxies proxies;
  std::optional<TlsContext> tls;

  std::atomic<bool> leaving{false};   // stop() was called: each answer closes its connection
  std::atomic<bool> stopping{false};  // nobody new is let in
  std::atomic<std::size_t> open{0};   // connections
  std::function<void()> all_closed;   // called, on some I/O thread, when stopping and the last one is gone

  void log_fault(std::string_view request_id, std::string_view what) const;
};

// A place among the open connections. It moves with the connection's socket from hand to hand.
class Place {
 public:
  explicit Place(Shared& shared) : shared_(&shared) { shared.open.fetch_add(1); }
  Place(Place&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (shared_ && shared_->open.fetch_sub(1) == 1 && shared_->stopping && shared_->all_closed)
      shared_->all_closed();
  }

 private:
  Shared* shared_;
};

// What the thread does to each of its connections, HTTP or live. A connection is destroyed by the end of
// its coroutine only, never inside one of these.
class Connection
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Connection() = default;
  // Every now and then: the one timer of all deadlines. Deadlines are therefore met to within a tick.
  virtual void tick(TimePoint now) = 0;
  // The server stops: come to an end soon.
  virtual void stop() = 0;
  // The event loop has ended and nothing will run any more: the last chance to tell anybody.
  virtual void abandon() {}
};

struct ReadyTag;
// A live connection with something to do at the end of this turn of the event loop.
class Ready
    : public boost::intrusive::list_base_hook<boost::intrusive::tag<ReadyTag>,
                                              boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Ready() = default;
  virtual void pump() = 0;
  bool is_queued() const { return is_linked(); }
};

class IoThread {
 public:
  IoThread(Shared& shared, std::size_t index);
  ~IoThread();

  // Runs the event loop until it is stopped. What a handler throws is logged, and the loop goes on.
  void run();
  // Asks every connection to end.
  void stop_connections();

  void add(Connection& connection) { connections_.push_back(connection); }
  // Has `connection` pumped once, after what is already queued on the event loop: what is sent to it
  // until then goes out together.
  void pump_soon(Ready& connection);

  std::string_view date();  // HTTP date of this second
  void new_request_id(std::string& into);
  Executor executor() { return context_.get_executor(); }
  boost::asio::io_context& context() { return context_; }
  void fault(std::string_view request_id, std::string_view what);
  // For a coroutine's completion: logs what it threw.
  void fault(std::exception_ptr failure, std::string_view request_id = {});

  Shared& shared;
  const std::size_t index;
  Counters counters;
  // Scratch: whoever uses one is done with it before anything else can run.
  std::string head;                 // of an answer
  std::string frame;                // text of an outgoing frame
  std::unique_ptr<char[]> inbound;  // what a live connection sent
  static constexpr std::size_t inbound_size = 64 * 1024;

 private:
  void start_ticking();
  void tick();
  void flush();

  boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>> connections_;
  boost::intrusive::list<
      Ready,
      boost::intrusive::base_hook<boost::intrusive::list_base_hook<
          boost::intrusive::tag<ReadyTag>, boost::intrusive::link_mode<boost::intrusive::auto_unlink>>>,
      boost::intrusive::constant_time_size<false>>
      ready_;
  std::chrono::milliseconds tick_length_;
  std::int64_t date_second_ = -1;
  std::string date_;
  std::uint64_t next_id_;
  // Last, so that it goes first: coroutines that it still holds use everything above.
  boost::asio::io_context context_;
  std::optional<SteadyTimer> ticker_;
};

}  // namespace circled::net
