#include "reminders/channel.hpp"

#include <algorithm>

#include "access/throttle.hpp"
#include "base/token.hpp"
#include "reminders/conditions.hpp"
#include "reminders/manner.hpp"
#include "reminders/outbox.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t code_length = 6;
constexpr access::Patience per_person{"channel code", 3, 1h, 1h, 1h};

struct AddressRow {
  std::string address;
  bool verified, stopped, failed;
  BOOST_DESCRIBE_CLASS(AddressRow, (), (address, verified, stopped, failed), (), ())
};

std::string hash_code(const access::Context& context, std::string_view code) {
  return keyed_hash(context.key, "channel code " + std::string(code));
}

Address load(Snapshot& db, PersonId person, Channel channel) {
  const auto row = db.one<AddressRow>(
      "SELECT address, verified_at IS NOT NULL, stopped_at IS NOT NULL, failed_at IS NOT NULL FROM "
      "channel_address "
      "WHERE person_id = $1 AND channel = $2",
      person, channel);
  if (!row) return {channel, AddressState::none, {}};
  const auto state = row->stopped    ? AddressState::stopped
                     : row->failed   ? AddressState::failed
                     : row->verified ? AddressState::good
                                     : AddressState::unverified;
  return {channel, state, row->address};
}

// What could be one: the rest the code that is sent there will tell.
bool looks_like(Channel channel, std::string_view address) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (channel == Channel::sms)  // E.164: at most fifteen digits
    return address.size() >= 8 && address.size() <= 16 && address[0] == '+' &&
           std::all_of(address.begin() + 1, address.end(), digit);
  const auto at = address.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < address.size() &&
         address.find('@', at + 1) == std::string_view::npos &&
         std::all_of(address.begin(), address.end(), [](unsigned char c) {
           return c > ' ' && c < 0x7f && c != '<' && c != '>' && c != ',' && c != ';' && c != '"';
         });
}

std::string bare(Channel channel, std::string address) {
  if (channel == Channel::sms)
    std::erase_if(address, [](char c) { return c == ' ' || c == '-' || c == '(' || c == ')' || c == '.'; });
  return address;
}

}  // namespace

std::optional<std::string> usable_address(Snapshot& db, PersonId person, Channel channel, Instant now) {
  if (channel == Channel::push)
    return db.one<bool>("SELECT EXISTS (SELECT 1 FROM " CIRCLED_WAKEABLE("$1", "$2") ")", person, now).value()
               ? std::optional<std::string>(devices_address)
               : std::nullopt;
  return db.one<std::string>(
      "SELECT a.address FROM channel_address a WHERE a.person_id = $1 AND a.channel = $2 AND " CIRCLED_USABLE(
          "a"),
      person, channel);
}

std::vector<Address> addresses(Snapshot& db, PersonId person) {
  return {load(db, person, Channel::email), load(db, person, Channel::sms)};
}

Result<Address> enter_address(Transaction& tx, const access::Context& context, const access::Actor& actor,
                              PersonId person, Channel channel, const NewAddress& entered, Instant now) {
  const std::string address = bare(channel, entered.address);
  if (!looks_like(channel, address))
    return invalid("/address", "no_address",
                   channel == Channel::sms
                       ? "This must be a number with its country's code, such as +12125550123."
                       : "This is no mail address.");
  if (auto may = access::take_try(tx, per_person, std::to_string(person.value), now); !may)
    return may.error();
  const std::string code = random_code(code_length);
  tx.run(
      "INSERT INTO channel_address (person_id, channel, address, code_hash, code_until) VALUES ($1, $2, $3, "
      "$4, $5) "
      "ON CONFLICT (person_id, channel) DO UPDATE SET address = $3, code_hash = $4, code_until = $5, "
      "code_tries = 0, verified_at = NULL, stopped_at = NULL, failed_at = NULL",
      person, channel, address, hash_code(context, code), now + code_lasts);
  const auto language = resolve(tx, person, {}).manner.language;
  post_to(tx, person, channel, address, Purpose::verification, fill(phrases(language).code, {{"code", code}}),
          now + code_lasts, now);
  access::audit(tx, actor, "channel.enter", "person", person.value, now,
                {{"channel", json::enum_name(channel)}});
  return load(tx, person, channel);
}

Result<Address> verify_address(Transaction& tx, const access::Context& context, const access::Actor& actor,
                               PersonId person, Channel channel, const Code& said, Instant now) {
  const auto row = tx.one<std::tuple<std::string, Instant, std::int64_t>>(
      "SELECT code_hash, code_until, code_tries FROM channel_address WHERE person_id = $1 AND channel = $2 "
      "AND code_hash IS NOT NULL",
      person, channel);
  if (!row) return not_found("code");
  const auto& [hash, until, tries] = *row;
  std::string code = said.code;
  for (char& c : code)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::erase(code, ' ');
  if (tries >= most_code_tries || until <= now || !same_secret(hash, hash_code(context, code))) {
    tx.after_refusal([person, channel](Transaction& after) {
      after.run(
          "UPDATE channel_address SET code_tries = code_tries + 1 WHERE person_id = $1 AND channel = $2",
          person, channel);
    });
    return conflict("code_not_good", "This code is not good, or no longer: ask for a new one.");
  }
  tx.run(
      "UPDATE channel_address SET verified_at = $3, code_hash = NULL, code_until = NULL, stopped_at = NULL, "
      "failed_at = NULL WHERE person_id = $1 AND channel = $2",
      person, channel, now);
  access::forget_failures(tx, per_person, std::to_string(person.value));
  access::audit(tx, actor, "channel.verify", "person", person.value, now,
                {{"channel", json::enum_name(channel)}});
  return load(tx, person, channel);
}

Result<void> stop_address(Transaction& tx, const access::Actor& actor, PersonId person, Channel channel,
                          Instant now) {
  if (tx.run("UPDATE channel_address SET stopped_at = COALESCE(stopped_at, $3), code_hash = NULL, "
             "code_until = NULL WHERE person_id = $1 AND channel = $2",
             person, channel, now) == 0)
    return not_found("address");
  access::audit(tx, actor, "channel.stop", "person", person.value, now,
                {{"channel", json::enum_name(channel)}});
  return {};
}

std::vector<PersonId> stop_number(Transaction& tx, std::string_view number, Instant now) {
  return tx.all<PersonId>(
      "UPDATE channel_address SET stopped_at = COALESCE(stopped_at, $2), code_hash = NULL, code_until = NULL "
      "WHERE channel = 'sms' AND address = $1 RETURNING person_id",
      number, now);
}

std::vector<PersonId> start_number(Transaction& tx, std::string_view number, Instant now) {
  return tx.all<PersonId>(
      "UPDATE channel_address SET stopped_at = NULL WHERE channel = 'sms' AND address = $1 AND "
      "verified_at IS NOT NULL AND stopped_at <= $2 RETURNING person_id",
      number, now);
}

}  // namespace circled::reminders
