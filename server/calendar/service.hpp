// What sessions are for, as administrators say it. What leading one needs is in availability.hpp, whether
// clients book it in self_booking.hpp.
#pragma once
#include "calendar/session.hpp"

namespace circled::calendar {

struct ServiceWords {
  Text<1, 100> name;
  Text<1, 100> neutral_name;  // all that a client's screen says of it
  bool counts;                // toward counseling hours; of what is booked from now on
};
BOOST_DESCRIBE_STRUCT(ServiceWords, (), (name, neutral_name, counts))

// Errors: not_found.
Result<Service> service(Snapshot& db, ServiceId id);
std::string version(const Service& service);

// Its code is made of its name, and stays. Errors: invalid (/name taken).
Result<Service> new_service(Transaction& tx, const access::Actor& actor, const ServiceWords& words,
                            Instant now);
// Errors: not_found, precondition_failed, invalid (/name taken).
Result<Service> change_service(Transaction& tx, const access::Actor& actor, ServiceId id,
                               std::string_view seen, const ServiceWords& words, Instant now);

}  // namespace circled::calendar
