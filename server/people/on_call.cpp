#include "people/on_call.hpp"

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/on_call_rules.hpp"
#include "people/staff.hpp"
#include "places/place.hpp"

namespace circled::people {
namespace {

constexpr auto longest = std::chrono::days(14);
constexpr auto earliest_ago = std::chrono::days(1);
constexpr auto ahead = std::chrono::days(7);

// A shift with the names that go with its ids; WHERE chooses.
#define CIRCLED_SHIFTS(WHERE)                                                                            \
  "SELECT o.id, o.site_id, o.from_at, o.until_at, o.primary_id, p.name, o.backup_id, b.name, o.version " \
  "FROM on_call o JOIN staff p ON p.person_id = o.primary_id "                                           \
  "LEFT JOIN staff b ON b.person_id = o.backup_id WHERE " WHERE

std::optional<OnCallShift> find(Snapshot& db, OnCallId id) {
  return db.one<OnCallShift>(CIRCLED_SHIFTS("o.id = $1"), id);
}

// No shift that touches [from, until) ends later than the longest one that begins before `until`.
std::vector<OnCallShift> between(Snapshot& db, SiteId site, Instant from, Instant until) {
  return db.all<OnCallShift>(CIRCLED_SHIFTS("o.site_id = $1 AND o.until_at > $2 AND o.until_at < $4 AND "
                                            "o.from_at < $3 ORDER BY o.until_at, o.id"),
                             site, from, until, until + longest);
}

bool can_be_on_call(Snapshot& db, StaffId id) {
  const auto found = staff_member(db, id);
  return found && found->active && api::Counselor::accepts(found->role);
}

std::vector<FieldError> wrong(Snapshot& db, const NewOnCallShift& shift, Instant earliest, Instant now) {
  std::vector<FieldError> errors;
  if (shift.from < earliest) errors.push_back({"/from", "too_early", "This lies too far back."});
  if (shift.until <= shift.from || shift.until - shift.from > longest)
    errors.push_back({"/until", "out_of_range", "This must be later than 'from', by 14 days at most."});
  else if (shift.until <= now)
    errors.push_back({"/until", "in_the_past", "This time has passed."});
  constexpr const char* cannot = "This must be somebody who treats clients here.";
  if (!can_be_on_call(db, shift.primary)) errors.push_back({"/primary", "cannot_be_on_call", cannot});
  if (shift.backup == shift.primary)
    errors.push_back({"/backup", "same_person", "This must be somebody else than the primary."});
  else if (shift.backup && !can_be_on_call(db, *shift.backup))
    errors.push_back({"/backup", "cannot_be_on_call", cannot});
  return errors;
}

Error overlaps(const OnCallShift& other) {
  Error error = conflict("overlaps", other.primary_name + " is on call during a part of that time.");
  error.extra["shift"] = json::encode(other);
  return error;
}

std::optional<Error> overlap(Snapshot& db, SiteId site, const NewOnCallShift& shift, OnCallId self) {
  for (const auto& other : between(db, site, shift.from, shift.until))
    if (other.id != self) return overlaps(other);
  return std::nullopt;
}

void tell(Transaction& tx, const access::Actor& actor, std::string_view action, OnCallId id, SiteId site,
          Instant now) {
  access::audit(tx, actor, action, "on_call", id.value, now);
  live::hint(tx, "on_call.changed", id.value, site);
}

}  // namespace

std::optional<OnCallShift> on_call(Snapshot& db, SiteId site, Instant now) {
  return db.one<OnCallShift>(CIRCLED_SHIFTS("o.site_id = $1 AND o.until_at > $2 AND o.until_at <= $3 AND "
                                            "o.from_at <= $2 ORDER BY o.until_at LIMIT 1"),
                             site, now, now + longest);
}

Result<OnCallRota> rota(Snapshot& db, SiteId site, Instant from, Instant until, Instant now) {
  if (!places::site(db, site)) return not_found("site");
  OnCallRota found{on_call(db, site, now), between(db, site, from, until), {}};
  std::vector<rules::Span> spans;
  for (const auto& shift : between(db, site, now, now + ahead)) spans.push_back({shift.from, shift.until});
  for (const auto& gap : rules::gaps(std::move(spans), now, now + ahead))
    found.gaps.push_back({gap.from, gap.until});
  return found;
}

Result<OnCallShift> add_shift(Transaction& tx, const access::Actor& actor, SiteId site,
                              const NewOnCallShift& shift, Instant now) {
  if (!places::site(tx, site)) return not_found("site");
  if (auto errors = wrong(tx, shift, now - earliest_ago, now); !errors.empty())
    return invalid(std::move(errors));
  if (auto other = overlap(tx, site, shift, {})) return *other;
  const auto id = *tx.one<OnCallId>(
      "INSERT INTO on_call (site_id, from_at, until_at, primary_id, backup_id) VALUES ($1, $2, $3, $4, $5) "
      "RETURNING id",
      site, shift.from, shift.until, shift.primary, shift.backup);
  tell(tx, actor, "on_call.add", id, site, now);
  return *find(tx, id);
}

Result<OnCallShift> change_shift(Transaction& tx, const access::Actor& actor, OnCallId id,
                                 std::int64_t version, const NewOnCallShift& shift, Instant now) {
  const auto found = find(tx, id);
  if (!found) return not_found("shift");
  if (found->version != version) return changed_meanwhile(*found);
  if (found->until <= now) return conflict("already_over", "This shift is over.");
  auto errors = wrong(tx, shift, std::min(found->from, now - earliest_ago), now);
  if (found->from <= now && shift.from != found->from)
    errors.push_back({"/from", "has_begun", "This shift has begun: only what follows can change."});
  if (!errors.empty()) return invalid(std::move(errors));
  if (auto other = overlap(tx, found->site, shift, id)) return *other;
  tx.run(
      "UPDATE on_call SET from_at = $2, until_at = $3, primary_id = $4, backup_id = $5, version = version + "
      "1 "
      "WHERE id = $1",
      id, shift.from, shift.until, shift.primary, shift.backup);
  tell(tx, actor, "on_call.change", id, found->site, now);
  return *find(tx, id);
}

Result<void> remove_shift(Transaction& tx, const access::Actor& actor, OnCallId id, Instant now) {
  const auto found = find(tx, id);
  if (!found) return not_found("shift");
  if (found->until <= now) return conflict("already_over", "This shift is over.");
  if (found->from < now)
    tx.run("UPDATE on_call SET until_at = $2, version = version + 1 WHERE id = $1", id, now);
  else
    tx.run("DELETE FROM on_call WHERE id = $1", id);
  tell(tx, actor, "on_call.remove", id, found->site, now);
  return {};
}

}  // namespace circled::people
