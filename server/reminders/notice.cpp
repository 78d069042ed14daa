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

// What has not begun to go out for $2 goes no more, from $1 on; what has been leased is asked about once more
// before it goes (`begin`).
#define CIRCLED_TAKE_BACK(WHY, WHICH)                                                              \
  "UPDATE message SET state = 'cancelled', outcome = '" WHY                                        \
  "', settled_at = $1, leased_until = NULL, text = '' WHERE person_id = $2 AND topic IS NOT NULL " \
  "AND state IN ('pending', 'leased') AND begun_at IS NULL" WHICH

void take_back(Transaction& tx, PersonId person, About about, Instant now) {
  tx.later(CIRCLED_TAKE_BACK("superseded", " AND topic = $3 AND topic_id = $4"), now, person, about.topic,
           about.id);
}

void take_back_all(Transaction& tx, PersonId person, Instant now) {
  tx.later(CIRCLED_TAKE_BACK("off", ""), now, person);
}

void shown(Transaction& tx, PersonId person, std::int64_t seq, Instant now) {
  tx.later(CIRCLED_TAKE_BACK("seen", " AND unless_shown <= $3"), now, person, seq);
}

}  // namespace circled::reminders
