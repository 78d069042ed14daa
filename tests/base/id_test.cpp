#include "base/id.hpp"

#include <doctest/doctest.h>

#include <type_traits>
#include <unordered_set>

using namespace circled;

// Staff and clients are persons; nothing else turns into anything else, a bare number least of all.
static_assert(std::is_convertible_v<StaffId, PersonId>);
static_assert(std::is_convertible_v<ClientId, PersonId>);
static_assert(!std::is_convertible_v<PersonId, StaffId>);
static_assert(!std::is_constructible_v<StaffId, PersonId>);
static_assert(!std::is_convertible_v<StaffId, ClientId>);
static_assert(!std::is_constructible_v<ClientId, StaffId>);
static_assert(!std::is_convertible_v<SessionId, PersonId>);
static_assert(!std::is_convertible_v<std::int64_t, SessionId>);
static_assert(!std::is_convertible_v<SessionId, std::int64_t>);
static_assert(!std::is_convertible_v<SessionId, bool>);

template <class A, class B>
concept Comparable = requires(A a, B b) {
  a == b;
};
static_assert(Comparable<SessionId, SessionId>);
static_assert(!Comparable<SessionId, RoomId>);
static_assert(!Comparable<SessionId, int>);

TEST_CASE("an id widens with its value, and zero is no id") {
  const PersonId person = ClientId(41);
  CHECK(person.value == 41);
  CHECK(person == PersonId(StaffId(41)));
  CHECK_FALSE(SessionId());
  CHECK(SessionId(1));
  CHECK(SessionId(1) < SessionId(2));
}

TEST_CASE("ids are keys of unordered containers") {
  const std::unordered_set<RoomId> rooms{RoomId(1), RoomId(2), RoomId(1)};
  CHECK(rooms.size() == 2);
}
