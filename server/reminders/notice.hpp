// Notices: what somebody should hear soon, and once. A reminder is promised for a moment; a notice is news of
// one: an appointment was moved or cancelled, a seat is offered.
//
// The room that has the news puts it into the receiver's stream, where every device of theirs finds it. Here
// is the rest of the way: an app may be closed and a phone left at home, and then somebody comes in vain. So
// whoever has no device is written to at once, and whoever has one is, when no device has shown the news
// after a while: first a notification, which only wakes the app, then the channels that they allow, until one
// has taken it; an offer, for which somebody else waits, goes by each. What has been shown, or is not so any
// more, does not go out: that is asked once more when it goes.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.hpp"
#include "reminders/manner.hpp"
#include "store/transaction.hpp"

namespace circled::reminders {

// What a notice is about. A later one about the same takes the place of what has not gone out yet.
enum class Topic { session, sessions, offer, commitment };
BOOST_DESCRIBE_ENUM(Topic, session, sessions, offer, commitment)
struct About {
  Topic topic;
  std::int64_t id;  // of `sessions`, many at once, their first start; of `commitment` 1: gone, 0: changed
  std::optional<std::int64_t> version = {};  // of a session, as reminders count it: true of no other
};

struct Notice {
  About about;
  std::string_view text;                  // by mail and text message: as discreet as a reminder
  Instant at;                             // nobody is woken by it before, nor in their quiet hours after it
  Instant give_up_at;                     // from here on it is worth nothing
  Zone zone;                              // where they live, for those
  std::optional<Instant> needed_by = {};  // when that is sooner: they would come in vain
  std::string_view reply = {};            // how to answer a text message
};

// By what somebody can be reached now.
struct Reach {
  bool device = false;                            // that is signed in
  std::map<Channel, std::string> addresses = {};  // where they may be written to, or woken
};
Reach reach_of(Snapshot& db, PersonId person, Instant now);

// When a notice goes out, and by which channel, earliest first: all before `give_up_at`.
struct NoticeTurn {
  Channel channel;
  Instant at;
  bool operator==(const NoticeTurn&) const = default;
};
std::vector<NoticeTurn> notice_turns(const Manner& how, const Reach& reach, const Notice& notice);

// What became of an offer that was made to the person at `made_at`: it can be answered, they have answered
// it, or it is not theirs any more, or another one by now. Told by the room of offers, from start-up on.
enum class OfferStands { open, answered, gone };
using LookAtOffer =
    std::function<OfferStands(Snapshot&, std::int64_t offer, PersonId, Instant made_at, Instant now)>;
void look_at_offers_by(LookAtOffer look);
OfferStands offer_stands(Snapshot& db, std::int64_t offer, PersonId person, Instant made_at, Instant now);

// In the transaction that has put the news into the person's stream, and after it.
void tell(Transaction& tx, PersonId person, const Manner& how, const Reach& reach, const Notice& notice,
          Instant now);
// It is not so any more: what has not gone out does not.
void take_back(Transaction& tx, PersonId person, About about, Instant now);
void take_back_all(Transaction& tx, PersonId person, Instant now);
// A device of theirs has shown its stream up to `seq`.
void shown(Transaction& tx, PersonId person, std::int64_t seq, Instant now);

}  // namespace circled::reminders
