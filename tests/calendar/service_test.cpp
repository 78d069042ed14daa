#include "calendar/service.hpp"

#include <doctest/doctest.h>

#include "support/programme.hpp"

using namespace circled;
using namespace circled::calendar;

TEST_CASE("a service is added and changed; its code stays, and no two have one name") {
  test::CalendarFixture f;
  const auto words = [](std::string name, bool counts = true) {
    return ServiceWords{Text<1, 100>(std::move(name)), Text<1, 100>("Appointment"), counts};
  };
  const auto add = [&](const ServiceWords& wanted) {
    return f.write([&](Transaction& tx) { return new_service(tx, f.actor, wanted, f.now()); });
  };
  const auto added = add(words("Family session"));
  REQUIRE(added);
  CHECK(added->code == "family_session");
  CHECK(add(words("Family session")).error().fields.at(0).pointer == "/name");
  CHECK(add(words("family-session")).error().fields.at(0).pointer == "/name");  // the same code
  const auto change = [&](std::string seen, const ServiceWords& wanted) {
    return f.write(
        [&](Transaction& tx) { return change_service(tx, f.actor, added->id, seen, wanted, f.now()); });
  };
  CHECK(change("old", words("Couples")).error().kind == ErrorKind::precondition_failed);
  const auto changed = change(version(*added), words("Couples", false));
  REQUIRE(changed);
  CHECK(changed->name == "Couples");
  CHECK(changed->code == "family_session");
  CHECK_FALSE(changed->counts);
}
