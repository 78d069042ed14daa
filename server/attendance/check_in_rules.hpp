// When somebody may say that a client is here. Pure.
#pragma once
#include "base/result.hpp"
#include "calendar/session.hpp"

namespace circled::attendance {

enum class How { app, kiosk, telehealth, front_desk };
BOOST_DESCRIBE_ENUM(How, app, kiosk, telehealth, front_desk)

namespace rules {

// By themselves clients check in from a quarter of an hour before the start, so that "I'm here" means the
// door and not the bus; the desk sees who stands there, also those who come early.
Minutes opens_before(How how);
inline constexpr Minutes earliest{60};

// Errors: conflict (cancelled; not_open_yet, with `opens_at`; already_over: a session is over at its end, or
// when its sheet was closed).
Result<void> may_check_in(How how, calendar::Status status, Instant starts_at, Instant ends_at, Instant now);

}  // namespace rules
}  // namespace circled::attendance
