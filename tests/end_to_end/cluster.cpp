#include "end_to_end/cluster.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "support/engine.hpp"

namespace circled::end_to_end {
namespace {

// Below those that the system gives to outgoing connections: a node must get its port again.
std::uint16_t free_port() {
  static std::mt19937 random{std::random_device{}()};
  for (int tries = 0; tries < 1000; ++tries) {
    const auto port = std::uniform_int_distribution<std::uint16_t>(12000, 31000)(random);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool free = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(probe);
    if (free) return port;
  }
  throw std::runtime_error("no port is free");
}

std::string loopback(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

void postgres(const std::string& action, const std::filesystem::path& folder, std::string* uri) {
  const Finished done = run_program({CIRCLED_SOURCE_DIR "/scripts/postgres", action, folder.string()});
  if (done.code != 0) throw std::runtime_error("scripts/postgres " + action + ": " + done.err);
  if (uri) *uri = done.out.substr(0, done.out.find('\n'));
}

std::vector<std::string> shared(const Programme& programme, std::uint16_t front, const std::string& store) {
  return {"--store",
          store,
          "--key",
          programme.data() + "/key",
          "--public-origin",
          "http://" + loopback(front),
          "--drain-delay",
          "2",
          "--trusted-proxies",
          "127.0.0.1"};
}

}  // namespace

std::string no_cluster() {
  if (!test::on_postgres()) return "SQLite serves one server only (CIRCLED_ENGINE=postgres)";
  const Finished said = run_program({"haproxy", "-v"});
  return said.code == 0 ? "" : "haproxy is not installed (scripts/setup cluster does it)";
}

OwnPostgres::OwnPostgres() {
  std::string uri;
  postgres("start", folder_.path(), &uri);
  ::setenv("CIRCLED_POSTGRES", uri.c_str(), 1);
}

OwnPostgres::~OwnPostgres() {
  ::unsetenv("CIRCLED_POSTGRES");
  run_program({CIRCLED_SOURCE_DIR "/scripts/postgres", "stop", folder_.path().string()});
}

void OwnPostgres::stop() { postgres("stop", folder_.path(), nullptr); }
void OwnPostgres::start() { postgres("start", folder_.path(), nullptr); }

void OwnPostgres::restart() { postgres("restart", folder_.path(), nullptr); }

Node::Node(std::string name, std::filesystem::path data, std::vector<std::string> arguments)
    : name_(std::move(name)), data_(std::move(data)), arguments_(std::move(arguments)), port_(free_port()) {
  arguments_.insert(arguments_.end(), {"--listen", loopback(port_)});
  start();
}

void Node::start() {
  server_.reset();
  server_ = std::make_unique<Server>(data_, arguments_);
}

Cluster::Cluster(Programme& programme)
    : store_(test::Databases::of_folder(programme.data())), front_(free_port()) {
  programme.server().stop();
  const auto arguments = shared(programme, front_, store_);
  a_ = std::make_unique<Node>("a", programme.data(), arguments);
  b_ = std::make_unique<Node>("b", programme.folder() / "b", arguments);
  balancer_ = std::make_unique<Program>(
      std::vector<std::string>{"haproxy", "-f", CIRCLED_SOURCE_DIR "/scripts/haproxy.cfg"},
      Environment{{"CIRCLED_FRONT", loopback(front_)},
                  {"CIRCLED_NODE_A", loopback(a_->port())},
                  {"CIRCLED_NODE_B", loopback(b_->port())}});
  // Whoever asks before it listens is refused by the system.
  const auto until = std::chrono::steady_clock::now() + patience;
  for (bool listens = false; !listens;) {
    try {
      Http(front_).send("GET", "/healthz");
      listens = true;
    } catch (const std::exception&) {
      if (std::chrono::steady_clock::now() > until) throw;
      std::this_thread::yield();
    }
  }
  for (Person* person : {&programme.admin, &programme.counselor, &programme.colleague})
    person->move_to(front_);
}

// It says each change of a node's state; at first all are up.
void Cluster::wait_for(const Node& node, bool up) {
  const std::string change = "Server requests/" + node.name() + " is ";
  balancer_->wait_until([&](const std::string& said) {
    const auto last = said.rfind(change);
    return (last == std::string::npos || said.compare(last + change.size(), 2, "UP") == 0) == up;
  });
}

}  // namespace circled::end_to_end
