#include "reminders/device.hpp"

#include <algorithm>

#include "people/outside_calendar.hpp"
#include "push/base64url.hpp"
#include "push/vapid.hpp"
#include "reminders/conditions.hpp"
#include "reminders/outbox.hpp"

namespace circled::reminders {
namespace {

void heard(Transaction& tx, const access::Actor& actor, PersonId person, std::string_view what, Instant now) {
  access::audit(tx, actor, what, "person", person.value, now, {{"channel", json::enum_name(Channel::push)}});
}

std::vector<FieldError> wrong_in(const Ways& ways, const NewSubscription& said) {
  std::vector<FieldError> wrong;
  if (!ways.push_services.empty()) {
    if (std::ranges::find(ways.push_services, push::origin_of(said.endpoint)) == ways.push_services.end())
      wrong.push_back(
          {"/endpoint", "unknown_service", "This server sends nothing by your browser's push service."});
  } else if (push::origin_of(said.endpoint).empty()) {
    wrong.push_back({"/endpoint", "not_an_address", "This must be an address that begins with https://."});
  } else if (const auto address = people::feed_address(said.endpoint); !address) {
    wrong.push_back(address.error().fields.at(0));
    wrong.back().pointer = "/endpoint";
  }
  const auto point = push::from_base64url(said.p256dh), secret = push::from_base64url(said.auth);
  if (!point || !push::is_point(*point))
    wrong.push_back({"/p256dh", "no_key", "This is no key of a browser's."});
  if (!secret || secret->size() != push::secret_size)
    wrong.push_back({"/auth", "no_secret", "This is no secret of a browser's."});
  return wrong;
}

}  // namespace

Notifications notifications(Snapshot& db, const Ways& ways, SignInId device) {
  Notifications found{{}, false};
  if (!ways.open(Channel::push)) return found;
  found.key = ways.push_key;
  found.on =
      db.one<std::int64_t>("SELECT 1 FROM push_subscription WHERE sign_in_id = $1", device).has_value();
  return found;
}

Result<Notifications> turn_on(Transaction& tx, const Ways& ways, const access::Actor& actor, PersonId person,
                              SignInId device, const NewSubscription& said, Instant now) {
  if (!ways.open(Channel::push)) return conflict("no_such_way", "This server sends no notifications.");
  if (auto wrong = wrong_in(ways, said); !wrong.empty()) return invalid(std::move(wrong));
  tx.run("DELETE FROM push_subscription WHERE endpoint = $1 AND sign_in_id <> $2", said.endpoint, device);
  if (tx.run("INSERT INTO push_subscription (sign_in_id, endpoint, p256dh, auth, since_at) "
             "SELECT i.id, $2, $3, $4, CAST($5 AS BIGINT) FROM sign_in i WHERE i.id = $1 AND i.revoked_at IS "
             "NULL "
             "ON CONFLICT (sign_in_id) DO UPDATE SET endpoint = $2, p256dh = $3, auth = $4, since_at = $5",
             device, said.endpoint, said.p256dh, said.auth, now) == 0)
    return not_found("sign-in");
  heard(tx, actor, person, "channel.enter", now);
  return notifications(tx, ways, device);
}

void turn_off(Transaction& tx, const access::Actor& actor, PersonId person, SignInId device, Instant now) {
  if (tx.run("DELETE FROM push_subscription WHERE sign_in_id = $1", device) > 0)
    heard(tx, actor, person, "channel.stop", now);
}

}  // namespace circled::reminders
