// When one session may stand for another that was missed. Pure.
#pragma once
#include <optional>
#include <string>

#include "base/zone.hpp"
#include "calendar/session.hpp"

namespace circled::attendance {

// Why it counts as equivalent; the first that holds.
enum class Likeness { same_group, same_topic, same_service };
BOOST_DESCRIBE_ENUM(Likeness, same_group, same_topic, same_service)

// Open: may be made up still. Booked: a seat is taken for it. Made up: attended there. Expired: the deadline
// has passed.
enum class MakeUpState { open, booked, made_up, expired };
BOOST_DESCRIBE_ENUM(MakeUpState, open, booked, made_up, expired)

namespace rules {

// What of a session decides whether it is like another.
struct Kindred {
  calendar::Kind kind;
  ServiceId service;
  bool counts;  // its service, toward counseling hours
  std::optional<GroupId> group;
  std::optional<SeriesId> series;
  std::string topic;
};

// Whether `other` is equivalent to what was missed: a group for a group and a one-on-one for a one-on-one,
// counting toward hours if that did; of the same group in another series, of the same topic of a curriculum,
// or of the same service.
std::optional<Likeness> likeness(const Kindred& missed, const Kindred& other);

// The first instant at which it is too late: the absence's day and so many after it are over.
Instant too_late_at(Instant missed, std::int64_t days, const Zone& zone);

// `other` is how it stands with the session that is to make up for it: nothing, where there is none that
// takes place with the client on its list.
MakeUpState make_up_state(std::optional<calendar::Verdict> other, Instant too_late_at, Instant now);

}  // namespace rules
}  // namespace circled::attendance
