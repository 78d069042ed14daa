// What could be done about each session of a bad day.
#include <algorithm>
#include <map>

#include "calendar/availability.hpp"
#include "calendar/bad_day_rules.hpp"
#include "calendar/busy.hpp"
#include "calendar/slots.hpp"
#include "people/staff.hpp"

namespace circled::calendar {
namespace {

constexpr std::size_t most_substitutes = 5;
constexpr std::int64_t most_slots = 3;
constexpr auto slots_within = std::chrono::days(14);

// What is the same for many sessions is asked once: of each site who works there and which rooms it has, of
// each service there when these people can be booked for it.
class Proposing {
 public:
  Proposing(Snapshot& db, const api::Identity& who, const BadDay& day, const std::vector<Session>& sessions,
            Instant now)
      : db_(db), who_(who), day_(day), sessions_(sessions), now_(now) {}

  Proposals about(const Session& session) {
    Proposals found{{}, {}, {}, Telehealth::has_link, true};
    if (session.link.empty()) found.telehealth = Telehealth::needs_link;
    if (day_.what == Out::staff) found.substitutes = substitutes(session);
    if (day_.what == Out::room) found.room = free_room(session);
    if (session.kind == Kind::one_on_one) found.slots = free_times(session);
    return found;
  }

 private:
  const places::Site& site(SiteId id) { return sites_.try_emplace(id, *places::site(db_, id)).first->second; }
  Instant busy_until(const Session& session) {
    return session.ends_at + Minutes(site(session.site).break_minutes);
  }

  // Who works at the site and could lead a session, but for whoever is out.
  const std::vector<people::Staff>& counselors(SiteId id) {
    const auto [at, fresh] = staff_.try_emplace(id);
    if (fresh) {
      at->second = people::staff(db_, id);
      std::erase_if(at->second, [&](const people::Staff& each) {
        return !each.active || each.role == api::Role::front_desk || each.id.value == day_.id;
      });
    }
    return at->second;
  }

  // When all who might lead one of these sessions at that site can be booked for that service.
  const rules::Times& known(const Session& session) {
    const auto [at, fresh] = times_.try_emplace({session.site, session.service});
    if (fresh) {
      std::vector<StaffId> people;
      for (const auto& each : counselors(session.site)) people.push_back(each.id);
      Span range{session.starts_at, session.ends_at};
      for (const auto& other : sessions_) {
        if (other.site != session.site || other.service != session.service) continue;
        for (const auto& each : other.facilitators) people.push_back(each.staff);
        range = {std::min(range.from, other.starts_at), std::max(range.until, other.ends_at)};
      }
      std::sort(people.begin(), people.end());
      people.erase(std::unique(people.begin(), people.end()), people.end());
      at->second = times(db_, session.site, session.service, people, range);
    }
    return at->second;
  }

  bool untroubled(const Session& session, const std::vector<StaffId>& facilitators) {
    const rules::Times& all = known(session);
    std::vector<const rules::StaffTimes*> people;
    for (const auto id : facilitators)
      for (const auto& person : all.staff)
        if (person.id == id) people.push_back(&person);
    return rules::troubles(all.site, all.credential, people, {session.starts_at, session.ends_at}).empty();
  }

  std::vector<Substitute> substitutes(const Session& session) {
    const auto& all = counselors(session.site);
    std::vector<Owner> owners;
    for (const auto& each : all) owners.push_back({OwnerKind::staff, each.id.value, {}});
    std::vector<bool> taken(all.size());
    for (const auto& overlap :
         overlaps(db_, owners, session.starts_at, busy_until(session), session.id, now_))
      taken[static_cast<std::size_t>(overlap.owner)] = true;
    std::map<StaffId, std::int64_t> caseloads;
    for (const auto& [staff, clients] : db_.all<std::tuple<StaffId, std::int64_t>>(
             "SELECT a.staff_id, count(DISTINCT a.client_id) FROM participant p "
             "JOIN assignment a ON a.client_id = p.client_id "
             "WHERE p.session_id = $1 AND a.from_at <= $2 AND (a.until_at IS NULL OR a.until_at > $2) "
             "GROUP BY a.staff_id",
             session.id, now_))
      caseloads[staff] = clients;
    std::vector<Substitute> free;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const StaffId id = all[i].id;
      if (taken[i] || !untroubled(session, rules::with_substitute(session, StaffId(day_.id), id))) continue;
      const bool facilitates = std::any_of(session.facilitators.begin(), session.facilitators.end(),
                                           [&](const Facilitator& f) { return f.staff == id; });
      free.push_back({id, all[i].name, facilitates, caseloads[id]});
    }
    return rules::ranked(std::move(free), most_substitutes);
  }

