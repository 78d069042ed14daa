#include "net/server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <exception>
#include <thread>
#include <vector>

#include "net/http_connection.hpp"
#include "net/io_thread.hpp"

namespace circled::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

struct Server::State {
  explicit State(ServerOptions o) { shared.options = std::move(o); }
  ~State();

  Result<std::uint16_t> listen();
  Result<> prepare();
  Error cannot_listen(error_code ec) const;
  void run();
  void stop();
  void shut_the_door();

  void start_accepting();
  Task<void> accept();
  // Waits out a failure of accept(): false when it means the end.
  Task<bool> recover(error_code ec, std::chrono::milliseconds& pause);
  void refuse(TcpSocket socket);
  void end_threads();

  Shared shared;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::optional<Acceptor> acceptor;       // on thread 0
  std::optional<SteadyTimer> stop_timer;  // on thread 0: the delay, then what is left of the stop
};

Server::State::~State() {
  stop_timer.reset();
  acceptor.reset();
  // Thread 0 first: an accept that is still pending holds a socket of another thread's event loop.
  for (auto& thread : threads) thread.reset();
}

Error Server::State::cannot_listen(error_code ec) const {
  const std::string where = shared.options.address + " port " + std::to_string(shared.options.port);
  if (ec == boost::system::errc::address_in_use) {
    return conflict("address_in_use",
                    where +
                        " is in use by another program. Stop that program, or choose another "
                        "address with --listen ADDR:PORT (port 0: any free one).");
  }
  if (ec == boost::system::errc::permission_denied) {
    return invalid("listen", "listen_address",
                   where +
                       " may not be used by this user: ports below 1024 need a "
                       "privilege. Choose another with --listen ADDR:PORT.");
  }
  return invalid(
      "listen", "listen_address",
      where + " cannot be listened on: " + ec.message() + ". Choose another with --listen ADDR:PORT.");
}

// Everything that can be wrong with the options besides the address.
Result<> Server::State::prepare() {
  const ServerOptions& options = shared.options;
  auto proxies = TrustedProxies::parse(options.trusted_proxies);
  if (!proxies) return proxies.error();
  shared.proxies = std::move(*proxies);
  auto files = StaticFiles::load(options.web_folder);
  if (!files) return files.error();
  shared.files = std::move(*files);
  if (options.certificate.empty() != options.private_key.empty()) {
    return invalid("tls", "tls", "TLS needs both a certificate and its private key; only one is given.");
  }
  if (!options.certificate.empty()) {
    auto tls = TlsContext::load(options.certificate, options.private_key);
    if (!tls) return tls.error();
    shared.tls.emplace(std::move(*tls));
  }
  return {};
}

Result<std::uint16_t> Server::State::listen() {
  if (auto prepared = prepare(); !prepared) return prepared.error();
  error_code ec;
  const auto address = asio::ip::make_address(shared.options.address, ec);
  if (ec) {
    return invalid("listen", "listen_address",
                   "\"" + shared.options.address +
                       "\" is no IP address. Give one with --listen, such as "
                       "--listen 127.0.0.1:8080.");
  }
  const tcp::endpoint endpoint(address, shared.options.port);
  acceptor.emplace(threads.front()->executor());
  acceptor->open(endpoint.protocol(), ec);
  if (!ec) acceptor->set_option(asio::socket_base::reuse_address(true), ec);
  // Accepted sockets inherit it, which saves a system call each.
  if (!ec) acceptor->set_option(tcp::no_delay(true), ec);
  if (!ec) acceptor->bind(endpoint, ec);
  if (!ec) acceptor->listen(asio::socket_base::max_listen_connections, ec);
  const auto bound = ec ? tcp::endpoint() : acceptor->local_endpoint(ec);
  if (ec) {
    acceptor.reset();
    return cannot_listen(ec);
  }
  return bound.port();
}

Task<bool> Server::State::recover(error_code ec, std::chrono::milliseconds& pause) {
  using namespace std::chrono_literals;
  if (shared.stopping || ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor)
    co_return false;
  // The client went away while it was in the queue.
  if (ec == asio::error::connection_aborted || ec == boost::system::errc::protocol_error) co_return true;
  // Out of descriptors or memory: the connection stays in the queue, and trying at once would spin.
  if (pause == 0ms) {
    threads.front()->fault("", "cannot accept connections: " + ec.message() +
                                   "; trying again until it works (is the limit of open files too low?)");
  }
  pause = std::clamp(pause * 2, 10ms, 1000ms);
  SteadyTimer timer(threads.front()->executor(), pause);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_task, ignored));
  co_return !shared.stopping;
}

