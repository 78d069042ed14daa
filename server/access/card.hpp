// Cards: what a client shows at a kiosk. A card has a number of eight digits that means nothing, printed and
// as a QR code, and a PIN of four that only its holder knows. Staff who reach the client issue it, replace a
// lost one, reset its PIN and unlock it.
//
// Four digits can be guessed, so the counting is the lock: after five wrong PINs in a row a card is locked
// until staff unlock it. The count stands on the card's row; it outlives a restart and is every node's.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/kiosk.hpp"
#include "access/throttle.hpp"

namespace circled {

using CardId = Id<struct CardTag>;

}  // namespace circled

namespace circled::access {

inline constexpr int wrong_pins_allowed = 5;
// A kiosk stands in a hall and serves everybody: whoever tries numbers there is slowed down, never shut out.
// Each success takes one failure back, so that a day's slips of the finger do not add up.
inline constexpr Patience per_kiosk{"kiosk", 20, 1s, 30s, 1h};

// `lost`, `replaced` and `ended` are for good.
enum class CardState { good, locked, lost, replaced, ended };
BOOST_DESCRIBE_ENUM(CardState, good, locked, lost, replaced, ended)

struct Card {
  CardId id;
  ClientId client;
  std::string number;
  CardState state = CardState::good;
  Instant issued_at{};
  std::string issued_by_name;
  std::optional<Instant> blocked_at;
  BOOST_DESCRIBE_CLASS(Card, (), (id, client, number, state, issued_at, issued_by_name, blocked_at), (), ())
};

struct CardWithPin {
  Card card;
  std::string pin;  // shown this once, stored nowhere
  BOOST_DESCRIBE_CLASS(CardWithPin, (), (card, pin), (), ())
};

enum class BlockReason { lost, ended };
BOOST_DESCRIBE_ENUM(BlockReason, lost, ended)

struct Blocking {
  BlockReason why = BlockReason::lost;
  BOOST_DESCRIBE_CLASS(Blocking, (), (why), (), ())
};

// All of these: staff who reach the client; others are told that there is none. A number and its PIN are
// random; no PIN is one of those that are tried first.

// The client's cards, the latest first. Errors: not_found.
Result<std::vector<Card>> cards(Snapshot& db, const Context& context, const api::Identity& who,
                                ClientId client, Instant now);

// Errors: not_found, conflict (card_exists: a client has one good card at a time).
Result<CardWithPin> issue_card(Transaction& tx, const Context& context, const api::Identity& who,
                               std::string_view request_id, ClientId client, Instant now);

// Blocks this one as replaced and issues another. Errors: not_found, conflict (card_blocked).
Result<CardWithPin> replace_card(Transaction& tx, const Context& context, const api::Identity& who,
                                 std::string_view request_id, CardId card, Instant now);

// Errors: not_found; blocking twice is no error, and leaves the first reason.
Result<Card> block_card(Transaction& tx, const Context& context, const api::Identity& who,
                        std::string_view request_id, CardId card, const Blocking& blocking, Instant now);

// Errors: not_found, conflict (card_blocked); one that is not locked is no error.
Result<Card> unlock_card(Transaction& tx, const Context& context, const api::Identity& who,
                         std::string_view request_id, CardId card, Instant now);

// A new PIN, which also unlocks. Errors: not_found, conflict (card_blocked).
Result<CardWithPin> reset_pin(Transaction& tx, const Context& context, const api::Identity& who,
                              std::string_view request_id, CardId card, Instant now);

// Somebody shows a number and a PIN at a kiosk: whose card it is, or nothing. Wrong, unknown, locked and
// blocked look alike and run the same statements. Counts what was wrong, in this transaction: so the command
// that calls it must not be refused afterwards.
// Errors: invalid (not_a_card_number, not_a_pin: neither costs a try), throttled.
Result<std::optional<ClientId>> present_card(Transaction& tx, const Context& context, const Kiosk& who,
                                             std::string_view request_id, std::string_view number,
                                             std::string_view pin, Instant now);

}  // namespace circled::access
