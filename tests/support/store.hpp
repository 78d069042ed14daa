// A store of its own for each test: a temporary folder, a fresh database, a clock that stands still,
// and a few people to act with. Seeds write rows directly, so that a test of one room does not need
// another room's rules; they are the smallest rows the schema accepts.
#pragma once
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/token.hpp"
#include "store/store.hpp"
#include "support/engine.hpp"
#include "support/result.hpp"

namespace circled::test {

// Seeds ---------------------------------------------------------------------------------------------

SiteId add_site(Transaction& tx, std::string_view name, std::string_view zone = "America/New_York",
                Minutes break_between = Minutes(0));
RoomId add_room(Transaction& tx, SiteId site, std::string_view name, int seats = 10);
// `role` is one of the schema's: admin, supervisor, clinician, counselor, front_desk.
StaffId add_staff(Transaction& tx, SiteId site, std::string_view name, std::string_view role = "counselor");
ClientId add_client(Transaction& tx, SiteId site, std::string_view preferred_name,
                    std::string_view family_name = "Test", std::string_view zone = "America/New_York");
void assign(Transaction& tx, StaffId staff, ClientId client, Instant from = from_millis(0));
// An account without login or password: enough to be an actor.
AccountId add_account(Transaction& tx, PersonId person);

// The store ------------------------------------------------------------------------------------------

// Stands at Tuesday 2026-03-10 12:00:00 UTC (08:00 in New York, two days into summer time).
class StoreFixture {
  std::mutex mutex_;  // guards committed_; both outlive the store, whose thread uses them
  circled::store::Committed committed_;

 public:
  FreshPlace place;
  FakeClock clock{from_millis(1'773'144'000'000)};
  const std::unique_ptr<Store> engine;
  Store& store;

  StoreFixture();

  Instant now() const { return clock.now(); }

  // Runs `f` in a transaction that must succeed and answers what `f` answers, Result or plain.
  template <class F>
  auto write(F f) {
    using R = std::invoke_result_t<F&, Transaction&>;
    if constexpr (requires(R r) {
                    r.has_value();
                    r.error();
                  }) {
      return store.write_now("test", std::move(f));
    } else if constexpr (std::is_void_v<R>) {
      store
          .write_now("test",
                     [f](Transaction& tx) mutable -> Result<bool> {
                       f(tx);
                       return true;
                     })
          .value();
    } else {
      return store.write_now("test", [f](Transaction& tx) mutable -> Result<R> { return f(tx); }).value();
    }
  }

  template <class F>
  auto read(F f) {
    return store.read_now(std::move(f));
  }

  // The trail is chained with the batch on one engine, within a second on the other.
  void wait_until_sealed();

  // What was told to live connections since the last call.
  circled::store::Committed take_committed();

  // One number by SQL: counts, mostly.
  template <class... A>
  std::int64_t number(std::string_view sql, const A&... arguments) {
    return store.read_now([&](Snapshot& db) { return db.one<std::int64_t>(sql, arguments...).value(); });
  }
};

// One site with a room, a counselor, and two clients of whom Ana is the counselor's.
struct Programme : StoreFixture {
  SiteId site;
  RoomId room;
  StaffId admin, counselor, other_counselor, front_desk;
  ClientId ana, ben;

  Programme();
};

}  // namespace circled::test
