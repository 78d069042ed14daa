#include "calendar/notice.hpp"

#include "live/emit.hpp"
#include "reminders/notice.hpp"
#include "reminders/reminder.hpp"
#include "reminders/rules.hpp"

namespace circled::calendar {
namespace {

// One client's side of a session.
struct Attending {
  ClientId client;
  std::string zone;  // the client's, for quiet hours
  std::string neutral_name;
  std::int64_t told_version;
};
BOOST_DESCRIBE_STRUCT(Attending, (), (client, zone, neutral_name, told_version))

std::string words(News news, Instant starts_at, const Zone& zone, reminders::Language language) {
  const auto& say = reminders::phrases(language);
  switch (news) {
    case News::moved: return reminders::text(starts_at, zone, language, say.moved);
    case News::cancelled: return reminders::text(starts_at, zone, language, say.cancelled);
    default: return reminders::text(starts_at, zone, language);
  }
}

}  // namespace

void tell_clients(Transaction& tx, const Session& session, News news, Instant now,
                  std::optional<Instant> was) {
  const auto clients = tx.all<Attending>(
      "SELECT p.client_id, c.zone, v.neutral_name, s.told_version FROM session s "
      "JOIN service v ON v.id = s.service_id JOIN participant p ON p.session_id = s.id "
      "JOIN client c ON c.person_id = p.client_id WHERE s.id = $1 "
      // Whoever lacks a clearance has been told that it is off.
      "AND (p.excused_for IS NULL OR p.excused_for = 'hold') ORDER BY p.client_id",
      session.id);
  const Zone zone = *Zone::named(session.zone);
  Notice notice{session.id,
                session.version,
                session.starts_at,
                session.ends_at,
                session.zone,
                {},
                session.room_name.value_or(""),
                !session.link.empty(),
                {},
                {}};
  if (news == News::cancelled) reminders::cancel(tx, reminders::SubjectKind::session, session.id.value, {});
  auto reached = tx.together_for(clients, [&](Snapshot& db, const Attending& attending) {
    return db.together(
        [&](Snapshot& by) { return reminders::resolve(by, attending.client, session.group).manner; },
        [&](Snapshot& by) { return reminders::reach_of(by, attending.client, now); });
  });
  // Whoever does not hear of it comes to the earlier of both.
  const Instant needed_by = std::min(was.value_or(session.starts_at), session.starts_at);
  reminders::Manners manners;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const auto& [client, client_zone, neutral_name, told_version] = clients[i];
    auto& [manner, reach] = reached[i];
    const Zone quiet_in = *Zone::named(client_zone);
    const auto& how = manners.keep(client, session.group, std::move(manner));
    notice.title = neutral_name;
    notice.text = words(news, session.starts_at, zone, how.language);
    notice.tell_at = reminders::told_at(now, needed_by, quiet_in, how.quiet);
    live::emit(tx, client, now, "appointment." + std::string(json::enum_name(news)), notice);
    const auto told = news == News::cancelled ? std::nullopt : std::optional(told_version);
    reminders::tell(tx, client, how, reach,
                    {{reminders::Topic::session, session.id.value, told},
                     notice.text,
                     notice.tell_at,
                     session.starts_at,
                     quiet_in,
                     needed_by},
                    now);
    if (news != News::cancelled)
      reminders::plan(tx, manners,
                      {reminders::SubjectKind::session, session.id.value, told_version, session.starts_at,
                       zone, session.group},
                      {client, quiet_in}, now);
  }
}

namespace {

// A session, and one client's zone.
struct Told {
  std::int64_t version;
  std::int64_t told_version;
  Instant starts_at;
  Instant ends_at;
  std::string zone;
  std::string neutral_name;
  std::string place;
  bool online;
  std::string client_zone;
  std::optional<GroupId> group;
};
BOOST_DESCRIBE_STRUCT(Told, (),
                      (version, told_version, starts_at, ends_at, zone, neutral_name, place, online,
                       client_zone, group))

}  // namespace

