#include "access/password_code.hpp"

#include "access/account.hpp"
#include "access/enrolment.hpp"
#include "access/password.hpp"
#include "access/throttle.hpp"
#include "base/token.hpp"
#include "live/emit.hpp"

namespace circled::access {
namespace {

// Hashed with the account, so that a code is no good for another one.
std::string hash_code(const Context& context, AccountId account, std::string_view code) {
  return keyed_hash(context.key, "password code " + std::to_string(account.value) + " " + std::string(code));
}

std::optional<AccountId> whose(Snapshot& db, const Context& context, const std::string& login,
                               const std::string& code, Instant now) {
  const auto account = find_account(db, login);
  const auto out = db.one<std::string>(
      "SELECT p.code_hash FROM password_code p JOIN account a ON a.id = p.account_id "
      "WHERE p.account_id = $1 AND p.expires_at > $2 AND a.disabled_at IS NULL",
      account.value_or(AccountId()), now);
  // Compared in any case, with a hash of nothing where no code is out.
  const bool same = same_secret(out.value_or(std::string(64, '0')),
                                hash_code(context, account.value_or(AccountId()), code));
  if (!same) return std::nullopt;
  return account;
}

}  // namespace

Result<PasswordCode> make_password_code(Transaction& tx, const Context& context, const Actor& actor,
                                        AccountId account, Instant now) {
  const auto login = tx.one<std::string>(
      "UPDATE account SET password_hash = NULL WHERE id = $1 AND login IS NOT NULL RETURNING login", account);
  if (!login) return not_found("account");
  PasswordCode made{*login, random_code(password_code_length), now + password_code_lasts};
  tx.run(
      "INSERT INTO password_code (account_id, code_hash, made_by, expires_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (account_id) DO UPDATE SET code_hash = $2, made_by = $3, expires_at = $4",
      account, hash_code(context, account, made.code), actor.account, made.expires_at);
  const auto ended = end_sign_ins(tx, account, now);
  audit(tx, actor, "account.make_password_code", "account", account.value, now, {{"sign_ins_ended", ended}});
  return made;
}

Task<Result<void>> use_password_code(Context& context, std::string login, std::string typed,
                                     std::string password, Source from) {
  login = fold_login(login);
  const std::string code = typed_code(typed);
  const std::string counted = keyed_hash(context.key, "password code login " + login);
  const std::string address = address_group(from.address);

  // The code is looked at before anything is hashed, or whoever guesses would keep the hashing pool busy.
  const auto look = [&](Transaction& tx, Instant now) -> Result<AccountId> {
    if (auto may = may_try(tx, per_enrolling_address, address, now); !may) return may.error();
    if (auto may = may_try(tx, per_login, counted, now); !may) return may.error();
    const auto account = whose(tx, context, login, code, now);
    if (account) return *account;
    tx.after_refusal([=](Transaction& after) {
      count_failure(after, per_enrolling_address, address, now);
      count_failure(after, per_login, counted, now);
      audit(after, {{}, from.request_id}, "password_code.fail", "account", 0, now,
            {{"address", from.address}});
    });
    return code_not_good();
  };
  const auto first = [&, now = context.clock.now()](Transaction& tx) { return look(tx, now); };
  auto found = co_await context.store.write("password_code.try", first);
  if (!found) co_return found.error();

  auto hash = co_await context.passwords->hash(login, password);
  if (!hash) co_return hash.error();

  // Of two that show the same code, one wins.
  const auto use = [&, now = context.clock.now()](Transaction& tx) -> Result<void> {
    const auto account = look(tx, now);
    if (!account) return account.error();
    tx.run("DELETE FROM password_code WHERE account_id = $1", *account);
    forget_failures(tx, per_login, counted);
    const auto holder = tx.one<PersonId>("SELECT person_id FROM account WHERE id = $1", *account).value();
    live::hint(tx, "staff.changed", holder.value, SiteId());
    return set_password(tx, {*account, from.request_id}, *account, *hash, now);
  };
  co_return co_await context.store.write("password_code.use", use);
}

Task<Result<void>> change_password(Context& context, api::Identity who, std::string password,
                                   std::string wanted, Source from) {
  auto known = co_await confirm_password(context, who, std::move(password), from);
  if (!known) co_return known.error();
  const auto login = co_await context.store.read([&](Snapshot& db) {
    return db.one<std::string>("SELECT login FROM account WHERE id = $1", who.account);
  });
  auto hash = co_await context.passwords->hash(login.value_or(""), wanted);
  if (!hash) {
    Error error = hash.error();
    for (auto& field : error.fields) field.pointer = "/new_password";
    co_return error;
  }
  const auto change = [&, now = context.clock.now()](Transaction& tx) {
    return set_password(tx, {who.account, from.request_id}, who.account, *hash, now, who.sign_in);
  };
  co_return co_await context.store.write("password.change", change);
}

}  // namespace circled::access
