#include "places/help.hpp"

#include <doctest/doctest.h>

#include "places/routes.hpp"
#include "support/run.hpp"
#include "support/store.hpp"

using namespace circled;
using places::HelpSettings;

namespace {

struct Helping : test::Programme {
  access::Actor actor{{}, "request"};

  HelpSettings settings() {
    return read([&](Snapshot& db) { return places::help_settings(db, site); }).value();
  }
  Result<HelpSettings> set(const HelpSettings& wanted, const std::string& seen) {
    return write([&](Transaction& tx) { return places::set_help(tx, actor, site, seen, wanted, now()); });
  }
};

}  // namespace

TEST_CASE("what can be called") {
  for (const char* number : {"911", "988", "112", "+1 (716) 555-0134", "1-800-662-4357", "*86 111"})
    CHECK_MESSAGE(places::can_be_called(number), number);
  for (const char* number : {"", "91", "call us", "555 0134 ext", "911<b>", "tel:911", "9,1,1"})
    CHECK_MESSAGE(!places::can_be_called(number), number);
}

TEST_CASE("a site that has said nothing has 911 and 988, and the usual limits") {
  Helping f;
  auto found = f.settings();
  CHECK(found.emergency_number == "911");
  CHECK(found.crisis_line == "988");
  CHECK(found.helpline.empty());
  CHECK(found.counselor_minutes == 5);
  CHECK(found.primary_minutes == 5);
  CHECK(found.backup_minutes == 10);
  f.write([&](Transaction& tx) { tx.run("UPDATE site SET emergency_number = '', crisis_line = ''"); });
  const auto all = f.read([](Snapshot& db) { return places::help(db); });
  REQUIRE(all.size() == 1);
  CHECK(all[0].emergency_number == "911");
  CHECK(all[0].crisis_line == "988");
}

TEST_CASE("numbers are set by who has seen them as they are, and only such as can be called") {
  Helping f;
  auto wanted = f.settings();
  const auto seen = places::version(wanted);
  wanted.helpline = "716 555 0100";
  wanted.helpline_who = "A nurse of ours";
  wanted.helpline_hours = "Every day, 8 to 20";
  wanted.helpline_cost = places::CallCost::free;
  wanted.primary_minutes = {7};
  CHECK(f.set(wanted, seen).value().helpline_who == "A nurse of ours");
  CHECK(test::code(f.set(wanted, seen)) == "changed_meanwhile");
  CHECK(f.settings().primary_minutes == 7);
  const auto now_seen = places::version(f.settings());
  wanted.emergency_number = "none";
  wanted.helpline = "ask Bob";
  const auto refused = f.set(wanted, now_seen);
  REQUIRE(!refused);
  REQUIRE(refused.error().fields.size() == 2);
  CHECK(refused.error().fields[0].pointer == "/emergency_number");
  CHECK(refused.error().fields[1].pointer == "/helpline");
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'site.set_help'") == 1);
}

TEST_CASE("anybody reads the numbers of every site and nothing else of it; administrators alone set them") {
  Helping f;
  access::Context context{f.store, f.clock};
  api::Table table;
  places::routes(table, context);
  std::optional<api::Identity> caller;
  table.authenticate_by(
      [&](const api::Request&) -> Task<Result<std::optional<api::Identity>>> { co_return caller; });
  const auto ask = [&](api::Method method, std::string target, std::string body = {}, std::string tag = {}) {
    api::Request request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.headers.emplace_back("Content-Type", "application/json");
    if (!tag.empty()) request.headers.emplace_back("If-Match", tag);
    return test::run(table.answer(request));
  };
  const auto all = ask(api::Method::get, "/api/v1/help");
  CHECK(all.status == 200);
  const auto first = boost::json::parse(all.body).at("items").at(0).as_object();
  CHECK(first.at("emergency_number") == "911");
  CHECK(first.size() == 7);  // the site's number and six of its numbers' members
  CHECK(all.body.find("Riverside") == std::string::npos);

  const std::string target = "/api/v1/sites/" + std::to_string(f.site.value) + "/help";
  CHECK(ask(api::Method::get, target).status == 401);
  caller.emplace();
  caller->role = api::Role::counselor;
  caller->account = f.write([&](Transaction& tx) { return test::add_account(tx, f.counselor); });
  const auto got = ask(api::Method::get, target);
  CHECK(got.status == 200);
  std::string tag;
  for (const auto& [name, value] : got.headers)
    if (name == "ETag") tag = value;
  CHECK(ask(api::Method::put, target, got.body, tag).status == 403);
  caller->role = api::Role::admin;
  CHECK(ask(api::Method::put, target, got.body).status == 428);
  CHECK(ask(api::Method::put, target, got.body, tag).status == 200);
}
