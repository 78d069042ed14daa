// Two nodes over one database, behind a real HAProxy with the configuration that scripts/ has. Needs the
// engine that several servers can share.
#pragma once
#include <memory>
#include <string>

#include "end_to_end/programme.hpp"

namespace circled::end_to_end {

// Why a cluster cannot be had on this machine; empty when it can.
std::string no_cluster();

// A PostgreSQL of its own, which the servers started meanwhile use instead of the one all tests share.
class OwnPostgres {
 public:
  OwnPostgres();
  ~OwnPostgres();
  OwnPostgres(const OwnPostgres&) = delete;
  // As an administrator does it: who is connected loses the connection.
  void restart();
  void stop();
  void start();

 private:
  TemporaryFolder folder_;
};

// One of the servers: a data folder and a port of its own, which it keeps when it starts again.
class Node {
 public:
  Node(std::string name, std::filesystem::path data, std::vector<std::string> arguments);
  const std::string& name() const { return name_; }  // HAProxy's
  std::uint16_t port() const { return port_; }
  Server& server() { return *server_; }
  void start();

 private:
  const std::string name_;
  const std::filesystem::path data_;
  std::vector<std::string> arguments_;
  std::uint16_t port_;
  std::unique_ptr<Server> server_;
};

// The server of `programme` is stopped and becomes node A; its people come through the balancer from then on.
class Cluster {
 public:
  explicit Cluster(Programme& programme);

  // The balancer's port.
  std::uint16_t front() const { return front_; }
  Node& a() { return *a_; }
  Node& b() { return *b_; }
  // Waits until the balancer sends requests to this node, or none any more.
  void wait_until_up(const Node& node) { wait_for(node, true); }
  void wait_until_down(const Node& node) { wait_for(node, false); }
  // The database that they share.
  const std::string& store() const { return store_; }

 private:
  void wait_for(const Node& node, bool up);

  std::string store_;
  std::uint16_t front_;
  std::unique_ptr<Node> a_, b_;
  std::unique_ptr<Program> balancer_;
};

// The same person at another port: a node's, or the balancer's.
inline Person at(std::uint16_t port, const Person& person) { return {port, person.token()}; }

}  // namespace circled::end_to_end
