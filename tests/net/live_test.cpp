// WebSockets over real sockets, with an echoing peer and one that is told what to send.
#include <doctest/doctest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <deque>
#include <future>

#include "net/client.hpp"

using namespace circled;
using namespace circled::test;
using namespace std::chrono_literals;

namespace {

// Sends back what it gets. "burst N" is answered by N numbers, those waiting at one moment in one frame.
// "close N" closes with code N; "throw" throws.
class ObedientEcho final : public api::Peer {
 public:
  explicit ObedientEcho(std::atomic<int>& open) : open_(open) {}
  void opened(api::Socket& socket) override {
    socket_ = &socket;
    ++open_;
  }
  Task<void> received(std::string text) override {
    if (text == "throw") throw std::runtime_error("thrown by the test's peer");
    if (text.starts_with("close ")) {
      socket_->close(static_cast<api::CloseCode>(std::stoi(text.substr(6))), "as you wish");
      co_return;
    }
    if (text.starts_with("burst ")) {
      for (int i = 0; i < std::stoi(text.substr(6)); ++i) {
        waiting_.push_back(std::to_string(i));
        socket_->wake();
      }
      co_return;
    }
    // Waits a turn, so that a message that follows has arrived before this one is done.
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, use_task);
    waiting_.push_back(std::move(text));
    socket_->wake();
  }
  bool next_frame(std::string& out) override {
    if (waiting_.empty()) return false;
    for (const std::string& text : waiting_) out += (out.empty() ? "" : " ") + text;
    waiting_.clear();
    return true;
  }
  void closed() override { --open_; }

 private:
  std::atomic<int>& open_;
  api::Socket* socket_ = nullptr;
  std::deque<std::string> waiting_;
};

struct Live {
  std::atomic<int> open{0};
  api::UpgradeHandler handler() {
    return [this](const api::Request& request) -> Task<api::Upgrade> {
      api::Upgrade upgrade;
      if (request.query() == "no") {
        upgrade.refusal = api::problem(forbidden("Not you."), request.id);
      } else {
        upgrade.peer = std::make_unique<ObedientEcho>(open);
      }
      co_return upgrade;
    };
  }
};

}  // namespace

TEST_CASE("handshake and echo") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  Client client(running.port());
  const Answer answer = client.upgrade("Sec-WebSocket-Protocol: circled.v1\r\n");
  CHECK(answer.status == 101);
  CHECK(answer.header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 §1.3
  CHECK(answer.header("Sec-WebSocket-Protocol") == "circled.v1");
  client.text("hello");
  const Frame frame = client.frame();
  CHECK(frame.opcode == 1);
  CHECK(frame.payload == "hello");
  const std::string large(60'000, 'a');
  client.text(large);
  CHECK(client.frame().payload == large);
}

TEST_CASE("the peer may refuse, and the connection lives on") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  Client client(running.port());
  client.send(
      "GET /live?no HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  CHECK(client.answer().status == 403);
  CHECK(client.get("/api/x").status == 200);
  CHECK(client.get("/live").header("Sec-WebSocket-Version") == "13");
}

TEST_CASE("frames that come with the handshake are not lost") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  Client client(running.port());
  CHECK(client.upgrade("", masked(0x81, "early") + masked(0x81, "bird")).status == 101);
  std::string heard = client.frame().payload;
  if (heard == "early") heard += " " + client.frame().payload;
  CHECK(heard == "early bird");
}

TEST_CASE("fragments, pings and messages cut anywhere") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  Client client(running.port());
  client.upgrade();
  client.frame(1, "one ", false);
  client.frame(9, "are you there");
  const Frame pong = client.frame();
  CHECK(pong.opcode == 10);
  CHECK(pong.payload == "are you there");
  client.frame(0, "message");
  CHECK(client.frame().payload == "one message");
  for (char c : masked(0x81, "bytes")) client.send(std::string(1, c));
  CHECK(client.frame().payload == "bytes");
}

TEST_CASE("what waits goes out as one frame") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  Client client(running.port());
  client.upgrade();
  client.text("burst 5");
  CHECK(client.frame().payload == "0 1 2 3 4");
}

