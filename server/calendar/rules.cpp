#include "calendar/rules.hpp"

#include <boost/url/parse.hpp>
#include <set>

namespace circled::calendar::rules {
namespace {

template <class List>
void check_doubles(std::vector<FieldError>& errors, const List& ids, const std::string& pointer) {
  std::set<std::int64_t> seen;
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (!seen.insert(ids[i].value).second)
      errors.push_back(
          {pointer + "/" + std::to_string(i), "repeated", "This person stands in the list already."});
}

}  // namespace

bool is_link(std::string_view link) {
  if (link.empty()) return true;
  const auto url = boost::urls::parse_uri(link);
  return url && url->scheme() == "https" && !url->host().empty();
}

std::vector<FieldError> check_time(Instant starts_at, Instant now) {
  if (starts_at < now - entered_late) return {{"/starts_at", "in_the_past", "This time has passed."}};
  if (starts_at > now + horizon)
    return {{"/starts_at", "too_far", "Sessions can be booked up to two years ahead."}};
  return {};
}

std::int64_t seats(const Booking& booking, std::optional<std::int64_t> room_seats) {
  if (booking.kind == Kind::one_on_one) return 1;
  if (booking.seats) return booking.seats->value;
  if (room_seats) return *room_seats;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(booking.clients.size()));
}

std::vector<FieldError> check(const Booking& booking, std::optional<std::int64_t> room_seats, Instant now) {
  std::vector<FieldError> errors = check_time(booking.starts_at, now);
  check_doubles(errors, booking.clients, "/clients");
  if (booking.kind == Kind::one_on_one && booking.clients.size() != 1)
    errors.push_back({"/clients", "wrong_count", "A one-on-one session is with exactly one client."});
  if (booking.kind == Kind::one_on_one && booking.seats && booking.seats->value != 1)
    errors.push_back({"/seats", "wrong_count", "A one-on-one session has one seat."});
  if (booking.kind == Kind::group) {
    const std::int64_t fit = seats(booking, room_seats);
    if (room_seats && fit > *room_seats)
      errors.push_back(
          {"/seats", "room_too_small", "The room has " + std::to_string(*room_seats) + " seats."});
    if (static_cast<std::int64_t>(booking.clients.size()) > fit)
      errors.push_back({"/clients", "too_many", "There are " + std::to_string(fit) + " seats."});
  }
  if (booking.link && !is_link(*booking.link))
    errors.push_back({"/link", "not_a_link", "This must be an address that begins with https://."});
  return errors;
}

}  // namespace circled::calendar::rules
