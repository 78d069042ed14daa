// What is remembered of a sign-in ends with it, whatever was being read meanwhile.
#include "access/sign_in_cache.hpp"

#include "access/fixture.hpp"
#include "access/identify.hpp"

using namespace circled;
using namespace circled::access;

namespace {

// Requests that carry a token, answered with the cache in between; the store's hints reach the cache as
// they do in the server.
struct Remembering : test::AccessProgramme {
  SignInCache cache;
  api::Authenticator who;

  Remembering() {
    context.sign_ins = &cache;
    who = make_authenticator(context);
  }
  std::optional<api::Identity> ask(const std::string& token) {
    api::Request request;
    request.method = api::Method::get;
    request.headers = {{"Authorization", "Bearer " + token}};
    return test::run(who(request)).value();
  }
  void pass_hints_on() {
    for (const auto& hint : take_committed().hints)
      if (hint.kind == "sign_in.revoked") cache.forget(SignInId(hint.id));
  }
  // Takes the row away behind everybody's back, so that only the cache can know the token still.
  void erase_rows() {
    write([](Transaction& tx) { tx.run("DELETE FROM sign_in"); });
  }
};

}  // namespace

TEST_CASE("a sign-in is asked for once and remembered for ten seconds") {
  Remembering r;
  const auto granted = r.granted(r.cora);
  REQUIRE(r.ask(granted.token));
  r.erase_rows();
  r.clock.advance(Milliseconds(9'999));
  const auto remembered = r.ask(granted.token);
  REQUIRE(remembered);
  CHECK(remembered->person == PersonId(r.counselor));
  CHECK(remembered->sign_in == granted.identity.sign_in);
  r.clock.advance(Milliseconds(1));
  CHECK_FALSE(r.ask(granted.token));
}

TEST_CASE("a sign-in that ends is forgotten at once, and no other") {
  Remembering r;
  const auto ends = r.granted(r.cora), stays = r.granted(r.cora);
  REQUIRE(r.ask(ends.token));
  REQUIRE(r.ask(stays.token));
  r.take_committed();
  CHECK(
      r.write([&](Transaction& tx) { return end_sign_in(tx, {}, r.cora, ends.identity.sign_in, r.now()); }));
  r.pass_hints_on();
  CHECK_FALSE(r.ask(ends.token));
  CHECK(r.ask(stays.token));
}

TEST_CASE("who read the store before a sign-in ended does not bring it back") {
  Remembering r;
  const auto granted = r.granted(r.cora);
  const std::string hash = sha256(granted.token);
  const auto before = r.cache.find(hash, Carrier::bearer, r.now());
  const auto known = r.read([&](Snapshot& db) { return find_sign_in(db, hash, Carrier::bearer, r.now()); });
  REQUIRE(known);
  r.cache.forget(granted.identity.sign_in);
  r.cache.remember(hash, *known, before.moment, r.now());
  CHECK_FALSE(r.cache.find(hash, Carrier::bearer, r.now()).identity);
}

TEST_CASE("nothing is remembered beyond the sign-in's own end, nor as what it is not") {
  Remembering r;
  const auto granted = r.granted(r.cora);
  const std::string hash = sha256(granted.token);
  r.cache.remember(hash, {granted.identity, r.now() + Seconds(1)},
                   r.cache.find(hash, Carrier::bearer, r.now()).moment, r.now());
  CHECK(r.cache.find(hash, Carrier::bearer, r.now()).identity);
  CHECK_FALSE(r.cache.find(hash, Carrier::cookie, r.now()).identity);
  CHECK_FALSE(r.cache.find(hash, Carrier::bearer, r.now() + Seconds(1)).identity);
}
