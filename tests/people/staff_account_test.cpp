#include "people/staff_account.hpp"

#include <doctest/doctest.h>

#include "access/fixture.hpp"
#include "base/token.hpp"

using namespace circled;
using namespace circled::people;
using access::Actor;

namespace {

// Ada the administrator signs in as "ada", Cora as "cora"; the others have no account.
struct Accounts : test::AccessProgramme {
  AccountId ada;
  api::Identity as_ada;
  Actor actor;

  Accounts() {
    ada = write([&](Transaction& tx) {
            return access::create_account(tx, {}, admin, "ada", test::good_hash(), now());
          }).value();
    as_ada = granted(ada).identity;
    actor = {ada, "r1"};
  }
  StaffAccountDetail seen(StaffId staff) {
    return read([&](Snapshot& db) { return staff_account(db, staff, now()); }).value();
  }
  std::string tag(StaffId staff) { return version(seen(staff)); }
  Result<StaffAccountDetail> change(StaffId staff, api::Role role, SiteId at, std::string name = "New Name") {
    const auto old = tag(staff);
    const StaffChange wanted{Text<1, 100>(std::move(name)), role, at};
    return write([&](Transaction& tx) { return change_staff(tx, actor, staff, old, wanted, now()); });
  }
  Result<StaffAccountDetail> leave(StaffId staff, const api::Identity& who) {
    const auto old = tag(staff);
    return write([&](Transaction& tx) { return deactivate(tx, who, actor, staff, old, now()); });
  }
  Result<access::PasswordCode> invite(StaffId staff, std::string login) {
    return write([&](Transaction& tx) { return make_account(tx, context, actor, staff, login, now()); });
  }
  StaffId second_admin() {
    const auto bea = write([&](Transaction& tx) { return test::add_staff(tx, site, "Bea Admin", "admin"); });
    write([&](Transaction& tx) {
      access::create_account(tx, {}, bea, "bea", test::good_hash(), now()).value();
    });
    return bea;
  }
};

}  // namespace

TEST_CASE("the list says who can sign in, since when, and on how many devices") {
  Accounts f;
  f.granted(f.cora);
  f.granted(f.cora);
  f.invite(f.other_counselor, "otto").value();
  const auto all = f.read([&](Snapshot& db) { return staff_accounts(db, f.now()); });
  REQUIRE(all.size() == 4);
  const auto of = [&](StaffId staff) {
    return *std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.staff == staff; });
  };
  CHECK(of(f.counselor).state == AccountState::good);
  CHECK(of(f.counselor).login == "cora");
  CHECK(of(f.counselor).last_sign_in_at == f.now());
  CHECK(of(f.counselor).sign_ins == 2);
  CHECK(of(f.counselor).site_name == "Riverside");
  CHECK(of(f.other_counselor).state == AccountState::waiting);
  CHECK_FALSE(of(f.other_counselor).last_sign_in_at);
  CHECK(of(f.front_desk).state == AccountState::none);
}

TEST_CASE("an account begins with a code, once, and not for somebody who has left") {
  Accounts f;
  const auto code = f.invite(f.other_counselor, " Otto ");
  REQUIRE(code);
  CHECK(code->login == "otto");
  CHECK(f.invite(f.other_counselor, "otto2").error().code == "account_exists");
  CHECK(f.invite(f.front_desk, "otto").error().code == "login_taken");
  CHECK(f.invite(f.front_desk, "a b").error().fields.at(0).pointer == "/login");
  CHECK(f.invite(StaffId(4711), "who").error().kind == ErrorKind::not_found);
  f.leave(f.front_desk, f.as_ada).value();
  CHECK(f.invite(f.front_desk, "fred").error().code == "not_active");
}

TEST_CASE("another role or site signs somebody out; another name does not") {
  Accounts f;
  const auto cora = f.granted(f.cora);
  CHECK(f.change(f.counselor, api::Role::counselor, f.site).value().name == "New Name");
  CHECK(f.known(cora.token));
  CHECK(f.change(f.counselor, api::Role::clinician, f.site).value().role == api::Role::clinician);
  CHECK_FALSE(f.known(cora.token));
  CHECK(f.change(f.counselor, api::Role::client, f.site).error().fields.at(0).pointer == "/role");
  CHECK(f.change(f.counselor, api::Role::kiosk, f.site).error().fields.at(0).pointer == "/role");
  CHECK(f.change(f.counselor, api::Role::counselor, SiteId(99)).error().fields.at(0).pointer == "/site");
  const StaffChange late{Text<1, 100>("Late"), api::Role::counselor, f.site};
  CHECK(f.write([&](Transaction& tx) { return change_staff(tx, f.actor, f.counselor, "old", late, f.now()); })
            .error()
            .kind == ErrorKind::precondition_failed);
}

