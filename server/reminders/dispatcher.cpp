#include "reminders/dispatcher.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

#include "live/emit.hpp"
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

struct Pending {
  ReminderId id;
  SubjectKind kind;
  std::int64_t subject;
  std::int64_t version;
  PersonId receiver;
  Instant starts_at;
  std::string zone;
  Instant due_at;
  std::optional<Answer> answer;
  std::optional<std::string> receiver_zone;
  bool said_later;                    // a reminder of the same that stands nearer to the start is due as well
  std::optional<Instant> held_until;  // the receiver's stay is on hold until then; the end of time: open
  BOOST_DESCRIBE_CLASS(Pending, (),
                       (id, kind, subject, version, receiver, starts_at, zone, due_at, answer, receiver_zone,
                        said_later, held_until),
                       (), ())
};

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
  Instant until{};  // for `hold`
};

Verdict judge(Snapshot& db, const Pending& reminder, Zones& zones, Instant now) {
  const auto version =
      subject_handler(reminder.kind).current_version(db, reminder.subject, reminder.receiver);
  if (version != reminder.version || reminder.said_later || reminder.answer == Answer::cant_come)
    return {Fate::cancel};
  // Whoever is in hospital, in jail or on a pass is not reminded. It waits until they are back; if they are
  // not when the thing begins, it is off, and nobody's missing answer.
  if (reminder.held_until) {
    if (reminder.starts_at <= now) return {Fate::cancel};
    return {Fate::hold, std::min(*reminder.held_until, reminder.starts_at)};
  }
  if (reminder.starts_at <= now) return {Fate::expire};
  // Punctual ones were planned around the quiet hours.
  if (late_by(reminder.due_at, now) > Seconds(0)) {
    const Zone& zone = zones.named(reminder.receiver_zone.value_or(reminder.zone));
    const Instant at = told_at(now, reminder.starts_at, zone);
    if (at > now) return {Fate::hold, at};
  }
  return {Fate::send};
}

std::vector<Pending> due_now(Transaction& tx, Instant now, std::int64_t limit) {
  return tx.claim<Pending>(
      "SELECT r.id, r.subject_kind, r.subject_id, r.version, r.receiver_id, r.starts_at, r.zone, r.due_at, "
      "r.answer,"
      " COALESCE((SELECT c.zone FROM client c WHERE c.person_id = r.receiver_id),"
      "  (SELECT s.zone FROM staff f JOIN site s ON s.id = f.site_id WHERE f.person_id = r.receiver_id)),"
      " EXISTS (SELECT 1 FROM reminder later WHERE later.subject_kind = r.subject_kind"
      "  AND later.subject_id = r.subject_id AND later.receiver_id = r.receiver_id AND later.channel = "
      "r.channel"
      "  AND later.offset_minutes < r.offset_minutes AND later.version = r.version"
      "  AND later.state = 'pending' AND later.due_at <= $1),"
      " (SELECT max(COALESCE(h.until_at, 9223372036854775807)) FROM episode e"
      "  JOIN episode_hold h ON h.episode_id = e.id WHERE e.client_id = r.receiver_id"
      "  AND e.discharged_on IS NULL AND h.from_at <= $1 AND (h.until_at IS NULL OR h.until_at > $1))"
      " FROM reminder r WHERE r.state = 'pending' AND r.try_at <= $1 ORDER BY r.try_at, r.id LIMIT $2",
      now, limit);
}

void send(Transaction& tx, const Pending& reminder, Zones& zones, Instant now) {
  const std::string& own = subject_handler(reminder.kind).text;
  live::emit(tx, reminder.receiver, now, "reminder.due",
             ReminderDue{reminder.id, reminder.kind, reminder.subject, reminder.starts_at, reminder.zone,
                         late_by(reminder.due_at, now),
                         own.empty() ? text(reminder.starts_at, zones.named(reminder.zone)) : own});
}

