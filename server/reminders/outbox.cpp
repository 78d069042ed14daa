#include "reminders/outbox.hpp"

#include <spdlog/spdlog.h>

#include "live/emit.hpp"
#include "push/base64url.hpp"
#include "reminders/answer_link.hpp"
#include "reminders/conditions.hpp"
#include "reminders/device.hpp"
#include "reminders/dispatcher.hpp"
#include "reminders/reminder.hpp"

namespace circled::reminders {
namespace {

constexpr std::int64_t leased_at_once = 8;

struct Waiting {
  MessageId id;
  std::int64_t token;
  Channel channel;
  std::string address;
  std::optional<PersonId> person;
  Purpose purpose;
  std::string text;
  Instant give_up_at;
  std::optional<ReminderId> reminder;
  bool stopped;  // the address must not be used any more
  // Of a notice:
  std::optional<Topic> topic;
  std::optional<std::int64_t> topic_id, topic_version;
  Instant made_at;
  bool overtaken;  // by a later one about the same
  bool seen;       // a device has shown it
  BOOST_DESCRIBE_CLASS(Waiting, (),
                       (id, token, channel, address, person, purpose, text, give_up_at, reminder, stopped,
                        topic, topic_id, topic_version, made_at, overtaken, seen),
                       (), ())
};

struct Spoken {
  State state;
  SubjectKind kind;
  std::int64_t subject;
  std::int64_t version;
  std::optional<GroupId> group;
  PersonId receiver;
  Instant starts_at;
  std::string zone;
  Instant due_at;
  bool seen;
  std::optional<Answer> answer;
  BOOST_DESCRIBE_CLASS(Spoken, (),
                       (state, kind, subject, version, group, receiver, starts_at, zone, due_at, seen,
                        answer),
                       (), ())
};

void ring(Transaction& tx, Instant at) {
  tx.hint({std::string(outbox_hint), to_millis(at), SiteId(), store::Hint::internal});
}

std::optional<Spoken> spoken_of(Snapshot& db, ReminderId id) {
  return db.one<Spoken>(
      "SELECT r.state, r.subject_kind, r.subject_id, r.version, r.group_id, r.receiver_id, r.starts_at, "
      "r.zone, r.due_at, " CIRCLED_SEEN("r") ", r.answer FROM reminder r WHERE r.id = $1",
      id);
}

// Why its reminder is not worth sending any more; empty: it is.
std::string_view not_any_more(Snapshot& db, const Spoken& reminder) {
  if (reminder.state != State::sending) return "off";
  return reminders::not_any_more(db, reminder.kind, reminder.subject, reminder.version, reminder.receiver,
                                 reminder.seen, reminder.answer);
}

void end(Transaction& tx, const Waiting& due, std::string_view state, std::string_view why, Instant now) {
  tx.run("UPDATE message SET state = $2, outcome = $3, settled_at = $4, text = '' WHERE id = $1", due.id,
         state, why, now);
  if (!due.reminder) return;
  // Where only this way is closed, the next one has its turn.
  const bool goes_on = why == "stopped" || why == "no_device";
  tx.run("UPDATE reminder SET state = $2, why = $3, next_at = $4 WHERE id = $1 AND state = 'sending'",
         *due.reminder, goes_on ? std::string_view("failed") : state, why,
         goes_on ? std::optional(now) : std::nullopt);
  if (goes_on) tx.hint({std::string(Dispatcher::wake_hint), to_millis(now), SiteId(), store::Hint::internal});
}

std::vector<Device> devices_of(Snapshot& db, PersonId person, Instant now) {
  std::vector<Device> found;
  for (const auto& [sign_in, endpoint, point, secret] :
       db.all<std::tuple<SignInId, std::string, std::string, std::string>>(
           "SELECT p.sign_in_id, p.endpoint, p.p256dh, p.auth FROM " CIRCLED_WAKEABLE(
               "$1", "$2") " ORDER BY p.since_at DESC, p.sign_in_id DESC LIMIT $3",
           person, now, most_devices))
    found.push_back(
        {sign_in, endpoint, {push::from_base64url(point).value(), push::from_base64url(secret).value()}});
  return found;
}

void write(Letter& letter, Snapshot& db, const Spoken& reminder, ReminderId id, std::string_view key,
           std::string_view origin, Instant now) {
  const auto zone = Zone::named(reminder.zone);
  const Manner how = resolve(db, reminder.receiver, reminder.group).manner;
  const Phrases& say = phrases(how.language);
  letter.text = reminder_text(reminder.kind, reminder.starts_at, zone ? *zone : Zone::utc(), how);
  if (late_by(reminder.due_at, now) > Seconds(0)) letter.text += " " + std::string(say.late);
  if (letter.channel == Channel::sms) {
    if (reminder.kind != SubjectKind::check_in) letter.text += " " + std::string(say.reply);
    return;
  }
  letter.subject = say.subject;
  if (const auto link = answer_link(origin, key, id, how.language);
      !link.empty() && reminder.kind != SubjectKind::check_in)
    letter.text += "\n\n" + fill(say.answer_here, {{"link", link}});
  if (const auto& event = subject_handler(reminder.kind).event)
    if (auto entry = event(db, reminder.subject, reminder.receiver)) {
      entry->uid += "@" + ics::uid_host(key);
      letter.calendar = ics::write_calendar(say.subject, {*entry});
    }
}

// Why a notice is not worth sending any more; empty: it is.
std::string_view not_any_more(Snapshot& db, const Waiting& notice, Instant now) {
  if (notice.seen) return "seen";
  if (notice.overtaken) return "superseded";
  if (notice.topic == Topic::session && notice.topic_version &&
      subject_handler(SubjectKind::session).current_version(db, *notice.topic_id, *notice.person) !=
          notice.topic_version)
    return "superseded";
  if (notice.topic == Topic::offer &&
      offer_stands(db, *notice.topic_id, *notice.person, notice.made_at, now) != OfferStands::open)
    return "superseded";
  return {};
}

// The letter, if it is still to be sent; else the message ends here.
std::optional<Letter> letter_of(Transaction& tx, const Waiting& due, std::string_view key,
                                std::string_view origin, Instant now) {
  std::string_view why;
  if (due.give_up_at <= now) {
    end(tx, due, "expired", "too_late", now);
    return {};
  }
  // A code goes to an address that was stopped: whoever asks for one wants to be written to again.
  if (due.stopped && due.purpose != Purpose::verification) why = "stopped";
  Letter letter{due.id, due.token + 1, due.channel, due.address, {}, due.text, {}, due.give_up_at};
  if (why.empty() && due.reminder) {
    const auto reminder = spoken_of(tx, *due.reminder);
    why = reminder ? not_any_more(tx, *reminder) : "off";
    if (why.empty() && letter.channel != Channel::push)
      write(letter, tx, *reminder, *due.reminder, key, origin, now);
  } else if (why.empty() && due.topic) {
    why = not_any_more(tx, due, now);
    if (why.empty() && due.channel != Channel::push) {
      // They may have another address by now.
      if (auto address = usable_address(tx, *due.person, due.channel, now))
        letter.address = std::move(*address);
      else
        why = "stopped";
    }
  }
  if (why.empty() && !due.reminder && due.channel == Channel::email) {
    letter.subject =
        phrases(due.person ? resolve(tx, *due.person, {}).manner.language : Language::en).subject;
  }
  if (why.empty() && letter.channel == Channel::push) {
    letter.devices = devices_of(tx, *due.person, now);
    if (letter.devices.empty()) why = "no_device";
  }
  if (why.empty()) return letter;
  end(tx, due, "cancelled", why, now);
  return {};
}

}  // namespace

void post_to(Transaction& tx, std::optional<PersonId> person, Channel channel, std::string_view address,
             Purpose purpose, std::string_view text, Instant give_up_at, Instant now) {
  tx.later(
      "INSERT INTO message (channel, address, person_id, purpose, text, made_at, try_at, give_up_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
      channel, address, person, purpose, text, now, give_up_at);
  ring(tx, now);
}

bool post(Transaction& tx, PersonId person, Channel channel, Purpose purpose, std::string_view text,
          Instant give_up_at, Instant now) {
  const auto address = usable_address(tx, person, channel, now);
  if (address) post_to(tx, person, channel, *address, purpose, text, give_up_at, now);
  return address.has_value();
}

void post_notice(Transaction& tx, PersonId person, Channel channel, std::string_view address, About about,
                 std::string_view text, Instant at, Instant give_up_at, Instant now) {
  // The news is the last event so far that this transaction gives them.
  tx.later(
      "INSERT INTO message (channel, address, person_id, purpose, text, made_at, try_at, give_up_at, topic, "
      "topic_id, topic_version, unless_shown) VALUES ($1, $2, $3, 'notice', $4, $5, $6, $7, $8, $9, $11, "
      "$10 + COALESCE((SELECT last_seq FROM stream WHERE person_id = $3), 0))",
      channel, address, person, text, now, at, give_up_at, about.topic, about.id, tx.emitted_to(person),
      about.version);
  ring(tx, at);
}

void post_reminder(Transaction& tx, ReminderId reminder, PersonId person, Channel channel,
                   std::string_view address, Instant starts_at, Instant now) {
  // Whoever was taken off and came back has the same reminder, and its message is due again.
  tx.later(
      "INSERT INTO message (channel, address, person_id, purpose, reminder_id, text, made_at, try_at, "
      "give_up_at) "
      "VALUES ($1, $2, $3, 'reminder', $4, '', $5, $5, $6) ON CONFLICT (reminder_id) DO UPDATE SET "
      "state = 'pending', address = $2, try_at = $5, give_up_at = $6, settled_at = NULL, begun_at = NULL, "
      "outcome = '' WHERE message.state IN ('cancelled', 'expired')",
      channel, address, person, reminder, now, starts_at);
  ring(tx, now);
}

std::vector<Letter> lease(Transaction& tx, std::string_view key, Instant now, std::int64_t limit,
                          std::string_view origin) {
  std::vector<Letter> letters;
  // Round after round: what ends here must not hide what is due behind it.
  for (std::size_t asked = 1, got = 1; asked > 0 && got == asked;) {
    asked = static_cast<std::size_t>(limit) - letters.size();
    const auto found = tx.claim<Waiting>(
        "SELECT m.id, m.lease_token, m.channel, m.address, m.person_id, m.purpose, m.text, m.give_up_at, "
        "m.reminder_id, EXISTS (SELECT 1 FROM channel_address a WHERE a.channel = m.channel"
        " AND a.address = m.address AND a.stopped_at IS NOT NULL"
        " AND (m.person_id IS NULL OR a.person_id = m.person_id)), m.topic, m.topic_id, m.topic_version, "
        "m.made_at, EXISTS (SELECT 1 FROM message n WHERE n.person_id = m.person_id AND n.id > m.id"
        " AND n.topic = m.topic AND n.topic_id = m.topic_id AND n.made_at > m.made_at), "
        "m.unless_shown IS NOT NULL AND EXISTS (SELECT 1 FROM account c JOIN sign_in i ON i.account_id = c.id"
        " WHERE c.person_id = m.person_id AND i.revoked_at IS NULL "
        "AND i.acknowledged_seq >= m.unless_shown) FROM message m "
        "WHERE m.state = 'pending' AND m.try_at <= $1 ORDER BY m.try_at, m.id LIMIT $2",
        now, static_cast<std::int64_t>(asked));
    got = found.size();
    for (const auto& due : found) {
      auto letter = letter_of(tx, due, key, origin, now);
      if (!letter) continue;
      tx.run(
          "UPDATE message SET state = 'leased', lease_token = $2, leased_until = $3, begun_at = NULL "
          "WHERE id = $1",
          letter->id, letter->token, now + lease_lasts);
      letters.push_back(std::move(*letter));
    }
  }
  return letters;
}

bool begin(Transaction& tx, const Letter& letter, Instant now) {
  return tx.run(
             "UPDATE message SET begun_at = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'leased' "
             "AND lease_token = $2 AND leased_until > $3 AND begun_at IS NULL AND NOT EXISTS "
             "(SELECT 1 FROM reminder r WHERE r.id = message.reminder_id AND (r.state <> 'sending' "
             "OR " CIRCLED_SEEN("r") "))",
             letter.id, letter.token, now) == 1;
}

Result<void> settle(Transaction& tx, const Letter& letter, const Delivery& delivery, Instant now) {
  // An outcome that comes after the lease ran out is still the outcome, as long as nobody else took over.
  const auto held = tx.one<std::tuple<std::optional<ReminderId>, std::optional<PersonId>, std::int64_t,
                                      Instant, std::optional<Topic>, std::optional<std::int64_t>>>(
      "SELECT reminder_id, person_id, attempts, give_up_at, topic, topic_id FROM message WHERE id = $1 AND "
      "lease_token = $2 "
      "AND begun_at IS NOT NULL AND state IN ('leased', 'uncertain')",
      letter.id, letter.token);
  if (!held) return conflict("lease_lost", "Somebody else has this message.");
  const auto& [reminder, person, attempts, give_up_at, topic, topic_id] = *held;
  const std::string said = delivery.said.substr(0, 200);
  // By its address, for the device may have another one since.
  for (const Device& device : delivery.gone)
    tx.run("DELETE FROM push_subscription WHERE sign_in_id = $1 AND endpoint = $2", device.sign_in,
           device.endpoint);

  if (delivery.outcome == Delivery::later && attempts < most_attempts) {
    const Instant at = now + std::max<Milliseconds>(back_off(attempts), delivery.retry_after);
    if (at < give_up_at) {
      tx.run(
          "UPDATE message SET state = 'pending', leased_until = NULL, begun_at = NULL, settled_at = NULL, "
          "try_at = $2, outcome = $3 WHERE id = $1",
          letter.id, at, said);
      if (reminder)
        tx.run("UPDATE reminder SET state = 'sending' WHERE id = $1 AND state = 'uncertain'", *reminder);
      return {};
    }
  }
  const std::string_view state = delivery.outcome == Delivery::sent      ? "sent"
                                 : delivery.outcome == Delivery::unknown ? "uncertain"
                                                                         : "failed";
  tx.run(
      // Somebody may have answered it already.
      "UPDATE message SET state = $2, leased_until = NULL, settled_at = $3, "
      "outcome = CASE WHEN outcome = 'answered' THEN outcome ELSE $4 END, text = '' WHERE id = $1",
      letter.id, state, now, said);
  if (delivery.address_is_bad && person)
    tx.run("UPDATE channel_address SET failed_at = $4 WHERE person_id = $1 AND channel = $2 AND address = $3",
           *person, letter.channel, letter.address, now);
  // One of their channels is enough for news; a notification only wakes, and an offer is pressing.
  if (topic && topic != Topic::offer && state == "sent" && letter.channel != Channel::push)
    take_back(tx, *person, {*topic, *topic_id}, now);
  if (!reminder) return {};
  const auto row = tx.one<std::tuple<Instant, Instant, PersonId, std::optional<GroupId>>>(
      "SELECT due_at, starts_at, receiver_id, group_id FROM reminder WHERE id = $1 AND state IN "
      "('sending', 'uncertain')",
      *reminder);
  if (!row) return {};  // taken back meanwhile
  const auto& [due_at, starts_at, receiver, group] = *row;
  // After what failed the next channel has its turn at once, after the others when nobody answers.
  Instant next = now;
  if (state != "failed")
    next = next_channel_at(now, std::chrono::floor<Minutes>(starts_at - now),
                           resolve(tx, receiver, group).manner.wait);
  tx.run("UPDATE reminder SET state = $2, sent_at = $3, late_by_s = $4, next_at = $5, why = $6 WHERE id = $1",
         *reminder, state, state == "sent" ? std::optional(now) : std::nullopt, late_by(due_at, now), next,
         state == "failed" ? std::string_view("refused") : std::string_view());
  // Somebody was quicker than the gateway, and answered while it was on its way.
  tx.run(
      "UPDATE reminder SET state = 'acknowledged', acknowledged_at = $2, next_at = NULL WHERE id = $1 AND "
      "state = "
      "'sent' AND answer IS NOT NULL",
      *reminder, now);
  if (state == "failed")
    tx.hint({std::string(Dispatcher::wake_hint), to_millis(now), SiteId(), store::Hint::internal});
  if (state != "sent") live::hint(tx, "reminder.attention", 0, SiteId());
  return {};
}

Result<std::int64_t> recover(Transaction& tx, Instant now) {
  std::int64_t count = 0;
  for (const auto& [id, token, channel, address, begun] :
       tx.claim<std::tuple<MessageId, std::int64_t, Channel, std::string, bool>>(
           "SELECT m.id, m.lease_token, m.channel, m.address, m.begun_at IS NOT NULL FROM message m "
           "WHERE m.state = 'leased' AND m.leased_until <= $1 ORDER BY m.leased_until LIMIT 100",
           now)) {
    ++count;
    if (begun) {
      const auto settled = settle(tx, {id, token, channel, address, {}, {}, {}},
                                  {Delivery::unknown, "The server went while it was being sent."}, now);
      if (!settled) spdlog::warn("message {}: {}", id.value, settled.error().detail);
    } else {
      tx.run("UPDATE message SET state = 'pending', leased_until = NULL WHERE id = $1", id);
    }
  }
  return count;
}

Outbox::Outbox(access::Context& context, Senders senders, std::size_t workers)
    : context_(context), senders_(std::move(senders)) {
  for (std::size_t i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<Wakeful>(
        "outbox", context.clock, [this] { run_once(); }, [this] { return next(); }));
}

Delivery Outbox::send(const Letter& letter) {
  const Sender& sender = letter.channel == Channel::email  ? senders_.email
                         : letter.channel == Channel::push ? senders_.push
                                                           : senders_.sms;
  if (!sender) return {Delivery::refused, "This server has no way to send it."};
  return sender(letter, stopping_);
}

std::int64_t Outbox::run_once() {
  std::int64_t tried = 0;
  Store& store = context_.store;
  const auto recovered = store.claim_now(
      "message.recover", [this](Transaction& tx) { return recover(tx, context_.clock.now()); });
  if (!recovered) spdlog::warn("outbox: {}", recovered.error().detail);
  while (!stopping_) {
    const auto letters =
        store.claim_now("message.lease", [this](Transaction& tx) -> Result<std::vector<Letter>> {
          return lease(tx, context_.key, context_.clock.now(), leased_at_once, context_.public_origin);
        });
    if (!letters || letters->empty()) {
      if (!letters) spdlog::warn("outbox: {}", letters.error().detail);
      break;
    }
    for (const Letter& letter : *letters) {
      if (stopping_) break;  // leased, and not begun: due again when the lease runs out
      const auto ours = store.write_now("message.begin", [&](Transaction& tx) -> Result<bool> {
        return begin(tx, letter, context_.clock.now());
      });
      if (!ours || !*ours) continue;
      ++tried;
      const Delivery delivery = send(letter);
      const auto settled = store.write_now("message.settle", [&](Transaction& tx) {
        return settle(tx, letter, delivery, context_.clock.now());
      });
      // Not said is not known: its lease runs out.
      if (!settled) spdlog::warn("message {}: {}", letter.id.value, settled.error().detail);
    }
  }
  return tried;
}

std::optional<Instant> Outbox::next() {
  return context_.store.read_now([](Snapshot& db) {
    return db
        .one<std::optional<Instant>>(
            "SELECT min(at) FROM (SELECT min(try_at) AS at FROM message WHERE state = 'pending'"
            " UNION ALL SELECT min(leased_until) FROM message WHERE state = 'leased') AS due")
        .value();
  });
}

void Outbox::start() {
  for (auto& worker : workers_) worker->start();
}

void Outbox::stop() {
  stopping_ = true;
  for (auto& worker : workers_) worker->stop();
}

void Outbox::wake(Instant due) {
  for (auto& worker : workers_) worker->wake(due);
}

}  // namespace circled::reminders
