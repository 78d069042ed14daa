#include "calendar/availability.hpp"

#include <set>

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/staff.hpp"

namespace circled::calendar {
namespace {

constexpr auto longest_exception = std::chrono::days(400);

bool is_self(const api::Identity& who, StaffId staff) { return who.person == PersonId(staff); }

Error not_yours() { return forbidden("Only a supervisor changes somebody else's hours."); }

// The state before a change of hours, blocks or credentials, when the caller has seen just that.
Result<Availability> for_editing(Transaction& tx, const api::Identity& who, StaffId staff,
                                 std::string_view seen, Instant now) {
  auto current = availability(tx, who, staff, now);
  if (!current) return current;
  if (!api::Supervisor::accepts(who.role) && !is_self(who, staff)) return not_yours();
  if (version(*current) != seen) return changed_meanwhile(*current);
  return current;
}

std::vector<FieldError> check(Transaction& tx, const NewWeek& week) {
  std::vector<FieldError> errors;
  if (week.hours) {
    errors = places::check_times(*week.hours, "/hours", [](const WorkingTime& a, const WorkingTime& b) {
      return a.site == b.site && a.weekday == b.weekday;
    });
    std::set<SiteId> known;
    for (const auto& site : places::sites(tx)) known.insert(site.id);
    for (std::size_t i = 0; i < week.hours->size(); ++i)
      if (!known.contains((*week.hours)[i].site))
        errors.push_back({"/hours/" + std::to_string(i) + "/site", "not_found", "There is no such site."});
  }
  if (week.blocks)
    for (auto& error :
         places::check_times(*week.blocks, "/blocks",
                             [](const WeeklyBlock&a, const WeeklyBlock&b) { return a.weekday == b.weekday; }))
      errors.push_back(std::move(error));
  return errors;
}

// Tells and records a change, and answers how things stand with it.
Result<AvailabilityChange> changed(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                   StaffId staff, std::string_view action, Instant now) {
  access::audit(tx, actor, action, "staff", staff.value, now);
  // They may work at every site.
  live::hint(tx, "availability.changed", staff.value, {});
  return AvailabilityChange{*availability(tx, who, staff, now), troubled_of_staff(tx, staff, now)};
}

}  // namespace

Error unavailable(const std::vector<Trouble>& troubles) {
  std::string words;
  for (const auto& trouble : troubles) words += (words.empty() ? "" : " ") + trouble.text;
  Error error = conflict("unavailable", std::move(words));
  error.extra["troubles"] = json::encode(troubles);
  return error;
}

Result<Availability> availability(Snapshot& db, const api::Identity& who, StaffId staff, Instant now) {
  if (!people::staff_member(db, staff)) return not_found("member of staff");
  Availability found;
  found.staff = staff;
  for (const auto& [site, weekday, from, until] :
       db.all<std::tuple<SiteId, std::int64_t, TimeOfDay, std::int64_t>>(
           "SELECT site_id, weekday, from_time, until_time FROM staff_hours WHERE staff_id = $1 "
           "ORDER BY site_id, weekday, from_time",
           staff))
    found.hours.push_back({site, {weekday}, from, places::until_time(until)});
  for (const auto& [weekday, from, until, kind] :
       db.all<std::tuple<std::int64_t, TimeOfDay, std::int64_t, BlockKind>>(
           "SELECT weekday, from_time, until_time, kind FROM staff_block WHERE staff_id = $1 "
           "ORDER BY weekday, from_time",
           staff))
    found.blocks.push_back({{weekday}, from, places::until_time(until), kind});
  found.credentials = db.all<StaffCredential>(
      "SELECT credential, until_on FROM staff_credential WHERE staff_id = $1 ORDER BY credential", staff);
  found.exceptions = db.all<StaffException>(
      "SELECT id, kind, from_at, until_at, note FROM staff_exception WHERE staff_id = $1 AND until_at > $2 "
      "ORDER BY from_at, id",
      staff, now);
  if (!api::Supervisor::accepts(who.role) && !is_self(who, staff))
    for (auto& exception : found.exceptions) exception.note.clear();
  return found;
}

std::string version(const Availability& a) {
  return digest_of(json::array{json::encode(a.hours), json::encode(a.blocks), json::encode(a.credentials)});
}

Result<AvailabilityChange> set_week(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                    StaffId staff, std::string_view seen, const NewWeek& week, Instant now) {
  const auto current = for_editing(tx, who, staff, seen, now);
  if (!current) return current.error();
  if (week.hours && !api::Supervisor::accepts(who.role))
    return forbidden("Only a supervisor changes when somebody works.");
  auto errors = check(tx, week);
  if (!errors.empty()) return invalid(std::move(errors));
  if (week.hours) {
    tx.later("DELETE FROM staff_hours WHERE staff_id = $1", staff);
    for (const auto& time : *week.hours)
      tx.later(
          "INSERT INTO staff_hours (staff_id, site_id, weekday, from_time, until_time) "
          "VALUES ($1, $2, $3, $4, $5)",
          staff, time.site, time.weekday, time.from, places::until_minutes(time.until));
  }
  if (week.blocks) {
    tx.later("DELETE FROM staff_block WHERE staff_id = $1", staff);
    for (const auto& block : *week.blocks)
      tx.later(
          "INSERT INTO staff_block (staff_id, weekday, from_time, until_time, kind) "
          "VALUES ($1, $2, $3, $4, $5)",
          staff, block.weekday, block.from, places::until_minutes(block.until), block.kind);
  }
  return changed(tx, who, actor, staff, "staff.set_week", now);
}

Result<AvailabilityChange> set_credentials(Transaction& tx, const api::Identity& who,
                                           const access::Actor& actor, StaffId staff, std::string_view seen,
                                           const NewCredentials& credentials, Instant now) {
  const auto current = for_editing(tx, who, staff, seen, now);
  if (!current) return current.error();
  if (!api::Supervisor::accepts(who.role)) return forbidden("Only a supervisor says what somebody may lead.");
  std::vector<FieldError> errors;
  std::set<std::string> known;
  for (std::size_t i = 0; i < credentials.credentials.size(); ++i)
    if (!known.insert(credentials.credentials[i].credential).second)
      errors.push_back({"/credentials/" + std::to_string(i), "repeated", "This stands in the list already."});
  if (!errors.empty()) return invalid(std::move(errors));
  tx.later("DELETE FROM staff_credential WHERE staff_id = $1", staff);
  for (const auto& each : credentials.credentials)
    tx.later("INSERT INTO staff_credential (staff_id, credential, until_on) VALUES ($1, $2, $3)", staff,
             each.credential, each.until_on);
  return changed(tx, who, actor, staff, "staff.set_credentials", now);
}

Result<AvailabilityChange> add_exception(Transaction& tx, const api::Identity& who,
                                         const access::Actor& actor, StaffId staff,
                                         const NewException& exception, Instant now) {
  if (!people::staff_member(tx, staff)) return not_found("member of staff");
  if (!api::Supervisor::accepts(who.role) && !is_self(who, staff)) return not_yours();
  if (!api::Supervisor::accepts(who.role) && exception.kind != ExceptionKind::off)
    return forbidden("Only a supervisor enters leave and extra hours.");
  std::vector<FieldError> errors;
  if (exception.until <= exception.from || exception.until - exception.from > longest_exception)
    errors.push_back({"/until", "out_of_range", "This must be after 'from', by 400 days at the most."});
  else if (exception.until <= now)
    errors.push_back({"/until", "in_the_past", "This time has passed."});
  if (!errors.empty()) return invalid(std::move(errors));
  tx.later(
      "INSERT INTO staff_exception (staff_id, kind, from_at, until_at, note) VALUES ($1, $2, $3, $4, $5)",
      staff, exception.kind, exception.from, exception.until, exception.note.value_or(""));
  return changed(tx, who, actor, staff, "staff.add_exception", now);
}

Result<AvailabilityChange> remove_exception(Transaction& tx, const api::Identity& who,
                                            const access::Actor& actor, StaffId staff, ExceptionId exception,
                                            Instant now) {
  const auto kind = tx.one<ExceptionKind>("SELECT kind FROM staff_exception WHERE id = $1 AND staff_id = $2",
                                          exception, staff);
  if (!kind) return not_found("exception");
  if (!api::Supervisor::accepts(who.role) && !is_self(who, staff)) return not_yours();
  if (!api::Supervisor::accepts(who.role) && *kind != ExceptionKind::off)
    return forbidden("Only a supervisor takes back leave and extra hours.");
  tx.later("DELETE FROM staff_exception WHERE id = $1", exception);
  return changed(tx, who, actor, staff, "staff.remove_exception", now);
}

Result<ServiceNeeds> service_needs(Snapshot& db, ServiceId service) {
  auto found = db.one<ServiceNeeds>("SELECT credential FROM service WHERE id = $1", service);
  if (!found) return not_found("service");
  return std::move(*found);
}

std::string version(const ServiceNeeds& needs) { return digest_of(needs); }

Result<ServiceNeeds> set_service_needs(Transaction& tx, const access::Actor& actor, ServiceId service,
                                       std::string_view seen, const ServiceNeeds& needs, Instant now) {
  const auto current = service_needs(tx, service);
  if (!current) return current;
  if (version(*current) != seen) return changed_meanwhile(*current);
  tx.run("UPDATE service SET credential = $2 WHERE id = $1", service, needs.credential);
  access::audit(tx, actor, "service.set_credential", "service", service.value, now,
                {{"credential", std::string(needs.credential)}});
  return needs;
}

}  // namespace circled::calendar
