#include "places/closure.hpp"

#include "live/emit.hpp"

namespace circled::places {
namespace {

constexpr auto longest = std::chrono::days(400);

std::optional<Closure> closure(Snapshot& db, ClosureId id) {
  return db.one<Closure>("SELECT id, site_id, from_on, until_on, name, source FROM closure WHERE id = $1",
                         id);
}

void tell(Transaction& tx, const Closure& closure) {
  live::hint(tx, "closure.changed", closure.id.value, closure.site.value_or(SiteId{}));
}

}  // namespace

std::vector<Closure> closures(Snapshot& db, std::optional<SiteId> site, Date from, Date until) {
  if (!site)
    return db.all<Closure>(
        "SELECT id, site_id, from_on, until_on, name, source FROM closure "
        "WHERE until_on >= $1 AND from_on <= $2 ORDER BY from_on, id",
        from, until);
  return db.all<Closure>(
      "SELECT id, site_id, from_on, until_on, name, source FROM closure "
      "WHERE until_on >= $1 AND from_on <= $2 AND (site_id IS NULL OR site_id = $3) ORDER BY from_on, id",
      from, until, *site);
}

std::optional<std::string> closed(Snapshot& db, SiteId site, Date day) {
  return db.one<std::string>(
      "SELECT name FROM closure WHERE until_on >= $1 AND from_on <= $1 "
      "AND (site_id IS NULL OR site_id = $2) ORDER BY from_on, id LIMIT 1",
      day, site);
}

Result<Closure> add_closure(Transaction& tx, const access::Actor& actor, const NewClosure& closure,
                            Instant now) {
  std::vector<FieldError> errors;
  if (closure.site && !places::site(tx, *closure.site))
    errors.push_back({"/site", "not_found", "There is no such site."});
  if (closure.until_on < closure.from_on || closure.until_on - closure.from_on > longest)
    errors.push_back({"/until_on", "out_of_range", "This must be 'from_on' or later, by 400 days at most."});
  if (!errors.empty()) return invalid(std::move(errors));
  const auto id = *tx.one<ClosureId>(
      "INSERT INTO closure (site_id, from_on, until_on, name) VALUES ($1, $2, $3, $4) RETURNING id",
      closure.site, closure.from_on, closure.until_on, closure.name);
  const Closure added = *places::closure(tx, id);
  access::audit(tx, actor, "closure.add", "closure", id.value, now);
  tell(tx, added);
  return added;
}

Result<Closure> remove_closure(Transaction& tx, const access::Actor& actor, ClosureId id, Instant now) {
  const auto found = closure(tx, id);
  if (!found) return not_found("closure");
  if (!found->source.empty())
    return conflict("imported", "This closure comes from the calendar '" + found->source +
                                    "'; import that again without it.");
  tx.run("DELETE FROM closure WHERE id = $1", id);
  access::audit(tx, actor, "closure.remove", "closure", id.value, now);
  tell(tx, *found);
  return *found;
}

}  // namespace circled::places
