#include "support/programme.hpp"

namespace circled::test {

api::Identity identity(AccountId account, PersonId person, api::Role role, SiteId site) {
  api::Identity who;
  who.account = account;
  who.person = person;
  who.role = role;
  who.site = site;
  return who;
}

CalendarFixture::CalendarFixture() {
  write([this](Transaction& tx) {
    tx.run("UPDATE site SET break_minutes = 10 WHERE id = $1", site);
    small_room = add_room(tx, site, "Small", 2);
    counseling = *tx.one<ServiceId>(
        "INSERT INTO service (code, name, neutral_name, counts) "
        "VALUES ('counseling', 'Counseling', 'Appointment', TRUE) RETURNING id");
    assign(tx, counselor, ben);
    cora = identity(add_account(tx, counselor), counselor, api::Role::counselor, site);
    otto = identity(add_account(tx, other_counselor), other_counselor, api::Role::counselor, site);
    ada = identity(add_account(tx, admin), admin, api::Role::admin, site);
    fred = identity(add_account(tx, front_desk), front_desk, api::Role::front_desk, site);
    ana_user = identity(add_account(tx, ana), ana, api::Role::client, {});
  });
  calendar::handle_subjects();
}

calendar::Booking CalendarFixture::one_on_one(Milliseconds in) const {
  calendar::Booking booking{};
  booking.service = counseling;
  booking.kind = calendar::Kind::one_on_one;
  booking.site = site;
  booking.starts_at = clock.now() + in;
  booking.duration_minutes = {50};
  booking.facilitators.push_back(counselor);
  booking.clients.push_back(ana);
  return booking;
}

Result<calendar::Session> CalendarFixture::book(const calendar::Booking& booking, const api::Identity& who) {
  return write([&](Transaction& tx) { return calendar::book(tx, who, actor, booking, now()); });
}

}  // namespace circled::test
