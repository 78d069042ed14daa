#include "calendar/hand_over.hpp"

#include <algorithm>

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/staff.hpp"

namespace circled::calendar {
namespace {

struct Row {
  SessionId session;
  ClientId client;
  std::string title;
  Instant starts_at;
  Instant ends_at;
  Instant until;  // with the break
  SiteId site;
  ServiceId service;
  StaffId lead;
};
BOOST_DESCRIBE_STRUCT(Row, (), (session, client, title, starts_at, ends_at, until, site, service, lead))

bool among(const std::vector<people::CaseloadClient>& clients, ClientId id) {
  return std::any_of(clients.begin(), clients.end(), [&](const auto& one) { return one.id == id; });
}

// Which clients are meant; all of them must be this counselor's.
Result<std::vector<people::CaseloadClient>> chosen(Snapshot& db, StaffId from, const HandOver& wanted,
                                                   Instant at) {
  auto all = people::caseload(db, from, at);
  if (!wanted.clients) return all;
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < wanted.clients->size(); ++i)
    if (!among(all, (*wanted.clients)[i]))
      errors.push_back({"/clients/" + std::to_string(i), "not_found", "This counselor has no such client."});
  if (!errors.empty()) return invalid(std::move(errors));
  std::erase_if(all, [&](const auto& one) {
    return std::find(wanted.clients->begin(), wanted.clients->end(), one.id) == wanted.clients->end();
  });
  return all;
}

// What of the other's own is in the way: that the site is closed then is nothing new.
std::vector<Trouble> troubles_of(Snapshot& db, const Row& row, StaffId from, StaffId to) {
  std::vector<StaffId> staff{to};
  if (row.lead != from && row.lead != to) staff.insert(staff.begin(), row.lead);
  auto found = troubles(db, {row.site, row.service, staff, row.starts_at, row.ends_at});
  std::erase_if(found, [&](const Trouble& trouble) { return trouble.staff != to; });
  return found;
}

std::vector<HandedSession> sessions(Snapshot& db, const api::Identity& who, StaffId from, StaffId to,
                                    const std::vector<people::CaseloadClient>& clients, Instant at,
                                    Instant now) {
  const auto rows = db.all<Row>(
      "SELECT s.id, p.client_id, s.title, s.starts_at, s.ends_at, s.ends_at + i.break_minutes * 60000, "
      "s.site_id, s.service_id, "
      "COALESCE((SELECT min(l.staff_id) FROM facilitator l WHERE l.session_id = s.id AND l.leads), "
      "f.staff_id) "
      "FROM facilitator f JOIN session s ON s.id = f.session_id JOIN site i ON i.id = s.site_id "
      "JOIN participant p ON p.session_id = s.id WHERE f.staff_id = $1 AND f.starts_at >= $2 "
      "AND f.starts_at > $3 AND s.kind = 'one_on_one' AND s.status = 'scheduled' ORDER BY f.starts_at, s.id",
      from, at, now);
  std::vector<HandedSession> found;
  Instant taken_until{};
  for (const Row& row : rows) {
    if (!among(clients, row.client)) continue;
    HandedSession one{row.session, row.client, row.title, row.starts_at, false, {}, {}};
    one.conflicts =
        conflicts(db, who, {{OwnerKind::staff, to.value, "/to"}}, row.starts_at, row.until, row.session, now);
    // Two of these may overlap, where somebody booked over the one.
    one.troubles = troubles_of(db, row, from, to);
    one.free = one.conflicts.empty() && one.troubles.empty() && row.starts_at >= taken_until;
    if (one.free) taken_until = row.until;
    found.push_back(std::move(one));
  }
  return found;
}

std::vector<CourseItem> standing(Snapshot& db, StaffId from,
                                 const std::vector<people::CaseloadClient>& clients, Instant at) {
  std::vector<CourseItem> found;
  for (const auto& client : clients)
    for (auto& [id, title] : db.all<std::tuple<std::int64_t, std::string>>(
             "SELECT s.id, s.title FROM series s JOIN series_facilitator f ON f.series_id = s.id "
             "WHERE s.client_id = $1 AND s.client_id IS NOT NULL AND f.staff_id = $2 "
             "AND (s.until_at IS NULL OR s.until_at > $3) ORDER BY s.id",
             client.id, from, at))
      found.push_back({Matter::series, id, std::move(title), {}});
  return found;
}

void hand_session(Transaction& tx, SessionId session, StaffId from, StaffId to, Instant now) {
  // Whoever leads it already does so from now on alone, or in the other's place.
  const bool leads = tx.one<bool>(
                           "DELETE FROM facilitator WHERE session_id = $1 AND staff_id = $2 "
                           "RETURNING leads",
                           session, from)
                         .value();
  tx.run(
      "INSERT INTO facilitator (session_id, staff_id, starts_at, leads) "
      "SELECT id, $2, starts_at, $3 FROM session WHERE id = $1 "
      "ON CONFLICT (session_id, staff_id) DO UPDATE SET leads = (facilitator.leads OR $3)",
      session, to, leads);
  tx.run(
      "INSERT INTO busy (owner_kind, owner_id, from_at, session_id, until_at) "
      "SELECT 'staff', $3, b.from_at, b.session_id, b.until_at FROM busy b "
      "WHERE b.session_id = $1 AND b.owner_kind = 'staff' AND b.owner_id = $2 "
      "AND NOT EXISTS (SELECT 1 FROM busy o WHERE o.session_id = $1 AND o.owner_kind = 'staff' "
      "  AND o.owner_id = $3)",
      session, from, to);
  tx.run("DELETE FROM busy WHERE session_id = $1 AND owner_kind = 'staff' AND owner_id = $2", session, from);
  const auto site = tx.one<SiteId>(
      "UPDATE session SET version = version + 1, changed_at = $2 WHERE id = $1 RETURNING site_id", session,
      now);
  live::hint(tx, "session.changed", session.value, site.value());
}

void hand_series(Transaction& tx, std::int64_t series, StaffId from, StaffId to) {
  tx.run(
      "UPDATE series_facilitator SET staff_id = $3 WHERE series_id = $1 AND staff_id = $2 "
      "AND NOT EXISTS (SELECT 1 FROM series_facilitator o WHERE o.series_id = $1 AND o.staff_id = $3)",
      series, from, to);
  tx.run("UPDATE series SET version = version + 1 WHERE id = $1", series);
}

}  // namespace

