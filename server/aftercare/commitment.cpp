#include "aftercare/commitment.hpp"

#include "aftercare/rules.hpp"
#include "live/emit.hpp"
#include "people/client.hpp"

namespace circled::aftercare {
namespace {

struct CommitmentColumns {
  CommitmentId id;
  MeetingId meeting;
  Instant made_at;
  std::optional<Instant> next;
  std::optional<Flag> flag;
  BOOST_DESCRIBE_CLASS(CommitmentColumns, (), (id, meeting, made_at, next, flag), (), ())
};

// The receiver's other screens fetch their list again.
struct CommitmentNews {
  CommitmentId commitment;
};
BOOST_DESCRIBE_STRUCT(CommitmentNews, (), (commitment))

void tell(Transaction& tx, ClientId client, CommitmentId commitment, Instant now) {
  live::emit(tx, client, now, "commitment.changed", CommitmentNews{commitment});
  const auto site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
  live::hint(tx, "client.changed", client.value, site.value());
}

// Why this client may not commit to this meeting now, if so.
std::optional<Error> objection(Snapshot& db, ClientId client, const Meeting& meeting) {
  if (people::phase(db, client) != people::Phase::aftercare)
    return conflict("not_in_aftercare", "Meetings are chosen in aftercare; this is not that phase.");
  if (meeting.gone || meeting.closed) return conflict("meeting_gone", "This meeting no longer takes place.");
  const auto open = db.all<MeetingId>(
      "SELECT meeting_id FROM commitment WHERE client_id = $1 AND ended_at IS NULL", client);
  if (std::ranges::find(open, meeting.id) != open.end())
    return conflict("already_committed", "This meeting is chosen already.");
  if (static_cast<std::int64_t>(open.size()) >= most_commitments)
    return conflict("too_many_commitments", "No more than " + std::to_string(most_commitments) +
                                                " meetings can be chosen at a time.");
  return std::nullopt;
}

}  // namespace

std::vector<Commitment> commitments(Snapshot& db, ClientId client, Instant now) {
  const auto rows = db.all<CommitmentColumns>(
      "SELECT c.id, c.meeting_id, c.made_at,"
      " (SELECT MIN(o.starts_at) FROM occurrence o WHERE o.commitment_id = c.id AND o.starts_at > $2"
      "  AND o.status = 'planned'), c.flag "
      "FROM commitment c JOIN meeting m ON m.id = c.meeting_id WHERE c.client_id = $1 AND c.ended_at IS NULL "
      "ORDER BY m.weekday, m.time, c.id",
      client, now);
  std::vector<Commitment> found;
  for (const auto& row : rows)
    found.push_back({row.id, meeting(db, row.meeting).value(), row.made_at, row.next, row.flag});
  return found;
}

Result<Commitment> commit(Transaction& tx, const access::Actor& actor, ClientId client, MeetingId meeting_id,
                          Instant now) {
  const auto chosen = meeting(tx, meeting_id);
  if (!chosen) return not_found("meeting");
  if (auto why_not = objection(tx, client, *chosen)) return *why_not;

  const auto id = tx.one<CommitmentId>(
      "INSERT INTO commitment (client_id, meeting_id, rule, made_at, expanded_until) VALUES ($1, $2, $3, $4, "
      "$4) "
      "RETURNING id",
      client, meeting_id, chosen->rule, now);
  begin(tx, id.value(), now);

  tell(tx, client, *id, now);
  access::audit(tx, actor, "commitment.make", "client", client.value, now,
                {{"commitment", id->value}, {"meeting", meeting_id.value}});
  const auto next = tx.one<std::optional<Instant>>(
      "SELECT MIN(starts_at) FROM occurrence WHERE commitment_id = $1 AND starts_at > $2 AND status = "
      "'planned'",
      *id, now);
  return Commitment{*id, *chosen, now, next.value(), {}};
}

Result<void> withdraw(Transaction& tx, const access::Actor& actor, ClientId client, CommitmentId commitment,
                      Instant now) {
  const auto ended =
      tx.run("UPDATE commitment SET ended_at = $3 WHERE id = $1 AND client_id = $2 AND ended_at IS NULL",
             commitment, client, now);
  if (ended == 0) return not_found("commitment");
  end(tx, commitment, now);
  tell(tx, client, commitment, now);
  access::audit(tx, actor, "commitment.withdraw", "client", client.value, now,
                {{"commitment", commitment.value}});
  return {};
}

Result<void> see(Transaction& tx, ClientId client, CommitmentId commitment, Instant now) {
  const auto flag = tx.one<std::optional<Flag>>(
      "SELECT flag FROM commitment WHERE id = $1 AND client_id = $2 AND ended_at IS NULL", commitment,
      client);
  if (!flag) return not_found("commitment");
  if (!*flag) return {};
  tx.run("UPDATE commitment SET flag = NULL, flagged_at = NULL WHERE id = $1", commitment);
  tell(tx, client, commitment, now);
  return {};
}

calendar::Discharged ended_by_discharge() {
  const auto open = [](Snapshot& db, ClientId client, Instant) {
    std::vector<calendar::CourseItem> items;
    for (auto& [id, name] : db.all<std::tuple<std::int64_t, std::string>>(
             "SELECT c.id, m.name FROM commitment c JOIN meeting m ON m.id = c.meeting_id "
             "WHERE c.client_id = $1 AND c.ended_at IS NULL ORDER BY m.weekday, m.time, c.id",
             client))
      items.push_back({calendar::Matter::commitment, id, std::move(name), {}});
    return items;
  };
  const auto end_all = [open](Transaction& tx, ClientId client, bool silent, Instant now) {
    for (const auto& item : open(tx, client, now)) {
      const CommitmentId id(item.id.value());
      tx.run("UPDATE commitment SET ended_at = $2 WHERE id = $1", id, now);
      end(tx, id, now);
      if (!silent) live::emit(tx, client, now, "commitment.changed", CommitmentNews{id});
    }
  };
  return {open, end_all};
}

}  // namespace circled::aftercare
