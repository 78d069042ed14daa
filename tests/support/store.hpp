// A store of its own for each test: a temporary folder, a fresh database, a clock that stands still,
// and a few people to act with. Seeds write rows directly, so that a test of one room does not need
// another room's rules; they are the smallest rows the schema accepts.
#pragma once
#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

#include "base/clock.hpp"
#include "base/token.hpp"
#include "store/store.hpp"
#include "support/engine.hpp"
#include "support/result.hpp"

namespace circled::test {

// Seeds ---------------------------------------------------------------------------------------------

inline SiteId add_site(Transaction& tx, std::string_view name, std::string_view zone = "America/New_York",
                       Minutes break_between = Minutes(0)) {
  return *tx.one<SiteId>("INSERT INTO site (name, zone, break_minutes) VALUES ($1, $2, $3) RETURNING id",
                         name, zone, break_between);
}

inline RoomId add_room(Transaction& tx, SiteId site, std::string_view name, int seats = 10) {
  return *tx.one<RoomId>("INSERT INTO room (site_id, name, seats) VALUES ($1, $2, $3) RETURNING id", site,
                         name, seats);
}

// `role` is one of the schema's: admin, supervisor, clinician, counselor, front_desk.
inline StaffId add_staff(Transaction& tx, SiteId site, std::string_view name,
                         std::string_view role = "counselor") {
  const auto id = *tx.one<StaffId>("INSERT INTO person (kind) VALUES ('staff') RETURNING id");
  tx.run("INSERT INTO staff (person_id, name, role, site_id) VALUES ($1, $2, $3, $4)", id, name, role, site);
  return id;
}

inline ClientId add_client(Transaction& tx, SiteId site, std::string_view preferred_name,
                           std::string_view family_name = "Test",
                           std::string_view zone = "America/New_York") {
  const auto id = *tx.one<ClientId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
  std::string folded = std::string(preferred_name) + " " + std::string(family_name);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  tx.run(
      "INSERT INTO client (person_id, preferred_name, family_name, search_name, site_id, zone, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, 0)",
      id, preferred_name, family_name, folded, site, zone);
  return id;
}

inline void assign(Transaction& tx, StaffId staff, ClientId client, Instant from = from_millis(0)) {
  tx.run("INSERT INTO assignment (staff_id, client_id, from_at) VALUES ($1, $2, $3)", staff, client, from);
}

// An account without login or password: enough to be an actor.
inline AccountId add_account(Transaction& tx, PersonId person) {
  return *tx.one<AccountId>("INSERT INTO account (person_id) VALUES ($1) RETURNING id", person);
}

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

  StoreFixture() : engine(circled::store::open(place.place())), store(*engine) {
    store.on_committed = [this](circled::store::Committed&& committed) {
      std::lock_guard lock(mutex_);
      std::move(committed.events.begin(), committed.events.end(), std::back_inserter(committed_.events));
      std::move(committed.hints.begin(), committed.hints.end(), std::back_inserter(committed_.hints));
    };
  }

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
  void wait_until_sealed() {
    const auto patience_ends = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (number("SELECT count(*) FROM audit WHERE position IS NULL") != 0 &&
           std::chrono::steady_clock::now() < patience_ends)
      std::this_thread::yield();
  }

  // What was told to live connections since the last call.
  circled::store::Committed take_committed() {
    std::lock_guard lock(mutex_);
    return std::exchange(committed_, {});
  }

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

  Programme() {
    write([this](Transaction& tx) {
      site = add_site(tx, "Riverside");
      room = add_room(tx, site, "Blue");
      admin = add_staff(tx, site, "Ada Admin", "admin");
      counselor = add_staff(tx, site, "Cora Counselor");
      other_counselor = add_staff(tx, site, "Otto Other");
      front_desk = add_staff(tx, site, "Fred Desk", "front_desk");
      ana = add_client(tx, site, "Ana", "Alvarez");
      ben = add_client(tx, site, "Ben", "Berg");
      assign(tx, counselor, ana);
    });
  }
};

}  // namespace circled::test
