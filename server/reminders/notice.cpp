#include "reminders/notice.hpp"

#include <algorithm>

#include "reminders/channel.hpp"
#include "reminders/conditions.hpp"
#include "reminders/outbox.hpp"

namespace circled::reminders {
namespace {

LookAtOffer look_at_offer;

}  // namespace

void look_at_offers_by(LookAtOffer look) { look_at_offer = std::move(look); }

OfferStands offer_stands(Snapshot& db, std::int64_t offer, PersonId person, Instant made_at, Instant now) {
  return look_at_offer ? look_at_offer(db, offer, person, made_at, now) : OfferStands::open;
}

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
  const Instant pressing = std::min(notice.give_up_at, notice.needed_by.value_or(notice.give_up_at));
  const auto next = [&](Instant after) {
    return next_channel_at(after, std::chrono::floor<Minutes>(pressing - after), how.wait);
  };
  // What cannot wait for the morning does not wait on any channel.
  const bool urgent = is_quiet(notice.at, notice.zone, how.quiet);
  for (const Channel channel : how.channels) {
    if (!reach.addresses.contains(channel)) continue;
    Instant at = notice.at;
    if (!all.empty())
      at = next(all.back().at);
    else if (reach.device)
      at = channel == Channel::push ? at + app_answers : next(at);
    if (!urgent) at = after_quiet(at, notice.zone, how.quiet);
    if (at >= notice.give_up_at) break;
    all.push_back({channel, at});
  }
  return all;
}

void tell(Transaction& tx, PersonId person, const Manner& how, const Reach& reach, const Notice& notice,
          Instant now) {
  take_back(tx, person, notice.about, now);
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
