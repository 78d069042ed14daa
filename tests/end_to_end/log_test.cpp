// The server's log: no reason to end when nobody reads it.
#include <doctest/doctest.h>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;

TEST_CASE("a log that nobody reads any more does not end the server") {
  TemporaryFolder folder;
  Server server(folder / "data", Server::Piped{});
  server.stop_reading();
  // Each leaves a line of some 100 bytes; at 32 KB they are written out at once.
  Http http(server.port());
  for (int i = 0; i < 1000; ++i) REQUIRE(http.send("GET", "/api/v1/me").status == 401);
  CHECK(Http(server.port()).send("GET", "/readyz").status == 200);
  CHECK(server.stop() == 0);
}
