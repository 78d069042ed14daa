#include "reminders/dispatcher.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "live/emit.hpp"
#include "reminders/conditions.hpp"
#include "reminders/outbox.hpp"
#include "reminders/reminder.hpp"
#include "reminders/rules.hpp"

namespace circled::reminders {
namespace {

// What the receiver's screen gets.
struct ReminderDue {
  ReminderId reminder;
  SubjectKind subject_kind;
  std::int64_t subject;
  Instant starts_at;
  std::string zone;
  Seconds late_by_s;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ReminderDue, (), (reminder, subject_kind, subject, starts_at, zone, late_by_s, text))
static_assert(live::fit_for_client<ReminderDue>);

// Of a reminder, what its turn on a channel needs.
struct Turn {
  ReminderId id;
  SubjectKind kind;
  std::int64_t subject;
  std::int64_t version;
  std::optional<GroupId> group;
  PersonId receiver;
  Channel channel;
  Minutes offset;
  Instant starts_at;
  std::string zone;
  Instant due_at;
  std::optional<std::string> receiver_zone;
};
BOOST_DESCRIBE_STRUCT(Turn, (),
                      (id, kind, subject, version, group, receiver, channel, offset, starts_at, zone, due_at,
                       receiver_zone))

// The columns of a Turn, of a reminder `r`; what a struct adds to it follows.
#define CIRCLED_TURN                                                                             \
  "SELECT r.id, r.subject_kind, r.subject_id, r.version, r.group_id, r.receiver_id, r.channel, " \
  "r.offset_minutes, r.starts_at, r.zone, r.due_at, "                                            \
  "COALESCE((SELECT c.zone FROM client c WHERE c.person_id = r.receiver_id), "                   \
  "(SELECT s.zone FROM staff f JOIN site s ON s.id = f.site_id WHERE f.person_id = r.receiver_id)), "

struct Pending : Turn {
  std::optional<Answer> answer;
  bool said_later;                    // a reminder of the same that stands nearer to the start is due as well
  bool seen;                          // what another channel said of it has been acknowledged
  bool ruled;                         // has a rule of their own, or the subject's group has
  bool reachable;                     // by a channel that leaves the house
  bool connected;                     // has a device of their own
  bool wakeable;                      // and one that notifications are on for
  std::optional<Instant> held_until;  // the receiver's stay is on hold until then; the end of time: open
};
BOOST_DESCRIBE_STRUCT(Pending, (Turn),
                      (answer, said_later, seen, ruled, reachable, connected, wakeable, held_until))

// One whose turn on its channel is over.
struct Passing : Turn {
  Seconds late;
  State state;
};
BOOST_DESCRIBE_STRUCT(Passing, (Turn), (late, state))

enum class Fate { send, expire, cancel, hold };

// Zones by name, for the length of one step.
class Zones {
 public:
  const Zone& named(const std::string& name) {
    auto found = zones_.find(name);
    if (found == zones_.end()) {
      auto zone = Zone::named(name);
      found = zones_.emplace(name, zone ? *zone : Zone::utc()).first;
    }
    return found->second;
  }

 private:
  std::map<std::string, Zone> zones_;
};

struct Verdict {
  Fate fate;
  std::string_view why = {};
  Instant until{};  // for `hold`
};

// What one step looks up once.
struct Known {
  Zones zones;
  Manners manners;

