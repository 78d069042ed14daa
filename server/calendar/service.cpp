#include "calendar/service.hpp"

#include "base/version.hpp"
#include "live/emit.hpp"

namespace circled::calendar {
namespace {

// "Family session" is family_session. Letters of other scripts stay as they are: a code is never typed.
std::string code_of(std::string_view name) {
  std::string code = people::fold(name);
  for (char& c : code)
    if (c == ' ' || c == '-' || c == '/') c = '_';
  return code;
}

bool another_has(Snapshot& db, std::string_view name, ServiceId than) {
  return db.one<std::int64_t>("SELECT 1 FROM service WHERE name = $1 AND id <> $2 LIMIT 1", name, than)
      .has_value();
}

Error taken() { return invalid("/name", "taken", "There is a service of this name already."); }

}  // namespace

Result<Service> service(Snapshot& db, ServiceId id) {
  auto found = db.one<Service>("SELECT id, code, name, neutral_name, counts FROM service WHERE id = $1", id);
  if (!found) return not_found("service");
  return std::move(*found);
}

std::string version(const Service& service) { return digest_of(service); }

Result<Service> new_service(Transaction& tx, const access::Actor& actor, const ServiceWords& words,
                            Instant now) {
  if (another_has(tx, words.name, ServiceId())) return taken();
  auto added = add_service(
      tx, actor, {ServiceId(), code_of(words.name), words.name, words.neutral_name, words.counts}, now);
  if (!added) return taken();
  live::hint(tx, "service.changed", added->id.value, SiteId());
  return added;
}

Result<Service> change_service(Transaction& tx, const access::Actor& actor, ServiceId id,
                               std::string_view seen, const ServiceWords& words, Instant now) {
  const auto current = service(tx, id);
  if (!current) return current;
  if (version(*current) != seen)
    return changed_meanwhile(*current, "Somebody changed this service since you read it.");
  if (another_has(tx, words.name, id)) return taken();
  tx.run("UPDATE service SET name = $2, neutral_name = $3, counts = $4 WHERE id = $1", id, words.name,
         words.neutral_name, words.counts);
  access::audit(tx, actor, "service.change", "service", id.value, now);
  live::hint(tx, "service.changed", id.value, SiteId());
  return service(tx, id);
}

}  // namespace circled::calendar
