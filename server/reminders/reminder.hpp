// Reminders: one message owed to one person about one thing at one time. At least once sent, exactly
// once shown, every lateness labelled.
//
//   pending ─▶ sent ─▶ acknowledged      by the receiver's app, or by an answer
//      │         ├───▶ unconfirmed       its start came first; staff see it
//      │         └───▶ cancelled         its subject moved or went before anybody saw it
//      ├──▶ sending ─▶ sent              by push, mail or text: its message (outbox.hpp) is under way
//      │         ├───▶ uncertain         nobody knows whether it went out; shown, never sent again
//      │         ├───▶ failed            the address or the other side refused it for good
//      │         └───▶ cancelled, expired
//      ├───▶ expired                     its start passed before it could be sent; staff see it
//      └───▶ cancelled                   its subject moved or went, or a later one says the same
//
// The first try is the receiver's stream, which is durable: such a reminder is sent by the very transaction
// that appends it there. What nobody has seen after a while goes on to the next channel, as a row of its own.
//
// This room knows no sessions and no meetings, only subjects: a kind, an id, a version (of what a
// reminder about it says) and a start. The rooms above plan and cancel reminders for their subjects in
// the same transaction that changes them, and register what to do with an answer.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "access/audit.hpp"
#include "base/ics_event.hpp"
#include "base/zone.hpp"
#include "reminders/manner.hpp"
#include "store/store.hpp"

namespace circled::reminders {

enum class SubjectKind { session, occurrence, check_in };
BOOST_DESCRIBE_ENUM(SubjectKind, session, occurrence, check_in)

enum class Answer { confirmed, running_late, cant_come };
BOOST_DESCRIBE_ENUM(Answer, confirmed, running_late, cant_come)

enum class State { pending, sending, sent, acknowledged, expired, cancelled, unconfirmed, uncertain, failed };
BOOST_DESCRIBE_ENUM(State, pending, sending, sent, acknowledged, expired, cancelled, unconfirmed, uncertain,
                    failed)

struct Subject {
  SubjectKind kind;
  std::int64_t id;
  std::int64_t version;  // counts only changes of what the reminder says: start, place, person
  Instant starts_at;
  Zone zone;                          // in which the text names the time: the site's, or the meeting's own
  std::optional<GroupId> group = {};  // whose rule counts
};

struct Receiver {
  PersonId person;
  Zone zone;  // where quiet hours are kept: a client's own, a staff member's site's
};

// What a room above tells about its kind of subject.
struct SubjectHandler {
  // The version a reminder must still have to be worth sending; nothing when the subject is off.
  std::function<std::optional<std::int64_t>(Snapshot&, std::int64_t subject, PersonId receiver)>
      current_version;
  // Records the receiver's answer on the subject. Errors: not_found, conflict (already over).
  std::function<Result<void>(Transaction&, const access::Actor&, std::int64_t subject, PersonId receiver,
                             Answer, Instant now)>
      answered;
  // What is still to come for the receiver: planned anew when their rule changes.
  std::function<std::vector<Subject>(Snapshot&, PersonId receiver, Instant now)> coming = {};
  // What a mail takes along for the receiver's calendar, in neutral words.
  std::function<std::optional<ics::Entry>(Snapshot&, std::int64_t subject, PersonId receiver)> event = {};
  // For whoever can't come: the next times instead, and taking one, which answers the new subject. Errors of
  // the latter: conflict (not free any more, too many).
  std::function<std::vector<Instant>(Snapshot&, std::int64_t subject, PersonId receiver, Instant now)>
      instead = {};
  std::function<Result<std::int64_t>(Transaction&, const access::Actor&, std::int64_t subject,
                                     PersonId receiver, Instant starts_at, Instant now)>
      take_instead = {};
  // What is owed about it is owed once, so long before its start; absent: as the rules say.
  std::optional<Minutes> offset = {};
};
// Set at start-up, before the first reminder is sent; looked up by the operations below.
void handle_subjects(SubjectKind kind, SubjectHandler handler);
const SubjectHandler& subject_handler(SubjectKind kind);

// Plans what the receiver is owed about the subject by their rule, moved earlier out of their quiet hours;
// supersedes what an earlier version planned. `manners` knows the rules already looked up in this
// transaction.
void plan(Transaction& tx, Manners& manners, const Subject& subject, const Receiver& receiver, Instant now);

// Plans anew all that is to come for the receiver: their rule has changed. What is due already stays.
void replan(Transaction& tx, PersonId receiver, Instant now);

// Where a person lives: a client's own zone, a member of staff's site's.
std::optional<Zone> zone_of(Snapshot& db, PersonId person);

// Why a reminder that is about to be sent is not worth it any more, in a word of `reminder.why`; empty: it
// is. `seen`: what it says has been acknowledged elsewhere; `answer`: the last word on the subject.
std::string_view not_any_more(Snapshot& db, SubjectKind kind, std::int64_t subject, std::int64_t version,
                              PersonId receiver, bool seen, std::optional<Answer> answer);

// What a reminder says, in the receiver's manner.
std::string reminder_text(SubjectKind kind, Instant starts_at, const Zone& zone, const Manner& how);

// Takes back what nobody has seen yet: for one receiver, or for all.
void cancel(Transaction& tx, SubjectKind kind, std::int64_t subject, std::optional<PersonId> receiver);
// About whatever it is: this person is owed nothing any more. News of what has ended still goes out.
void cancel_all(Transaction& tx, PersonId receiver);

// What waited for the end of a hold (dispatcher.cpp) is due when it was promised, or now.
void resume(Transaction& tx, PersonId receiver, Instant now);

struct Answered {
  ReminderId reminder;
  Answer answer;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (reminder, answer))

// What the receiver has said of this version of the subject, to all that was said of it: whatever was sent is
// acknowledged. For subjects that are answered elsewhere; a reminder is answered by `answer`.
void record_answer(Transaction& tx, SubjectKind kind, std::int64_t subject, PersonId receiver,
                   std::int64_t version, Answer answer, Instant now);

// The receiver answers a reminder that was sent: acknowledges it and everything else that was said
// about the subject, and records the answer there. The same answer again changes nothing.
// Errors: not_found (also for somebody else's), conflict (superseded; or what the subject's room says).
Result<Answered> answer(Transaction& tx, const access::Actor& actor, PersonId receiver, ReminderId reminder,
                        Answer answer, Instant now);

// Some device of the receiver has shown its stream up to `seq`: what was sent in it has arrived.
void acknowledge(Transaction& tx, PersonId receiver, std::int64_t seq, Instant now);

}  // namespace circled::reminders
