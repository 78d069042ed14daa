#include "access/audit_list.hpp"

#include <doctest/doctest.h>

#include "access/audit.hpp"
#include "support/store.hpp"

using namespace circled;
using namespace circled::access;
using namespace std::chrono_literals;

namespace {

// One entry an hour: Cora looks at Ana, books, looks at Ben; Otto looks at Ana; Cora signs in.
struct TrailOfTwo : test::Programme {
  AccountId cora, otto;
  Instant began = now();

  TrailOfTwo() {
    cora = write([&](Transaction& tx) { return test::add_account(tx, counselor); });
    otto = write([&](Transaction& tx) { return test::add_account(tx, other_counselor); });
    add(cora, "client.view", "client", ana.value);
    add(cora, "session.book", "session", 41);
    add(cora, "client.view_care", "client", ben.value);
    add(otto, "client.view", "client", ana.value);
    add(cora, "account.create", "account", otto.value);
  }
  void add(AccountId who, std::string action, std::string kind, std::int64_t subject) {
    write([&](Transaction& tx) { audit(tx, {who, "r"}, action, kind, subject, now()); });
    clock.advance(1h);
  }
  std::vector<std::string> actions(const AuditQuery& query) {
    std::vector<std::string> found;
    for (const auto& entry : read([&](Snapshot& db) { return audit_entries(db, query, AuditId(), 100); }))
      found.push_back(entry.action);
    return found;
  }
};
using Actions = std::vector<std::string>;

}  // namespace

TEST_CASE("the trail is asked by subject, by whoever acted, by sort and by time, in any combination") {
  TrailOfTwo f;
  const AuditSubject ana{"client", f.ana.value};
  CHECK(f.actions({}) ==
        Actions{"account.create", "client.view", "client.view_care", "session.book", "client.view"});
  CHECK(f.actions({.subject = ana}) == Actions{"client.view", "client.view"});
  CHECK(f.actions({.subject = ana, .person = f.counselor}) == Actions{"client.view"});
  CHECK(f.actions({.person = f.counselor}) ==
        Actions{"account.create", "client.view_care", "session.book", "client.view"});
  CHECK(f.actions({.person = f.counselor, .views = true}) == Actions{"client.view_care", "client.view"});
  CHECK(f.actions({.action = "session.book"}) == Actions{"session.book"});
  // `from` is in it, `until` is not.
  CHECK(f.actions({.from = f.began + 1h, .until = f.began + 3h}) ==
        Actions{"client.view_care", "session.book"});
  CHECK(f.actions({.subject = ana, .from = f.began + 1ms}) == Actions{"client.view"});
  CHECK(f.actions({.person = f.admin}).empty());  // without an account nobody did anything
}

TEST_CASE("a subject is called by its name, where it is a person's") {
  TrailOfTwo f;
  const auto all = f.read([&](Snapshot& db) { return audit_entries(db, {}, AuditId(), 10); });
  REQUIRE(all.size() == 5);
  CHECK(all[0].subject_name == "Otto Other");
  CHECK(all[0].account_name == "Cora Counselor");
  CHECK(all[1].subject_name == "Ana Alvarez");
  CHECK_FALSE(all[3].subject_name);
}

TEST_CASE("pages join without a gap, also where many entries are of one moment") {
  TrailOfTwo f;
  f.write([&](Transaction& tx) {
    for (int i = 0; i < 5; ++i) audit(tx, {f.cora, "r"}, "client.view", "client", f.ben.value, f.now());
  });
  const auto ids = [&](const AuditQuery& query, std::int64_t limit) {
    std::vector<AuditId> found;
    for (AuditId before;;) {
      const auto page = f.read([&](Snapshot& db) { return audit_entries(db, query, before, limit); });
      for (const auto& entry : page) found.push_back(entry.id);
      if (static_cast<std::int64_t>(page.size()) < limit) return found;
      before = page.back().id;
    }
  };
  for (const AuditQuery& query : {AuditQuery{}, AuditQuery{.person = f.counselor},
                                  AuditQuery{.subject = AuditSubject{"client", f.ben.value}}}) {
    const auto whole = ids(query, 100);
    CHECK(whole.size() >= 6);
    for (const std::int64_t limit : {1, 2, 3}) CHECK(ids(query, limit) == whole);
  }
  CHECK(f.read([&](Snapshot& db) { return audit_entries(db, {}, AuditId(999'999), 10); }).empty());
}
