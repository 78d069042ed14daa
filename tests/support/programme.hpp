// A small programme with a service and identities, for the rooms that book and take the roll.
#pragma once
#include "api/identity.hpp"
#include "calendar/routes.hpp"
#include "calendar/session.hpp"
#include "support/store.hpp"

namespace circled::test {

api::Identity identity(AccountId account, PersonId person, api::Role role, SiteId site);

// Riverside, breaks of 10 minutes; Cora has Ana and Ben, Otto has nobody. It is 08:00 in New York.
struct CalendarFixture : Programme {
  ServiceId counseling;
  RoomId small_room;
  api::Identity cora, otto, ada, fred, ana_user;
  access::Actor actor{{}, "request"};

  CalendarFixture();

  // Cora with Ana in no room, starting `in` from now, for 50 minutes.
  calendar::Booking one_on_one(Milliseconds in) const;

  Result<calendar::Session> book(const calendar::Booking& booking, const api::Identity& who);
  Result<calendar::Session> book(const calendar::Booking& booking) { return book(booking, cora); }
};

}  // namespace circled::test
