// What became of the reminders about one appointment, and why: for whoever asks "why did she (not) get this?"
// And of a day's, in numbers.
#pragma once
#include "api/route.hpp"
#include "reminders/list.hpp"
#include "reminders/outbox.hpp"
#include "reminders/settings.hpp"

namespace circled::reminders {

// One try on one channel.
struct Try {
  ReminderId id;
  Channel channel;
  std::int64_t offset_minutes;
  std::int64_t version;
  Instant due_at;
  Instant try_at;
  State state;
  std::string why;  // "superseded", "quiet", …: empty when it went its usual way
  std::optional<Instant> sent_at;
  Seconds late_by_s;
  std::optional<Instant> acknowledged_at;
  std::optional<Answer> answer;
  std::optional<std::int64_t> attempts;  // at handing it to the mail server or the gateway
  std::optional<std::string> said;       // what that said last
  std::string told;                      // all of it in a sentence
};
BOOST_DESCRIBE_STRUCT(Try, (),
                      (id, channel, offset_minutes, version, due_at, try_at, state, why, sent_at, late_by_s,
                       acknowledged_at, answer, attempts, said, told))

struct Story {
  Instant starts_at;
  std::string zone;
  std::vector<Try> tries;  // in order of being due
  Effective rule;          // as it is now
  std::vector<Address> addresses;
  bool device;                       // has one that is signed in
  std::optional<Instant> held_from;  // the stay is on hold
  std::vector<std::string> missing;  // of what the rule asks for, what was not planned, and why
};
BOOST_DESCRIBE_STRUCT(Story, (), (starts_at, zone, tries, rule, addresses, device, held_from, missing))

// Errors: not_found (out of reach, or never reminded of it and not expected there).
Result<Story> story(Snapshot& db, const api::Identity& who, ClientId client, SubjectKind kind,
                    std::int64_t subject, Instant now);

struct DayFilter {
  std::optional<SiteId> site = {};  // left out: the caller's own
  Date from;
  Date until;  // included; 31 days at most
};
BOOST_DESCRIBE_STRUCT(DayFilter, (), (site, from, until))

// Of the reminders that were due on a day of the site's, how many are in which state.
struct DayCounts {
  Date day;
  std::int64_t due = 0;  // all of them
  std::int64_t pending = 0, sending = 0, sent = 0, acknowledged = 0, unconfirmed = 0, uncertain = 0,
               failed = 0, expired = 0, cancelled = 0;
};
BOOST_DESCRIBE_STRUCT(DayCounts, (),
                      (day, due, pending, sending, sent, acknowledged, unconfirmed, uncertain, failed,
                       expired, cancelled))

// Each day, also one without any. Errors: invalid (/until).
Result<std::vector<DayCounts>> days(Snapshot& db, const api::Identity& who, const DayFilter& filter);

struct DueFilter {
  std::optional<SiteId> site = {};
  Date day;
  std::optional<State> state = {};
  std::optional<Number<1, 200>> limit = {};
  std::optional<Text<1, 64>> after = {};
};
BOOST_DESCRIBE_STRUCT(DueFilter, (), (site, day, state, limit, after))

struct DueReminder {
  ReminderId id;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  SubjectKind subject_kind;
  std::int64_t subject;
  Channel channel;
  std::int64_t offset_minutes;
  Instant starts_at;
  Instant due_at;
  std::string zone;
  State state;
  std::string why;
};
BOOST_DESCRIBE_STRUCT(DueReminder, (),
                      (id, client, preferred_name, family_name, subject_kind, subject, channel,
                       offset_minutes, starts_at, due_at, zone, state, why))

// Those of one day of the site's, of clients whom `who` reaches, in order of being due.
Result<Listed<DueReminder>> due_on(Snapshot& db, const api::Identity& who, const DueFilter& filter,
                                   Instant now);

// In words. Pure.
std::string told(const Try& one, const Zone& zone);

}  // namespace circled::reminders
