#include "reminders/reminder.hpp"

#include "reminders/dispatcher.hpp"
#include "reminders/notice.hpp"
#include "reminders/rules.hpp"

namespace circled::reminders {
namespace {

std::array<SubjectHandler, 3> handlers;

}  // namespace

void handle_subjects(SubjectKind kind, SubjectHandler handler) {
  handlers.at(static_cast<std::size_t>(kind)) = std::move(handler);
}

const SubjectHandler& subject_handler(SubjectKind kind) {
  return handlers.at(static_cast<std::size_t>(kind));
}

std::optional<Zone> zone_of(Snapshot& db, PersonId person) {
  const auto name = db.one<std::string>(
      "SELECT zone FROM client WHERE person_id = $1 UNION ALL SELECT s.zone FROM staff f "
      "JOIN site s ON s.id = f.site_id WHERE f.person_id = $1",
      person);
  if (!name) return {};
  auto zone = Zone::named(*name);
  return zone ? std::optional(*zone) : std::nullopt;
}

std::string_view not_any_more(Snapshot& db, SubjectKind kind, std::int64_t subject, std::int64_t version,
                              PersonId receiver, bool seen, std::optional<Answer> answer) {
  if (subject_handler(kind).current_version(db, subject, receiver) != version) return "superseded";
  if (seen) return "seen";
  if (answer == Answer::cant_come) return "cant_come";
  return {};
}

std::string reminder_text(SubjectKind kind, Instant starts_at, const Zone& zone, const Manner& how) {
  const bool asks = kind == SubjectKind::check_in;
  return text(starts_at, zone, how.language,
              asks ? phrases(how.language).check_in : std::string_view(how.words));
}

void plan(Transaction& tx, Manners& manners, const Subject& subject, const Receiver& receiver, Instant now) {
  // Of a first version there is nothing before.
  if (subject.version > 1)
    tx.later(
        "UPDATE reminder SET state = 'cancelled', why = 'superseded', next_at = NULL WHERE subject_kind = $1"
        " AND subject_id = $2 AND receiver_id = $3 AND version < $4 AND state IN ('pending', 'sending', "
        "'sent')",
        subject.kind, subject.id, receiver.person, subject.version);
  const Manner& how = manners.of(tx, receiver.person, subject.group);
  const auto& once = subject_handler(subject.kind).offset;
  const auto due = due_times(subject.starts_at, now, receiver.zone,
                             once ? std::span(&*once, 1) : std::span(how.offsets), how.quiet);
  if (due.empty()) return;
  std::vector<store::Value> values{store::to_value(subject.kind),      store::to_value(subject.id),
                                   store::to_value(subject.version),   store::to_value(receiver.person),
                                   store::to_value(subject.starts_at), store::to_value(subject.zone.name()),
                                   store::to_value(subject.group)};
  std::string times;
  for (const auto& [offset, at] : due) {
    values.push_back(store::to_value(offset));
    values.push_back(store::to_value(at));
    times += (times.empty() ? "($" : ", ($") + std::to_string(values.size() - 1) + ", $" +
             std::to_string(values.size()) + ")";
  }
  // Whoever was taken off and comes back before the subject changed finds the old row; so does whoever wants
  // to be reminded otherwise. One statement for all: PostgreSQL reads a table's rules anew for each.
  tx.later_with(
      "INSERT INTO reminder (subject_kind, subject_id, version, group_id, receiver_id, channel, "
      "offset_minutes,"
      " starts_at, zone, due_at, try_at)"
      " SELECT $1, $2, $3, $7, $4, 'live', d.column1, $5, $6, d.column2, d.column2"
      " FROM (VALUES " +
          times +
          ") AS d WHERE TRUE"
          " ON CONFLICT (subject_kind, subject_id, receiver_id, channel, offset_minutes, version)"
          " DO UPDATE SET state = 'pending', why = '', starts_at = $5, zone = $6, due_at = excluded.due_at,"
          " try_at = excluded.due_at, sent_at = NULL, sent_seq = NULL, late_by_s = 0, next_at = NULL,"
          " answer = CASE WHEN reminder.state = 'pending' THEN reminder.answer END"
          " WHERE reminder.state IN ('pending', 'cancelled')",
      values);
  if (due.front().at < now + Dispatcher::longest_sleep)
    tx.hint({std::string(Dispatcher::wake_hint), to_millis(due.front().at), SiteId(), store::Hint::internal});
}

void replan(Transaction& tx, PersonId receiver, Instant now) {
  const auto zone = zone_of(tx, receiver);
  if (!zone) return;
  Manners manners;
  for (const SubjectHandler& handler : handlers) {
    if (!handler.coming) continue;
    for (const Subject& subject : handler.coming(tx, receiver, now)) {
      plan(tx, manners, subject, {receiver, *zone}, now);
      const Manner& how = manners.of(tx, receiver, subject.group);
      const auto due = due_times(subject.starts_at, now, *zone, how.offsets, how.quiet);
      for (const auto& [id, offset] : tx.all<std::tuple<ReminderId, Minutes>>(
               "SELECT id, offset_minutes FROM reminder WHERE subject_kind = $1 AND subject_id = $2 AND "
               "receiver_id = $3 AND version = $4 AND channel = 'live' AND state = 'pending' AND due_at > $5",
               subject.kind, subject.id, receiver, subject.version, now))
        if (std::none_of(due.begin(), due.end(), [&](const Due& d) { return d.offset == offset; }))
          tx.later("UPDATE reminder SET state = 'cancelled', why = 'rule_changed' WHERE id = $1", id);
    }
  }
}

void cancel(Transaction& tx, SubjectKind kind, std::int64_t subject, std::optional<PersonId> receiver) {
  if (receiver)
    tx.run(
        "UPDATE reminder SET state = 'cancelled', why = 'off', next_at = NULL WHERE subject_kind = $1"
        " AND subject_id = $2 AND receiver_id = $3 AND state IN ('pending', 'sending', 'sent')",
        kind, subject, *receiver);
  else
    tx.run(
        "UPDATE reminder SET state = 'cancelled', why = 'off', next_at = NULL WHERE subject_kind = $1"
        " AND subject_id = $2 AND state IN ('pending', 'sending', 'sent')",
        kind, subject);
}

void cancel_all(Transaction& tx, PersonId receiver) {
  tx.run(
      "UPDATE reminder SET state = 'cancelled', why = 'off', next_at = NULL WHERE receiver_id = $1"
      " AND state IN ('pending', 'sending', 'sent')",
      receiver);
}

void resume(Transaction& tx, PersonId receiver, Instant now) {
  tx.run(
      "UPDATE reminder SET try_at = due_at WHERE receiver_id = $1 AND state = 'pending' AND try_at > due_at",
      receiver);
  tx.hint({std::string(Dispatcher::wake_hint), to_millis(now), SiteId(), store::Hint::internal});
}

void record_answer(Transaction& tx, SubjectKind kind, std::int64_t subject, PersonId receiver,
                   std::int64_t version, Answer answer, Instant now) {
  tx.run(
      "UPDATE reminder SET answer = $5,"
      " acknowledged_at = CASE WHEN state = 'sent' THEN $6 ELSE acknowledged_at END,"
      " state = CASE WHEN state = 'sent' THEN 'acknowledged' ELSE state END, next_at = NULL"
      " WHERE subject_kind = $1 AND subject_id = $2 AND receiver_id = $3 AND version = $4",
      kind, subject, receiver, version, answer, now);
}

Result<Answered> answer(Transaction& tx, const access::Actor& actor, PersonId receiver, ReminderId reminder,
                        Answer answer, Instant now) {
  const auto found = tx.one<
      std::tuple<SubjectKind, std::int64_t, std::int64_t, State, std::optional<Answer>>>(
      "SELECT subject_kind, subject_id, version, state, answer FROM reminder"
      // Whoever answers has it, whatever is known of its way there.
      " WHERE id = $1 AND receiver_id = $2 AND (sent_at IS NOT NULL OR state IN ('sending', 'uncertain'))",
      reminder, receiver);
  if (!found) return not_found("reminder");
  const auto& [kind, subject, version, state, last] = *found;
  const SubjectHandler& handler = subject_handler(kind);
  if (state == State::cancelled || handler.current_version(tx, subject, receiver) != version)
    return conflict("superseded", "This appointment has changed since; look at the newer message.");

  if (last != answer) {
    auto recorded = handler.answered(tx, actor, subject, receiver, answer, now);
    if (!recorded) return recorded.error();
  }
  record_answer(tx, kind, subject, receiver, version, answer, now);
  return Answered{reminder, answer};
}

void acknowledge(Transaction& tx, PersonId receiver, std::int64_t seq, Instant now) {
  // Whoever has seen it in the app needs no answer to the mail or text that said the same.
  tx.run(
      "UPDATE reminder SET state = 'acknowledged', acknowledged_at = $3, next_at = NULL"
      " WHERE receiver_id = $1 AND state = 'sent' AND (sent_seq <= $2 OR (channel <> 'live' AND EXISTS"
      " (SELECT 1 FROM reminder first WHERE first.subject_kind = reminder.subject_kind"
      "  AND first.subject_id = reminder.subject_id AND first.receiver_id = $1 AND first.channel = 'live'"
      "  AND first.offset_minutes = reminder.offset_minutes AND first.version = reminder.version"
      "  AND first.sent_seq <= $2)))",
      receiver, seq, now);
  shown(tx, receiver, seq, now);
}

}  // namespace circled::reminders
