#include "aftercare/occurrence.hpp"

#include <map>

#include "aftercare/rules.hpp"
#include "live/emit.hpp"
#include "people/client.hpp"
#include "reminders/notice.hpp"
#include "reminders/rules.hpp"

namespace circled::aftercare {
namespace {

// A commitment with what its meeting says.
struct Standing {
  CommitmentId id;
  ClientId client;
  Instant expanded_until;
  std::string rule;
  std::optional<Date> starts_on;
  TimeOfDay time;
  Minutes duration;
  std::string zone;
  std::string client_zone;
  bool off;  // dropped by its list, or closed by staff
  BOOST_DESCRIBE_CLASS(Standing, (),
                       (id, client, expanded_until, rule, starts_on, time, duration, zone, client_zone, off),
                       (), ())
};

#define CIRCLED_STANDING                                                                  \
  "SELECT c.id, c.client_id, c.expanded_until, m.rule, m.starts_on, m.time, "             \
  "m.duration_minutes, m.zone, p.zone, m.gone_at IS NOT NULL OR m.closed_at IS NOT NULL " \
  "FROM commitment c JOIN meeting m ON m.id = c.meeting_id JOIN client p ON p.person_id = c.client_id "

struct Existing {
  OccurrenceId id;
  Instant starts_at;
  Instant ends_at;
  std::int64_t version;
  OccurrenceStatus status;
  BOOST_DESCRIBE_CLASS(Existing, (), (id, starts_at, ends_at, version, status), (), ())
};

void remind(Transaction& tx, const Standing& standing, const Zone& zone, OccurrenceId id,
            std::int64_t version, Instant starts_at, Instant now) {
  reminders::Manners manners;
  reminders::plan(tx, manners, {reminders::SubjectKind::occurrence, id.value, version, starts_at, zone},
                  {standing.client, Zone::named(standing.client_zone).value()}, now);
}

void add(Transaction& tx, const Standing& standing, const Zone& zone, const Slot& slot, Instant now) {
  const auto id = tx.one<OccurrenceId>(
      "INSERT INTO occurrence (commitment_id, client_id, starts_at, ends_at, ask_at) "
      "VALUES ($1, $2, $3, $4, $5) RETURNING id",
      standing.id, standing.client, slot.starts_at, slot.ends_at, slot.ends_at + ask_after);
  remind(tx, standing, zone, id.value(), 1, slot.starts_at, now);
}

// Not told anew: the same start, only its end moves. Told anew: the old answer was to something else.
void keep(Transaction& tx, const Standing& standing, const Zone& zone, const Existing& old, const Slot& slot,
          bool tell_anew, Instant now) {
  if (old.status == OccurrenceStatus::planned && !tell_anew) {
    if (old.ends_at != slot.ends_at)
      tx.run("UPDATE occurrence SET ends_at = $2, ask_at = $3 WHERE id = $1", old.id, slot.ends_at,
             slot.ends_at + ask_after);
    return;
  }
  tx.run(
      "UPDATE occurrence SET ends_at = $2, ask_at = $3, version = version + 1, status = 'planned', "
      "answer = 'none', answered_at = NULL WHERE id = $1",
      old.id, slot.ends_at, slot.ends_at + ask_after);
  remind(tx, standing, zone, old.id, old.version + 1, slot.starts_at, now);
}

void call_off(Transaction& tx, OccurrenceId id) {
  tx.run("UPDATE occurrence SET status = 'cancelled', ask_at = NULL WHERE id = $1", id);
  reminders::cancel(tx, reminders::SubjectKind::occurrence, id.value, std::nullopt);
}

// Makes the occurrences from `from` on those that the meeting has until the horizon, and remembers how
// far they reach.
void fill(Transaction& tx, const Standing& standing, Instant from, bool tell_anew, Instant now) {
  const Zone zone = Zone::named(standing.zone).value();
  const Instant until = std::max(standing.expanded_until, now + horizon);
  std::map<Instant, Slot> wanted;
  if (!standing.off)
    for (const Slot& slot :
         slots({standing.rule, standing.starts_on, standing.time, standing.duration}, zone, from, until))
      wanted.emplace(slot.starts_at, slot);

  const auto present = tx.all<Existing>(
      "SELECT id, starts_at, ends_at, version, status FROM occurrence "
      "WHERE commitment_id = $1 AND starts_at >= $2 ORDER BY starts_at",
      standing.id, from);
  for (const auto& old : present) {
    const auto found = wanted.find(old.starts_at);
    if (found != wanted.end()) {
      keep(tx, standing, zone, old, found->second, tell_anew, now);
      wanted.erase(found);
    } else if (old.status == OccurrenceStatus::planned) {
      call_off(tx, old.id);
    }
  }
  for (const auto& [starts_at, slot] : wanted) add(tx, standing, zone, slot, now);
  tx.run("UPDATE commitment SET expanded_until = $2, rule = $3 WHERE id = $1", standing.id, until,
         standing.rule);
}

// What has started stays as it was.
Instant future(Instant now) { return now + Milliseconds(1); }

// From here on they have seen it in the app, or learn it there.
constexpr std::chrono::days news_lasts{3};

// What a client is told about a meeting they chose. The words name nothing: the app shows the rest.
struct MeetingNews {
  CommitmentId commitment;
  MeetingId meeting;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(MeetingNews, (), (commitment, meeting, text))

std::optional<Flag> flag_of(Change change) {
  switch (change) {
    case Change::length: return std::nullopt;
    case Change::moved: return Flag::changed;
    case Change::gone:
    case Change::closed: return Flag::gone;
    case Change::came_back:
    case Change::reopened: return Flag::back;
  }
  return std::nullopt;
}

void tell(Transaction& tx, const Standing& standing, MeetingId meeting, Flag flag, Instant now) {
  tx.run("UPDATE commitment SET flag = $2, flagged_at = $3 WHERE id = $1", standing.id, flag, now);
  const bool gone = flag == Flag::gone;
  const auto [site, zone] = tx.one<std::tuple<SiteId, std::string>>(
                                  "SELECT site_id, zone FROM client WHERE person_id = $1", standing.client)
                                .value();
  const auto how = reminders::resolve(tx, standing.client, {}).manner;
  const auto& say = reminders::phrases(how.language);
  const MeetingNews news{standing.id, meeting, std::string(gone ? say.meeting_gone : say.meeting_changed)};
  live::emit(tx, standing.client, now, gone ? "meeting.gone" : "meeting.changed", news);
  // Whoever has gone back into treatment has other things to do; their choice is kept.
  const Zone lives_in = *Zone::named(zone);
  if (people::phase(tx, standing.client) == people::Phase::aftercare)
    reminders::tell(tx, standing.client, how, reminders::reach_of(tx, standing.client, now),
                    {{reminders::Topic::commitment, gone ? 1 : 0},
                     news.text,
                     reminders::after_quiet(now, lives_in, how.quiet),
                     now + news_lasts,
                     lives_in},
                    now);
  live::hint(tx, "client.changed", standing.client.value, site);
}

std::optional<std::int64_t> version_of_planned(Snapshot& db, std::int64_t occurrence, PersonId receiver) {
  // Somebody who has left aftercare, or the programme, hears no more of it; nothing is thrown away.
  if (people::phase(db, ClientId(receiver.value)) != people::Phase::aftercare) return std::nullopt;
  return db.one<std::int64_t>(
      "SELECT o.version FROM occurrence o JOIN commitment c ON c.id = o.commitment_id "
      "WHERE o.id = $1 AND o.client_id = $2 AND o.status = 'planned' AND c.ended_at IS NULL",
      occurrence, receiver);
}

Result<void> record_answer(Transaction& tx, const access::Actor& actor, std::int64_t occurrence,
                           PersonId receiver, reminders::Answer answer, Instant now) {
  const auto found = tx.one<std::tuple<OccurrenceStatus, Instant, SiteId>>(
      "SELECT o.status, o.ends_at, c.site_id FROM occurrence o JOIN client c ON c.person_id = o.client_id "
      "WHERE o.id = $1 AND o.client_id = $2",
      occurrence, receiver);
  if (!found) return not_found("appointment");
  const auto& [status, ends_at, site] = *found;
  if (status == OccurrenceStatus::cancelled)
    return conflict("cancelled", "This appointment does not take place.");
  if (ends_at <= now) return conflict("over", "This appointment is over.");
  // Nobody waits at a meeting: whoever is late comes.
  const auto said =
      answer == reminders::Answer::cant_come ? OccurrenceAnswer::cant_come : OccurrenceAnswer::confirmed;
  tx.run("UPDATE occurrence SET answer = $2, answered_at = $3 WHERE id = $1", occurrence, said, now);
  access::audit(tx, actor, "occurrence.answer", "client", receiver.value, now,
                {{"occurrence", occurrence}, {"answer", json::enum_name(said)}});
  live::hint(tx, "client.changed", receiver.value, site);
  return {};
}

struct Coming {
  OccurrenceId id;
  std::int64_t version;
  Instant starts_at;
  std::string zone;
  BOOST_DESCRIBE_CLASS(Coming, (), (id, version, starts_at, zone), (), ())
};

std::vector<reminders::Subject> coming(Snapshot& db, PersonId receiver, Instant now) {
  if (people::phase(db, ClientId(receiver.value)) != people::Phase::aftercare) return {};
  std::vector<reminders::Subject> subjects;
  db.each<Coming>(
      [&](const Coming& each) {
        subjects.push_back({reminders::SubjectKind::occurrence, each.id.value, each.version, each.starts_at,
                            Zone::named(each.zone).value()});
      },
      "SELECT o.id, o.version, o.starts_at, m.zone FROM occurrence o JOIN commitment c ON c.id = "
      "o.commitment_id "
      "JOIN meeting m ON m.id = c.meeting_id WHERE o.client_id = $1 AND o.starts_at > $2 "
      "AND o.status = 'planned' AND c.ended_at IS NULL ORDER BY o.starts_at, o.id",
      receiver, now);
  return subjects;
}

std::optional<ics::Entry> event(Snapshot& db, std::int64_t occurrence, PersonId receiver) {
  const auto found = db.one<std::tuple<Instant, Instant, std::int64_t, Instant>>(
      "SELECT o.starts_at, o.ends_at, o.version, c.made_at FROM occurrence o "
      "JOIN commitment c ON c.id = o.commitment_id WHERE o.id = $1 AND o.client_id = $2",
      occurrence, receiver);
  if (!found) return {};
  const auto& [starts_at, ends_at, version, made_at] = *found;
  return ics::Entry{"occurrence-" + std::to_string(occurrence),
                    2 * (version - 1),
                    starts_at,
                    ends_at,
                    "Meeting",
                    {},
                    made_at};
}

}  // namespace

std::vector<Occurrence> occurrences(Snapshot& db, ClientId client, Instant from, Instant until) {
  // No meeting lasts more than a day: the lower bound keeps the search short in a long history.
  return db.all<Occurrence>(
      "SELECT o.id, o.commitment_id, m.id, m.name, o.starts_at, o.ends_at, m.zone, m.place, m.address, "
      "m.town,"
      " m.online_url, o.status, o.answer, o.asked_at, o.went, o.went_said_at, o.verified_by "
      "FROM occurrence o JOIN commitment c ON c.id = o.commitment_id JOIN meeting m ON m.id = c.meeting_id "
      "WHERE o.client_id = $1 AND o.starts_at < $3 AND o.starts_at > $2 - 86400000 AND o.ends_at > $2 "
      "AND c.ended_at IS NULL ORDER BY o.starts_at, o.id",
      client, from, until);
}

void begin(Transaction& tx, CommitmentId commitment, Instant now) {
  const auto standing = tx.one<Standing>(CIRCLED_STANDING "WHERE c.id = $1", commitment);
  fill(tx, standing.value(), future(now), false, now);
}

void end(Transaction& tx, CommitmentId commitment, Instant now) {
  const auto coming = tx.all<OccurrenceId>(
      "SELECT id FROM occurrence WHERE commitment_id = $1 AND starts_at >= $2 AND status = 'planned'",
      commitment, future(now));
  for (const OccurrenceId id : coming) call_off(tx, id);
}

void follow(Transaction& tx, MeetingId meeting, Change change, Instant now) {
  if (change != Change::closed &&
      tx.one<bool>("SELECT closed_at IS NOT NULL FROM meeting WHERE id = $1", meeting).value())
    return;
  const auto flag = flag_of(change);
  const auto committed = tx.all<Standing>(
      CIRCLED_STANDING "WHERE c.meeting_id = $1 AND c.ended_at IS NULL ORDER BY c.id", meeting);
  for (const auto& standing : committed) {
    fill(tx, standing, future(now), change != Change::length, now);
    // One that is opened again and that its list has dropped meanwhile is as it was.
    if (flag && standing.off == (*flag == Flag::gone)) tell(tx, standing, meeting, *flag, now);
  }
}

Result<std::int64_t> extend_once(Transaction& tx, Instant now) {
  // A commitment is due a day after it was last extended; so one transaction holds few of them.
  const auto due = tx.all<Standing>(
      CIRCLED_STANDING
      "WHERE c.ended_at IS NULL AND c.expanded_until < $1 ORDER BY c.expanded_until LIMIT 100",
      now + horizon - std::chrono::days(1));
  for (const auto& standing : due)
    fill(tx, standing, std::max(standing.expanded_until, future(now)), false, now);
  return static_cast<std::int64_t>(due.size());
}

reminders::SubjectHandler occurrence_subjects() { return {version_of_planned, record_answer, coming, event}; }

}  // namespace circled::aftercare
