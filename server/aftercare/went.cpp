#include "aftercare/went.hpp"

#include "live/emit.hpp"
#include "people/reach.hpp"
#include "people/standing.hpp"
#include "reminders/rules.hpp"

namespace circled::aftercare {
namespace {

constexpr std::int64_t at_once = 100;

struct DueQuestion {
  OccurrenceId id;
  ClientId client;
  Instant starts_at;
  Instant ends_at;
  std::string zone;  // the meeting's
  std::string client_zone;
  bool open;  // still to be asked about, by what it says itself
  BOOST_DESCRIBE_CLASS(DueQuestion, (), (id, client, starts_at, ends_at, zone, client_zone, open), (), ())
};

// The words name nothing: the app shows the rest.
struct Question {
  OccurrenceId occurrence;
  Instant starts_at;
  std::string zone;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Question, (), (occurrence, starts_at, zone, text))

struct OccurrenceNews {
  OccurrenceId occurrence;
};
BOOST_DESCRIBE_STRUCT(OccurrenceNews, (), (occurrence))

bool worth_asking(Snapshot& db, const DueQuestion& due, Instant now) {
  if (!due.open || due.ends_at + ask_within < now) return false;
  const auto standing = people::standing(db, due.client, now);
  return standing->phase == people::Phase::aftercare && !standing->on_hold;
}

// The client's other screens, and whoever looks at the client, look again.
void tell(Transaction& tx, ClientId client, OccurrenceId occurrence, Instant now) {
  live::emit(tx, client, now, "occurrence.changed", OccurrenceNews{occurrence});
  const auto site = tx.one<SiteId>("SELECT site_id FROM client WHERE person_id = $1", client);
  live::hint(tx, "client.changed", client.value, site.value());
}

struct Began {
  OccurrenceStatus status;
  Instant starts_at;
  std::optional<Went> went;
  std::optional<Instant> went_said_at;
  BOOST_DESCRIBE_CLASS(Began, (), (status, starts_at, went, went_said_at), (), ())
};

// The client's own, of which it can be said whether they went.
Result<Began> begun(Snapshot& db, ClientId client, OccurrenceId occurrence, Instant now) {
  auto found = db.one<Began>(
      "SELECT status, starts_at, went, went_said_at FROM occurrence WHERE id = $1 AND client_id = $2",
      occurrence, client);
  if (!found) return not_found("occurrence");
  if (found->status == OccurrenceStatus::cancelled) return conflict("cancelled", "This did not take place.");
  if (found->starts_at > now) return conflict("not_begun", "This has not begun yet.");
  if (found->starts_at + said_within < now)
    return conflict("too_long_ago", "This is too long ago for anything to be said of it.");
  return std::move(*found);
}

#define CIRCLED_KEPT                                                                               \
  "SELECT o.id, o.commitment_id, c.meeting_id, m.name, o.starts_at, o.ends_at, m.zone, o.status, " \
  "o.answer, o.asked_at, o.went, o.went_said_at, o.verified_by, s.name, o.verified_at, o.told_by " \
  "FROM occurrence o JOIN commitment c ON c.id = o.commitment_id "                                 \
  "JOIN meeting m ON m.id = c.meeting_id LEFT JOIN staff s ON s.person_id = o.verified_staff "

std::optional<KeptOccurrence> kept(Snapshot& db, ClientId client, OccurrenceId occurrence) {
  return db.one<KeptOccurrence>(CIRCLED_KEPT "WHERE o.id = $1 AND o.client_id = $2", occurrence, client);
}

}  // namespace

Result<std::int64_t> ask_once(Transaction& tx, Instant now) {
  const auto due = tx.all<DueQuestion>(
      "SELECT o.id, o.client_id, o.starts_at, o.ends_at, m.zone, p.zone, c.ended_at IS NULL "
      "AND o.status = 'planned' AND o.answer <> 'cant_come' AND o.went IS NULL "
      "FROM occurrence o JOIN commitment c ON c.id = o.commitment_id "
      "JOIN meeting m ON m.id = c.meeting_id JOIN client p ON p.person_id = o.client_id "
      "WHERE o.ask_at <= $1 ORDER BY o.ask_at, o.id LIMIT $2",
      now, at_once);
  reminders::Manners manners;
  for (const DueQuestion& one : due) {
    const Zone zone = Zone::named(one.client_zone).value();
    if (!worth_asking(tx, one, now)) {
      tx.run("UPDATE occurrence SET ask_at = NULL WHERE id = $1", one.id);
      continue;
    }
    const auto how = manners.of(tx, one.client);
    if (reminders::is_quiet(now, zone, how.quiet)) {
      tx.run("UPDATE occurrence SET ask_at = $2 WHERE id = $1", one.id,
             reminders::after_quiet(now, zone, how.quiet));
    } else {
      tx.run("UPDATE occurrence SET ask_at = NULL, asked_at = $2 WHERE id = $1", one.id, now);
      const std::string when = reminders::spoken(one.starts_at, Zone::named(one.zone).value());
      live::emit(tx, one.client, now, "occurrence.asked",
                 Question{one.id, one.starts_at, one.zone, "Did you go on " + when + "?"});
    }
  }
  return static_cast<std::int64_t>(due.size());
}

Result<SaidWent> say_went(Transaction& tx, const access::Actor& actor, ClientId client,
                          OccurrenceId occurrence, Went went, Instant now) {
  const auto before = begun(tx, client, occurrence, now);
  if (!before) return before.error();
  if (before->went == went) return SaidWent{occurrence, went, *before->went_said_at};
  tx.run("UPDATE occurrence SET went = $2, went_said_at = $3, ask_at = NULL WHERE id = $1", occurrence, went,
         now);
  tell(tx, client, occurrence, now);
  access::audit(tx, actor, "occurrence.say", "client", client.value, now,
                {{"occurrence", occurrence.value}, {"went", json::enum_name(went)}});
  return SaidWent{occurrence, went, now};
}

std::vector<KeptOccurrence> kept_occurrences(Snapshot& db, ClientId client, Instant from, Instant until) {
  return db.all<KeptOccurrence>(CIRCLED_KEPT
                                "WHERE o.client_id = $1 AND o.starts_at >= $2 AND o.starts_at < $3 "
                                "ORDER BY o.starts_at DESC, o.id DESC",
                                client, from, until);
}

Result<KeptOccurrence> verify(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              ClientId client, OccurrenceId occurrence, const OccurrenceProof& proof,
                              Instant now) {
  if (!people::reaches(tx, who, client, now)) return not_found("client");
  if (const auto before = begun(tx, client, occurrence, now); !before) return before.error();
  if ((proof.by == Proof::told) != proof.told_by.has_value())
    return invalid("/told_by", proof.told_by ? "not_wanted" : "missing",
                   proof.told_by ? "A slip is not told by anybody." : "Say who told it.");
  auto is = kept(tx, client, occurrence).value();
  if (is.verified_by == proof.by && is.told_by == proof.told_by) return is;
  if (is.verified_by)
    return conflict("verified_already", "This is verified otherwise already; take that back first.");
  tx.run(
      "UPDATE occurrence SET verified_by = $2, verified_staff = $3, verified_at = $4, told_by = $5 "
      "WHERE id = $1",
      occurrence, proof.by, who.person, now, proof.told_by);
  tell(tx, client, occurrence, now);
  access::audit(tx, actor, "occurrence.verify", "client", client.value, now,
                {{"occurrence", occurrence.value}, {"by", json::enum_name(proof.by)}});
  return kept(tx, client, occurrence).value();
}

Result<void> take_back(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                       OccurrenceId occurrence, Instant now) {
  if (!people::reaches(tx, who, client, now)) return not_found("client");
  const auto was = kept(tx, client, occurrence);
  if (!was || !was->verified_by) return not_found("verification");
  tx.run(
      "UPDATE occurrence SET verified_by = NULL, verified_staff = NULL, verified_at = NULL, told_by = NULL "
      "WHERE id = $1",
      occurrence);
  tell(tx, client, occurrence, now);
  access::audit(tx, actor, "occurrence.take_back", "client", client.value, now,
                {{"occurrence", occurrence.value}, {"was", json::enum_name(*was->verified_by)}});
  return {};
}

}  // namespace circled::aftercare
