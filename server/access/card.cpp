#include "access/card.hpp"

#include "access/card_rules.hpp"
#include "base/token.hpp"
#include "live/emit.hpp"

namespace circled::access {
namespace {

// `digits` at most 15. From 60 random bits: the remainder favours no number by as much as one in a million.
std::string random_digits(std::size_t digits) {
  std::uint64_t bits = std::stoull(sha256(random_token()).substr(0, 15), nullptr, 16);
  std::string text(digits, '0');
  for (char& c : text) {
    c = static_cast<char>('0' + bits % 10);
    bits /= 10;
  }
  return text;
}

// It does not begin with a zero, so that nobody leaves that out.
std::string random_number() {
  std::string number = random_digits(card_rules::number_digits - 1);
  while (number.front() == '0') number = random_digits(card_rules::number_digits - 1);
  return number + card_rules::check_digit(number);
}

std::string random_pin() {
  std::string pin = random_digits(card_rules::pin_digits);
  while (card_rules::too_plain(pin)) pin = random_digits(card_rules::pin_digits);
  return pin;
}

std::string hash_pin(const Context& context, std::string_view number, std::string_view pin) {
  return keyed_hash(context.key, "card pin " + std::string(number) + " " + std::string(pin));
}

std::optional<Card> find_card(Snapshot& db, CardId card) {
  return db.one<Card>(
      "SELECT k.id, k.client_id, k.number, CASE WHEN k.blocked_at IS NOT NULL THEN k.blocked_for "
      "WHEN k.locked_at IS NOT NULL THEN 'locked' ELSE 'good' END, k.issued_at, s.name, k.blocked_at "
      "FROM card k JOIN staff s ON s.person_id = k.issued_by WHERE k.id = $1",
      card);
}

bool is_blocked(const Card& card) { return card.blocked_at.has_value(); }

Error card_blocked() { return conflict("card_blocked", "This card is blocked for good; issue another one."); }

// The card, if the caller reaches its client.
Result<Card> reached(Transaction& tx, const Context& context, const api::Identity& who, CardId id,
                     Instant now) {
  auto card = find_card(tx, id);
  if (!card || !may_reach(tx, context, who, card->client, now)) return not_found("card");
  return std::move(*card);
}

CardWithPin make_card(Transaction& tx, const Context& context, const api::Identity& who, const Actor& actor,
                      ClientId client, Instant now) {
  std::string number = random_number();
  while (tx.one<CardId>("SELECT id FROM card WHERE number = $1", number)) number = random_number();
  std::string pin = random_pin();
  const auto id = tx.one<CardId>(
                        "INSERT INTO card (client_id, number, pin_hash, issued_at, issued_by) "
                        "VALUES ($1, $2, $3, $4, $5) RETURNING id",
                        client, number, hash_pin(context, number, pin), now, who.person)
                      .value();
  audit(tx, actor, "card.issue", "client", client.value, now, {{"card", id.value}});
  return {find_card(tx, id).value(), std::move(pin)};
}

void block(Transaction& tx, CardId card, std::string_view why, Instant now) {
  tx.run("UPDATE card SET blocked_at = $2, blocked_for = $3 WHERE id = $1", card, now, why);
}

// What stands behind a number that was shown.
struct Shown {
  CardId card;
  ClientId client;
  std::string pin_hash;
  bool locked;
  bool blocked;
  BOOST_DESCRIBE_CLASS(Shown, (), (card, client, pin_hash, locked, blocked), (), ())
};

// Why a card was not taken, in the trail's words.
std::string_view reason(const std::optional<Shown>& shown) {
  if (!shown) return "unknown";
  if (shown->blocked) return "blocked";
  return shown->locked ? "locked" : "wrong_pin";
}

// The same statements whatever was wrong: what they find to change is another matter.
void refuse(Transaction& tx, const Kiosk& who, const Actor& actor, std::string_view number,
            const std::optional<Shown>& shown, Instant now) {
  count_failure(tx, per_kiosk, std::to_string(who.person.value), now);
  const auto wrong = tx.one<int>(
      "UPDATE card SET wrong_pins = wrong_pins + 1, "
      "locked_at = CASE WHEN wrong_pins + 1 = $2 THEN $3 ELSE NULL END "
      "WHERE number = $1 AND locked_at IS NULL AND blocked_at IS NULL RETURNING wrong_pins",
      number, wrong_pins_allowed, now);
  audit(tx, actor, "card.refuse", "card", shown ? shown->card.value : 0, now,
        {{"kiosk", who.person.value}, {"why", reason(shown)}});
  if (wrong != wrong_pins_allowed) return;
  audit(tx, actor, "card.lock", "card", shown->card.value, now, {{"kiosk", who.person.value}});
  live::hint(tx, "card.changed", shown->client.value, who.site);
}

}  // namespace

Result<std::vector<Card>> cards(Snapshot& db, const Context& context, const api::Identity& who,
                                ClientId client, Instant now) {
  if (!may_reach(db, context, who, client, now)) return not_found("client");
  return db.all<Card>(
      "SELECT k.id, k.client_id, k.number, CASE WHEN k.blocked_at IS NOT NULL THEN k.blocked_for "
      "WHEN k.locked_at IS NOT NULL THEN 'locked' ELSE 'good' END, k.issued_at, s.name, k.blocked_at "
      "FROM card k JOIN staff s ON s.person_id = k.issued_by WHERE k.client_id = $1 "
      "ORDER BY k.issued_at DESC, k.id DESC",
      client);
}

Result<CardWithPin> issue_card(Transaction& tx, const Context& context, const api::Identity& who,
                               std::string_view request_id, ClientId client, Instant now) {
  if (!may_reach(tx, context, who, client, now)) return not_found("client");
  if (!tx.one<ClientId>("SELECT person_id FROM client WHERE person_id = $1", client))
    return not_found("client");
  if (tx.one<CardId>("SELECT id FROM card WHERE client_id = $1 AND blocked_at IS NULL", client))
    return conflict("card_exists", "This client has a card already; replace it if it is lost.");
  return make_card(tx, context, who, {who.account, std::string(request_id)}, client, now);
}

Result<CardWithPin> replace_card(Transaction& tx, const Context& context, const api::Identity& who,
                                 std::string_view request_id, CardId id, Instant now) {
  const auto card = reached(tx, context, who, id, now);
  if (!card) return card.error();
  if (is_blocked(*card)) return card_blocked();
  const Actor actor{who.account, std::string(request_id)};
  block(tx, id, "replaced", now);
  audit(tx, actor, "card.block", "card", id.value, now, {{"why", "replaced"}});
  return make_card(tx, context, who, actor, card->client, now);
}

Result<Card> block_card(Transaction& tx, const Context& context, const api::Identity& who,
                        std::string_view request_id, CardId id, const Blocking& blocking, Instant now) {
  auto card = reached(tx, context, who, id, now);
  if (!card || is_blocked(*card)) return card;
  block(tx, id, json::enum_name(blocking.why), now);
  audit(tx, {who.account, std::string(request_id)}, "card.block", "card", id.value, now,
        {{"why", json::enum_name(blocking.why)}});
  return find_card(tx, id).value();
}

Result<Card> unlock_card(Transaction& tx, const Context& context, const api::Identity& who,
                         std::string_view request_id, CardId id, Instant now) {
  auto card = reached(tx, context, who, id, now);
  if (!card) return card;
  if (is_blocked(*card)) return card_blocked();
  if (card->state != CardState::locked) return card;
  tx.run("UPDATE card SET wrong_pins = 0, locked_at = NULL WHERE id = $1", id);
  audit(tx, {who.account, std::string(request_id)}, "card.unlock", "card", id.value, now);
  return find_card(tx, id).value();
}

Result<CardWithPin> reset_pin(Transaction& tx, const Context& context, const api::Identity& who,
                              std::string_view request_id, CardId id, Instant now) {
  const auto card = reached(tx, context, who, id, now);
  if (!card) return card.error();
  if (is_blocked(*card)) return card_blocked();
  std::string pin = random_pin();
  tx.run("UPDATE card SET pin_hash = $2, wrong_pins = 0, locked_at = NULL WHERE id = $1", id,
         hash_pin(context, card->number, pin));
  audit(tx, {who.account, std::string(request_id)}, "card.reset_pin", "card", id.value, now);
  return CardWithPin{find_card(tx, id).value(), std::move(pin)};
}

Result<std::optional<ClientId>> present_card(Transaction& tx, const Context& context, const Kiosk& who,
                                             std::string_view request_id, std::string_view typed,
                                             std::string_view pin, Instant now) {
  const auto number = card_rules::read_number(typed);
  if (!number) return invalid("/number", "not_a_card_number", "This is not the number of a card.");
  if (!card_rules::is_pin(pin)) return invalid("/pin", "not_a_pin", "A PIN has four digits.");
  if (auto may = may_try(tx, per_kiosk, std::to_string(who.person.value), now); !may) return may.error();

  const Actor actor{who.account, std::string(request_id)};
  const auto shown = tx.one<Shown>(
      "SELECT id, client_id, pin_hash, locked_at IS NOT NULL, blocked_at IS NOT NULL FROM card "
      "WHERE number = $1",
      *number);
  // Hashed and compared in any case: a number that does not exist takes as long.
  const std::string given = hash_pin(context, *number, pin);
  const bool right = same_secret(given, shown ? shown->pin_hash : std::string(given.size(), '-'));
  if (!right || shown->locked || shown->blocked) {
    refuse(tx, who, actor, *number, shown, now);
    return std::optional<ClientId>();
  }
  tx.run("UPDATE card SET wrong_pins = 0 WHERE id = $1 AND wrong_pins > 0", shown->card);
  give_back(tx, per_kiosk, std::to_string(who.person.value));
  audit(tx, actor, "card.use", "card", shown->card.value, now, {{"kiosk", who.person.value}});
  return std::optional(shown->client);
}

}  // namespace circled::access
