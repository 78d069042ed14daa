#include "support/store.hpp"

#include <thread>

namespace circled::test {

SiteId add_site(Transaction& tx, std::string_view name, std::string_view zone, Minutes break_between) {
  return *tx.one<SiteId>("INSERT INTO site (name, zone, break_minutes) VALUES ($1, $2, $3) RETURNING id",
                         name, zone, break_between);
}

RoomId add_room(Transaction& tx, SiteId site, std::string_view name, int seats) {
  return *tx.one<RoomId>("INSERT INTO room (site_id, name, seats) VALUES ($1, $2, $3) RETURNING id", site,
                         name, seats);
}

StaffId add_staff(Transaction& tx, SiteId site, std::string_view name, std::string_view role) {
  const auto id = *tx.one<StaffId>("INSERT INTO person (kind) VALUES ('staff') RETURNING id");
  tx.run("INSERT INTO staff (person_id, name, role, site_id) VALUES ($1, $2, $3, $4)", id, name, role, site);
  return id;
}

ClientId add_client(Transaction& tx, SiteId site, std::string_view preferred_name,
                    std::string_view family_name, std::string_view zone) {
  const auto id = *tx.one<ClientId>("INSERT INTO person (kind) VALUES ('client') RETURNING id");
  std::string folded = std::string(preferred_name) + " " + std::string(family_name);
  for (char& c : folded) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  tx.run(
      "INSERT INTO client (person_id, preferred_name, family_name, search_name, site_id, zone, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, 0)",
      id, preferred_name, family_name, folded, site, zone);
  return id;
}

void assign(Transaction& tx, StaffId staff, ClientId client, Instant from) {
  tx.run("INSERT INTO assignment (staff_id, client_id, from_at) VALUES ($1, $2, $3)", staff, client, from);
}

AccountId add_account(Transaction& tx, PersonId person) {
  return *tx.one<AccountId>("INSERT INTO account (person_id) VALUES ($1) RETURNING id", person);
}

StoreFixture::StoreFixture() : engine(circled::store::open(place.place())), store(*engine) {
  store.on_committed = [this](circled::store::Committed&& committed) {
    std::lock_guard lock(mutex_);
    std::move(committed.events.begin(), committed.events.end(), std::back_inserter(committed_.events));
    std::move(committed.hints.begin(), committed.hints.end(), std::back_inserter(committed_.hints));
  };
}

void StoreFixture::wait_until_sealed() {
  const auto patience_ends = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (number("SELECT count(*) FROM audit WHERE position IS NULL") != 0 &&
         std::chrono::steady_clock::now() < patience_ends)
    std::this_thread::yield();
}

circled::store::Committed StoreFixture::take_committed() {
  std::lock_guard lock(mutex_);
  return std::exchange(committed_, {});
}

Programme::Programme() {
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

}  // namespace circled::test