std::string digest(const HandedOver& handed) { return digest_of(handed); }

Result<HandedOver> hand_over(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             StaffId from, const HandOver& wanted, const Asked& asked, Instant now) {
  if (!people::staff_member(tx, from)) return not_found("staff member");
  if (!api::Supervisor::accepts(who.role)) return forbidden("Only a supervisor hands a caseload over.");
  const auto to = people::staff_member(tx, wanted.to);
  if (!to || !to->active || !api::Counselor::accepts(to->role))
    return invalid("/to", "not_found", "There is no such counselor.");
  if (wanted.to == from) return invalid("/to", "same_person", "This must be somebody else.");
  const Instant at = wanted.from.value_or(now);
  if (at < now) return invalid("/from", "in_the_past", "This time has passed.");
  if (at > now + std::chrono::days(366)) return invalid("/from", "too_far", "Up to a year ahead.");

  auto clients = chosen(tx, from, wanted, at);
  if (!clients) return clients.error();
  HandedOver handed{from, wanted.to, std::move(*clients), {}, {}};
  handed.sessions = sessions(tx, who, from, wanted.to, handed.clients, at, now);
  handed.series = standing(tx, from, handed.clients, at);
  if (asked.preview) return handed;
  if (asked.seen && *asked.seen != digest(handed))
    return changed_meanwhile(handed, "What would happen is no longer what you have seen.");

  for (const auto& session : handed.sessions)
    if (session.free) hand_session(tx, session.session, from, wanted.to, now);
  for (const auto& one : handed.series) hand_series(tx, *one.id, from, wanted.to);
  for (const auto& client : handed.clients) people::reassign(tx, actor, client.id, from, wanted.to, at, now);
  access::audit(tx, actor, "staff.hand_over", "staff", from.value, now, {{"to", wanted.to.value}});
  return handed;
}

}  // namespace circled::calendar