TEST_CASE("whoever leaves is out at once, can come back, and says what they leave behind") {
  Accounts f;
  const auto cora = f.granted(f.cora);
  const auto before = f.seen(f.counselor);
  CHECK(before.clients == 1);  // Ana
  f.take_committed();
  const auto left = f.leave(f.counselor, f.as_ada);
  REQUIRE(left);
  CHECK_FALSE(left->active);
  CHECK(left->state == AccountState::disabled);
  CHECK(left->clients == 1);
  CHECK_FALSE(f.known(cora.token));
  // Their connections are closed by this, after COMMIT.
  bool told = false;
  for (const auto& hint : f.take_committed().hints)
    told |= hint.kind == "sign_in.revoked" && hint.id == cora.identity.sign_in.value;
  CHECK(told);
  CHECK(f.sign_in("cora", test::good_password).error().code == "wrong_login");
  CHECK(f.leave(f.counselor, f.as_ada).has_value());  // twice is no error

  const auto old = f.tag(f.counselor);
  CHECK(f.write([&](Transaction& tx) { return reactivate(tx, f.actor, f.counselor, old, f.now()); })->active);
  CHECK(f.sign_in("cora", test::good_password));
  CHECK_FALSE(f.known(cora.token));
}

TEST_CASE("there is always an administrator who can sign in, and nobody shuts themselves out") {
  Accounts f;
  CHECK(f.leave(f.admin, f.as_ada).error().code == "yourself");
  CHECK(f.change(f.admin, api::Role::counselor, f.site).error().code == "last_admin");
  // An administrator who cannot sign in is none.
  const auto carl = f.write([&](Transaction& tx) { return test::add_staff(tx, f.site, "Carl", "admin"); });
  f.invite(carl, "carl").value();
  CHECK(f.change(f.admin, api::Role::counselor, f.site).error().code == "last_admin");

  const auto bea = f.second_admin();
  CHECK(f.change(f.admin, api::Role::supervisor, f.site).has_value());
  // The one who decides was an administrator a moment ago: by now Bea is the last.
  CHECK(f.leave(bea, f.as_ada).error().code == "last_admin");
}

TEST_CASE("a password is reset by a code; one's own by the old one only") {
  Accounts f;
  const auto cora = f.granted(f.cora);
  const auto reset = [&](StaffId staff) {
    return f.write(
        [&](Transaction& tx) { return reset_password(tx, f.context, f.as_ada, f.actor, staff, f.now()); });
  };
  CHECK(reset(f.admin).error().code == "yourself");
  CHECK(reset(f.front_desk).error().code == "no_account");
  REQUIRE(reset(f.counselor).has_value());
  CHECK(f.seen(f.counselor).state == AccountState::waiting);
  CHECK_FALSE(f.known(cora.token));
}

TEST_CASE("an administrator sees somebody's devices and ends one or all") {
  Accounts f;
  const auto one = f.granted(f.cora), two = f.granted(f.cora), three = f.granted(f.cora);
  const auto listed = [&] {
    return f.read([&](Snapshot& db) { return sign_ins_of(db, f.as_ada, f.counselor, f.now()); })
        .value()
        .size();
  };
  CHECK(listed() == 3);
  const auto end = [&](StaffId staff, SignInId id) {
    return f.write([&](Transaction& tx) { return end_sign_in_of(tx, f.actor, staff, id, f.now()); });
  };
  CHECK(end(f.other_counselor, one.identity.sign_in).error().kind ==
        ErrorKind::not_found);  // Cora's, not Otto's
  CHECK(end(f.counselor, one.identity.sign_in));
  CHECK_FALSE(f.known(one.token));
  CHECK(f.known(two.token));
  CHECK(f.write([&](Transaction& tx) { return end_sign_ins_of(tx, f.actor, f.counselor, f.now()); }));
  CHECK_FALSE(f.known(two.token));
  CHECK_FALSE(f.known(three.token));
  CHECK(listed() == 0);
}
