#include "access/account.hpp"

#include "access/sign_in.hpp"

namespace circled::access {

std::string fold_login(std::string_view login) {
  while (login.starts_with(' ')) login.remove_prefix(1);
  while (login.ends_with(' ')) login.remove_suffix(1);
  std::string folded(login);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return folded;
}

Result<void> check_login(std::string_view folded) {
  const bool letters =
      folded.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._@+-") == std::string_view::npos;
  if (folded.size() >= 3 && folded.size() <= 100 && letters) return {};
  return invalid("/login", "not_a_login",
                 "A login has 3 to 100 characters: a to z, 0 to 9, and the signs . _ @ + -");
}

Result<AccountId> create_account(Transaction& tx, const Actor& actor, StaffId staff, std::string_view login,
                                 const std::optional<PasswordHash>& password, Instant now) {
  const std::string folded = fold_login(login);
  if (auto good = check_login(folded); !good) return good.error();
  if (!tx.one<StaffId>("SELECT person_id FROM staff WHERE person_id = $1", staff))
    return not_found("staff member");
  if (find_account(tx, folded)) return conflict("login_taken", "Somebody has this login already.");
  const auto account = tx.one<AccountId>(
      "INSERT INTO account (person_id, login, password_hash) VALUES ($1, $2, $3) "
      "ON CONFLICT (person_id) DO NOTHING RETURNING id",
      staff, folded, password ? std::optional(password->text) : std::nullopt);
  if (!account) return conflict("account_exists", "This person has an account already.");
  audit(tx, actor, "account.create", "account", account->value, now, {{"person", staff.value}});
  return *account;
}

Result<AccountId> client_account(Transaction& tx, const Actor& actor, ClientId client, Instant now) {
  // From the client to the account, never by the id alone: staff share the id space, and have accounts.
  using Found = std::tuple<std::optional<AccountId>, std::optional<Instant>>;
  const auto found = tx.one<Found>(
      "SELECT a.id, a.disabled_at FROM client c LEFT JOIN account a ON a.person_id = c.person_id "
      "WHERE c.person_id = $1",
      client);
  if (!found) return not_found("client");
  const auto& [account, disabled_at] = *found;
  if (disabled_at) return conflict("account_disabled", "This client's account is disabled.");
  if (account) return *account;
  const auto made = tx.one<AccountId>("INSERT INTO account (person_id) VALUES ($1) RETURNING id", client);
  audit(tx, actor, "account.create", "account", made->value, now, {{"person", client.value}});
  return *made;
}

std::optional<AccountId> find_account(Snapshot& db, std::string_view login) {
  return db.one<AccountId>("SELECT id FROM account WHERE login = $1", fold_login(login));
}

Result<void> set_password(Transaction& tx, const Actor& actor, AccountId account,
                          const PasswordHash& password, Instant now, SignInId keep) {
  if (tx.run("UPDATE account SET password_hash = $2 WHERE id = $1 AND login IS NOT NULL", account,
             password.text) == 0)
    return not_found("account");
  const auto ended = end_sign_ins(tx, account, now, keep);
  audit(tx, actor, "account.set_password", "account", account.value, now, {{"sign_ins_ended", ended}});
  return {};
}

Result<void> disable(Transaction& tx, const Actor& actor, AccountId account, Instant now) {
  if (tx.run("UPDATE account SET disabled_at = COALESCE(disabled_at, $2) WHERE id = $1", account, now) == 0)
    return not_found("account");
  const auto ended = end_sign_ins(tx, account, now);
  audit(tx, actor, "account.disable", "account", account.value, now, {{"sign_ins_ended", ended}});
  return {};
}

Result<void> enable(Transaction& tx, const Actor& actor, AccountId account, Instant now) {
  if (tx.run("UPDATE account SET disabled_at = NULL WHERE id = $1", account) == 0)
    return not_found("account");
  audit(tx, actor, "account.enable", "account", account.value, now);
  return {};
}

}  // namespace circled::access
