#include "access/kiosk.hpp"

#include "access/throttle.hpp"
#include "base/token.hpp"

namespace circled::access {
namespace {

// A kiosk's code and a client's are no good in each other's place: they are hashed with other words.
std::string hash_kiosk_code(const Context& context, std::string_view code) {
  return keyed_hash(context.key, "kiosk code " + std::string(code));
}

std::optional<KioskRow> find_kiosk(Snapshot& db, KioskId kiosk, Instant now) {
  return db.one<KioskRow>(
      "SELECT k.person_id, k.site_id, s.name, k.name, CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' "
      "WHEN EXISTS (SELECT 1 FROM account a JOIN sign_in i ON i.account_id = a.id "
      "WHERE a.person_id = k.person_id AND i.revoked_at IS NULL AND i.expires_at > $2) THEN 'enrolled' "
      "WHEN k.code_expires_at > $2 THEN 'waiting' ELSE 'unset' END, k.enrolled_at, k.revoked_at "
      "FROM kiosk k JOIN site s ON s.id = k.site_id WHERE k.person_id = $1",
      kiosk, now);
}

KioskWithCode with_code(Transaction& tx, const Context& context, const Actor& actor, KioskId kiosk,
                        Instant now) {
  KioskWithCode made{{}, random_code(code_length), now + code_lasts};
  tx.run("UPDATE kiosk SET code_hash = $2, code_expires_at = $3 WHERE person_id = $1", kiosk,
         hash_kiosk_code(context, made.code), made.expires_at);
  audit(tx, actor, "kiosk.make_code", "kiosk", kiosk.value, now);
  made.kiosk = find_kiosk(tx, kiosk, now).value();
  return made;
}

}  // namespace

std::vector<KioskRow> kiosks(Snapshot& db, Instant now) {
  return db.all<KioskRow>(
      "SELECT k.person_id, k.site_id, s.name, k.name, CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' "
      "WHEN EXISTS (SELECT 1 FROM account a JOIN sign_in i ON i.account_id = a.id "
      "WHERE a.person_id = k.person_id AND i.revoked_at IS NULL AND i.expires_at > $1) THEN 'enrolled' "
      "WHEN k.code_expires_at > $1 THEN 'waiting' ELSE 'unset' END, k.enrolled_at, k.revoked_at "
      "FROM kiosk k JOIN site s ON s.id = k.site_id "
      "ORDER BY CASE WHEN k.revoked_at IS NULL THEN 0 ELSE 1 END, s.name, k.name, k.person_id",
      now);
}

Result<KioskWithCode> make_kiosk(Transaction& tx, const Context& context, const Actor& actor,
                                 const NewKiosk& wanted, Instant now) {
  if (!tx.one<SiteId>("SELECT id FROM site WHERE id = $1", wanted.site))
    return invalid("/site", "no_such_site", "There is no such site.");
  const auto kiosk = tx.one<KioskId>("INSERT INTO person (kind) VALUES ('staff') RETURNING id").value();
  tx.run("INSERT INTO kiosk (person_id, site_id, name, made_at) VALUES ($1, $2, $3, $4)", kiosk, wanted.site,
         wanted.name, now);
  tx.run("INSERT INTO account (person_id) VALUES ($1)", kiosk);
  audit(tx, actor, "kiosk.make", "kiosk", kiosk.value, now, {{"site", wanted.site.value}});
  return with_code(tx, context, actor, kiosk, now);
}

Result<KioskWithCode> make_kiosk_code(Transaction& tx, const Context& context, const Actor& actor,
                                      KioskId kiosk, Instant now) {
  const auto found = find_kiosk(tx, kiosk, now);
  if (!found) return not_found("kiosk");
  if (found->revoked_at) return conflict("kiosk_revoked", "This kiosk was revoked; set up another one.");
  return with_code(tx, context, actor, kiosk, now);
}

Result<KioskRow> revoke_kiosk(Transaction& tx, const Actor& actor, KioskId kiosk, Instant now) {
  const auto found = find_kiosk(tx, kiosk, now);
  if (!found) return not_found("kiosk");
  if (found->revoked_at) return *found;
  tx.run("UPDATE kiosk SET revoked_at = $2, code_hash = NULL, code_expires_at = NULL WHERE person_id = $1",
         kiosk, now);
  const auto account = tx.one<AccountId>("SELECT id FROM account WHERE person_id = $1", kiosk).value();
  const auto ended = end_sign_ins(tx, account, now);
  audit(tx, actor, "kiosk.revoke", "kiosk", kiosk.value, now, {{"sign_ins_ended", ended}});
  return find_kiosk(tx, kiosk, now).value();
}

Result<Granted> enrol_kiosk(Transaction& tx, const Context& context, const KioskRedemption& redemption,
                            Instant now) {
  const std::string address = address_group(redemption.from.address);
  if (auto may = may_try(tx, per_enrolling_address, address, now); !may) return may.error();
  // A statement of its own decides who was first, as with a client's code.
  const auto kiosk = tx.one<KioskId>(
      "UPDATE kiosk SET code_hash = NULL, code_expires_at = NULL, enrolled_at = $2 "
      "WHERE code_hash = $1 AND code_expires_at > $2 AND revoked_at IS NULL RETURNING person_id",
      hash_kiosk_code(context, typed_code(redemption.code)), now);
  if (!kiosk) {
    tx.after_refusal([address, from = redemption.from, now](Transaction& after) {
      count_failure(after, per_enrolling_address, address, now);
      audit(after, {{}, from.request_id}, "kiosk.enrol_fail", "kiosk", 0, now, {{"address", from.address}});
    });
    return code_not_good();
  }
  const auto account = tx.one<AccountId>("SELECT id FROM account WHERE person_id = $1", *kiosk).value();
  end_sign_ins(tx, account, now);
  auto granted = grant(tx, account, redemption.carrier, "kiosk", half_year, now);
  if (!granted) return granted.error();
  audit(tx, {account, redemption.from.request_id}, "kiosk.enrol", "kiosk", kiosk->value, now,
        {{"address", redemption.from.address}});
  return granted;
}

}  // namespace circled::access