Task<void> Server::State::accept() {
  std::chrono::milliseconds pause{0};
  for (std::size_t next = 0; !shared.stopping; ++next) {
    IoThread& thread = *threads[next % threads.size()];
    tcp::endpoint peer;
    error_code ec;
    TcpSocket socket =
        co_await acceptor->async_accept(thread.executor(), peer, asio::redirect_error(use_task, ec));
    if (ec) {
      if (!co_await recover(ec, pause)) co_return;
      continue;
    }
    pause = std::chrono::milliseconds(0);
    if (shared.stopping) co_return;
    if (shared.open >= shared.options.max_connections) {
      refuse(std::move(socket));
      continue;
    }
    asio::post(thread.executor(), [&thread, address = unmapped(peer.address()), socket = std::move(socket),
                                   place = Place(shared)]() mutable {
      serve_http(thread, std::move(socket), std::move(place), address);
    });
  }
}

// One more than we take: told so where that costs nothing, and dropped.
void Server::State::refuse(TcpSocket socket) {
  threads.front()->counters.connections_refused.add();
  if (shared.tls) return;
  static constexpr std::string_view answer =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  ::send(socket.native_handle(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Server::State::start_accepting() {
  asio::co_spawn(threads.front()->executor(), accept(), [this](std::exception_ptr failure) {
    threads.front()->fault(failure);
    // Whatever it was, a server that takes no more connections would be worse.
    if (failure && !shared.stopping) start_accepting();
  });
}

void Server::State::run() {
  shared.all_closed = [this] { end_threads(); };
  start_accepting();
  std::vector<std::thread> others;
  const auto keep_running = [](IoThread& thread) {
    // An event loop without work would end before its first connection.
    const auto work = asio::make_work_guard(thread.context());
    thread.run();
  };
  others.reserve(threads.size());
  for (auto& thread : threads) others.emplace_back([&] { keep_running(*thread); });
  for (auto& thread : others) thread.join();
  shared.all_closed = nullptr;
}

void Server::State::stop() {
  if (shared.leaving.exchange(true)) return;
  asio::post(threads.front()->executor(), [this] {
    if (shared.options.drain_delay <= std::chrono::milliseconds(0)) return shut_the_door();
    stop_timer.emplace(threads.front()->executor(), shared.options.drain_delay);
    stop_timer->async_wait([this](error_code ec) {
      if (!ec) shut_the_door();
    });
  });
}

// On thread 0.
void Server::State::shut_the_door() {
  shared.stopping = true;
  error_code ignored;
  if (acceptor) acceptor->close(ignored);
  // From here on the number of connections only falls.
  if (shared.open == 0) return end_threads();
  stop_timer.emplace(threads.front()->executor(), shared.options.stop_within);
  stop_timer->async_wait([this](error_code ec) {
    if (!ec) end_threads();
  });
  for (auto& thread : threads) asio::post(thread->executor(), [&] { thread->stop_connections(); });
}

void Server::State::end_threads() {
  for (auto& thread : threads) thread->context().stop();
}

Server::Server(ServerOptions options) : state_(std::make_unique<State>(std::move(options))) {
  std::size_t threads = state_->shared.options.threads;
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < threads; ++i) {
    state_->threads.push_back(std::make_unique<IoThread>(state_->shared, i));
  }
}

Server::~Server() = default;

Result<std::uint16_t> Server::listen() { return state_->listen(); }

void Server::run(api::HttpHandler http, api::UpgradeHandler upgrade) {
  state_->shared.http = std::move(http);
  state_->shared.upgrade = std::move(upgrade);
  state_->run();
}

void Server::stop() { state_->stop(); }
std::size_t Server::threads() const { return state_->threads.size(); }
Executor Server::executor(std::size_t i) const { return state_->threads[i]->executor(); }
const Counters& Server::counters(std::size_t i) const { return state_->threads[i]->counters; }

}  // namespace circled::net
