#include "reminders/story.hpp"

#include <algorithm>
#include <map>

#include "people/reach.hpp"
#include "reminders/conditions.hpp"
#include "reminders/reminder.hpp"

namespace circled::reminders {
namespace {

struct TryRow {
  ReminderId id;
  Channel channel;
  std::int64_t offset, version;
  Instant starts_at, due_at, try_at;
  std::string zone;
  State state;
  std::string why;
  std::optional<Instant> sent_at;
  Seconds late;
  std::optional<Instant> acknowledged_at;
  std::optional<Answer> answer;
  std::optional<std::int64_t> attempts;
  std::optional<std::string> said;
  std::optional<GroupId> group;
  BOOST_DESCRIBE_CLASS(TryRow, (),
                       (id, channel, offset, version, starts_at, due_at, try_at, zone, state, why, sent_at,
                        late, acknowledged_at, answer, attempts, said, group),
                       (), ())
};

std::string before(std::int64_t minutes) {
  if (minutes % 1440 == 0 && minutes >= 1440) return std::to_string(minutes / 1440) + " d before";
  if (minutes % 60 == 0) return std::to_string(minutes / 60) + " h before";
  return std::to_string(minutes) + " min before";
}

std::string_view by(Channel channel) {
  switch (channel) {
    case Channel::push: return "by notification";
    case Channel::email: return "by mail";
    case Channel::sms: return "by text message";
    default: return "in the app";
  }
}

// The code's words for why, in sentences.
std::string reason(std::string_view why) {
  static const std::map<std::string_view, std::string_view> sentences{
      {"superseded", "The appointment changed, and a newer reminder took its place."},
      {"off", "The appointment was cancelled, or the client was taken off it."},
      {"said_later", "A nearer reminder of the same appointment was due as well, and said it."},
      {"seen", "It had been seen in the app already."},
      {"cant_come", "The client had said that they can't come."},
      {"on_hold", "The stay was on hold."},
      {"too_late", "The appointment had begun before it could be sent."},
      {"quiet", "It waited for the end of the quiet hours."},
      {"no_address", "There was no address that could be used any more."},
      {"no_device", "Notifications were no longer on, on any device."},
      {"stopped", "The client had stopped messages there."},
      {"refused", "The other side refused it."},
      {"rule_changed", "The rule was changed, and no longer asks for it."}};
  const auto found = sentences.find(why);
  return found == sentences.end() ? std::string() : " " + std::string(found->second);
}

struct Range {
  Instant from, until;
};

Result<Zone> zone_of_site(Snapshot& db, SiteId site) {
  const auto name = db.one<std::string>("SELECT zone FROM site WHERE id = $1", site);
  if (!name) return not_found("site");
  return *Zone::named(*name);
}

Range day_of(const Zone& zone, Date day) {
  return {zone.start_of(day), zone.start_of(day + std::chrono::days(1))};
}

}  // namespace

std::string told(const Try& one, const Zone& zone) {
  std::string text = "Due " + spoken(one.due_at, zone) + " " + std::string(by(one.channel)) + " (" +
                     before(one.offset_minutes) + "). ";
  switch (one.state) {
    case State::pending:
      text += one.try_at > one.due_at ? "Waits until " + spoken(one.try_at, zone) + "." : "Not due yet.";
      break;
    case State::sending: text += "Being sent."; break;
    case State::sent: text += "Sent " + spoken(*one.sent_at, zone) + ", and not seen yet."; break;
    case State::acknowledged:
      text += "Sent " + spoken(*one.sent_at, zone) + ", seen " + spoken(*one.acknowledged_at, zone) + ".";
      break;
    case State::unconfirmed:
      text += "Sent " + spoken(*one.sent_at, zone) + ", and nobody saw it before the start.";
      break;
    case State::uncertain: text += "Nobody knows whether it arrived; it was not sent again."; break;
    case State::failed: text += "Not sent."; break;
    case State::expired: text += "Not sent."; break;
    case State::cancelled: text += one.sent_at ? "Taken back after it was sent." : "Not sent."; break;
  }
  if (one.sent_at && one.late_by_s > Seconds(0))
    text += " It was " + std::to_string(std::chrono::ceil<Minutes>(one.late_by_s).count()) +
            " min late, and said so.";
  text += reason(one.why);
  if (one.said && !one.said->empty()) text += " The other side said: " + *one.said;
  return text;
}

Result<Story> story(Snapshot& db, const api::Identity& who, ClientId client, SubjectKind kind,
                    std::int64_t subject, Instant now) {
  if (!people::reaches(db, who, client, now)) return not_found("client");
  const auto rows = db.all<TryRow>(
      "SELECT r.id, r.channel, r.offset_minutes, r.version, r.starts_at, r.due_at, r.try_at, r.zone, "
      "r.state, r.why, "
      "r.sent_at, r.late_by_s, r.acknowledged_at, r.answer, m.attempts, m.outcome, r.group_id FROM reminder "
      "r "
      "LEFT JOIN message m ON m.reminder_id = r.id "
      "WHERE r.subject_kind = $1 AND r.subject_id = $2 AND r.receiver_id = $3 ORDER BY r.due_at, r.id",
      kind, subject, client);
  std::optional<Subject> expected;
  if (const auto& coming = subject_handler(kind).coming)
    for (auto& each : coming(db, client, now))
      if (each.id == subject) expected = std::move(each);
  if (rows.empty() && !expected) return not_found("appointment");

  const std::int64_t version = expected ? expected->version : rows.back().version;
  const auto group = expected ? expected->group : rows.back().group;
  Story found{
      expected ? expected->starts_at : rows.back().starts_at,
      expected ? std::string(expected->zone.name()) : rows.back().zone,
      {},
      effective(db, client, group, now),
      addresses(db, client),
      *db.one<bool>("SELECT " CIRCLED_HAS_DEVICE("$1", "$2"), client, now),
      db.one<std::optional<Instant>>(
            "SELECT max(h.from_at) FROM episode e JOIN episode_hold h ON h.episode_id = e.id WHERE "
            "e.client_id = "
            "$1 AND e.discharged_on IS NULL AND h.from_at <= $2 AND (h.until_at IS NULL OR h.until_at > $2)",
            client, now)
          .value(),
      {}};
  for (const auto& row : rows) {
    found.tries.push_back({row.id,
                           row.channel,
                           row.offset,
                           row.version,
                           row.due_at,
                           row.try_at,
                           row.state,
                           row.why,
                           row.sent_at,
                           row.late,
                           row.acknowledged_at,
                           row.answer,
                           row.attempts,
                           row.said,
                           {}});
    found.tries.back().told = told(found.tries.back(), *Zone::named(row.zone));
  }
  for (const auto offset : found.rule.offsets_minutes)
    if (std::none_of(rows.begin(), rows.end(), [&](const TryRow& row) {
          return row.version == version && row.channel == Channel::live && row.offset == offset;
        }))
      found.missing.push_back("The one " + before(offset) +
                              " was not planned: its time, moved out of the quiet hours, had passed when the "
                              "appointment was made or changed, or fell together with another one.");
  return found;
}

Result<std::vector<DayCounts>> days(Snapshot& db, const api::Identity& who, const DayFilter& filter) {
  if (filter.until < filter.from || filter.until - filter.from > std::chrono::days(30))
    return invalid("?until", "not_a_month", "This must lie within 31 days from the first.");
  const SiteId site = filter.site.value_or(who.site);
  const auto zone = zone_of_site(db, site);
  if (!zone) return zone.error();
  std::vector<DayCounts> all;
  for (Date day = filter.from; day <= filter.until; day += std::chrono::days(1)) {
    DayCounts counts{};
    counts.day = day;
    const auto [from, until] = day_of(*zone, day);
    db.each<std::tuple<State, std::int64_t>>(
        [&](const auto& row) {
          const auto [state, count] = row;
          counts.due += count;
          switch (state) {
            case State::pending: counts.pending = count; break;
            case State::sending: counts.sending = count; break;
            case State::sent: counts.sent = count; break;
            case State::acknowledged: counts.acknowledged = count; break;
            case State::unconfirmed: counts.unconfirmed = count; break;
            case State::uncertain: counts.uncertain = count; break;
            case State::failed: counts.failed = count; break;
            case State::expired: counts.expired = count; break;
            case State::cancelled: counts.cancelled = count; break;
          }
        },
        "SELECT r.state, count(*) FROM reminder r JOIN client c ON c.person_id = r.receiver_id "
        "WHERE r.due_at >= $1 AND r.due_at < $2 AND c.site_id = $3 GROUP BY r.state",
        from, until, site);
    all.push_back(counts);
  }
  return all;
}

Result<Listed<DueReminder>> due_on(Snapshot& db, const api::Identity& who, const DueFilter& filter,
                                   Instant now) {
  const SiteId site = filter.site.value_or(who.site);
  const auto zone = zone_of_site(db, site);
  if (!zone) return zone.error();
  const auto [begins, ends] = day_of(*zone, filter.day);
  Cursor from{begins, 0};
  if (filter.after) {
    const auto cursor = parse_cursor(*filter.after);
    if (!cursor) return cursor.error();
    from = *cursor;
  }
  const std::int64_t limit = filter.limit ? std::int64_t(*filter.limit) : 50;
  Listed<DueReminder> found;
  std::map<ClientId, bool> reached;
  for (;;) {
    const auto rows = db.all<DueReminder>(
        "SELECT r.id, r.receiver_id, c.preferred_name, c.family_name, r.subject_kind, r.subject_id, "
        "r.channel, "
        "r.offset_minutes, r.starts_at, r.due_at, r.zone, r.state, r.why FROM reminder r "
        "JOIN client c ON c.person_id = r.receiver_id WHERE r.due_at >= $1 AND r.due_at < $2 "
        "AND (r.due_at > $1 OR r.id > $3) AND c.site_id = $4 "
        "AND (CAST($5 AS TEXT) IS NULL OR r.state = $5) AND ($7 OR r.subject_kind <> 'check_in') ORDER BY "
        "r.due_at, r.id LIMIT $6",
        from.at, ends, from.id, site, filter.state, limit + 1,
        api::Counselor::accepts(who.role));  // that a client is asked how they are is nothing for the desk
    for (const auto& row : rows) {
      auto known = reached.find(row.client);
      if (known == reached.end())
        known = reached.emplace(row.client, people::reaches(db, who, row.client, now)).first;
      if (!known->second) continue;
      if (static_cast<std::int64_t>(found.items.size()) == limit) {
        found.next = Cursor{found.items.back().due_at, found.items.back().id.value};
        return found;
      }
      found.items.push_back(row);
    }
    if (static_cast<std::int64_t>(rows.size()) <= limit) return found;
    from = {rows.back().due_at, rows.back().id.value};
  }
}

}  // namespace circled::reminders