void tell_client(Transaction& tx, SessionId session, ClientId client, News news, Instant now) {
  const auto told = tx.one<Told>(
                          "SELECT s.version, s.told_version, s.starts_at, s.ends_at, i.zone, v.neutral_name, "
                          "COALESCE(r.name, ''), s.link <> '', c.zone, s.group_id FROM session s JOIN site i "
                          "ON i.id = s.site_id "
                          "JOIN service v ON v.id = s.service_id JOIN client c ON c.person_id = $2 "
                          "LEFT JOIN room r ON r.id = s.room_id WHERE s.id = $1",
                          session, client)
                        .value();
  const Zone zone = *Zone::named(told.zone), quiet_in = *Zone::named(told.client_zone);
  reminders::Manners manners;
  const auto& how = manners.of(tx, client, told.group);
  const Notice notice{session,
                      told.version,
                      told.starts_at,
                      told.ends_at,
                      told.zone,
                      told.neutral_name,
                      told.place,
                      told.online,
                      words(news, told.starts_at, zone, how.language),
                      reminders::told_at(now, told.starts_at, quiet_in, how.quiet)};
  live::emit(tx, client, now, "appointment." + std::string(json::enum_name(news)), notice);
  const auto version = news == News::cancelled ? std::nullopt : std::optional(told.told_version);
  reminders::tell(tx, client, how, reminders::reach_of(tx, client, now),
                  {{reminders::Topic::session, session.value, version},
                   notice.text,
                   notice.tell_at,
                   told.starts_at,
                   quiet_in},
                  now);
  if (news == News::cancelled)
    reminders::cancel(tx, reminders::SubjectKind::session, session.value, client);
  else
    reminders::plan(
        tx, manners,
        {reminders::SubjectKind::session, session.value, told.told_version, told.starts_at, zone, told.group},
        {client, quiet_in}, now);
}

namespace {

// To one client: their appointments changed, the first of them on that day. They fetch the rest.
struct Changed {
  Instant from;
  std::string zone;
  std::string title;
  std::string text;
  Instant tell_at;
};
BOOST_DESCRIBE_STRUCT(Changed, (), (from, zone, title, text, tell_at))

struct Reminded {
  std::string client_zone;
  std::int64_t told_version;
  Instant starts_at;
  std::string zone;
  std::optional<GroupId> group;
};
BOOST_DESCRIBE_STRUCT(Reminded, (), (client_zone, told_version, starts_at, zone, group))

}  // namespace

void ManyNews::about(ClientId client, Instant starts_at) {
  const auto [at, fresh] = first_.emplace(client, starts_at);
  if (!fresh) at->second = std::min(at->second, starts_at);
}

void ManyNews::planned(Transaction& tx, SessionId session, Instant now, std::optional<Instant> was) {
  for (const auto client :
       tx.all<ClientId>("SELECT client_id FROM participant WHERE session_id = $1 "
                        "AND (excused_for IS NULL OR excused_for = 'hold') ORDER BY client_id",
                        session)) {
    planned(tx, session, client, now);
    if (was) about(client, *was);
  }
}

void ManyNews::planned(Transaction& tx, SessionId session, ClientId client, Instant now) {
  const auto [client_zone, told_version, starts_at, zone, group] = *tx.one<Reminded>(
      "SELECT c.zone, s.told_version, s.starts_at, i.zone, s.group_id FROM session s "
      "JOIN site i ON i.id = s.site_id JOIN client c ON c.person_id = $2 WHERE s.id = $1",
      session, client);
  reminders::plan(
      tx, manners_,
      {reminders::SubjectKind::session, session.value, told_version, starts_at, *Zone::named(zone), group},
      {client, *Zone::named(client_zone)}, now);
  about(client, starts_at);
}

void ManyNews::tell(Transaction& tx, const Zone& zone, Instant now) {
  for (const auto& [client, from] : first_) {
    const auto client_zone = tx.one<std::string>("SELECT zone FROM client WHERE person_id = $1", client);
    const auto& how = manners_.of(tx, client);
    const auto& say = reminders::phrases(how.language);
    const Zone quiet_in = *Zone::named(*client_zone);
    const Changed changed{from, std::string(zone.name()), alias_,
                          reminders::fill(what_ == News::cancelled ? say.many_cancelled : say.many_changed,
                                          {{"day", reminders::spoken_day(from, zone, how.language)}}),
                          reminders::told_at(now, from, quiet_in, how.quiet)};
    live::emit(tx, client, now, "appointments.changed", changed);
    reminders::tell(
        tx, client, how, reminders::reach_of(tx, client, now),
        {{reminders::Topic::sessions, to_millis(from)}, changed.text, changed.tell_at, from, quiet_in}, now);
  }
}

void tell_staff(Transaction& tx, const Session& session) {
  live::hint(tx, "session.changed", session.id.value, session.site);
}

}  // namespace circled::calendar
