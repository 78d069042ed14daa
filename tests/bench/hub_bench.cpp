#include "bench/hub_bench.hpp"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/clock.hpp"
#include "base/token.hpp"
#include "bench/base.hpp"
#include "bench/load.hpp"
#include "live/hub.hpp"
#include "net/server.hpp"

namespace circled::bench {
namespace {

constexpr int rounds = 11;

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

// A child process that does `f(read end)` and is ended by the parent's word.
class Child {
 public:
  template <class F>
  explicit Child(F f) {
    int to_child[2], from_child[2];
    if (::pipe(to_child) != 0 || ::pipe(from_child) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      try {
        f(to_child[0], from_child[1]);
      } catch (const std::exception& e) {
        std::fprintf(stderr, "bench: %s\n", e.what());
      }
      ::_exit(0);
    }
    in_ = to_child[1];
    out_ = from_child[0];
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(in_);
    ::close(out_);
  }
  template <class T>
  void tell(T value) {
    if (::write(in_, &value, sizeof value) != sizeof value) throw std::runtime_error("the child is gone");
  }
  void wait() {
    char c;
    if (::read(out_, &c, 1) != 1) throw std::runtime_error("the child failed");
  }

 private:
  pid_t pid_ = 0;
  int in_ = -1, out_ = -1;
};

std::uint16_t told_port(int fd) {
  std::uint16_t port = 0;
  if (::read(fd, &port, sizeof port) != sizeof port) throw std::runtime_error("no port");
  return port;
}

void ready_and_wait(int in, int out) {
  if (::write(out, "r", 1) != 1) return;
  char c;
  while (::read(in, &c, 1) == 1) {
  }
}

// `seq` for all of `count` clients; one body, as after one COMMIT.
void add_events(store::Committed& batch, std::int64_t first_client, int count, std::int64_t seq,
                const std::shared_ptr<const std::string>& body) {
  for (int i = 0; i < count; ++i) batch.events.push_back({PersonId(first_client + i), {}, seq, body});
}

class Bench {
 public:
  Bench(Store& store, int clients) : hub_(store, clock_, commands_, doors(store)), server_(options()) {
    const auto port = server_.listen();
    if (!port) throw std::runtime_error(port.error().detail);
    port_ = *port;
    hub_.attach({server_.executor(0)});
    thread_ = std::thread([this] {
      server_.run([](const api::Request&) -> Task<api::Response> { co_return api::Response{}; },
                  hub_.upgrade());
    });
    first_ = *store.read_now(
        [](Snapshot& db) { return db.one<std::int64_t>("SELECT min(person_id) FROM client"); });
    (void)clients;
  }
  ~Bench() {
    server_.stop();
    thread_.join();
  }
  std::uint16_t port() const { return port_; }

  // Hands over events `seq` … `seq + events - 1` to `count` clients at once; seconds to the last write.
  double hand_over(int count, std::int64_t seq, int events) {
    store::Committed batch;
    for (int e = 0; e < events; ++e) add_events(batch, first_, count, seq + e, body_);
    const auto before = hub_.counts().events;
    const Time start = now();
    hub_.on_committed(std::move(batch));
    wait(before + static_cast<std::int64_t>(count) * events);
    return since(start);
  }

 private:
  static net::ServerOptions options() {
    net::ServerOptions o;
    o.port = 0;
    o.threads = 1;
    return o;
  }
  static live::Doors doors(Store& store) {
    live::Doors d;
    d.by_request = [](const api::Request&) -> Task<Result<std::optional<api::Identity>>> {
      co_return std::optional<api::Identity>();
    };
    d.by_token = [&store](std::string token) -> Task<Result<api::Identity>> {
      api::Identity who;
      const auto row = store.read_now([&](Snapshot& db) {
        return db.one<std::tuple<SignInId, AccountId, PersonId>>(
            "SELECT s.id, a.id, a.person_id FROM sign_in s JOIN account a ON a.id = s.account_id "
            "WHERE s.token_hash = $1",
            sha256(token));
      });
      std::tie(who.sign_in, who.account, who.person) = row.value();
      who.role = api::Role::client;
      co_return who;
    };
    d.same_origin = [](const api::Request&) { return true; };
    d.acknowledged = [](Transaction&, PersonId, std::int64_t, Instant) {};
    return d;
  }
  // Handed to the network, and the network has written as many frames as it was handed.
  void wait(std::int64_t events) {
    while (hub_.counts().events < events || server_.counters(0).frames_out.value() < hub_.counts().frames)
      std::this_thread::yield();
  }

  SystemClock clock_;
  live::Commands commands_;
  live::Hub hub_;
  net::Server server_;
  std::uint16_t port_ = 0;
  std::int64_t first_ = 0;
  std::thread thread_;
  const std::shared_ptr<const std::string> body_ = std::make_shared<const std::string>(
      R"("at":"2026-03-10T12:00:00Z","kind":"reminder.due","reminder":123456,"subject_kind":"session","subject":654321,"starts_at":"2026-03-10T14:00:00Z","zone":"America/New_York","late_by_s":0,"text":"You have an appointment on Tue 10 Mar at 10:00.")");
};

void live_child(int in, int out, int clients) {
  const auto port = told_port(in);
  std::vector<std::string> tokens;
  for (int i = 0; i < clients; ++i) tokens.push_back(client_token(i));
  LiveClients live(port, tokens);
  ready_and_wait(in, out);
}

double bare_loop(int clients, std::size_t bytes) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 4096) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no listener");
  Child child([&](int in, int out) {
    const auto port = told_port(in);
    std::vector<int> sockets;
    for (int i = 0; i < clients; ++i) sockets.push_back(connect_to(port));
    ready_and_wait(in, out);
  });
  child.tell(ntohs(address.sin_port));
  std::vector<int> sockets;
  for (int i = 0; i < clients; ++i)
    sockets.push_back(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  child.wait();
  const std::string payload(bytes, 'x');
  std::vector<double> all;
  for (int round = 0; round < rounds; ++round) {
    const Time start = now();
    for (const int fd : sockets)
      if (::send(fd, payload.data(), payload.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes))
        throw std::runtime_error("a bare send failed");
    all.push_back(since(start));
  }
  for (const int fd : sockets) ::close(fd);
  ::close(listener);
  return median(std::move(all));
}

}  // namespace

HubFigures measure_hub(const store::Place& place, int clients, int burst_clients) {
  initialise_crypto();
  HubFigures figures{};
  // The frame: {"type":"events","events":[{"seq":1,…}]}, its header, and the body of about 240 bytes.
  figures.bare_loop = bare_loop(clients, 290);
  Child child([&](int in, int out) { live_child(in, out, clients); });
  const auto opened = store::open(place);
  Store& store = *opened;
  Bench bench(store, clients);
  child.tell(bench.port());
  child.wait();

  std::vector<double> one, burst, single;
  std::int64_t seq = 1;
  for (int round = 0; round < rounds; ++round) one.push_back(bench.hand_over(clients, seq++, 1));
  // Clients beyond `burst_clients` stay at their number; the burst's go on from here.
  for (int round = 0; round < rounds; ++round) {
    burst.push_back(bench.hand_over(burst_clients, seq, 16));
    seq += 16;
    double sum = 0;
    for (int e = 0; e < 16; ++e) sum += bench.hand_over(burst_clients, seq++, 1);
    single.push_back(sum);
  }
  figures.one_event = median(std::move(one));
  figures.burst = median(std::move(burst));
  figures.sixteen_single = median(std::move(single));
  return figures;
}

}  // namespace circled::bench
