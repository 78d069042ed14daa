#include "calendar/course.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "access/enrolment.hpp"
#include "base/version.hpp"
#include "calendar/busy.hpp"
#include "calendar/course_rules.hpp"
#include "calendar/notice.hpp"
#include "calendar/offer.hpp"
#include "calendar/rows.hpp"
#include "live/emit.hpp"
#include "reminders/notice.hpp"
#include "reminders/reminder.hpp"

namespace circled::calendar {
namespace {

using rules::Excuse;
using rules::Outlook;

std::map<std::string, Discharged, std::less<>> above;

// A coming session at which the client is on the list.
struct Seat {
  SessionId session;
  Kind kind;
  std::string title;
  Instant starts_at;
  std::optional<GroupId> group;
  bool enrolled;  // through an enrolment in that group
  Verdict verdict;
  std::optional<Excuse> excused_for;
};
BOOST_DESCRIBE_STRUCT(Seat, (), (session, kind, title, starts_at, group, enrolled, verdict, excused_for))

std::vector<Seat> coming(Snapshot& db, ClientId client, Instant now) {
  return db.all<Seat>(
      "SELECT s.id, s.kind, s.title, s.starts_at, s.group_id, "
      "CASE WHEN p.source = 'enrolment' THEN TRUE ELSE FALSE END, p.verdict, p.excused_for "
      "FROM participant p JOIN session s ON s.id = p.session_id "
      "WHERE p.client_id = $1 AND p.starts_at > $2 AND s.status = 'scheduled' ORDER BY p.starts_at, s.id",
      client, now);
}

CourseItem item(const Seat& seat) {
  return {seat.kind == Kind::group ? Matter::seat : Matter::one_on_one, seat.session.value, seat.title,
          seat.starts_at};
}

CourseItem item(Matter matter, std::string_view name) { return {matter, {}, std::string(name), {}}; }

bool names(const std::vector<CourseItem>& items, SessionId session) {
  return std::any_of(items.begin(), items.end(), [&](const CourseItem& one) {
    return (one.matter == Matter::seat || one.matter == Matter::one_on_one) && one.id == session.value;
  });
}

void append(std::vector<CourseItem>& items, std::vector<CourseItem> more) {
  for (auto& one : more) items.push_back(std::move(one));
}

struct Enrolled {
  EnrolmentId id;
  GroupId group;
  std::string name;
  bool admits_phase;
  bool admits_level;
};
BOOST_DESCRIBE_STRUCT(Enrolled, (), (id, group, name, admits_phase, admits_level))

// Enrolments of today and later; whether each group admits this phase and this level.
std::vector<Enrolled> enrolled(Snapshot& db, ClientId client, const people::Standing& as, Instant now) {
  return db.all<Enrolled>(
      "SELECT n.id, g.id, g.name, "
      "CASE WHEN EXISTS (SELECT 1 FROM group_admits a WHERE a.group_id = g.id AND a.kind = 'phase') "
      "AND NOT EXISTS (SELECT 1 FROM group_admits a WHERE a.group_id = g.id AND a.kind = 'phase' "
      "  AND a.value = $3) THEN FALSE ELSE TRUE END, "
      "CASE WHEN EXISTS (SELECT 1 FROM group_admits a WHERE a.group_id = g.id AND a.kind = 'level') "
      "AND NOT EXISTS (SELECT 1 FROM group_admits a WHERE a.group_id = g.id AND a.kind = 'level' "
      "  AND a.value = $4) THEN FALSE ELSE TRUE END "
      "FROM enrolment n JOIN therapy_group g ON g.id = n.group_id "
      "WHERE n.client_id = $1 AND (n.until_on IS NULL OR n.until_on >= $2) ORDER BY g.name, n.id",
      client, people::today_of(db, client, now), as.phase, as.level);
}

std::vector<CourseItem> standing_one_on_ones(Snapshot& db, ClientId client, Instant now) {
  std::vector<CourseItem> found;
  for (auto& [id, title] : db.all<std::tuple<std::int64_t, std::string>>(
           "SELECT id, title FROM series WHERE client_id = $1 AND client_id IS NOT NULL "
           "AND (until_at IS NULL OR until_at > $2) ORDER BY id",
           client, now))
    found.push_back({Matter::series, id, std::move(title), {}});
  return found;
}

std::vector<CourseItem> waiting(Snapshot& db, ClientId client) {
  std::vector<CourseItem> found;
  for (auto& [id, name] : db.all<std::tuple<std::int64_t, std::string>>(
           "SELECT w.id, COALESCE(g.name, s.title) FROM waitlist w "
           "LEFT JOIN therapy_group g ON g.id = w.group_id LEFT JOIN session s ON s.id = w.session_id "
           "WHERE w.client_id = $1 AND w.state IN ('waiting', 'offered') ORDER BY w.since_at, w.id",
           client))
    found.push_back({Matter::waitlist, id, std::move(name), {}});
  return found;
}

// What has begun stays, and its sheet wants a word about this client.
std::vector<CourseItem> undecided(Snapshot& db, ClientId client, Instant now) {
  std::vector<CourseItem> found;
  for (const Seat& seat : db.all<Seat>(
           "SELECT s.id, s.kind, s.title, s.starts_at, s.group_id, FALSE, p.verdict, p.excused_for "
           "FROM participant p JOIN session s ON s.id = p.session_id "
           "WHERE p.client_id = $1 AND p.starts_at > $2 AND p.starts_at <= $3 AND s.status = 'scheduled' "
           "AND p.verdict = 'expected' ORDER BY p.starts_at, s.id",
           client, now - std::chrono::days(7), now))
    found.push_back(item(seat));
  return found;
}

// Carrying out ------------------------------------------------------------------------------------

// What the client hears of one operation.
struct Heard {
  SessionId session;
  Instant starts_at;
  News news;
};

// Of one session its own notice; of several, one word for all of them.
void tell(Transaction& tx, ClientId client, const std::vector<Heard>& heard, Instant now) {
  if (heard.empty()) return;
  if (heard.size() == 1) return tell_client(tx, heard.front().session, client, heard.front().news, now);
  const bool all_off =
      std::all_of(heard.begin(), heard.end(), [](const Heard& one) { return one.news == News::cancelled; });
  ManyNews news("Appointments", all_off ? News::cancelled : News::moved);
  for (const auto& one : heard) {
    if (one.news == News::cancelled)
      news.about(client, one.starts_at);
    else
      news.planned(tx, one.session, client, now);
  }
  const auto zone = tx.one<std::string>(
      "SELECT s.zone FROM client c JOIN site s ON s.id = c.site_id WHERE c.person_id = $1", client);
  news.tell(tx, *Zone::named(zone.value()), now);
}

void hint(Transaction& tx, SessionId session) {
  const auto site = tx.one<SiteId>("SELECT site_id FROM session WHERE id = $1", session);
  live::hint(tx, "session.changed", session.value, site.value());
}

void end_one_on_one(Transaction& tx, SessionId session, Instant now) {
  cancel_session(tx, session, now);
  reminders::cancel(tx, reminders::SubjectKind::session, session.value, {});
}

// The day before this one was the last; one that has not begun never comes to be.
void end_enrolment(Transaction& tx, ClientId client, std::int64_t id, Instant now) {
  const Date yesterday = people::today_of(tx, client, now) - std::chrono::days(1);
  tx.run(
      "UPDATE enrolment SET until_on = CASE WHEN from_on - 1 > $2 THEN from_on - 1 ELSE $2 END, "
      "ended_at = $3 WHERE id = $1",
      id, yesterday, now);
}

// `ends` says which; what people and the rooms above have is ended by them. Answers what the client is to
// hear.
std::vector<Heard> end(Transaction& tx, ClientId client, const std::vector<CourseItem>& ends, bool silent,
                       Instant now) {
  std::vector<Heard> heard;
  for (const CourseItem& one : ends) {
    const std::int64_t id = one.id.value_or(0);
    if (one.matter == Matter::seat || one.matter == Matter::one_on_one) {
      if (one.matter == Matter::seat)
        remove_client(tx, SessionId(id), client);
      else
        end_one_on_one(tx, SessionId(id), now);
      hint(tx, SessionId(id));
      if (!silent) heard.push_back({SessionId(id), *one.starts_at, News::cancelled});
      continue;
    }
    switch (one.matter) {
      case Matter::enrolment: end_enrolment(tx, client, id, now); break;
      case Matter::series:
        tx.later("UPDATE series SET until_at = $2, version = version + 1 WHERE id = $1", id, now);
        break;
      case Matter::waitlist: end_wait(tx, WaitlistId(id), WaitState::left, now, silent); break;
      default: break;
    }
  }
  return heard;
}

// What `ends` has made free goes to those who wait for it. The last step, when the client's own standing is
// what it will be.
void offer_freed(Transaction& tx, const std::vector<CourseItem>& ends, Instant now) {
  std::vector<Awaited> freed;
  const auto add = [&](const Awaited& awaited) {
    if (std::find(freed.begin(), freed.end(), awaited) == freed.end()) freed.push_back(awaited);
  };
  for (const CourseItem& one : ends) {
    const std::int64_t id = one.id.value_or(0);
    if (one.matter == Matter::enrolment)
      add({tx.one<GroupId>("SELECT group_id FROM enrolment WHERE id = $1", id), {}});
    if (one.matter == Matter::waitlist)
      add(tx.one<Awaited>("SELECT group_id, session_id FROM waitlist WHERE id = $1", id).value());
    if (one.matter == Matter::seat)
      add(tx.one<Awaited>(
                "SELECT group_id, CASE WHEN group_id IS NULL THEN id END FROM session WHERE id = $1", id)
              .value());
  }
  for (const auto& awaited : freed) offer_seats(tx, awaited, now);
}

// Excuses -------------------------------------------------------------------------------------------

struct Settling {
  Seat seat;
  std::optional<Excuse> next;
};

// The seats whose excuse is not what the outlook says. What somebody said by hand is left alone.
std::vector<Settling> unsettled(const std::vector<Seat>& seats, const std::vector<CourseItem>& ending,
                                const Outlook& outlook) {
  std::vector<Settling> changes;
  for (const Seat& seat : seats) {
    if (names(ending, seat.session)) continue;
    const auto next = rules::excuse(outlook, seat.kind, seat.starts_at);
    const bool ours = seat.verdict == Verdict::expected ||
                      (seat.verdict == Verdict::excused && seat.excused_for.has_value());
    if (ours && next != seat.excused_for) changes.push_back({seat, next});
  }
  return changes;
}

void list(const std::vector<Settling>& changes, Course& course) {
  for (const auto& [seat, next] : changes) {
    if (next && !seat.excused_for) course.excuses.push_back(item(seat));
    if (!next) course.begins.push_back(item(seat));
  }
}

// A hold is silent, and its reminders wait by themselves; whoever is not cleared is to hear that an
// appointment is off, and later that it is on again.
void settle(Transaction& tx, ClientId client, const std::vector<Settling>& changes,
            std::vector<Heard>& heard) {
  for (const auto& [seat, next] : changes) {
    tx.run("UPDATE participant SET verdict = $3, excused_for = $4 WHERE session_id = $1 AND client_id = $2",
           seat.session, client, next ? Verdict::excused : Verdict::expected, next);
    tx.later("UPDATE session SET version = version + 1 WHERE id = $1", seat.session);
    hint(tx, seat.session);
    if (next == Excuse::clearance) {
      reminders::cancel(tx, reminders::SubjectKind::session, seat.session.value, client);
      heard.push_back({seat.session, seat.starts_at, News::cancelled});
    } else if (seat.excused_for == Excuse::clearance) {
      heard.push_back({seat.session, seat.starts_at, News::booked});
    }
  }
}

// What is ended and settled at once, with one word about all of it.
void carry_out(Transaction& tx, ClientId client, const std::vector<CourseItem>& ends,
               const std::vector<Settling>& changes, bool silent, Instant now) {
  auto heard = end(tx, client, ends, silent, now);
  settle(tx, client, changes, heard);
  tell(tx, client, heard, now);
}

Outlook outlook(Snapshot& db, ClientId client) {
  auto episode = people::latest_episode(db, client);
  if (!episode || episode->discharged_on) return {};
  return {people::phase(db, client), std::move(episode->holds), std::move(episode->clearances)};
}

// Why an operation is not applied: the caller has seen another list.
std::optional<Error> seen_another(const Course& course, const Asked& asked) {
  if (!asked.seen || *asked.seen == digest(course)) return std::nullopt;
  return changed_meanwhile(course, "What would happen is no longer what you have seen.");
}

}  // namespace

std::string digest(const Course& course) { return digest_of(course); }

void on_discharge(std::string_view room, Discharged discharged) {
  above.insert_or_assign(std::string(room), std::move(discharged));
}

std::vector<CourseItem> endings(Snapshot& db, ClientId client, const people::Standing& next, Instant now) {
  const auto before = people::standing(db, client, now).value();
  const bool no_groups = next.phase == people::Phase::detox && !next.cleared;
  std::vector<CourseItem> found;
  std::vector<GroupId> left;
  const auto fitted = enrolled(db, client, before, now), fit = enrolled(db, client, next, now);
  for (std::size_t i = 0; i < fit.size(); ++i) {
    const bool out = no_groups || (fitted[i].admits_phase && !fit[i].admits_phase) ||
                     (fitted[i].admits_level && !fit[i].admits_level);
    if (!out) continue;
    found.push_back({Matter::enrolment, fit[i].id.value, fit[i].name, {}});
    left.push_back(fit[i].group);
  }
  for (const Seat& seat : coming(db, client, now)) {
    const bool with_group =
        seat.enrolled && seat.group && std::find(left.begin(), left.end(), *seat.group) != left.end();
    if (with_group || (no_groups && seat.kind == Kind::group)) found.push_back(item(seat));
  }
  return found;
}

void excuse_in_advance(Transaction& tx, ClientId client, Instant now, ManyNews* news) {
  std::vector<Heard> heard;
  settle(tx, client, unsettled(coming(tx, client, now), {}, outlook(tx, client)), heard);
  if (!news) return tell(tx, client, heard, now);
  for (const auto& one : heard) {
    if (one.news == News::cancelled)
      news->about(client, one.starts_at);
    else
      news->planned(tx, one.session, client, now);
  }
}

std::set<ClientId> to_excuse(Snapshot& db, std::span<const SessionId> sessions, Instant now) {
  std::set<ClientId> concerned;
  for (const auto& clients : db.together_for(sessions, [&](Snapshot&by, SessionId session) {
         return by.all<ClientId>(
             "SELECT p.client_id FROM participant p WHERE p.session_id = $1 AND (p.excused_for IS NOT NULL "
             "OR EXISTS (SELECT 1 FROM episode e JOIN phase f ON f.episode_id = e.id AND f.until_on IS NULL "
             "  WHERE e.client_id = p.client_id AND e.discharged_on IS NULL AND f.phase = 'detox') "
             "OR EXISTS (SELECT 1 FROM episode e JOIN episode_hold h ON h.episode_id = e.id "
             "  WHERE e.client_id = p.client_id AND e.discharged_on IS NULL "
             "  AND (h.until_at IS NULL OR h.until_at > $2))) ORDER BY p.client_id",
             session, now);
       }))
    concerned.insert(clients.begin(), clients.end());
  return concerned;
}

void excuse_in_advance(Transaction& tx, std::span<const SessionId> sessions, Instant now, ManyNews* news) {
  for (const auto client : to_excuse(tx, sessions, now)) excuse_in_advance(tx, client, now, news);
}

Result<Course> move(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                    const Move& move, const Asked& asked, Instant now) {
  if (const auto may = people::episode_to_change(tx, who, client, now); !may) return may.error();
  if (!move.phase && !move.level) return invalid("", "nothing", "Name a phase or a level, or both.");
  auto next = people::standing(tx, client, now).value();
  auto after = outlook(tx, client);

  Course course{client, {}, {}, {}, {}};
  if (move.phase) {
    if (next.phase == move.phase) return conflict("same_phase", "This client is in that phase already.");
    if (next.phase) course.ends.push_back(item(Matter::phase, json::enum_name(*next.phase)));
    course.begins.push_back(item(Matter::phase, json::enum_name(*move.phase)));
    next.phase = after.phase = move.phase;
    next.cleared = *move.phase != people::Phase::detox || rules::cleared(after, now);
  }
  if (move.level) {
    if (next.level && *next.level == *move.level)
      return conflict("same_level", "This client is at that level already.");
    if (next.level) course.ends.push_back(item(Matter::level, *next.level));
    course.begins.push_back(item(Matter::level, *move.level));
    next.level = *move.level;
  }
  append(course.ends, endings(tx, client, next, now));
  const auto changes = unsettled(coming(tx, client, now), course.ends, after);
  list(changes, course);
  if (asked.preview) return course;
  if (auto another = seen_another(course, asked)) return *another;

  carry_out(tx, client, course.ends, changes, false, now);
  if (move.phase)
    if (auto done = people::change_phase(tx, who, actor, client, *move.phase, now); !done)
      return done.error();
  if (move.level)
    if (auto done = people::change_level(tx, who, actor, client, *move.level, now); !done)
      return done.error();
  offer_freed(tx, course.ends, now);
  return course;
}

Result<Course> discharge(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                         ClientId client, people::Discharge type, const Asked& asked, Instant now) {
  const auto open = people::episode_to_change(tx, who, client, now);
  if (!open) return open.error();
  const auto standing = people::standing(tx, client, now).value();

  Course course{client, {}, {}, {}, undecided(tx, client, now)};
  course.ends.push_back({Matter::episode, open->value, std::string(json::enum_name(type)), {}});
  if (standing.phase) course.ends.push_back(item(Matter::phase, json::enum_name(*standing.phase)));
  if (standing.level) course.ends.push_back(item(Matter::level, *standing.level));
  if (standing.on_hold) course.ends.push_back(item(Matter::hold, ""));
  for (const auto& one : enrolled(tx, client, standing, now))
    course.ends.push_back({Matter::enrolment, one.id.value, one.name, {}});
  append(course.ends, standing_one_on_ones(tx, client, now));
  for (const Seat& seat : coming(tx, client, now)) course.ends.push_back(item(seat));
  append(course.ends, waiting(tx, client));
  for (const auto& [room, discharged] : above) append(course.ends, discharged.ends(tx, client, now));
  for (const auto sign_in : access::devices(tx, client, now))
    course.ends.push_back({Matter::sign_in, sign_in.value, "", {}});
  if (asked.preview) return course;
  if (auto another = seen_another(course, asked)) return *another;

  const bool silent = type == people::Discharge::died;
  carry_out(tx, client, course.ends, {}, silent, now);
  for (const auto& [room, discharged] : above) discharged.end(tx, client, silent, now);
  reminders::cancel_all(tx, client);
  if (silent) reminders::take_back_all(tx, client, now);
  if (auto done = people::discharge(tx, who, actor, client, type, now); !done) return done.error();
  access::sign_out(tx, client, now);
  offer_freed(tx, course.ends, now);
  return course;
}

Result<Course> readmit(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                       const Readmission& readmission, const Asked& asked, Instant now) {
  const auto open = people::episode_to_change(tx, who, client, now);
  if (open) return conflict("already_admitted", "This client is admitted already.");
  if (open.error().code != people::not_admitted().code) return open.error();

  Course course{client, {}, {}, {}, {}};
  course.begins.push_back(item(Matter::episode, ""));
  course.begins.push_back(item(Matter::phase, json::enum_name(readmission.phase)));
  if (readmission.level) course.begins.push_back(item(Matter::level, *readmission.level));
  if (asked.preview) return course;
  if (auto another = seen_another(course, asked)) return *another;

  const auto level = readmission.level ? std::optional<std::string_view>(*readmission.level) : std::nullopt;
  auto done = people::readmit(tx, who, actor, client, readmission.phase, level, now);
  if (!done) return done.error();
  excuse_in_advance(tx, client, now);
  return course;
}

Result<Course> begin_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          ClientId client, const people::NewHold& hold, const Asked& asked, Instant now) {
  if (const auto may = people::may_begin_hold(tx, who, client, hold, now); !may) return may.error();
  const auto standing = people::standing(tx, client, now).value();
  const auto seats = coming(tx, client, now);
  auto after = outlook(tx, client);
  after.holds.push_back({{}, hold.kind, now, hold.until, hold.keep_seats});

  Course course{client, {}, {}, {}, undecided(tx, client, now)};
  course.begins.push_back(item(Matter::hold, json::enum_name(hold.kind)));
  if (!hold.keep_seats && !hold.until) {
    for (const auto& one : enrolled(tx, client, standing, now))
      course.ends.push_back({Matter::enrolment, one.id.value, one.name, {}});
    append(course.ends, standing_one_on_ones(tx, client, now));
  }
  if (!hold.keep_seats)
    for (const Seat& seat : seats)
      if (!hold.until || seat.starts_at < *hold.until) course.ends.push_back(item(seat));
  const auto changes = unsettled(seats, course.ends, after);
  list(changes, course);
  if (asked.preview) return course;
  if (auto another = seen_another(course, asked)) return *another;

  carry_out(tx, client, course.ends, changes, false, now);
  if (auto done = people::begin_hold(tx, who, actor, client, hold, now); !done) return done.error();
  offer_freed(tx, course.ends, now);
  return course;
}

