// A server that may open no further socket. The linker puts __wrap_accept in accept's place in this binary
// (tests/CMakeLists.txt), for a limit on descriptors would hit the test itself.
#include <doctest/doctest.h>

#include <atomic>

#include "net/client.hpp"

namespace {

std::atomic<bool> none_left{false};
std::atomic<int> tries{0};  // while none was left

}  // namespace

// The names are the linker's: ld(1), --wrap.
extern "C" {
int __real_accept(int socket, sockaddr* peer, socklen_t* length);
int __wrap_accept(int socket, sockaddr* peer, socklen_t* length);

int __wrap_accept(int socket, sockaddr* peer, socklen_t* length) {
  if (!none_left) return __real_accept(socket, peer, length);
  ++tries;
  errno = EMFILE;
  return -1;
}
}

using namespace circled;
using namespace circled::test;

TEST_CASE("out of descriptors the server serves on, tries again at leisure, and says so once") {
  std::atomic<int> told{0};
  auto options = quick_options();
  options.threads = 1;
  options.fault_log = [&](std::string_view, std::string_view what) {
    if (what.find("cannot accept connections") != what.npos) ++told;
  };
  Running running(options, echo_http(), no_live());
  Client connected(running.port());
  const auto ask = [&] { return connected.get("/api/x").status; };
  REQUIRE(ask() == 200);

  none_left = true;
  Client late(running.port());  // waits in the system's queue
  late.send(request("GET", "/api/late"));
  while (tries == 0) REQUIRE(ask() == 200);
  const int before = tries;
  for (int i = 0; i < 1000; ++i) REQUIRE(ask() == 200);
  // Pauses grow to a second, so these are a handful. One that tries at once does so at every turn of the
  // event loop, and an answer takes more than one.
  CHECK(tries - before < 500);
  CHECK(told == 1);

  none_left = false;
  CHECK(late.answer().body == "GET /api/late [] from 127.0.0.1");
  CHECK(Client(running.port()).get("/api/x").status == 200);
}
