#include "live/stream.hpp"

#include <map>

namespace circled::live {
namespace {

constexpr auto kept_for = std::chrono::days(30);
constexpr std::int64_t step = 1000;  // rows of one transaction

std::int64_t prune_old(Transaction& tx, Instant now) {
  const auto old = tx.all<std::tuple<PersonId, std::int64_t>>(
      "SELECT person_id, seq FROM stream_event WHERE at < $1 ORDER BY at LIMIT $2", now - kept_for, step);
  std::map<PersonId, std::int64_t> up_to;
  for (const auto& [person, seq] : old) {
    tx.run("DELETE FROM stream_event WHERE person_id = $1 AND seq = $2", person, seq);
    auto& highest = up_to[person];
    highest = std::max(highest, seq);
  }
  for (const auto& [person, seq] : up_to)
    tx.run("UPDATE stream SET pruned_seq = $2 WHERE person_id = $1 AND pruned_seq < $2", person, seq);
  return static_cast<std::int64_t>(old.size());
}

std::int64_t prune_long(Transaction& tx) {
  // The condition is that of the index stream_long, word for word: streams of usual length cost nothing.
  const auto longest = tx.one<std::tuple<PersonId, std::int64_t, std::int64_t>>(
      "SELECT person_id, last_seq, pruned_seq FROM stream WHERE last_seq - pruned_seq > 10000 LIMIT 1");
  if (!longest) return 0;
  const auto& [person, last, pruned] = *longest;
  const std::int64_t up_to = std::min(last - 10000, pruned + step);
  tx.run("DELETE FROM stream_event WHERE person_id = $1 AND seq <= $2", person, up_to);
  tx.run("UPDATE stream SET pruned_seq = $2 WHERE person_id = $1", person, up_to);
  return up_to - pruned;
}

}  // namespace

StreamEnds stream_ends(Snapshot& db, PersonId person) {
  const auto ends = db.one<std::tuple<std::int64_t, std::int64_t>>(
      "SELECT last_seq, pruned_seq FROM stream WHERE person_id = $1", person);
  return ends ? StreamEnds{std::get<0>(*ends), std::get<1>(*ends)} : StreamEnds{};
}

std::vector<Numbered> events_after(Snapshot& db, PersonId person, std::int64_t after, std::int64_t limit) {
  std::vector<Numbered> events;
  db.each<std::tuple<std::int64_t, std::string>>(
      [&](std::tuple<std::int64_t, std::string> row) {
        events.push_back(
            {std::get<0>(row), std::make_shared<const std::string>(std::move(std::get<1>(row)))});
      },
      "SELECT seq, body FROM stream_event WHERE person_id = $1 AND seq > $2 ORDER BY seq LIMIT $3", person,
      after, limit);
  return events;
}

std::optional<Instant> signed_in_until(Snapshot& db, SignInId sign_in, Instant now) {
  return db.one<Instant>(
      "SELECT expires_at FROM sign_in WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2", sign_in,
      now);
}

void keep_watching(Transaction& tx, SignInId sign_in, Instant until) {
  tx.later("UPDATE sign_in SET watching_until = $2 WHERE id = $1", sign_in, until);
}

bool watches(Snapshot& db, PersonId person, Instant now) {
  return db
      .one<std::int64_t>(
          "SELECT 1 FROM account a JOIN sign_in s ON s.account_id = a.id AND s.revoked_at IS NULL "
          "WHERE a.person_id = $1 AND s.watching_until > $2 AND s.expires_at > $2 LIMIT 1",
          person, now)
      .has_value();
}

void keep_acknowledged(Transaction& tx, SignInId sign_in, std::int64_t seq) {
  tx.run("UPDATE sign_in SET acknowledged_seq = $2 WHERE id = $1 AND acknowledged_seq < $2", sign_in, seq);
}

std::int64_t prune_once(Transaction& tx, Instant now) {
  const std::int64_t old = prune_old(tx, now);
  return old > 0 ? old : prune_long(tx);
}

}  // namespace circled::live
