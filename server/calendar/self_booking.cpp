#include "calendar/self_booking.hpp"

#include <algorithm>
#include <charconv>

#include "base/version.hpp"
#include "calendar/rows.hpp"
#include "calendar/slots.hpp"
#include "live/emit.hpp"
#include "people/standing.hpp"

namespace circled::calendar {
namespace {

static_assert(live::fit_for_client<MySlot> && live::fit_for_client<MyService>);

// So that the counselor hears of it in time.
constexpr std::chrono::hours soonest{2};
constexpr std::chrono::days usual_span{14}, longest_span{31};
// As far ahead as clients can see.
constexpr std::chrono::days furthest{92};
constexpr std::int64_t usual_minutes = 50, usual_page = 20, most_ahead = 3;

// What can be asked for one client.
struct Offered {
  MyService service;
  SiteId site;
  std::string zone;
  std::vector<StaffId> counselors;  // whom they have had longest, first
};

// Which service: the one named, or the first; nothing when clients may not book it.
std::optional<MyService> bookable(Snapshot& db, const std::optional<ServiceId>& wanted) {
  for (auto& service : my_services(db))
    if (!wanted || service.id == *wanted) return std::move(service);
  return std::nullopt;
}

// Nothing for whoever is not in care, or is on hold.
std::optional<Offered> offered(Snapshot& db, ClientId client, MyService service, Instant now) {
  const auto standing = people::standing(db, client, now);
  if (!standing || !standing->phase || standing->on_hold) return std::nullopt;
  const auto [site, zone] =
      db.one<std::tuple<SiteId, std::string>>("SELECT site_id, zone FROM client WHERE person_id = $1", client)
          .value();
  return Offered{
      std::move(service), site, zone,
      db.all<StaffId>("SELECT a.staff_id FROM assignment a JOIN staff t ON t.person_id = a.staff_id "
                      "WHERE a.client_id = $1 AND a.from_at <= $2 "
                      "AND (a.until_at IS NULL OR a.until_at > $2) AND t.active "
                      "AND t.role <> 'front_desk' ORDER BY a.from_at, a.staff_id LIMIT 20",
                      client, now)};
}

// With this counselor alone, if they are one of the client's.
void only(Offered& offered, StaffId counselor) {
  std::erase_if(offered.counselors, [&](StaffId each) { return each != counselor; });
}

struct Free {
  Instant starts_at;
  StaffId staff;
};

// The first times in `range`, each once, with the first counselor who is free then.
std::vector<Free> free_times(Snapshot& db, ClientId client, const Offered& offered, std::int64_t minutes,
                             Span range, std::size_t most, Instant now) {
  range.from = std::max<Instant>(range.from, now + soonest);
  std::vector<Free> found;
  if (offered.counselors.empty() || range.from >= range.until) return found;
  std::string staff;
  for (const auto id : offered.counselors) staff += (staff.empty() ? "" : ",") + std::to_string(id.value);
  SlotFilter filter{};
  filter.service = offered.service.id;
  filter.site = offered.site;
  filter.duration_minutes = {minutes};
  filter.from = range.from;
  filter.until = range.until;
  filter.staff = staff;
  filter.client = client;
  filter.zone = offered.zone;
  filter.limit = Number<1, 200>{
      std::min<std::int64_t>(200, static_cast<std::int64_t>(most * offered.counselors.size()))};
  while (found.size() < most) {
    const auto page = slots(db, the_server(), filter, now);
    if (!page) throw std::logic_error("a client's slots cannot be asked for: " + page.error().detail);
    for (const auto& slot : page->items)
      if (found.size() < most && (found.empty() || found.back().starts_at != slot.starts_at))
        found.push_back({slot.starts_at, slot.staff.front()});
    if (!page->next) break;
    filter.after = Text<1, 100>(*page->next);
  }
  return found;
}

MySlot shown(const Offered& offered, const Free& free, std::int64_t minutes) {
  return {offered.service.id, offered.service.title, free.starts_at, free.starts_at + Minutes(minutes),
          offered.zone};
}

Error no_such_service(const char* pointer) {
  return invalid(pointer, "not_found", "There is no such service to book.");
}

// The start of the last slot of a page, in milliseconds.
Result<std::optional<Instant>> after(const MySlotFilter& filter) {
  if (!filter.after) return std::optional<Instant>();
  const std::string& cursor = *filter.after;
  std::int64_t at = 0;
  const auto [end, ec] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), at);
  if (ec != std::errc{} || end != cursor.data() + cursor.size())
    return invalid("?after", "not_a_cursor", "This is not a cursor of this list.");
  return std::optional(from_millis(at));
}

// To whoever leads it: a client has booked it.
struct BookedByClient {
  SessionId session;
  ClientId client;
  Instant starts_at;
};
BOOST_DESCRIBE_STRUCT(BookedByClient, (), (session, client, starts_at))

}  // namespace

std::vector<MyService> my_services(Snapshot& db) {
  return db.all<MyService>("SELECT id, neutral_name FROM service WHERE clients_book ORDER BY id");
}