Result<Course> end_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        ClientId client, const Asked& asked, Instant now) {
  const auto hold = people::may_end_hold(tx, who, client, now);
  if (!hold) return hold.error();
  auto after = outlook(tx, client);
  for (auto& one : after.holds)
    if (one.id == hold->id) one.until_at = now;

  Course course{client, {}, {}, {}, {}};
  course.ends.push_back({Matter::hold, hold->id.value, std::string(json::enum_name(hold->kind)), {}});
  const auto changes = unsettled(coming(tx, client, now), {}, after);
  list(changes, course);
  if (asked.preview) return course;
  if (auto another = seen_another(course, asked)) return *another;

  carry_out(tx, client, {}, changes, false, now);
  if (auto done = people::end_hold(tx, who, actor, client, now); !done) return done.error();
  reminders::resume(tx, client, now);
  return course;
}

namespace {

// Giving and withdrawing differ in what `change` does and in what the outlook is after it.
Result<Course> clear(Transaction& tx, ClientId client, CourseItem what, bool begins, const Outlook& after,
                     const Asked& asked, Instant now, const std::function<Result<void>()>& change) {
  Course course{client, {}, {}, {}, {}};
  (begins ? course.begins : course.ends).push_back(std::move(what));
  const auto changes = unsettled(coming(tx, client, now), {}, after);
  list(changes, course);
  if (asked.preview) return course;
  if (auto another = seen_another(course, asked)) return *another;
  if (auto done = change(); !done) return done.error();
  carry_out(tx, client, {}, changes, false, now);
  return course;
}

}  // namespace

Result<Course> give_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              ClientId client, const people::NewClearance& clearance, const Asked& asked,
                              Instant now) {
  if (auto may = people::may_give_clearance(tx, who, client, clearance, now); !may) return may.error();
  auto after = outlook(tx, client);
  after.clearances.push_back({{}, {}, {}, now, clearance.expires_at, {}});
  return clear(tx, client, item(Matter::clearance, ""), true, after, asked, now, [&]() -> Result<void> {
    auto given = people::give_clearance(tx, who, actor, client, clearance, now);
    if (!given) return given.error();
    return {};
  });
}

Result<Course> withdraw_clearance(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                  ClientId client, const Asked& asked, Instant now) {
  const auto id = people::may_withdraw_clearance(tx, who, client, now);
  if (!id) return id.error();
  auto after = outlook(tx, client);
  for (auto& one : after.clearances)
    if (one.id == *id) one.withdrawn_at = now;
  CourseItem what{Matter::clearance, id->value, {}, {}};
  return clear(tx, client, std::move(what), false, after, asked, now, [&]() -> Result<void> {
    auto withdrawn = people::withdraw_clearance(tx, who, actor, client, now);
    if (!withdrawn) return withdrawn.error();
    return {};
  });
}

}  // namespace circled::calendar
