#include "access/enrolment.hpp"

#include "access/account.hpp"
#include "access/throttle.hpp"
#include "base/token.hpp"

namespace circled::access {
namespace {

std::string hash_code(const Context& context, std::string_view code) {
  return keyed_hash(context.key, "enrolment code " + std::string(code));
}

void void_codes(Transaction& tx, ClientId client) {
  tx.run("DELETE FROM enrolment_code WHERE client_id = $1 AND used_at IS NULL", client);
}

}  // namespace

std::string typed_code(std::string_view typed) {
  std::string code;
  for (char c : typed) {
    if (c == ' ' || c == '-') continue;
    code += c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  }
  return code;
}

Error code_not_good() {
  return {ErrorKind::unauthenticated,
          "code_not_good",
          "This code is not good, or no longer: ask for a new one.",
          {},
          {},
          0};
}

Result<EnrolmentCode> make_code(Transaction& tx, const Context& context, const api::Identity& who,
                                std::string_view request_id, ClientId client, Instant now) {
  if (!may_reach(tx, context, who, client, now)) return not_found("client");
  const Actor actor{who.account, std::string(request_id)};
  if (auto account = client_account(tx, actor, client, now); !account) return account.error();
  void_codes(tx, client);
  EnrolmentCode made{random_code(code_length), now + code_lasts};
  tx.run("INSERT INTO enrolment_code (code_hash, client_id, made_by, expires_at) VALUES ($1, $2, $3, $4)",
         hash_code(context, made.code), client, who.account, made.expires_at);
  audit(tx, actor, "enrolment_code.make", "client", client.value, now);
  return made;
}

Result<Granted> redeem(Transaction& tx, const Context& context, const Redemption& redemption, Instant now) {
  const std::string address = address_group(redemption.from.address);
  if (auto may = may_try(tx, per_enrolling_address, address, now); !may) return may.error();
  // A statement of its own decides who was first, on an engine with many writers too.
  const auto client = tx.one<ClientId>(
      "UPDATE enrolment_code SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL AND expires_at > $2 "
      "RETURNING client_id",
      hash_code(context, typed_code(redemption.code)), now);
  const auto refuse = [&]() -> Result<Granted> {
    tx.after_refusal([address, from = redemption.from, now](Transaction& after) {
      count_failure(after, per_enrolling_address, address, now);
      audit(after, {{}, from.request_id}, "enrolment_code.fail", "client", 0, now,
            {{"address", from.address}});
    });
    return code_not_good();
  };
  if (!client) return refuse();

  const Actor nobody{{}, redemption.from.request_id};
  const auto account = client_account(tx, nobody, *client, now);
  if (!account) return refuse();
  auto granted = grant(tx, *account, redemption.carrier, redemption.device, half_year, now);
  if (!granted) return refuse();
  const Actor actor{*account, redemption.from.request_id};
  audit(tx, actor, "enrolment_code.use", "client", client->value, now,
        {{"address", redemption.from.address}});
  audit(tx, actor, "sign_in.create", "sign_in", granted->identity.sign_in.value, now,
        {{"by", json::enum_name(redemption.carrier)}, {"address", redemption.from.address}});
  return granted;
}

std::vector<SignInId> devices(Snapshot& db, ClientId client, Instant now) {
  return db.all<SignInId>(
      "SELECT s.id FROM account a JOIN sign_in s ON s.account_id = a.id WHERE a.person_id = $1 "
      "AND s.revoked_at IS NULL AND s.expires_at > $2 ORDER BY s.id",
      client, now);
}

std::int64_t sign_out(Transaction& tx, ClientId client, Instant now) {
  void_codes(tx, client);
  const auto account = tx.one<AccountId>("SELECT id FROM account WHERE person_id = $1", client);
  return account ? end_sign_ins(tx, *account, now) : 0;
}

Result<void> end_client_sign_ins(Transaction& tx, const Context& context, const api::Identity& who,
                                 std::string_view request_id, ClientId client, Instant now) {
  if (!may_reach(tx, context, who, client, now)) return not_found("client");
  if (!tx.one<std::int64_t>("SELECT 1 FROM client WHERE person_id = $1", client)) return not_found("client");
  const std::int64_t ended = sign_out(tx, client, now);
  audit(tx, {who.account, std::string(request_id)}, "client.end_sign_ins", "client", client.value, now,
        {{"sign_ins_ended", ended}});
  return {};
}

}  // namespace circled::access