Result<api::Page<MySlot>> my_slots(Snapshot& db, ClientId client, const MySlotFilter& filter, Instant now) {
  const auto cursor = after(filter);
  if (!cursor) return cursor.error();
  const Instant from = filter.from.value_or(now);
  const Instant until = filter.until.value_or(from + usual_span);
  if (until <= from || until - from > longest_span)
    return invalid("?until", "out_of_range", "This must be after 'from', by 31 days at the most.");
  const auto service = bookable(db, filter.service);
  if (!service && filter.service) return no_such_service("?service");
  api::Page<MySlot> page;
  const auto what = service ? offered(db, client, *service, now) : std::nullopt;
  if (!what) return page;

  const std::int64_t minutes = filter.duration_minutes ? filter.duration_minutes->value : usual_minutes;
  const auto limit = static_cast<std::size_t>(filter.limit ? filter.limit->value : usual_page);
  // Starts are whole minutes.
  const Span range{*cursor ? std::max(from, **cursor + Milliseconds(1)) : from, until};
  auto found = free_times(db, client, *what, minutes, range, limit + 1, now);
  if (found.size() > limit) {
    found.pop_back();
    page.next = std::to_string(to_millis(found.back().starts_at));
  }
  for (const auto& free : found) page.items.push_back(shown(*what, free, minutes));
  return page;
}

std::vector<MySlot> times_with(Snapshot& db, ClientId client, StaffId counselor, ServiceId service_id,
                               Span range, std::size_t most, Instant now) {
  const auto service = bookable(db, service_id);
  auto what = service ? offered(db, client, *service, now) : std::nullopt;
  if (!what) return {};
  only(*what, counselor);
  std::vector<MySlot> found;
  for (const auto& free : free_times(db, client, *what, usual_minutes, range, most, now))
    found.push_back(shown(*what, free, usual_minutes));
  return found;
}

std::vector<MySlot> instead_of(Snapshot& db, ClientId client, SessionId session, Instant now) {
  const auto row = db.one<std::tuple<ServiceId, Kind, Instant, Instant>>(
      "SELECT service_id, kind, starts_at, ends_at FROM session WHERE id = $1", session);
  if (!row || std::get<1>(*row) != Kind::one_on_one) return {};
  const auto& [service_id, kind, starts_at, ends_at] = *row;
  const auto service = bookable(db, service_id);
  const auto what = service ? offered(db, client, *service, now) : std::nullopt;
  if (!what) return {};
  const std::int64_t minutes = std::chrono::duration_cast<Minutes>(ends_at - starts_at).count();
  std::vector<MySlot> found;
  for (const auto& free : free_times(db, client, *what, minutes, {now, now + usual_span}, 3, now))
    found.push_back(shown(*what, free, minutes));
  return found;
}

Result<Appointment> book_own(Transaction& tx, const access::Actor& actor, ClientId client,
                             const MyBooking& booking, Instant now, std::optional<StaffId> with) {
  const Error taken = conflict("slot_taken", "That time is not free any more; choose another one.");
  auto service = bookable(tx, booking.service);
  if (!service) return no_such_service("/service");
  const auto ahead = *tx.one<std::int64_t>(
      "SELECT count(*) FROM participant p JOIN session s ON s.id = p.session_id WHERE p.client_id = $1 "
      "AND p.starts_at > $2 AND s.kind = 'one_on_one' AND s.status = 'scheduled' AND s.service_id = $3",
      client, now, service->id);
  if (ahead >= most_ahead)
    return conflict("too_many", "You have three of these ahead. Ask your counselor for another one.");

  const std::int64_t minutes = booking.duration_minutes ? booking.duration_minutes->value : usual_minutes;
  auto what = offered(tx, client, std::move(*service), now);
  if (what && with) only(*what, *with);
  if (!what || booking.starts_at > now + furthest) return taken;
  const auto free = free_times(tx, client, *what, minutes,
                               {booking.starts_at, booking.starts_at + Milliseconds(1)}, 1, now);
  if (free.empty()) return taken;

  Booking wanted{};
  wanted.service = what->service.id;
  wanted.kind = Kind::one_on_one;
  wanted.site = what->site;
  wanted.starts_at = booking.starts_at;
  wanted.duration_minutes = {minutes};
  wanted.facilitators.push_back(free.front().staff);
  wanted.clients.push_back(client);
  const auto booked = book(tx, the_server(), actor, wanted, now);
  // Whatever stands in the way is somebody else's.
  if (!booked) return taken;
  live::emit(tx, free.front().staff, now, "session.booked_by_client",
             BookedByClient{booked->id, client, booked->starts_at});
  return *appointment(tx, client, booked->id);
}

Result<Appointment> book_instead(Transaction& tx, const access::Actor& actor, ClientId client,
                                 SessionId session, Instant starts_at, Instant now) {
  const auto before = tx.one<std::tuple<ServiceId, Instant, Instant>>(
      "SELECT s.service_id, s.starts_at, s.ends_at FROM session s JOIN participant p ON p.session_id = s.id "
      "WHERE s.id = $1 AND p.client_id = $2",
      session, client);
  if (!before) return not_found("appointment");
  const auto& [service, from, until] = *before;
  return book_own(
      tx, actor, client,
      {service, starts_at, Number<15, 90>{std::chrono::duration_cast<Minutes>(until - from).count()}}, now);
}

Result<SelfBooking> self_booking(Snapshot& db, ServiceId service) {
  auto found = db.one<SelfBooking>("SELECT clients_book FROM service WHERE id = $1", service);
  if (!found) return not_found("service");
  return std::move(*found);
}

Result<SelfBooking> set_self_booking(Transaction& tx, const access::Actor& actor, ServiceId service,
                                     std::string_view seen, const SelfBooking& next, Instant now) {
  const auto current = self_booking(tx, service);
  if (!current) return current;
  if (digest_of(*current) != seen) return changed_meanwhile(*current);
  tx.run("UPDATE service SET clients_book = $2 WHERE id = $1", service, next.clients_book);
  access::audit(tx, actor, "service.set_self_booking", "service", service.value, now,
                {{"clients_book", next.clients_book}});
  return next;
}

}  // namespace circled::calendar
