#include "calendar/hold.hpp"

#include <algorithm>

#include "calendar/rows.hpp"
#include "calendar/rules.hpp"
#include "live/emit.hpp"
#include "people/reach.hpp"

namespace circled::calendar {
namespace {

constexpr std::int64_t most_holds_of_one = 5;
constexpr std::int64_t holds_at_once = 500;

std::vector<FieldError> check(Transaction& tx, const api::Identity& who, const NewSlotHold& wanted,
                              Instant now) {
  std::vector<FieldError> errors = rules::check_time(wanted.starts_at, now);
  if (!places::site(tx, wanted.site)) errors.push_back({"/site", "not_found", "There is no such site."});
  for (auto& error : check_facilitators(tx, wanted.facilitators)) errors.push_back(std::move(error));
  if (wanted.client && !people::reaches(tx, who, *wanted.client, now))
    errors.push_back({"/client", "not_found", "There is no such client."});
  if (wanted.room) {
    const auto room = places::room(tx, *wanted.room);
    if (!room || room->site != wanted.site)
      errors.push_back({"/room", "not_found", "There is no such room at this site."});
  }
  return errors;
}

std::vector<Owner> owners(const NewSlotHold& wanted) {
  std::vector<Owner> all;
  for (std::size_t i = 0; i < wanted.facilitators.size(); ++i)
    all.push_back({OwnerKind::staff, wanted.facilitators[i].value, "/facilitators/" + std::to_string(i)});
  if (wanted.client) all.push_back({OwnerKind::client, wanted.client->value, "/client"});
  if (wanted.room) all.push_back({OwnerKind::room, wanted.room->value, "/room"});
  return all;
}

// Dashboards show who is free; a hold may be anybody's at any site.
void tell(Transaction& tx, HoldId hold) { live::hint(tx, "hold.changed", hold.value, {}); }

std::optional<PersonId> kept_for(Snapshot& db, HoldId hold) {
  return db.one<PersonId>("SELECT person_id FROM hold WHERE id = $1", hold);
}

}  // namespace

Result<SlotHold> hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                      const NewSlotHold& wanted, Instant now) {
  auto errors = check(tx, who, wanted, now);
  if (!errors.empty()) return invalid(std::move(errors));
  const PersonId person = wanted.client ? PersonId(*wanted.client) : who.person;
  if (*tx.one<std::int64_t>("SELECT count(*) FROM hold WHERE person_id = $1 AND expires_at > $2", person,
                            now) >= most_holds_of_one)
    return conflict("too_many_holds", "Five slots are kept already; give one back first.");

  const auto site = *places::site(tx, wanted.site);
  SlotHold made{{},
                wanted.starts_at,
                wanted.starts_at + Minutes(wanted.duration_minutes.value) + Minutes(site.break_minutes),
                now + Minutes(wanted.minutes ? wanted.minutes->value : 5)};
  const auto all = owners(wanted);
  if (const auto found = conflicts(tx, who, all, made.from, made.until, {}, now); !found.empty())
    return collision(found);

  made.id = *tx.one<HoldId>(
      "INSERT INTO hold (person_id, from_at, until_at, expires_at) VALUES ($1, $2, $3, $4) RETURNING id",
      person, made.from, made.until, made.expires_at);
  for (const Owner& owner : all)
    tx.later(
        "INSERT INTO hold_owner (owner_kind, owner_id, from_at, hold_id, until_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        owner.kind, owner.id, made.from, made.id, made.until, made.expires_at);
  tell(tx, made.id);
  access::audit(tx, actor, "hold.make", "hold", made.id.value, now, {{"person", person.value}});
  return made;
}

Result<void> release_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor, HoldId id,
                          Instant now) {
  const auto person = kept_for(tx, id);
  if (!person) return not_found("hold");
  if (*person != who.person && !people::reaches(tx, who, ClientId(person->value), now))
    return not_found("hold");
  use_hold(tx, id);
  access::audit(tx, actor, "hold.release", "hold", id.value, now);
  return {};
}

HoldId own_hold(Snapshot& db, const api::Identity& who, std::optional<HoldId> hold,
                const std::vector<ClientId>& clients) {
  const auto person = hold ? kept_for(db, *hold) : std::nullopt;
  if (!person) return {};
  const bool theirs = std::any_of(clients.begin(), clients.end(),
                                  [&](ClientId client) { return PersonId(client) == *person; });
  return theirs || *person == who.person ? *hold : HoldId{};
}

void use_hold(Transaction& tx, HoldId hold) {
  tx.later("DELETE FROM hold_owner WHERE hold_id = $1", hold);
  tx.later("DELETE FROM hold WHERE id = $1", hold);
  tell(tx, hold);
}

std::int64_t purge_holds(Transaction& tx, Instant now) {
  const auto expired = tx.all<HoldId>(
      "SELECT id FROM hold WHERE expires_at <= $1 ORDER BY expires_at, id LIMIT $2", now, holds_at_once);
  for (const auto id : expired) {
    tx.later("DELETE FROM hold_owner WHERE hold_id = $1", id);
    tx.later("DELETE FROM hold WHERE id = $1", id);
  }
  return static_cast<std::int64_t>(expired.size());
}

}  // namespace circled::calendar
