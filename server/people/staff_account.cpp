#include "people/staff_account.hpp"

#include "access/account.hpp"
#include "base/version.hpp"
#include "live/emit.hpp"
#include "places/place.hpp"

namespace circled::people {
namespace {

// More than anybody has; a list of more would be of no use to look through.
constexpr std::int64_t most_sign_ins = 200;

#define CIRCLED_STAFF_ACCOUNT                                                                 \
  "SELECT s.person_id, s.name, s.role, s.site_id, i.name, s.active, "                         \
  "CASE WHEN a.login IS NULL THEN 'none' WHEN a.disabled_at IS NOT NULL THEN 'disabled' "     \
  "WHEN a.password_hash IS NULL THEN 'waiting' ELSE 'good' END, a.login, a.last_sign_in_at, " \
  "(SELECT count(*) FROM sign_in g WHERE g.account_id = a.id AND g.revoked_at IS NULL "       \
  " AND g.expires_at > $1) "                                                                  \
  "FROM staff s JOIN site i ON i.id = s.site_id LEFT JOIN account a ON a.person_id = s.person_id "

// Who could still decide on accounts, were it not for this one.
bool another_admin(Snapshot& db, StaffId than) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM staff s JOIN account a ON a.person_id = s.person_id WHERE s.role = 'admin' AND "
          "s.active AND a.disabled_at IS NULL AND a.password_hash IS NOT NULL AND s.person_id <> $1 LIMIT 1",
          than)
      .has_value();
}

Error last_admin() {
  return conflict(
      "last_admin",
      "Nobody else could decide on accounts any more. Make somebody else an administrator first.");
}
Error not_active() { return conflict("not_active", "This person does not work here any more."); }

std::optional<AccountId> account_of(Snapshot& db, StaffId staff) {
  return db.one<AccountId>("SELECT id FROM account WHERE person_id = $1", staff);
}

Result<StaffAccountDetail> seen_as_is(Snapshot& db, StaffId staff, std::string_view seen, Instant now) {
  auto current = staff_account(db, staff, now);
  if (current && version(*current) != seen)
    return changed_meanwhile(*current, "Somebody changed this account since you read it.");
  return current;
}

Result<StaffAccountDetail> tell(Transaction& tx, StaffId staff, Instant now) {
  auto changed = staff_account(tx, staff, now);
  live::hint(tx, "staff.changed", staff.value, SiteId());
  return changed;
}

}  // namespace

std::vector<StaffAccount> staff_accounts(Snapshot& db, Instant now) {
  return db.all<StaffAccount>(
      CIRCLED_STAFF_ACCOUNT "ORDER BY CASE WHEN s.active THEN 0 ELSE 1 END, s.name, s.person_id", now);
}

Result<StaffAccountDetail> staff_account(Snapshot& db, StaffId staff, Instant now) {
  auto row = db.one<StaffAccount>(CIRCLED_STAFF_ACCOUNT "WHERE s.person_id = $2", now, staff);
  if (!row) return not_found("staff member");
  StaffAccountDetail detail;
  static_cast<StaffAccount&>(detail) = std::move(*row);
  std::tie(detail.clients, detail.sessions, detail.shifts) =
      db.one<std::tuple<std::int64_t, std::int64_t, std::int64_t>>(
            "SELECT (SELECT count(*) FROM assignment WHERE staff_id = $1 AND from_at <= $2 "
            "  AND (until_at IS NULL OR until_at > $2)), "
            "(SELECT count(*) FROM facilitator f JOIN session s ON s.id = f.session_id "
            "  WHERE f.staff_id = $1 AND f.starts_at > $2 AND s.status = 'scheduled'), "
            "(SELECT count(*) FROM on_call WHERE site_id IN (SELECT id FROM site) AND until_at > $2 "
            "  AND (primary_id = $1 OR backup_id = $1))",
            staff, now)
          .value();
  return detail;
}

std::string version(const StaffAccount& account) {
  return digest_of(
      json::value{account.name, json::enum_name(account.role), account.site.value, account.active});
}

Result<StaffAccountDetail> change_staff(Transaction& tx, const access::Actor& actor, StaffId staff,
                                        std::string_view seen, const StaffChange& change, Instant now) {
  const auto current = seen_as_is(tx, staff, seen, now);
  if (!current) return current.error();
  if (!api::StaffMember::accepts(change.role))
    return invalid("/role", "not_a_choice", "This must be a role of somebody who works here.");
  if (!places::site(tx, change.site)) return invalid("/site", "not_found", "There is no such site.");
  const bool steps_down = current->role == api::Role::admin && change.role != api::Role::admin;
  if (steps_down && current->active && !another_admin(tx, staff)) return last_admin();

  tx.run("UPDATE staff SET name = $2, role = $3, site_id = $4 WHERE person_id = $1", staff, change.name,
         change.role, change.site);
  const auto account = account_of(tx, staff);
  std::int64_t ended = 0;
  if (account && (change.role != current->role || change.site != current->site))
    ended = access::end_sign_ins(tx, *account, now);
  access::audit(tx, actor, "staff.change", "staff", staff.value, now,
                {{"role_before", json::enum_name(current->role)},
                 {"role", json::enum_name(change.role)},
                 {"site_before", current->site.value},
                 {"site", change.site.value},
                 {"sign_ins_ended", ended}});
  return tell(tx, staff, now);
}