  std::optional<FreeRoom> free_room(const Session& session) {
    const auto [at, fresh] = rooms_.try_emplace(session.site);
    if (fresh) {
      at->second = places::rooms(db_, session.site);
      std::stable_sort(at->second.begin(), at->second.end(),
                       [](const places::Room& a, const places::Room& b) { return a.seats < b.seats; });
    }
    std::vector<places::Room> enough;
    std::vector<Owner> owners;
    for (const auto& room : at->second)
      if (room.seats >= session.seats && room.id.value != day_.id) {
        enough.push_back(room);
        owners.push_back({OwnerKind::room, room.id.value, {}});
      }
    std::vector<bool> taken(enough.size());
    for (const auto& overlap :
         overlaps(db_, owners, session.starts_at, busy_until(session), session.id, now_))
      taken[static_cast<std::size_t>(overlap.owner)] = true;
    for (std::size_t i = 0; i < enough.size(); ++i)
      if (!taken[i]) return FreeRoom{enough[i].id, enough[i].name, enough[i].seats};
    return std::nullopt;
  }

  // With all who lead it, the client, and a room if it has one.
  std::vector<FreeTime> free_times(const Session& session) {
    const auto client =
        db_.one<ClientId>("SELECT client_id FROM participant WHERE session_id = $1 LIMIT 1", session.id);
    if (!client || session.facilitators.empty()) return {};
    SlotFilter filter{};
    filter.service = session.service;
    filter.site = session.site;
    filter.duration_minutes = {
        std::chrono::duration_cast<Minutes>(session.ends_at - session.starts_at).count()};
    filter.from = day_.until;
    filter.until = day_.until + slots_within;
    for (const auto& each : session.facilitators)
      filter.staff += (filter.staff.empty() ? "" : ",") + std::to_string(each.staff.value);
    filter.together = true;
    filter.client = *client;
    if (session.room) filter.seats = Number<0, 500>{session.seats};
    filter.limit = Number<1, 200>{most_slots};
    // Whoever leads it may not work here any more, and front desk knows the clients of one site only: then
    // there is none to propose.
    const auto page = slots(db_, who_, filter, now_);
    std::vector<FreeTime> found;
    if (page)
      for (const auto& slot : page->items) found.push_back({slot.starts_at, slot.ends_at, slot.room});
    return found;
  }

  Snapshot& db_;
  const api::Identity& who_;
  const BadDay& day_;
  const std::vector<Session>& sessions_;
  const Instant now_;
  std::map<SiteId, places::Site> sites_;
  std::map<SiteId, std::vector<people::Staff>> staff_;
  std::map<SiteId, std::vector<places::Room>> rooms_;
  std::map<std::pair<SiteId, ServiceId>, rules::Times> times_;
};

}  // namespace

Result<BadDayPreview> preview_bad_day(Snapshot& db, const api::Identity& who, const BadDay& day,
                                      Instant now) {
  const auto scope = bad_day_scope(db, who, day, now);
  if (!scope) return scope.error();
  const auto sessions = concerned_sessions(db, day, *scope, now);
  if (!sessions) return sessions.error();
  Proposing proposing(db, who, day, *sessions, now);
  BadDayPreview preview;
  for (const auto& s : *sessions)
    preview.sessions.push_back({s.id, s.version, s.kind, s.title, s.starts_at, s.ends_at, s.zone, s.room,
                                s.link, s.expected, s.facilitators, proposing.about(s)});
  preview.digest = bad_day_digest(day, *sessions);
  return preview;
}

}  // namespace circled::calendar
