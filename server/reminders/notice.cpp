#include "reminders/notice.hpp"

#include "reminders/channel.hpp"
#include "reminders/conditions.hpp"
#include "reminders/outbox.hpp"

namespace circled::reminders {

Reach reach_of(Snapshot& db, PersonId person, Instant now) {
  Reach found;
  for (auto& [channel, address] : db.all<std::tuple<Channel, std::string>>(
           "SELECT 'live', '' WHERE " CIRCLED_HAS_DEVICE(
               "$1", "$2") " UNION ALL "
                           "SELECT 'push', $3 WHERE EXISTS (SELECT 1 FROM " CIRCLED_WAKEABLE(
                               "$1", "$2") ") UNION ALL "
                                           "SELECT a.channel, a.address FROM channel_address a WHERE "
                                           "a.person_id = $1 AND " CIRCLED_USABLE("a"),
           person, now, devices_address)) {
    if (channel == Channel::live)
      found.device = true;
    else
      found.addresses.emplace(channel, std::move(address));
  }
  return found;
}

std::vector<NoticeTurn> notice_turns(const Manner& how, const Reach& reach, const Notice& notice) {
  std::vector<NoticeTurn> all;
  const auto next = [&](Instant after) {
    return next_channel_at(after, std::chrono::floor<Minutes>(notice.give_up_at - after), how.wait);
  };
  for (const Channel channel : how.channels) {
    if (!reach.addresses.contains(channel)) continue;
    Instant at = notice.at;
    if (!all.empty())
      at = next(all.back().at);
    else if (reach.device)
      at = channel == Channel::push ? at + app_answers : next(at);
    if (at >= notice.give_up_at) break;
    all.push_back({channel, at});
    // A notification says only that there is something.
    if (channel != Channel::push && !notice.every_channel) break;
  }
  return all;
}

void tell(Transaction& tx, PersonId person, const Manner& how, const Reach& reach, const Notice& notice,
          Instant now) {
  if (notice.about.topic != Topic::sessions) take_back(tx, person, notice.about, now);
  for (const NoticeTurn& turn : notice_turns(how, reach, notice)) {
    std::string text;
    if (turn.channel != Channel::push) text = notice.text;
    if (turn.channel == Channel::sms && !notice.reply.empty()) text += " " + std::string(notice.reply);
    post_notice(tx, person, turn.channel, reach.addresses.at(turn.channel), notice.about, text, turn.at,
                notice.give_up_at, now);
  }
}

// In all three, what is about to go out is still taken back: whoever has leased it asks once more (`begin`).
void take_back(Transaction& tx, PersonId person, About about, Instant now) {
  tx.later(
      "UPDATE message SET state = 'cancelled', outcome = 'superseded', settled_at = $4, leased_until = NULL, "
      "text = '' WHERE person_id = $1 AND topic = $2 AND topic_id = $3 AND topic IS NOT NULL "
      "AND state IN ('pending', 'leased') AND begun_at IS NULL",
      person, about.topic, about.id, now);
}

void take_back_all(Transaction& tx, PersonId person, Instant now) {
  tx.later(
      "UPDATE message SET state = 'cancelled', outcome = 'off', settled_at = $2, leased_until = NULL, "
      "text = '' WHERE person_id = $1 AND topic IS NOT NULL "
      "AND state IN ('pending', 'leased') AND begun_at IS NULL",
      person, now);
}

void shown(Transaction& tx, PersonId person, std::int64_t seq, Instant now) {
  tx.later(
      "UPDATE message SET state = 'cancelled', outcome = 'seen', settled_at = $3, leased_until = NULL, "
      "text = '' WHERE person_id = $1 AND unless_shown <= $2 AND topic IS NOT NULL "
      "AND state IN ('pending', 'leased') AND begun_at IS NULL",
      person, seq, now);
}

}  // namespace circled::reminders
