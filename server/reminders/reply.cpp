#include "reminders/reply.hpp"

#include "live/emit.hpp"
#include "places/help.hpp"
#include "reminders/reminder.hpp"
#include "tasks/task.hpp"

namespace circled::reminders {
namespace {

constexpr auto kept = std::chrono::days(30);
constexpr std::int64_t purged_at_once = 500;
constexpr auto answered_again = std::chrono::hours(1);
constexpr auto worth_answering = std::chrono::hours(1);
constexpr std::size_t quoted = 160;

struct ChannelStopped {
  Channel channel;
};
BOOST_DESCRIBE_STRUCT(ChannelStopped, (), (channel))

// Whoever said last that this number is theirs; two may share a telephone.
std::vector<PersonId> owners(Snapshot& db, std::string_view number) {
  return db.all<PersonId>(
      "SELECT person_id FROM channel_address WHERE channel = 'sms' AND address = $1 AND verified_at IS NOT "
      "NULL "
      "ORDER BY verified_at DESC, person_id",
      number);
}

// What was asked last in this channel and is still to come.
std::optional<ReminderId> last_asked(Snapshot& db, PersonId person, Instant now) {
  return db.one<ReminderId>(
      "SELECT id FROM reminder WHERE receiver_id = $1 AND channel = 'sms' AND sent_at IS NOT NULL AND "
      "state IN ('sent', 'acknowledged', 'uncertain') AND starts_at > $2 ORDER BY sent_at DESC, id DESC "
      "LIMIT 1",
      person, now);
}

void say(Transaction& tx, std::optional<PersonId> person, std::string_view number, std::string_view words,
         Instant now) {
  post_to(tx, person, Channel::sms, number, Purpose::reply, words, now + worth_answering, now);
}

std::string_view thanks(const Phrases& phrase, Meant meant) {
  if (meant == Meant::confirm) return phrase.confirmed;
  return meant == Meant::running_late ? phrase.running_late : phrase.cant_come;
}

Answer answer_of(Meant meant) {
  if (meant == Meant::confirm) return Answer::confirmed;
  return meant == Meant::running_late ? Answer::running_late : Answer::cant_come;
}

void take_answer(Transaction& tx, PersonId person, std::string_view number, Meant meant, Instant now) {
  const Phrases& phrase = phrases(resolve(tx, person, {}).manner.language);
  const auto asked = last_asked(tx, person, now);
  if (!asked) return say(tx, person, number, phrase.nothing_to_answer, now);
  const auto answered = answer(tx, {}, person, *asked, answer_of(meant), now);
  say(tx, person, number, answered ? thanks(phrase, meant) : phrase.nothing_to_answer, now);
}

// Of the person's own site; else of the one that has been here longest.
places::HelpNumbers numbers(Snapshot& db, std::optional<PersonId> person) {
  return places::help(
      db, db.one<SiteId>("SELECT COALESCE((SELECT site_id FROM client WHERE person_id = $1), min(id)) "
                         "FROM site",
                         person.value_or(PersonId()))
              .value());
}

void take_words(Transaction& tx, std::optional<PersonId> person, const Incoming& incoming, Instant now) {
  if (tx.one<std::int64_t>("SELECT 1 FROM text_reply WHERE address = $1 AND at > $2 AND meant = 'other' "
                           "AND gateway_id <> $3 LIMIT 1",
                           incoming.from, now - answered_again, incoming.id))
    return;
  const auto language = person ? resolve(tx, *person, {}).manner.language : Language::en;
  const auto call = numbers(tx, person);
  say(tx, person, incoming.from,
      fill(phrases(language).unread, {{"emergency", call.emergency_number}, {"crisis", call.crisis_line}}),
      now);
  if (!person || !tx.one<std::int64_t>("SELECT 1 FROM client WHERE person_id = $1", *person)) return;
  std::size_t end = std::min(quoted, incoming.text.size());
  while (end < incoming.text.size() && (static_cast<unsigned char>(incoming.text[end]) & 0xc0) == 0x80) --end;
  const std::string words = incoming.text.substr(0, end);  // whole characters
  tasks::open_by_rule(tx, ClientId(person->value), tasks::Rule::reply,
                      "Wrote by text message: \"" + words + "\". They were told that nobody reads it.", now);
}

}  // namespace

void receive(Transaction& tx, const Incoming& incoming, Instant now) {
  const Meant meant = meaning(incoming.text);
  const auto whose = owners(tx, incoming.from);
  const auto person = whose.empty() ? std::nullopt : std::optional(whose.front());
  if (tx.run("INSERT INTO text_reply (gateway_id, at, address, person_id, meant) VALUES ($1, $2, $3, $4, $5) "
             "ON CONFLICT (gateway_id) DO NOTHING",
             incoming.id, now, incoming.from, person, meant) == 0)
    return;
  switch (meant) {
    case Meant::stop:
      for (const auto one : stop_number(tx, incoming.from, now)) {
        access::audit(tx, {}, "channel.stop", "person", one.value, now, {{"channel", "sms"}});
        live::emit(tx, one, now, "channel.stopped", ChannelStopped{Channel::sms});
      }
      break;
    case Meant::start:
      for (const auto one : start_number(tx, incoming.from, now))
        access::audit(tx, {}, "channel.start", "person", one.value, now, {{"channel", "sms"}});
      break;
    case Meant::other: take_words(tx, person, incoming, now); break;
    default:
      if (person) take_answer(tx, *person, incoming.from, meant, now);
  }
}

Result<std::int64_t> purge_messages(Transaction& tx, Instant now) {
  const auto replies = tx.run(
      "DELETE FROM text_reply WHERE gateway_id IN (SELECT gateway_id FROM text_reply WHERE at < $1 LIMIT $2)",
      now - kept, purged_at_once);
  const auto messages = tx.run(
      "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE settled_at IS NOT NULL AND settled_at < "
      "$1 "
      "LIMIT $2)",
      now - kept, purged_at_once);
  return replies + messages;
}

}  // namespace circled::reminders
