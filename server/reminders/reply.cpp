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

// Whoever said last that this number is theirs, first; two may share a telephone.
std::vector<PersonId> owners(Snapshot& db, std::string_view number) {
  return db.all<PersonId>(
      "SELECT person_id FROM channel_address WHERE channel = 'sms' AND address = $1 AND verified_at IS NOT "
      "NULL "
      "ORDER BY verified_at DESC, person_id",
      number);
}

constexpr auto can_be_chosen = std::chrono::hours(24);
constexpr std::array<std::string_view, 3> letters{"a", "b", "c"};

AnswerOffer answer_offer;

// A reminder in this channel, of what is still to come. Who answers may be quicker than the gateway that says
// that it has sent it.
struct AskedReminder {
  ReminderId id;
  SubjectKind kind;
  std::int64_t subject;
  std::string zone;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(AskedReminder, (), (id, kind, subject, zone, at))

std::optional<AskedReminder> last_reminder(Snapshot& db, PersonId person, Instant now) {
  return db.one<AskedReminder>(
      "SELECT r.id, r.subject_kind, r.subject_id, r.zone, m.begun_at FROM reminder r "
      "JOIN message m ON m.reminder_id = r.id WHERE r.receiver_id = $1 AND r.channel = 'sms' "
      "AND m.begun_at IS NOT NULL AND r.state IN ('sending', 'sent', 'acknowledged', 'uncertain') "
      "AND r.starts_at > $2 ORDER BY m.begun_at DESC, r.id DESC LIMIT 1",
      person, now);
}

// An offer in this channel that was not answered in it yet; it may be over.
struct AskedOffer {
  MessageId message;
  std::int64_t offer;
  Instant made_at;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(AskedOffer, (), (message, offer, made_at, at))

std::optional<AskedOffer> last_offer(Snapshot& db, PersonId person) {
  return db.one<AskedOffer>(
      "SELECT id, topic_id, made_at, begun_at FROM message WHERE person_id = $1 AND channel = 'sms' AND "
      "topic = "
      "'offer' "
      "AND begun_at IS NOT NULL AND state IN ('leased', 'sent', 'uncertain') AND outcome <> 'answered' "
      "ORDER BY id DESC LIMIT 1",
      person);
}

// Of several who share a telephone the one to whom the last question went; when nobody was asked, the first.
PersonId asked_last(Snapshot& db, const std::vector<PersonId>& whose, Instant now) {
  PersonId last = whose.front();
  Instant at{};
  for (std::size_t i = 0; whose.size() > 1 && i < whose.size(); ++i) {
    const auto reminder = last_reminder(db, whose[i], now);
    const auto offer = last_offer(db, whose[i]);
    for (const Instant asked : {reminder ? reminder->at : Instant{}, offer ? offer->at : Instant{}})
      if (asked > at) at = asked, last = whose[i];
  }
  return last;
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

// Words for the next times instead of this subject, which can be chosen by their letters from now on; empty
// when there are none.
std::string other_times(Transaction& tx, PersonId person, SubjectKind kind, std::int64_t subject,
                        const Zone& zone, Language language, Instant now) {
  const auto& instead = subject_handler(kind).instead;
  if (!instead) return {};
  const auto times = instead(tx, subject, person, now);
  tx.later("DELETE FROM text_choice WHERE person_id = $1", person);
  std::string list;
  for (std::size_t i = 0; i < std::min(times.size(), letters.size()); ++i) {
    tx.later(
        "INSERT INTO text_choice (person_id, letter, session_id, starts_at, until_at) VALUES ($1, $2, $3, "
        "$4, "
        "$5)",
        person, letters[i], subject, times[i], now + can_be_chosen);
    list += (i > 0 ? ", " : "") + std::string(1, static_cast<char>('A' + i)) + " " +
            spoken(times[i], zone, language);
  }
  return list.empty() ? list : " " + fill(phrases(language).other_times, {{"times", list}});
}

void take_answer(Transaction& tx, PersonId person, std::string_view number, Meant meant, Instant now) {
  const Language language = resolve(tx, person, {}).manner.language;
  const Phrases& phrase = phrases(language);
  const auto asked = last_reminder(tx, person, now);
  // Whoever has answered the offer in the app means something else now.
  auto offer = last_offer(tx, person);
  const auto stands =
      offer ? offer_stands(tx, offer->offer, person, offer->made_at, now) : OfferStands::answered;
  if (stands == OfferStands::answered) offer.reset();
  if (offer && (!asked || offer->at >= asked->at) && meant != Meant::running_late && answer_offer) {
    tx.later("UPDATE message SET outcome = 'answered' WHERE id = $1", offer->message);
    const bool take = meant == Meant::confirm;
    if (stands == OfferStands::gone || !answer_offer(tx, {}, offer->offer, person, take, now))
      return say(tx, person, number, phrase.seat_gone, now);
    return say(tx, person, number, take ? phrase.seat_taken : phrase.seat_left, now);
  }
  if (!asked) return say(tx, person, number, phrase.nothing_to_answer, now);
  if (!answer(tx, {}, person, asked->id, answer_of(meant), now))
    return say(tx, person, number, phrase.nothing_to_answer, now);
  std::string words(thanks(phrase, meant));
  if (meant == Meant::cant_come)
    words += other_times(tx, person, asked->kind, asked->subject, *Zone::named(asked->zone), language, now);
  say(tx, person, number, words, now);
}

// A time that was proposed, and may be taken.
struct Choice {
  std::int64_t session;  // in whose place
  Instant starts_at;
  std::string zone;
};
BOOST_DESCRIBE_STRUCT(Choice, (), (session, starts_at, zone))

std::optional<Choice> chosen(Snapshot& db, PersonId person, std::string_view letter, Instant now) {
  return db.one<Choice>(
      "SELECT c.session_id, c.starts_at, i.zone FROM text_choice c JOIN session s ON s.id = c.session_id "
      "JOIN site i ON i.id = s.site_id WHERE c.person_id = $1 AND c.letter = $2 AND c.until_at > $3",
      person, letter, now);
}

void take_choice(Transaction& tx, PersonId person, std::string_view number, const Choice& choice,
                 Instant now) {
  const Zone zone = *Zone::named(choice.zone);
  const Language language = resolve(tx, person, {}).manner.language;
  const auto taken = subject_handler(SubjectKind::session)
                         .take_instead(tx, {}, choice.session, person, choice.starts_at, now);
  if (!taken) {
    const std::string others =
        other_times(tx, person, SubjectKind::session, choice.session, zone, language, now);
    return say(tx, person, number, std::string(phrases(language).time_gone) + others, now);
  }
  tx.later("DELETE FROM text_choice WHERE person_id = $1", person);
  take_back(tx, person, {Topic::session, *taken}, now);  // this says it
  say(tx, person, number, text(choice.starts_at, zone, language), now);
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

void answer_offers_by(AnswerOffer answer) { answer_offer = std::move(answer); }

void receive(Transaction& tx, const Incoming& incoming, Instant now) {
  Meant meant = meaning(incoming.text);
  const auto whose = owners(tx, incoming.from);
  const auto person = whose.empty() ? std::nullopt : std::optional(asked_last(tx, whose, now));
  const auto choice =
      meant == Meant::choose && person ? chosen(tx, *person, word(incoming.text), now) : std::nullopt;
  if (meant == Meant::choose && !choice) meant = Meant::other;
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
    case Meant::choose: take_choice(tx, *person, incoming.from, *choice, now); break;
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
  const auto choices = tx.run(
      "DELETE FROM text_choice WHERE (person_id, letter) IN (SELECT person_id, letter FROM text_choice "
      "WHERE until_at < $1 LIMIT $2)",
      now, purged_at_once);
  return replies + messages + choices;
}

}  // namespace circled::reminders
