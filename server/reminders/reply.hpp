// What comes back by text message: one character confirms, says that somebody can't come or is late, takes or
// leaves a seat that is offered, or takes one of the times that whoever can't come is told; and STOP ends
// these messages everywhere at once. Nobody reads anything else: it gets one fixed answer with the numbers to
// call, and the sender's counselor a task, once an hour at most.
#pragma once
#include "reminders/outbox.hpp"

namespace circled::reminders {

struct Incoming {
  Text<1, 200> id;   // the gateway's own, the same each time it says it
  Text<3, 32> from;  // the number
  Text<0, 2000> text;
};
BOOST_DESCRIBE_STRUCT(Incoming, (), (id, from, text))

// What the room of offers does with an answer to one: answers whether the offer was still theirs. Set at
// start-up, as look_at_offers_by.
using AnswerOffer = std::function<bool(Transaction&, const access::Actor&, std::int64_t offer, PersonId,
                                       bool take, Instant now)>;
void answer_offers_by(AnswerOffer answer);

// Takes it in, once: the same id again changes nothing. Nothing is refused: whoever writes gets an answer, or
// none, and a gateway that is told no would only say it again.
void receive(Transaction& tx, const Incoming& incoming, Instant now);

// A job: forgets what came in more than 30 days ago, messages that left then, and times that can't be chosen
// any more; some at a time.
Result<std::int64_t> purge_messages(Transaction& tx, Instant now);

}  // namespace circled::reminders
