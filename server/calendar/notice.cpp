#include "calendar/notice.hpp"

#include "live/emit.hpp"
#include "reminders/reminder.hpp"
#include "reminders/rules.hpp"

namespace circled::calendar {
namespace {

std::string words(News news, Instant starts_at, const Zone& zone) {
  switch (news) {
    case News::moved: return "Your appointment is now on " + reminders::spoken(starts_at, zone) + ".";
    case News::cancelled:
      return "Your appointment on " + reminders::spoken(starts_at, zone) + " is cancelled.";
    default: return reminders::text(starts_at, zone);
  }
}

}  // namespace

std::vector<Attending> attending(Snapshot& db, SessionId session) {
  return db.all<Attending>(
      "SELECT p.client_id, c.zone FROM participant p JOIN client c ON c.person_id = p.client_id "
      "WHERE p.session_id = $1 ORDER BY p.client_id",
      session);
}

void tell_clients(Transaction& tx, const Session& session, const std::vector<Attending>& clients, News news,
                  Instant now) {
  if (clients.empty()) return;
  const Zone zone = *Zone::named(session.zone);
  const auto [neutral_name, told_version] = *tx.one<std::tuple<std::string, std::int64_t>>(
      "SELECT v.neutral_name, s.told_version FROM session s JOIN service v ON v.id = s.service_id WHERE s.id "
      "= $1",
      session.id);
  Notice notice{session.id,
                session.version,
                session.starts_at,
                session.ends_at,
                session.zone,
                neutral_name,
                session.room_name.value_or(""),
                session.link,
                words(news, session.starts_at, zone),
                {}};
  if (news == News::cancelled) reminders::cancel(tx, reminders::SubjectKind::session, session.id.value, {});
  for (const auto& [client, client_zone] : clients) {
    notice.tell_at = reminders::told_at(now, session.starts_at, *Zone::named(client_zone));
    live::emit(tx, client, now, "appointment." + std::string(json::enum_name(news)), notice);
    if (news != News::cancelled)
      reminders::plan(
          tx, {reminders::SubjectKind::session, session.id.value, told_version, session.starts_at, zone},
          client, now);
  }
}

void tell_staff(Transaction& tx, const Session& session) {
  live::hint(tx, "session.changed", session.id.value, session.site);
}

}  // namespace circled::calendar
