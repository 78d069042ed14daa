#include "reminders/call.hpp"

#include <algorithm>

#include "live/emit.hpp"
#include "people/reach.hpp"
#include "reminders/conditions.hpp"
#include "reminders/list.hpp"

namespace circled::reminders {
namespace {

constexpr auto ahead = std::chrono::hours(48);

struct Row {
  SessionId session;
  ClientId client;
  std::string preferred_name, family_name, phone;
  bool voicemail;
  Instant starts_at;
  std::string zone;
  bool cancelled, stopped, failed, uncertain;
  std::int64_t calls;
  std::optional<CallOutcome> last_outcome;
  BOOST_DESCRIBE_CLASS(Row, (),
                       (session, client, preferred_name, family_name, phone, voicemail, starts_at, zone,
                        cancelled, stopped, failed, uncertain, calls, last_outcome),
                       (), ())
};

Unreached why(const Row& row) {
  if (row.stopped) return Unreached::stopped;
  if (row.failed) return Unreached::refused;
  return row.uncertain ? Unreached::uncertain : Unreached::no_channel;
}

// To whoever picks up: a name to ask for and a time to call back, never what for (42 CFR 2.12(a)(1)).
std::string script(const Row& row) {
  return "\"Hello, may I speak to " + row.preferred_name + "?\" Only to " + row.preferred_name +
         ": the appointment " + (row.cancelled ? "of " : "is on ") +
         spoken(row.starts_at, *Zone::named(row.zone)) + (row.cancelled ? " does not take place." : ".") +
         (row.voicemail ? " On the machine: \"This is a message for " + row.preferred_name +
                              ". Please call back when you have a moment.\""
                        : " Leave no message.");
}

std::int64_t limit_of(const CallFilter& filter) { return filter.limit ? std::int64_t(*filter.limit) : 50; }

}  // namespace

Result<api::Page<ToCall>> to_call(Snapshot& db, const api::Identity& who, const CallFilter& filter,
                                  Instant now) {
  Cursor from{now, 0};
  if (filter.after) {
    auto cursor = parse_cursor(*filter.after);
    if (!cursor) return cursor.error();
    from = *cursor;
  }
  const std::int64_t limit = limit_of(filter);
  // A cursor's id is a client's: two sessions of theirs at one time stay on one page.
  const auto rows = db.all<Row>(
      "SELECT s.id, p.client_id, c.preferred_name, c.family_name, c.phone, c.voicemail, s.starts_at, i.zone, "
      "s.status = 'cancelled', "
      "EXISTS (SELECT 1 FROM channel_address a WHERE a.person_id = p.client_id AND a.stopped_at IS NOT "
      "NULL), "
      "EXISTS (SELECT 1 FROM channel_address a WHERE a.person_id = p.client_id AND a.failed_at IS NOT NULL), "
      "EXISTS (SELECT 1 FROM reminder r WHERE r.subject_kind = 'session' AND r.subject_id = s.id "
      " AND r.receiver_id = p.client_id AND r.state = 'uncertain'), "
      "(SELECT count(*) FROM call k WHERE k.session_id = s.id AND k.client_id = p.client_id "
      " AND k.version = s.told_version), "
      "(SELECT k.outcome FROM call k WHERE k.session_id = s.id AND k.client_id = p.client_id "
      " AND k.version = s.told_version ORDER BY k.called_at DESC, k.id DESC LIMIT 1) "
      "FROM session s JOIN site i ON i.id = s.site_id JOIN participant p ON p.session_id = s.id "
      "JOIN client c ON c.person_id = p.client_id "
      "WHERE s.site_id = $1 AND s.starts_at >= $2 AND s.starts_at < $3 AND (s.starts_at > $2 OR p.client_id > $4) "
      // Who said that they can't come loses nothing by not hearing that nobody expects them.
      "AND (s.status = 'scheduled' AND p.answer = 'none' OR s.status = 'cancelled' AND p.answer <> 'cant_come') "
      "AND p.excused_for IS NULL "
      // Seen in the app, or answered: heard of.
      "AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.subject_kind = 'session' AND r.subject_id = s.id "
      " AND r.receiver_id = p.client_id AND r.version = s.told_version AND r.state = 'acknowledged') "
      // A device of their own, or an address that works and from which no word has come back that it does
      // not.
      "AND NOT " CIRCLED_HAS_DEVICE("p.client_id", "$6") " AND (NOT " CIRCLED_REACHABLE("p.client_id")
      " OR EXISTS (SELECT 1 FROM reminder r WHERE r.subject_kind = 'session' AND r.subject_id = s.id "
      "  AND r.receiver_id = p.client_id AND r.version = s.told_version AND r.state = 'uncertain')) "
      "AND NOT EXISTS (SELECT 1 FROM call k WHERE k.session_id = s.id AND k.client_id = p.client_id "
      " AND k.version = s.told_version AND k.outcome IN ('reached', 'voicemail')) "
      "ORDER BY s.starts_at, p.client_id, s.id LIMIT $5",
      filter.site.value_or(who.site), from.at, now + ahead, from.id, limit + 1, now);
  api::Page<ToCall> page;
  std::int64_t taken = 0;
  for (const Row& row : rows) {
    if (taken == limit && (row.starts_at != from.at || row.client.value != from.id)) break;
    taken = std::min(taken + 1, limit);
    from = {row.starts_at, row.client.value};
    if (!people::reaches(db, who, row.client, now)) continue;
    page.items.push_back({row.session, row.client, row.preferred_name, row.family_name, row.phone,
                          row.voicemail, row.starts_at, row.zone, row.cancelled, why(row), row.calls,
                          row.last_outcome, script(row)});
  }
  if (static_cast<std::int64_t>(rows.size()) > limit) page.next = to_text(from);
  return page;
}

Result<Call> record_call(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                         const NewCall& call, Instant now) {
  const auto expected = tx.one<std::tuple<bool, SiteId, std::int64_t>>(
      "SELECT c.voicemail, s.site_id, s.told_version FROM participant p JOIN client c ON c.person_id = "
      "p.client_id "
      "JOIN session s ON s.id = p.session_id WHERE p.session_id = $1 AND p.client_id = $2",
      call.session, call.client);
  if (!expected || !people::reaches(tx, who, call.client, now)) return not_found("appointment");
  const auto& [voicemail, site, version] = *expected;
  if (call.outcome == CallOutcome::voicemail && !voicemail)
    return invalid("/outcome", "no_voicemail", "The client wants no words left on the machine.");
  if (call.answer && call.outcome != CallOutcome::reached)
    return invalid("/answer", "not_reached", "Who was not reached has said nothing.");
  if (call.answer) {
    auto said = subject_handler(SubjectKind::session)
                    .answered(tx, actor, call.session.value, call.client, *call.answer, now);
    if (!said) return said.error();
  }
  const auto id = *tx.one<CallId>(
      "INSERT INTO call (client_id, session_id, called_at, called_by, outcome, note, version) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
      call.client, call.session, now, who.person, call.outcome, std::string(call.note.value_or("")), version);
  access::audit(tx, actor, "call.record", "client", call.client.value, now,
                {{"session", call.session.value}, {"outcome", json::enum_name(call.outcome)}});
  live::hint(tx, "call.changed", call.session.value, site);
  return Call{
      id, call.session, call.client, now, who.name, call.outcome, std::string(call.note.value_or(""))};
}

Result<Voicemail> set_voicemail(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                ClientId client, const Voicemail& voicemail, Instant now) {
  if (!people::reaches(tx, who, client, now)) return not_found("client");
  tx.run("UPDATE client SET voicemail = $2 WHERE person_id = $1", client, voicemail.allowed);
  access::audit(tx, actor, "client.voicemail", "client", client.value, now, {{"allowed", voicemail.allowed}});
  return voicemail;
}

}  // namespace circled::reminders
