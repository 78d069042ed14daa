#include "access/sign_in.hpp"

#include "access/account.hpp"
#include "access/password.hpp"
#include "access/throttle.hpp"
#include "api/route.hpp"
#include "base/token.hpp"

namespace circled::access {
namespace {

Error wrong_login() {
  return {ErrorKind::unauthenticated, "wrong_login", "The login or the password is not right.", {}, {}, 0};
}

struct Known {
  AccountId account;
  std::string password_hash;
  BOOST_DESCRIBE_CLASS(Known, (), (account, password_hash), (), ())
};

std::optional<Known> find_login(Snapshot& db, std::string_view login) {
  return db.one<Known>(
      "SELECT id, password_hash FROM account "
      "WHERE login = $1 AND password_hash IS NOT NULL AND disabled_at IS NULL",
      login);
}

void tell_live(Transaction& tx, SignInId id) {
  tx.hint({"sign_in.revoked", id.value, SiteId{}, store::Hint::internal});
}

// What is counted in place of the login: people type passwords into the wrong field.
std::string counted_login(const Context& context, std::string_view login) {
  return keyed_hash(context.key, "login " + std::string(login));
}

struct Tries {
  std::string login, address;

  Result<void> look(Snapshot& db, Instant now) const {
    if (auto may = may_try(db, per_address, address, now); !may) return may;
    return may_try(db, per_login, login, now);
  }
  Result<void> take(Transaction& tx, Instant now) const {
    if (auto taken = take_try(tx, per_address, address, now); !taken) return taken;
    return take_try(tx, per_login, login, now);
  }
  // It was the right one.
  void succeeded(Transaction& tx) const {
    forget_failures(tx, per_login, login);
    give_back(tx, per_address, address);
  }
  // It was not looked at.
  void came_to_nothing(Transaction& tx) const {
    give_back(tx, per_login, login);
    give_back(tx, per_address, address);
  }
};

// Whose password was tried, and the verdict: no value where nobody had the time to hash it.
struct Tried {
  std::optional<Known> known;
  Result<Verdict> verdict;
};

// One try at the password of a login, counted before it is hashed. For a login that nobody has, or for none,
// hashing takes as long.
Task<Result<Tried>> try_password(Context& context, const Tries& tries,
                                 const std::optional<std::string>& login, const std::string& password,
                                 std::string_view name, Instant now) {
  // Looked at first, so that a flood of refused tries costs the writer nothing.
  auto known = co_await context.store.read([&](Snapshot& db) -> Result<std::optional<Known>> {
    if (auto may = tries.look(db, now); !may) return may.error();
    return login ? find_login(db, *login) : std::nullopt;
  });
  if (!known) co_return known.error();
  auto taken = co_await context.store.write(
      name, [&](Transaction& tx) -> Result<void> { return tries.take(tx, now); });
  if (!taken) co_return taken.error();

  std::optional<PasswordHash> hash;
  if (*known) hash = PasswordHash{(*known)->password_hash};
  // First into a variable: g++ 12 destroys twice what stands beside a co_await in one expression.
  const auto verdict = co_await context.passwords->verify(std::move(hash), password);
  const Tried tried{*known, verdict};
  co_return tried;
}

// The password was right: nothing may have changed about the account while it was being verified.
Result<Granted> let_in(Transaction& tx, const Attempt& attempt, const Tries& tries, const Known& known,
                       Instant now) {
  const auto still = find_login(tx, attempt.login);
  if (!still || still->account != known.account || still->password_hash != known.password_hash)
    return wrong_login();
  auto granted = grant(tx, known.account, attempt.carrier, attempt.device, attempt.lasts, now);
  if (!granted) return wrong_login();
  tries.succeeded(tx);
  audit(tx, {known.account, attempt.from.request_id}, "sign_in.create", "sign_in",
        granted->identity.sign_in.value, now,
        {{"by", json::enum_name(attempt.carrier)}, {"address", attempt.from.address}});
  return granted;
}

}  // namespace

Source source_of(const api::Call& call) { return {call.request.remote, call.request.id}; }

std::optional<KnownSignIn> find_sign_in(Snapshot& db, std::string_view token_hash, Carrier carrier,
                                        Instant now) {
  using Found = std::tuple<AccountId, SignInId, PersonId, api::Role, SiteId, std::string, Instant>;
  auto found = db.one<Found>(
      "SELECT a.id, s.id, a.person_id, COALESCE(st.role, CASE WHEN k.person_id IS NULL THEN 'client' ELSE "
      "'kiosk' END), COALESCE(st.site_id, k.site_id, 0), "
      "COALESCE(st.name, c.preferred_name, k.name), s.expires_at "
      "FROM sign_in s JOIN account a ON a.id = s.account_id "
      "LEFT JOIN staff st ON st.person_id = a.person_id "
      "LEFT JOIN client c ON c.person_id = a.person_id "
      "LEFT JOIN kiosk k ON k.person_id = a.person_id "
      "WHERE s.token_hash = $1 AND s.by = $2 AND s.expires_at > $3 AND s.revoked_at IS NULL "
      "AND a.disabled_at IS NULL AND COALESCE(st.active, TRUE) AND k.revoked_at IS NULL",
      token_hash, carrier, now);
  if (!found) return std::nullopt;
  auto& [account, sign_in, person, role, site, name, expires_at] = *found;
  return KnownSignIn{{account, sign_in, person, role, site, std::move(name), carrier == Carrier::cookie},
                     expires_at};
}

Result<Granted> grant(Transaction& tx, AccountId account, Carrier carrier, std::string_view device,
                      Milliseconds lasts, Instant now) {
  Granted granted{random_token(), now + lasts, {}};
  const std::string hash = sha256(granted.token);
  tx.run(
      "INSERT INTO sign_in (account_id, token_hash, by, device, created_at, expires_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      account, hash, carrier, device, now, granted.expires_at);
  tx.later("UPDATE account SET last_sign_in_at = $2 WHERE id = $1", account, now);
  auto known = find_sign_in(tx, hash, carrier, now);
  if (!known)
    return Error{ErrorKind::unauthenticated, "account_disabled", "This account cannot sign in.", {}, {}, 0};
  granted.identity = std::move(known->identity);
  return granted;
}

Task<Result<Granted>> sign_in(Context& context, Attempt attempt) {
  attempt.login = fold_login(attempt.login);
  const Tries tries{counted_login(context, attempt.login), address_group(attempt.from.address)};
  const std::optional<std::string> login = attempt.login;
  const auto tried =
      co_await try_password(context, tries, login, attempt.password, "sign_in.try", context.clock.now());
  if (!tried) co_return tried.error();

  const auto decide = [=, now = context.clock.now()](Transaction& tx) -> Result<Granted> {
    const auto& [known, verdict] = *tried;
    if (verdict && *verdict == Verdict::right) return let_in(tx, attempt, tries, *known, now);
    if (!verdict) {
      tx.after_refusal([=](Transaction& after) { tries.came_to_nothing(after); });
      return verdict.error();
    }
    const std::int64_t account = known ? known->account.value : 0;
    tx.after_refusal([=](Transaction& after) {
      audit(after, {{}, attempt.from.request_id}, "sign_in.fail", "account", account, now,
            {{"address", attempt.from.address}});
    });
    return wrong_login();
  };
  co_return co_await context.store.write("sign_in", decide);
}

Task<Result<void>> confirm_password(Context& context, api::Identity who, std::string password, Source from) {
  const auto login = co_await context.store.read([&](Snapshot& db) {
    return db.one<std::string>("SELECT login FROM account WHERE id = $1 AND login IS NOT NULL", who.account);
  });
  const std::string counted = login.value_or("account " + std::to_string(who.account.value));
  const Tries tries{counted_login(context, counted), address_group(from.address)};
  const auto tried =
      co_await try_password(context, tries, login, password, "password.try", context.clock.now());
  if (!tried) co_return tried.error();

  const auto decide = [=, now = context.clock.now()](Transaction& tx) -> Result<void> {
    const auto& verdict = tried->verdict;
    if (verdict && *verdict == Verdict::right) {
      tries.succeeded(tx);
      return {};
    }
    if (!verdict) {
      tx.after_refusal([=](Transaction& after) { tries.came_to_nothing(after); });
      return verdict.error();
    }
    tx.after_refusal([=](Transaction& after) {
      audit(after, {who.account, from.request_id}, "password.fail", "account", who.account.value, now,
            {{"address", from.address}});
    });
    return invalid("/password", "wrong_password", "This is not your password.");
  };
  co_return co_await context.store.write("password.confirm", decide);
}

Result<void> end_sign_in(Transaction& tx, const Actor& actor, AccountId account, SignInId id, Instant now) {
  if (tx.run("UPDATE sign_in SET revoked_at = $3 WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL",
             id, account, now) == 0)
    return not_found("sign-in");
  tell_live(tx, id);
  audit(tx, actor, "sign_in.end", "sign_in", id.value, now);
  return {};
}

std::int64_t end_sign_ins(Transaction& tx, AccountId account, Instant now, SignInId keep) {
  const auto ended = tx.all<SignInId>(
      "UPDATE sign_in SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL AND id <> $3 "
      "RETURNING id",
      account, now, keep);
  for (const SignInId id : ended) tell_live(tx, id);
  return static_cast<std::int64_t>(ended.size());
}

std::vector<SignIn> sign_ins(Snapshot& db, const api::Identity& who, SignInId before, std::int64_t limit,
                             Instant now) {
  return db.all<SignIn>(
      "SELECT id, device, by, created_at, expires_at, CASE WHEN id = $2 THEN 1 ELSE 0 END FROM sign_in "
      "WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $3 AND ($4 = 0 OR id < $4) "
      "ORDER BY id DESC LIMIT $5",
      who.account, who.sign_in, now, before, limit);
}

Me me(Snapshot& db, const api::Identity& who) {
  Me me{who.account, who.person, who.role, who.name, {}, {}, {}};
  if (who.role == api::Role::client) {
    me.zone = db.one<std::string>("SELECT zone FROM client WHERE person_id = $1", who.person).value();
    return me;
  }
  auto [name, zone] =
      db.one<std::tuple<std::string, std::string>>("SELECT name, zone FROM site WHERE id = $1", who.site)
          .value();
  me.site = who.site;
  me.site_name = std::move(name);
  me.zone = std::move(zone);
  return me;
}

}  // namespace circled::access
