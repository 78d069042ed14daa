// What an enquiry may say, and what may become of it. Pure.
#pragma once
#include "access/throttle.hpp"
#include "people/enquiry.hpp"

namespace circled::people::rules {

// How often one address may ask: five times at once, which is a family or a waiting room, and then ever more
// slowly. Nobody waits for longer than a quarter of an hour, and the numbers to call are never behind it.
inline constexpr access::Patience per_enquiring_address{"enquiry address", 5, std::chrono::minutes(1),
                                                        std::chrono::minutes(15), std::chrono::hours(24)};

// Whether a text can be a telephone number: 7 to 15 digits (ITU-T E.164), a plus at its head, and what people
// write between them; behind that an extension, "x 12" or "ext. 12".
bool is_phone_number(std::string_view text);

// Everything that is wrong with an enquiry as it was typed in.
std::vector<FieldError> check(const NewEnquiry& wanted);

bool ended(EnquiryState state);
// The arrows of people/enquiry.hpp.
bool may_become(EnquiryState from, EnquiryState to);

}  // namespace circled::people::rules