TEST_CASE("each bad frame closes with its code, and touches nobody else") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  Client other(running.port());
  other.upgrade();
  struct Case {
    std::string bytes;
    unsigned code;
  };
  const Case cases[] = {
      {"\x81\x02hi", 1002},                            // not masked
      {masked(0xf1, "hi"), 1002},                      // reserved bits
      {masked(0x80, "hi"), 1002},                      // continues nothing
      {masked(0x82, "hi"), 1003},                      // binary
      {masked(0x81, "\xff\xfe"), 1007},                // not UTF-8
      {masked(0x81, std::string(65'537, 'a')), 1009},  // a byte more than 64 KB
  };
  for (const Case& c : cases) {
    INFO(c.code);
    Client client(running.port());
    CHECK(client.upgrade().status == 101);
    client.send(c.bytes);
    const Frame frame = client.frame();
    CHECK(frame.opcode == 8);
    CHECK(frame.close_code() == c.code);
    CHECK(client.ends());
  }
  other.text("still here");
  CHECK(other.frame().payload == "still here");
  CHECK(live.open == 1);
}

TEST_CASE("either side may close") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  {
    Client client(running.port());
    client.upgrade();
    client.frame(8, "\x0f\xa0 bye");
    const Frame frame = client.frame();
    CHECK(frame.opcode == 8);
    CHECK(frame.close_code() == 4000);  // the client's own code comes back
    CHECK(client.ends());
  }
  {
    Client client(running.port());
    client.upgrade();
    client.text("close 1008");
    const Frame frame = client.frame();
    CHECK(frame.close_code() == 1008);
    CHECK(frame.payload.substr(2) == "as you wish");
    client.frame(8, frame.payload);
    CHECK(client.ends());
  }
}

TEST_CASE("what a peer throws closes its connection with 1011 and is logged") {
  std::promise<std::string> logged;
  auto options = quick_options();
  options.fault_log = [&](std::string_view, std::string_view what) { logged.set_value(std::string(what)); };
  Live live;
  Running running(options, echo_http(), live.handler());
  Client client(running.port());
  client.upgrade();
  client.text("throw");
  CHECK(client.frame().close_code() == 1011);
  CHECK(logged.get_future().get() == "thrown by the test's peer");
}

TEST_CASE("a silent client is pinged, and dropped when it does not answer") {
  auto options = quick_options();
  options.ping_after = 60ms;
  options.gone_after = 200ms;
  Live live;
  Running running(options, echo_http(), live.handler());
  Client client(running.port());
  client.upgrade();
  // Answered pings keep it alive for longer than gone_after.
  for (int i = 0; i < 5; ++i) {
    const Frame ping = client.frame();
    CHECK(ping.opcode == 9);
    client.frame(10, ping.payload);
  }
  CHECK(client.frame().opcode == 9);
  CHECK(client.ends());
}

TEST_CASE("a client that does not read is dropped, also in the middle of a close") {
  auto options = quick_options();
  options.write_stall = 150ms;
  options.close_wait = 150ms;
  options.threads = 1;
  std::promise<api::Socket*> opened;
  std::promise<void> gone;
  class Flood final : public api::Peer {
   public:
    Flood(std::promise<api::Socket*>& opened, std::promise<void>& gone) : opened_(opened), gone_(gone) {}
    void opened(api::Socket& socket) override {
      opened_.set_value(&socket);
      socket.wake();
    }
    Task<void> received(std::string) override { co_return; }
    bool next_frame(std::string& out) override {
      out.assign(60'000, 'x');
      return true;
    }
    void closed() override { gone_.set_value(); }

   private:
    std::promise<api::Socket*>& opened_;
    std::promise<void>& gone_;
  };
  Running running(options, echo_http(), [&](const api::Request&) -> Task<api::Upgrade> {
    api::Upgrade upgrade;
    upgrade.peer = std::make_unique<Flood>(opened, gone);
    co_return upgrade;
  });
  Client::small_receive_buffer(true);
  Client client(running.port());
  Client::small_receive_buffer(false);
  client.upgrade();
  SUBCASE("by the stalled write") {}
  SUBCASE("while a close frame waits behind it") {
    api::Socket* socket = opened.get_future().get();
    boost::asio::post(running.server().executor(0),
                      [socket] { socket->close(api::CloseCode::try_later, "slow"); });
  }
  gone.get_future().get();
  running.join();
  CHECK(running.server().counters(0).sockets_open.value() == 0);
}

TEST_CASE("a stop closes every WebSocket with 1001") {
  Live live;
  Running running(quick_options(), echo_http(), live.handler());
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<Client>(running.port()));
    CHECK(clients.back()->upgrade().status == 101);
  }
  running.server().stop();
  for (auto& client : clients) {
    CHECK(client->frame().close_code() == 1001);
    CHECK(client->ends());
  }
  clients.clear();
  running.join();
  CHECK(live.open == 0);
}

TEST_CASE("a peer that is cut off by the end is told so before the server is gone") {
  auto options = quick_options();
  options.stop_within = 50ms;
  Live live;
  {
    Running running(options, echo_http(), live.handler());
    Client client(running.port());
    client.upgrade();
    client.text("x");
    CHECK(client.frame().payload == "x");
    running.join();  // the client neither answers the close frame nor leaves
  }
  CHECK(live.open == 0);
}