// The streams' numbers are known only when the transaction ends; events come back in the order of
// receivers, those of one receiver in the order they were told.
void mark_sent(Transaction& tx, std::vector<Pending> sent, Instant now) {
  if (sent.empty()) return;
  std::stable_sort(sent.begin(), sent.end(),
                   [](const Pending& a, const Pending& b) { return a.receiver < b.receiver; });
  tx.when_numbered(
      [sent = std::move(sent), now](Transaction& numbered, std::span<const store::Event> events) {
        for (std::size_t i = 0; i < sent.size(); ++i)
          numbered.later(
              "UPDATE reminder SET state = 'sent', sent_at = $2, late_by_s = $3, sent_seq = $4 WHERE id = $1",
              sent[i].id, now, late_by(sent[i].due_at, now), events[i].seq);
      });
}

}  // namespace

Sent dispatch(Transaction& tx, Instant now, std::int64_t limit) {
  Sent count;
  Zones zones;
  std::vector<Pending> sent;
  for (auto& reminder : due_now(tx, now, limit)) {
    const Verdict verdict = judge(tx, reminder, zones, now);
    switch (verdict.fate) {
      case Fate::send:
        ++count.sent;
        send(tx, reminder, zones, now);
        sent.push_back(std::move(reminder));
        break;
      case Fate::expire:
        ++count.expired;
        tx.later("UPDATE reminder SET state = 'expired' WHERE id = $1", reminder.id);
        break;
      case Fate::cancel:
        ++count.cancelled;
        tx.later("UPDATE reminder SET state = 'cancelled' WHERE id = $1", reminder.id);
        break;
      case Fate::hold:
        ++count.held;
        tx.later("UPDATE reminder SET try_at = $2 WHERE id = $1", reminder.id, verdict.until);
        break;
    }
  }
  mark_sent(tx, std::move(sent), now);
  for (const auto id : tx.claim<ReminderId>("SELECT id FROM reminder WHERE state = 'sent' AND starts_at <= $1"
                                            " ORDER BY starts_at LIMIT $2",
                                            now, limit)) {
    tx.later("UPDATE reminder SET state = 'unconfirmed' WHERE id = $1", id);
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
    const std::int64_t handled = done->sent + done->expired + done->cancelled + done->held;
    if (handled < step && done->unconfirmed < step) return sum;
  }
}

std::optional<Instant> Dispatcher::next() {
  return context_.store.read_now([](Snapshot& db) {
    return db
        .one<std::optional<Instant>>(
            "SELECT min(at) FROM (SELECT min(try_at) AS at FROM reminder WHERE state = 'pending'"
            " UNION ALL SELECT min(starts_at) FROM reminder WHERE state = 'sent') AS due")
        .value();
  });
}

void Dispatcher::start() {
  thread_ = std::thread([this] { loop(); });
}

void Dispatcher::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::wake(Instant due) {
  {
    std::lock_guard lock(mutex_);
    if (wake_at_ && *wake_at_ <= due) return;
    wake_at_ = due;
  }
  changed_.notify_one();
}

void Dispatcher::loop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_at_.reset();
    lock.unlock();
    std::optional<Instant> due;
    // A write that failed is tried again after a moment, not at once.
    Milliseconds at_least{0};
    try {
      run_once();
      due = next();
      if (due && *due <= context_.clock.now()) at_least = Seconds(1);
    } catch (const std::exception& e) {
      spdlog::error("reminders: {}", e.what());
      due = context_.clock.now();  // nobody knows; so soon again
      at_least = Seconds(1);
    }
    lock.lock();
    // Rings may have come in while we worked: the earliest moment counts. Sleeping is capped because
    // the wall clock may be set while we wait on the steady one.
    const auto target = [&] {
      Milliseconds wait = longest_sleep;
      for (const auto& at : {due, wake_at_})
        if (at) wait = std::min(wait, *at - context_.clock.now());
      return std::chrono::steady_clock::now() + std::max(wait, at_least);
    };
    while (!stopping_) {
      const auto seen = wake_at_;
      const auto until = target();
      if (!changed_.wait_until(lock, until, [&] { return stopping_ || wake_at_ != seen; })) break;
    }
  }
}

}  // namespace circled::reminders
