#include "attendance/check_in.hpp"

#include <algorithm>

#include "base/zone.hpp"
#include "live/emit.hpp"
#include "reminders/rules.hpp"

namespace circled::attendance {
namespace {

// A client's session, as far as checking in is concerned.
struct DoorSeat {
  SessionId session;
  SiteId site;
  std::string zone;
  Instant starts_at;
  Instant ends_at;
  calendar::Status status;
  bool on_site;  // somebody can walk in: it has a room, or nothing says where it is
  std::string link;
  std::optional<Instant> checked_in_at;
};
BOOST_DESCRIBE_STRUCT(DoorSeat, (),
                      (session, site, zone, starts_at, ends_at, status, on_site, link, checked_in_at))

struct By {
  How how;
  std::optional<KioskId> kiosk;
  std::optional<StaffId> staff;
  std::optional<std::string> town;
  std::optional<std::string> call_back;
};

std::optional<DoorSeat> find_seat(Snapshot& db, SessionId session, ClientId client) {
  return db.one<DoorSeat>(
      "SELECT s.id, s.site_id, i.zone, s.starts_at, s.ends_at, s.status, "
      "s.room_id IS NOT NULL OR s.link = '', s.link, k.at "
      "FROM participant p JOIN session s ON s.id = p.session_id JOIN site i ON i.id = s.site_id "
      "LEFT JOIN check_in k ON k.session_id = p.session_id AND k.client_id = p.client_id "
      "WHERE p.session_id = $1 AND p.client_id = $2",
      session, client);
}

// Whether they have checked in to it already, at the time it has now: one that was moved is begun anew.
bool is_here(const DoorSeat& seat) {
  return seat.checked_in_at && *seat.checked_in_at >= seat.starts_at - rules::earliest;
}

CheckedIn confirmation(const DoorSeat& seat, Instant arrived_at) {
  return {seat.session, arrived_at,
          "You are checked in for " + reminders::spoken(seat.starts_at, *Zone::named(seat.zone)) + "."};
}

void tell(Transaction& tx, const DoorSeat& seat, ClientId client, const CheckedIn& told, Instant now) {
  live::emit(tx, client, now, "appointment.checked_in", told);
  live::hint(tx, "session.changed", seat.session.value, seat.site);
}

// One row for a client and a session, whichever way they came first.
CheckedIn write(Transaction& tx, const access::Actor& actor, const DoorSeat& seat, ClientId client,
                const By& by, Instant now) {
  if (is_here(seat)) return confirmation(seat, *seat.checked_in_at);
  tx.run(
      "INSERT INTO check_in (session_id, client_id, at, how, kiosk_id, staff_id, town, call_back) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (session_id, client_id) DO UPDATE SET "
      "at = $3, how = $4, kiosk_id = $5, staff_id = $6, town = $7, call_back = $8",
      seat.session, client, now, by.how, by.kiosk, by.staff, by.town, by.call_back);
  access::audit(tx, actor, "check_in.make", "session", seat.session.value, now,
                {{"client", client.value}, {"how", json::enum_name(by.how)}});
  const CheckedIn told = confirmation(seat, now);
  tell(tx, seat, client, told, now);
  return told;
}

// Seven digits at least, and nothing that no telephone number has (E.164 §6.2.1 allows 15).
bool is_phone(std::string_view text) {
  const auto digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 7 && digits <= 15 && text.find_first_not_of("0123456789+()-./ x") == text.npos;
}

// The session, and who is expected there, if the caller may see that.
struct Listed {
  calendar::Session session;
  calendar::Roster roster;
};

Result<Listed> listed(Snapshot& db, const api::Identity& who, SessionId id) {
  auto session = calendar::session(db, who, id);
  if (!session) return session.error();
  auto roster = calendar::roster(db, who, id);
  if (!roster) return roster.error();
  return Listed{std::move(*session), std::move(*roster)};
}

}  // namespace

Result<CheckedIn> check_in(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           SessionId session, Instant now) {
  const ClientId client(who.person.value);
  const auto seat = find_seat(tx, session, client);
  if (!seat) return not_found("appointment");
  if (auto may = rules::may_check_in(How::app, seat->status, seat->starts_at, seat->ends_at, now); !may)
    return may.error();
  if (!seat->on_site) return conflict("join_online", "This appointment is online: join it by its link.");
  return write(tx, actor, *seat, client, {How::app, {}, {}, {}, {}}, now);
}

Result<Joined> join(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId session,
                    const Whereabouts& where, Instant now) {
  const ClientId client(who.person.value);
  const auto seat = find_seat(tx, session, client);
  if (!seat) return not_found("appointment");
  if (auto may = rules::may_check_in(How::telehealth, seat->status, seat->starts_at, seat->ends_at, now);
      !may)
    return may.error();
  if (seat->link.empty()) return conflict("no_link", "This appointment is not online.");
  if (!is_phone(where.call_back))
    return invalid("/call_back", "not_a_phone", "A telephone number, such as 555 010 0123");
  Joined joined;
  if (is_here(*seat)) {
    // Here already, perhaps by another way: when they came stays, where they are is now.
    tx.run(
        "UPDATE check_in SET how = 'telehealth', kiosk_id = NULL, staff_id = NULL, town = $3, call_back = $4 "
        "WHERE session_id = $1 AND client_id = $2",
        session, client, where.town, where.call_back);
    access::audit(tx, actor, "check_in.join_again", "session", session.value, now,
                  {{"client", client.value}});
    live::hint(tx, "session.changed", session.value, seat->site);
    static_cast<CheckedIn&>(joined) = confirmation(*seat, *seat->checked_in_at);
  } else {
    static_cast<CheckedIn&>(joined) =
        write(tx, actor, *seat, client, {How::telehealth, {}, {}, where.town, where.call_back}, now);
  }
  joined.link = seat->link;
  return joined;
}

Result<KioskAnswer> check_in_at_kiosk(Transaction& tx, const access::Context& context,
                                      const access::Kiosk& who, std::string_view request_id,
                                      const CardShown& card, Instant now) {
  const auto client = access::present_card(tx, context, who, request_id, card.number, card.pin, now);
  if (!client) return client.error();
  if (!*client) return KioskAnswer{AtKiosk::not_accepted};
  // A session lasts 12 hours at most.
  const auto seats = tx.all<DoorSeat>(
      "SELECT s.id, s.site_id, i.zone, s.starts_at, s.ends_at, s.status, "
      "s.room_id IS NOT NULL OR s.link = '', s.link, k.at "
      "FROM participant p JOIN session s ON s.id = p.session_id JOIN site i ON i.id = s.site_id "
      "LEFT JOIN check_in k ON k.session_id = p.session_id AND k.client_id = p.client_id "
      "WHERE p.client_id = $1 AND p.starts_at > $2 AND p.starts_at <= $3 AND s.site_id = $4 "
      "ORDER BY p.starts_at, s.id",
      **client, now - std::chrono::hours(12), now + rules::opens_before(How::kiosk), who.site);
  const access::Actor actor{who.account, std::string(request_id)};
  KioskAnswer answer{AtKiosk::ask_at_desk};
  for (const DoorSeat& seat : seats) {
    if (!seat.on_site || !rules::may_check_in(How::kiosk, seat.status, seat.starts_at, seat.ends_at, now))
      continue;
    write(tx, actor, seat, **client, {How::kiosk, who.kiosk(), {}, {}, {}}, now);
    answer.outcome = AtKiosk::checked_in;
  }
  return answer;
}

Result<Arrivals> arrivals(Snapshot& db, const api::Identity& who, SessionId id) {
  auto list = listed(db, who, id);
  if (!list) return list.error();
  const auto here = proposed(db, id, list->session.starts_at);
  Arrivals arrivals{
      id, list->session.starts_at - rules::opens_before(How::front_desk), list->session.zone, {}};
  for (auto& each : list->roster.participants) {
    Expected line{each.client, std::move(each.preferred_name), std::move(each.family_name), each.answer, {},
                  {}};
    if (const auto found = here.find(each.client); found != here.end()) {
      line.arrived_at = found->second.arrived_at;
      line.how = found->second.how;
    }
    arrivals.expected.push_back(std::move(line));
  }
  return arrivals;
}

Result<Arrivals> arrive(Transaction& tx, const api::Identity& who, const access::Actor& actor, SessionId id,
                        ClientId client, Instant now) {
  const auto list = listed(tx, who, id);
  if (!list) return list.error();
  const auto seat = find_seat(tx, id, client);
  if (!seat) return not_found("client on the list");
  if (auto may = rules::may_check_in(How::front_desk, seat->status, seat->starts_at, seat->ends_at, now);
      !may)
    return may.error();
  write(tx, actor, *seat, client, {How::front_desk, {}, StaffId(who.person.value), {}, {}}, now);
  return arrivals(tx, who, id);
}

Result<Arrivals> take_back(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           SessionId id, ClientId client, Instant now) {
  const auto list = listed(tx, who, id);
  if (!list) return list.error();
  const auto here = proposed(tx, id, list->session.starts_at);
  const auto found = here.find(client);
  if (found == here.end()) return not_found("check-in");
  if (found->second.how != How::front_desk)
    return conflict("not_the_desks", "They checked in by themselves; that stays as it was said.");
  if (auto may = rules::may_check_in(How::front_desk, list->session.status, list->session.starts_at,
                                     list->session.ends_at, now);
      !may)
    return may.error();
  tx.run("DELETE FROM check_in WHERE session_id = $1 AND client_id = $2", id, client);
  access::audit(tx, actor, "check_in.take_back", "session", id.value, now, {{"client", client.value}});
  live::hint(tx, "session.changed", id.value, list->session.site);
  return arrivals(tx, who, id);
}

std::map<ClientId, Proposed> proposed(Snapshot& db, SessionId session, Instant starts_at) {
  using Row = std::tuple<ClientId, Instant, How, std::optional<std::string>, std::optional<std::string>>;
  std::map<ClientId, Proposed> found;
  for (auto& [client, at, how, town, call_back] : db.all<Row>(
           "SELECT client_id, at, how, town, call_back FROM check_in WHERE session_id = $1 AND at >= $2",
           session, starts_at - rules::earliest))
    found.emplace(client, Proposed{at, how, std::move(town), std::move(call_back)});
  return found;
}

std::int64_t purge_whereabouts(Transaction& tx, Instant now) {
  return tx.run(
      "UPDATE check_in SET town = NULL, call_back = NULL WHERE (session_id, client_id) IN "
      "(SELECT session_id, client_id FROM check_in WHERE town IS NOT NULL AND at <= $1 ORDER BY at "
      "LIMIT 200)",
      now - whereabouts_kept);
}

}  // namespace circled::attendance