Result<StaffAccountDetail> deactivate(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                      StaffId staff, std::string_view seen, Instant now) {
  const auto current = seen_as_is(tx, staff, seen, now);
  if (!current) return current.error();
  if (!current->active) return current;
  if (PersonId(staff) == who.person)
    return conflict("yourself", "Somebody else has to do this: you would be signed out for good.");
  if (current->role == api::Role::admin && !another_admin(tx, staff)) return last_admin();
  tx.run("UPDATE staff SET active = FALSE WHERE person_id = $1", staff);
  access::audit(tx, actor, "staff.deactivate", "staff", staff.value, now);
  if (const auto account = account_of(tx, staff))
    if (auto done = access::disable(tx, actor, *account, now); !done) return done.error();
  return tell(tx, staff, now);
}

Result<StaffAccountDetail> reactivate(Transaction& tx, const access::Actor& actor, StaffId staff,
                                      std::string_view seen, Instant now) {
  const auto current = seen_as_is(tx, staff, seen, now);
  if (!current) return current.error();
  if (current->active) return current;
  tx.run("UPDATE staff SET active = TRUE WHERE person_id = $1", staff);
  access::audit(tx, actor, "staff.reactivate", "staff", staff.value, now);
  if (const auto account = account_of(tx, staff))
    if (auto done = access::enable(tx, actor, *account, now); !done) return done.error();
  return tell(tx, staff, now);
}

Result<access::PasswordCode> make_account(Transaction& tx, const access::Context& context,
                                          const access::Actor& actor, StaffId staff, std::string_view login,
                                          Instant now) {
  const auto member = staff_member(tx, staff);
  if (!member) return not_found("staff member");
  if (!member->active) return not_active();
  const auto account = access::create_account(tx, actor, staff, login, std::nullopt, now);
  if (!account) return account.error();
  live::hint(tx, "staff.changed", staff.value, SiteId());
  return access::make_password_code(tx, context, actor, *account, now);
}

Result<access::PasswordCode> reset_password(Transaction& tx, const access::Context& context,
                                            const api::Identity& who, const access::Actor& actor,
                                            StaffId staff, Instant now) {
  const auto current = staff_account(tx, staff, now);
  if (!current) return current.error();
  if (!current->active) return not_active();
  if (PersonId(staff) == who.person)
    return conflict("yourself", "Change your own password by the one you have.");
  if (current->state == AccountState::none) return conflict("no_account", "This person has no login yet.");
  live::hint(tx, "staff.changed", staff.value, SiteId());
  return access::make_password_code(tx, context, actor, account_of(tx, staff).value(), now);
}

Result<std::vector<access::SignIn>> sign_ins_of(Snapshot& db, const api::Identity& who, StaffId staff,
                                                Instant now) {
  if (!staff_member(db, staff)) return not_found("staff member");
  const auto account = account_of(db, staff);
  if (!account) return std::vector<access::SignIn>{};
  api::Identity theirs = who;  // the sign-in that asks is marked, if it is among them
  theirs.account = *account;
  return access::sign_ins(db, theirs, SignInId(), most_sign_ins, now);
}

Result<void> end_sign_in_of(Transaction& tx, const access::Actor& actor, StaffId staff, SignInId sign_in,
                            Instant now) {
  if (!staff_member(tx, staff)) return not_found("staff member");
  auto ended = access::end_sign_in(tx, actor, account_of(tx, staff).value_or(AccountId()), sign_in, now);
  if (ended) live::hint(tx, "staff.changed", staff.value, SiteId());
  return ended;
}

Result<void> end_sign_ins_of(Transaction& tx, const access::Actor& actor, StaffId staff, Instant now) {
  if (!staff_member(tx, staff)) return not_found("staff member");
  const auto account = account_of(tx, staff);
  if (!account) return {};
  const auto ended = access::end_sign_ins(tx, *account, now);
  access::audit(tx, actor, "staff.end_sign_ins", "staff", staff.value, now, {{"sign_ins_ended", ended}});
  live::hint(tx, "staff.changed", staff.value, SiteId());
  return {};
}

}  // namespace circled::people
