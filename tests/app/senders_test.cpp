// Where a device must not be woken. What the other side may answer is tried end to end.
#include "app/senders.hpp"

#include <doctest/doctest.h>

#include "base/token.hpp"

namespace circled::app {
namespace {

reminders::Delivery send(const std::string& endpoint, const std::vector<std::string>& only) {
  initialise_crypto();
  const std::atomic<bool> stop{false};
  const auto browser = push::KeyPair::fresh();
  reminders::Letter letter;
  letter.channel = reminders::Channel::push;
  letter.give_up_at = from_millis(1'773'158'400'000);
  letter.devices = {{SignInId(1), endpoint, {browser.point(), std::string(16, 's')}}};
  return send_push({push::KeyPair::of_server(std::string(32, 'k')), "mailto:a@example.org", only, {}}, letter,
                   from_millis(1'773'158'000'000), stop);
}

}  // namespace

TEST_CASE("no device is woken on a private network, whatever its browser once gave") {
  const auto refused = send("https://127.0.0.1:9/x", {});
  CHECK(refused.outcome == reminders::Delivery::refused);
  CHECK(refused.said == "The push service's address is not public.");
  CHECK(refused.gone.empty());
}

TEST_CASE("a service that is named is used inside too, and no other") {
  // Nobody listens there.
  CHECK(send("https://127.0.0.1:9/x", {"https://127.0.0.1:9"}).outcome == reminders::Delivery::later);
  const auto other = send("https://127.0.0.1:9/x", {"https://127.0.0.1:8"});
  CHECK(other.outcome == reminders::Delivery::refused);
  CHECK(other.said == "This push service is not used.");
}

}  // namespace circled::app
