#include "reminders/channel.hpp"

namespace circled::reminders {

std::optional<std::string> usable_address(Snapshot& db, PersonId person, Channel channel) {
  return db.one<std::string>(
      "SELECT address FROM channel_address WHERE person_id = $1 AND channel = $2 AND verified_at IS NOT NULL "
      "AND stopped_at IS NULL AND failed_at IS NULL",
      person, channel);
}

}  // namespace circled::reminders
