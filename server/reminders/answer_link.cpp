#include "reminders/answer_link.hpp"

#include <charconv>

#include "base/token.hpp"

namespace circled::reminders {
namespace {

constexpr std::size_t seal_length = 32;  // 128 bits, hexadecimal

std::string seal_of(std::string_view key, ReminderId reminder) {
  return keyed_hash(key, "answer link 1 " + std::to_string(reminder.value)).substr(0, seal_length);
}

std::optional<ReminderId> named_by(std::string_view key, std::string_view token) {
  ReminderId reminder;
  const auto [end, ec] = std::from_chars(token.data(), token.data() + token.size(), reminder.value);
  if (ec != std::errc{}) return {};
  token.remove_prefix(static_cast<std::size_t>(end - token.data()));
  if (!token.starts_with('-') || !same_secret(token.substr(1), seal_of(key, reminder))) return {};
  return reminder;
}

struct Linked {
  SubjectKind kind;
  std::int64_t subject;
  std::int64_t version;
  PersonId receiver;
  State state;
  Instant starts_at;
  std::string zone;
  std::optional<Answer> answer;
};
BOOST_DESCRIBE_STRUCT(Linked, (), (kind, subject, version, receiver, state, starts_at, zone, answer))

// By mail, and perhaps out of the house already.
Result<Linked> linked(Snapshot& db, std::string_view key, std::string_view token, Instant now) {
  const auto reminder = named_by(key, token);
  auto found =
      reminder ? db.one<Linked>(
                     "SELECT subject_kind, subject_id, version, receiver_id, state, starts_at, zone, answer "
                     "FROM reminder WHERE id = $1 AND channel = 'email'",
                     *reminder)
               : std::nullopt;
  if (!found) return not_found("link");
  if (found->starts_at <= now) return conflict("already_over", "This appointment has begun, or is over.");
  if (found->state == State::cancelled ||
      subject_handler(found->kind).current_version(db, found->subject, found->receiver) != found->version)
    return conflict("superseded", "This appointment has changed since; look at the newer message.");
  return std::move(*found);
}

}  // namespace

std::string answer_link(std::string_view origin, std::string_view key, ReminderId reminder,
                        Language language) {
  if (origin.empty()) return {};
  return std::string(origin) + "/answer?language=" + std::string(json::enum_name(language)) + "#" +
         std::to_string(reminder.value) + "-" + seal_of(key, reminder);
}

Result<AskedByLink> asked_by_link(Snapshot& db, std::string_view key, std::string_view token, Instant now) {
  const auto found = linked(db, key, token, now);
  if (!found) return found.error();
  return AskedByLink{found->starts_at, found->zone, found->answer};
}

Result<AskedByLink> answer_by_link(Transaction& tx, const access::Actor& actor, std::string_view key,
                                   const LinkAnswer& said, Instant now) {
  const auto found = linked(tx, key, said.token, now);
  if (!found) return found.error();
  if (auto answered = answer(tx, actor, found->receiver, *named_by(key, said.token), said.answer, now);
      !answered)
    return answered.error();
  return AskedByLink{found->starts_at, found->zone, said.answer};
}

}  // namespace circled::reminders
