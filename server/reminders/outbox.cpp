#include "reminders/outbox.hpp"

namespace circled::reminders {

bool post(Transaction& tx, PersonId person, Channel channel, Purpose purpose, std::string_view text,
          Instant give_up_at, Instant now) {
  const auto address = usable_address(tx, person, channel);
  if (!address) return false;
  tx.later(
      "INSERT INTO message (channel, address, person_id, purpose, text, made_at, try_at, give_up_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
      channel, *address, person, purpose, text, now, give_up_at);
  tx.hint({std::string(outbox_hint), to_millis(now), SiteId(), store::Hint::internal});
  return true;
}

}  // namespace circled::reminders