  // Most people have no rule of their own: theirs is the programme's, which is nobody's in particular.
  const Manner& manner(Snapshot& db, const Pending& reminder) {
    return reminder.ruled ? manners.of(db, reminder.receiver, reminder.group) : manners.of(db, PersonId());
  }
};

Verdict judge(Snapshot& db, const Pending& reminder, Known& known, Instant now) {
  const auto why = not_any_more(db, reminder.kind, reminder.subject, reminder.version, reminder.receiver,
                                reminder.seen, reminder.answer);
  if (!why.empty()) return {Fate::cancel, why};
  if (reminder.said_later) return {Fate::cancel, "said_later"};
  // Whoever is in hospital, in jail or on a pass is not reminded. It waits until they are back; if they are
  // not when the thing begins, it is off, and nobody's missing answer.
  if (reminder.held_until) {
    if (reminder.starts_at <= now) return {Fate::cancel, "on_hold"};
    return {Fate::hold, "on_hold", std::min(*reminder.held_until, reminder.starts_at)};
  }
  if (reminder.starts_at <= now) return {Fate::expire, "too_late"};
  // Punctual ones were planned around the quiet hours.
  if (late_by(reminder.due_at, now) > Seconds(0)) {
    const Zone& zone = known.zones.named(reminder.receiver_zone.value_or(reminder.zone));
    const Instant at = told_at(now, reminder.starts_at, zone, known.manner(db, reminder).quiet);
    if (at > now) return {Fate::hold, "quiet", at};
  }
  return {Fate::send};
}

std::vector<Pending> due_now(Transaction& tx, Instant now, std::int64_t limit) {
  return tx.claim<Pending>(
      CIRCLED_TURN
      "r.answer, EXISTS (SELECT 1 FROM reminder later WHERE later.subject_kind = r.subject_kind "
      "AND later.subject_id = r.subject_id AND later.receiver_id = r.receiver_id "
      "AND later.channel = r.channel AND later.offset_minutes < r.offset_minutes "
      "AND later.version = r.version AND later.state = 'pending' AND later.due_at <= $1), "
      "r.channel <> 'live' AND " CIRCLED_SEEN("r") ", "
      "EXISTS (SELECT 1 FROM reminder_rule u WHERE u.scope IN ('person', 'plan') "
      "AND u.scope_id = r.receiver_id) "
      "OR EXISTS (SELECT 1 FROM reminder_rule u WHERE u.scope = 'group' AND u.scope_id = r.group_id), "
      CIRCLED_REACHABLE("r.receiver_id") ", " CIRCLED_HAS_DEVICE("r.receiver_id", "$1") ", "
      "EXISTS (SELECT 1 FROM " CIRCLED_WAKEABLE("r.receiver_id", "$1") "), "
      "(SELECT max(COALESCE(h.until_at, 9223372036854775807)) FROM episode e "
      "JOIN episode_hold h ON h.episode_id = e.id WHERE e.client_id = r.receiver_id "
      "AND e.discharged_on IS NULL AND h.from_at <= $1 AND (h.until_at IS NULL OR h.until_at > $1)) "
      "FROM reminder r WHERE r.state = 'pending' AND r.try_at <= $1 ORDER BY r.try_at, r.id LIMIT $2",
      now, limit);
}

void show(Transaction& tx, const Pending& reminder, Known& known, Instant now) {
  const Manner& how = known.manner(tx, reminder);
  live::emit(
      tx, reminder.receiver, now, "reminder.due",
      ReminderDue{reminder.id, reminder.kind, reminder.subject, reminder.starts_at, reminder.zone,
                  late_by(reminder.due_at, now),
                  reminder_text(reminder.kind, reminder.starts_at, known.zones.named(reminder.zone), how)});
}

// When the next channel has its turn, if there is one: at once for whoever has no device.
std::optional<Instant> next_turn(Transaction& tx, const Pending& reminder, Known& known, Instant now) {
  if (!reminder.reachable && !reminder.wakeable) return {};
  const Manner& how = known.manner(tx, reminder);
  if (how.channels.empty()) return {};
  if (!reminder.connected) return now;
  if (reminder.wakeable && how.channels.front() == Channel::push) return now + app_answers;
  return next_channel_at(now, std::chrono::floor<Minutes>(reminder.starts_at - now), how.wait);
}

// The streams' numbers are known only when the transaction ends; events come back in the order of
// receivers, those of one receiver in the order they were told.
struct Shown {
  ReminderId id;
  PersonId receiver;
  Seconds late;
  std::optional<Instant> next;
};

void mark_sent(Transaction& tx, std::vector<Shown> shown, Instant now) {
  if (shown.empty()) return;
  std::stable_sort(shown.begin(), shown.end(),
                   [](const Shown& a, const Shown& b) { return a.receiver < b.receiver; });
  tx.when_numbered(
      [shown = std::move(shown), now](Transaction& numbered, std::span<const store::Event> events) {
        for (std::size_t i = 0; i < shown.size(); ++i)
          numbered.later(
              "UPDATE reminder SET state = 'sent', sent_at = $2, late_by_s = $3, sent_seq = $4, next_at = $5 "
              "WHERE id = $1",
              shown[i].id, now, shown[i].late, events[i].seq, shown[i].next);
      });
}

// The next of the receiver's channels that can be used, as a row of its own. Nobody is woken by it.
void pass_on(Transaction& tx, const Passing& reminder, Known& known, Instant now) {
  const Manner& how = known.manners.of(tx, reminder.receiver, reminder.group);
  auto next = std::find(how.channels.begin(), how.channels.end(), reminder.channel);
  next = reminder.channel == Channel::live || next == how.channels.end() ? how.channels.begin() : next + 1;
  next = std::find_if(next, how.channels.end(), [&](Channel channel) {
    return channel != reminder.channel && usable_address(tx, reminder.receiver, channel, now);
  });
  if (next == how.channels.end()) return;
  const Zone& zone = known.zones.named(reminder.receiver_zone.value_or(reminder.zone));
  const Instant at = told_at(now, reminder.starts_at, zone, how.quiet);
  // What was late is late on every channel.
  const Instant due = reminder.late > Seconds(0) ? reminder.due_at : at;
  tx.later(
      "INSERT INTO reminder (subject_kind, subject_id, version, group_id, receiver_id, channel, "
      "offset_minutes, "
      "starts_at, zone, due_at, try_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT "
      "(subject_kind, subject_id, receiver_id, channel, offset_minutes, version) DO UPDATE SET "
      "state = 'pending', why = '', due_at = $10, try_at = $11 "
      "WHERE reminder.state = 'cancelled' AND reminder.sent_at IS NULL",
      reminder.kind, reminder.subject, reminder.version, reminder.group, reminder.receiver, *next,
      reminder.offset, reminder.starts_at, reminder.zone, due, at);
}

// What nobody has seen, or what did not go out, goes on to the next channel.
std::int64_t pass_on_due(Transaction& tx, Known& known, Instant now, std::int64_t limit) {
  const auto passing = tx.claim<Passing>(
      CIRCLED_TURN
      "r.late_by_s, r.state FROM reminder r WHERE r.next_at IS NOT NULL AND r.next_at <= $1 "
      "ORDER BY r.next_at, r.id LIMIT $2",
      now, limit);
  for (const Passing& reminder : passing) {
    tx.later("UPDATE reminder SET next_at = NULL WHERE id = $1", reminder.id);
    const bool unseen = reminder.state == State::sent || reminder.state == State::uncertain ||
                        reminder.state == State::failed;
    if (unseen && reminder.starts_at > now) pass_on(tx, reminder, known, now);
  }
  return static_cast<std::int64_t>(passing.size());
}

// By notification, mail or text: its message goes out by itself (outbox.hpp). Without an address the next
// channel has its turn.
void hand_over(Transaction& tx, const Pending& reminder, Instant now) {
  if (const auto address = usable_address(tx, reminder.receiver, reminder.channel, now)) {
    tx.run("UPDATE reminder SET state = 'sending' WHERE id = $1", reminder.id);
    post_reminder(tx, reminder.id, reminder.receiver, reminder.channel, *address, reminder.starts_at, now);
  } else {
    tx.run("UPDATE reminder SET state = 'failed', why = 'no_address', next_at = $2 WHERE id = $1",
           reminder.id, now);
  }
}

}  // namespace

Sent dispatch(Transaction& tx, Instant now, std::int64_t limit) {
  Sent count;
  Known known;
  std::vector<Shown> shown;
  for (const auto& reminder : due_now(tx, now, limit)) {
    const Verdict verdict = judge(tx, reminder, known, now);
    switch (verdict.fate) {
      case Fate::send:
        if (reminder.channel == Channel::live) {
          ++count.sent;
          show(tx, reminder, known, now);
          shown.push_back({reminder.id, reminder.receiver, late_by(reminder.due_at, now),
                           next_turn(tx, reminder, known, now)});
        } else {
          ++count.handed_over;
          hand_over(tx, reminder, now);
        }
        break;
      case Fate::expire:
        ++count.expired;
        tx.later("UPDATE reminder SET state = 'expired', why = $2 WHERE id = $1", reminder.id, verdict.why);
        break;
      case Fate::cancel:
        ++count.cancelled;
        tx.later("UPDATE reminder SET state = 'cancelled', why = $2 WHERE id = $1", reminder.id, verdict.why);
        break;
      case Fate::hold:
        ++count.held;
        tx.later("UPDATE reminder SET try_at = $2, why = $3 WHERE id = $1", reminder.id, verdict.until,
                 verdict.why);
        break;
    }
  }
  mark_sent(tx, std::move(shown), now);
  count.passed_on = pass_on_due(tx, known, now, limit);
  for (const auto id : tx.claim<ReminderId>("SELECT id FROM reminder WHERE state = 'sent' AND starts_at <= $1"
                                            " ORDER BY starts_at LIMIT $2",
                                            now, limit)) {
    tx.later("UPDATE reminder SET state = 'unconfirmed', next_at = NULL WHERE id = $1", id);
    ++count.unconfirmed;
  }
  if (count.expired + count.unconfirmed > 0) live::hint(tx, "reminder.attention", 0, SiteId());
  return count;
}

Sent Dispatcher::run_once() {
  // Large enough that a COMMIT's cost is spread, small enough that a booking behind it waits some
  // ten milliseconds only.
  constexpr std::int64_t step = 500;
  Sent sum;
  for (;;) {
    const Instant now = context_.clock.now();
    auto done = context_.store.claim_now(
        "reminder.dispatch", [now](Transaction& tx) -> Result<Sent> { return dispatch(tx, now, step); });
    if (!done) {
      spdlog::warn("reminders: nothing can be sent now: {}", done.error().detail);
      return sum;
    }
    sum.sent += done->sent;
    sum.expired += done->expired;
    sum.cancelled += done->cancelled;
    sum.held += done->held;
    sum.unconfirmed += done->unconfirmed;
    sum.handed_over += done->handed_over;
    sum.passed_on += done->passed_on;
    const std::int64_t handled =
        done->sent + done->handed_over + done->expired + done->cancelled + done->held;
    if (handled + done->passed_on + done->unconfirmed == 0) return sum;
    // What was sent to somebody without a device, or passed on, has its next turn at once.
    if (handled < step && done->unconfirmed < step) {
      const auto more = next();
      if (!more || *more > now) return sum;
    }
  }
}

std::optional<Instant> Dispatcher::next() {
  return context_.store.read_now([](Snapshot& db) {
    return db
        .one<std::optional<Instant>>(
            "SELECT min(at) FROM (SELECT min(try_at) AS at FROM reminder WHERE state = 'pending'"
            " UNION ALL SELECT min(next_at) FROM reminder WHERE next_at IS NOT NULL"
            " UNION ALL SELECT min(starts_at) FROM reminder WHERE state = 'sent') AS due")
        .value();
  });
}

}  // namespace circled::reminders
