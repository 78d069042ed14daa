#include "people/consent.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/version.hpp"
#include "live/emit.hpp"
#include "people/consent_rules.hpp"
#include "people/episode.hpp"
#include "people/reach.hpp"
#include "people/record_opening.hpp"

namespace circled::people {
namespace {

// The columns of a version and its consent, in the order they are selected.
struct ConsentRow {
  ConsentId id;
  ClientId client;
  std::int64_t version;
  std::string discloser;
  std::string recipient;
  bool attendance, hours, phase, enrolment;
  std::string purpose;
  std::optional<Date> expires_on;
  std::optional<std::string> expires_when;
  Date signed_on;
  SignedBy signed_by;
  std::optional<std::string> representative;
  std::optional<Date> revocable_on;
  std::optional<std::string> revocable_when;
  std::optional<std::string> paper;
  Instant entered_at;
  std::string entered_by_name;
  std::optional<Instant> event_at;
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(ConsentRow, (),
                      (id, client, version, discloser, recipient, attendance, hours, phase, enrolment,
                       purpose, expires_on, expires_when, signed_on, signed_by, representative, revocable_on,
                       revocable_when, paper, entered_at, entered_by_name, event_at, revoked_at))

// All that a client is told of it: which of theirs to look at again.
struct ConsentChanged {
  ConsentId consent;
};
BOOST_DESCRIBE_STRUCT(ConsentChanged, (), (consent))

template <std::size_t Max>
std::optional<Text<1, Max>> text(std::optional<std::string> from) {
  if (!from) return std::nullopt;
  return Text<1, Max>(std::move(*from));
}

Consent unfold(ConsentRow row, const Zone& zone, Instant now) {
  Consent consent;
  consent.discloser = std::move(row.discloser);
  consent.recipient = std::move(row.recipient);
  for (const auto& [told, kind] : {std::pair(row.attendance, ConsentKind::attendance),
                                   {row.hours, ConsentKind::hours},
                                   {row.phase, ConsentKind::phase},
                                   {row.enrolment, ConsentKind::enrolment}})
    if (told) consent.kinds.push_back(kind);
  consent.purpose = std::move(row.purpose);
  consent.expires_on = row.expires_on;
  consent.expires_when = text<300>(std::move(row.expires_when));
  consent.signed_on = row.signed_on;
  consent.signed_by = row.signed_by;
  consent.representative = text<200>(std::move(row.representative));
  if (row.revocable_on || row.revocable_when)
    consent.criminal_justice = CriminalJustice{row.revocable_on, text<300>(std::move(row.revocable_when))};
  consent.paper = text<200>(std::move(row.paper));
  consent.id = row.id;
  consent.client = row.client;
  consent.version = row.version;
  consent.state = rules::state({row.expires_on, row.event_at, row.revoked_at}, zone, now);
  consent.entered_at = row.entered_at;
  consent.entered_by_name = std::move(row.entered_by_name);
  consent.event_at = row.event_at;
  consent.revoked_at = row.revoked_at;
  return consent;
}

std::vector<Consent> unfold(std::vector<ConsentRow> rows, const Zone& zone, Instant now) {
  std::vector<Consent> all;
  all.reserve(rows.size());
  for (auto& row : rows) all.push_back(unfold(std::move(row), zone, now));
  return all;
}

// As they now stand: each with its latest version.
std::vector<Consent> load(Snapshot& db, ClientId client, Instant now) {
  auto rows = db.all<ConsentRow>(
      "SELECT c.id, c.client_id, v.version, v.discloser, v.recipient, v.tells_attendance, v.tells_hours, "
      "v.tells_phase, v.tells_enrolment, v.purpose, v.expires_on, v.expires_when, v.signed_on, v.signed_by, "
      "v.representative, v.revocable_on, v.revocable_when, v.paper, v.entered_at, s.name, c.event_at, "
      "c.revoked_at FROM consent c "
      "JOIN consent_version v ON v.consent_id = c.id AND v.version = c.version "
      "JOIN staff s ON s.person_id = v.entered_by WHERE c.client_id = $1 ORDER BY c.entered_at DESC, c.id "
      "DESC",
      client);
  if (rows.empty()) return {};
  return unfold(std::move(rows), consent_zone(db, client), now);
}

Result<void> may_handle_consents(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (!api::Counselor::accepts(who.role) || !reaches(db, who, client, now)) return not_found("client");
  return {};
}

Result<Consent> find(Snapshot& db, const api::Identity& who, ClientId client, ConsentId id, Instant now) {
  if (auto may = may_handle_consents(db, who, client, now); !may) return may.error();
  auto found = consent_of(db, client, id, now);
  if (!found) return not_found("consent");
  return std::move(*found);
}

Result<void> in_force(const Consent& consent) {
  switch (consent.state) {
    case ConsentState::revoked: return conflict("consent_revoked", "This consent was revoked.");
    case ConsentState::expired: return conflict("consent_expired", "This consent has expired.");
    case ConsentState::live: return {};
  }
  return {};
}

void write_version(Transaction& tx, ConsentId id, std::int64_t version, const WrittenConsent& written,
                   PersonId by, Instant now) {
  const auto tells = [&](ConsentKind kind) {
    return std::find(written.kinds.begin(), written.kinds.end(), kind) != written.kinds.end();
  };
  const auto bound = written.criminal_justice.value_or(CriminalJustice{});
  tx.run(
      "INSERT INTO consent_version (consent_id, version, discloser, recipient, tells_attendance, "
      "tells_hours, tells_phase, tells_enrolment, purpose, expires_on, expires_when, signed_on, signed_by, "
      "representative, revocable_on, revocable_when, paper, entered_at, entered_by) VALUES ($1, $2, $3, $4, "
      "$5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
      id, version, written.discloser, written.recipient, tells(ConsentKind::attendance),
      tells(ConsentKind::hours), tells(ConsentKind::phase), tells(ConsentKind::enrolment), written.purpose,
      written.expires_on, written.expires_when, written.signed_on, written.signed_by, written.representative,
      bound.revocable_on, bound.revocable_when, written.paper, now, by);
}

// Who looks at the client, and the client, look again. What the paper says stays in its row: a recipient's
// name says where somebody is in trouble.
Consent tell(Transaction& tx, const access::Actor& actor, std::string_view action, ClientId client,
             ConsentId id, Instant now) {
  access::audit(tx, actor, action, "client", client.value, now, {{"consent", id.value}});
  live::emit(tx, client, now, "consent.changed", ConsentChanged{id});
  tell_of(tx, client);
  return consent_of(tx, client, id, now).value();
}

Result<void> revoke(Transaction& tx, const Consent& consent, bool event_has_come, PersonId by, Instant now) {
  if (auto live = in_force(consent); !live) return live;
  const Zone zone = consent_zone(tx, consent.client);
  switch (rules::revocable(consent.criminal_justice, event_has_come, zone, now)) {
    case rules::Revocable::not_before_day:
      return conflict("not_revocable_yet", "This consent can be revoked from " +
                                               to_string(*consent.criminal_justice->revocable_on) +
                                               " on: it says so itself (42 CFR 2.35(c)).");
    case rules::Revocable::not_before_event:
      return conflict("not_revocable_yet",
                      "This consent can be revoked after an event it names (42 CFR 2.35(c)): " +
                          *consent.criminal_justice->revocable_when);
    case rules::Revocable::yes: break;
  }
  tx.run("UPDATE consent SET revoked_at = $2, revoked_by = $3 WHERE id = $1", consent.id, now, by);
  return {};
}

MyConsent own(const Consent& consent, const Zone& zone, Instant now) {
  const auto plain = [](const auto& t) {
    return t ? std::optional<std::string>(*t) : std::optional<std::string>{};
  };
  MyConsent mine;
  mine.id = consent.id;
  mine.discloser = consent.discloser;
  mine.recipient = consent.recipient;
  mine.kinds = consent.kinds;
  mine.purpose = consent.purpose;
  mine.expires_on = consent.expires_on;
  mine.expires_when = plain(consent.expires_when);
  mine.signed_on = consent.signed_on;
  mine.signed_by = consent.signed_by;
  mine.state = consent.state;
  mine.revoked_at = consent.revoked_at;
  mine.revocable = consent.state == ConsentState::live &&
                   rules::revocable(consent.criminal_justice, false, zone, now) == rules::Revocable::yes;
  if (consent.criminal_justice) {
    mine.revocable_on = consent.criminal_justice->revocable_on;
    mine.revocable_when = plain(consent.criminal_justice->revocable_when);
  }
  return mine;
}

}  // namespace

Zone consent_zone(Snapshot& db, ClientId client) {
  const auto name = db.one<std::string>(
      "SELECT s.zone FROM client c JOIN site s ON s.id = c.site_id WHERE c.person_id = $1", client);
  return *Zone::named(name.value());
}

std::optional<Consent> consent_of(Snapshot& db, ClientId client, ConsentId id, Instant now) {
  auto row = db.one<ConsentRow>(
      "SELECT c.id, c.client_id, v.version, v.discloser, v.recipient, v.tells_attendance, v.tells_hours, "
      "v.tells_phase, v.tells_enrolment, v.purpose, v.expires_on, v.expires_when, v.signed_on, v.signed_by, "
      "v.representative, v.revocable_on, v.revocable_when, v.paper, v.entered_at, s.name, c.event_at, "
      "c.revoked_at FROM consent c "
      "JOIN consent_version v ON v.consent_id = c.id AND v.version = c.version "
      "JOIN staff s ON s.person_id = v.entered_by WHERE c.id = $1 AND c.client_id = $2",
      id, client);
  if (!row) return std::nullopt;
  return unfold(std::move(*row), consent_zone(db, client), now);
}

Result<std::vector<Consent>> consents(Snapshot& db, const api::Identity& who, ClientId client, Instant now) {
  if (auto may = may_handle_consents(db, who, client, now); !may) return may.error();
  return load(db, client, now);
}

Result<std::vector<Consent>> consent_versions(Snapshot& db, const api::Identity& who, ClientId client,
                                              ConsentId id, Instant now) {
  if (auto found = find(db, who, client, id, now); !found) return found.error();
  auto rows = db.all<ConsentRow>(
      "SELECT c.id, c.client_id, v.version, v.discloser, v.recipient, v.tells_attendance, v.tells_hours, "
      "v.tells_phase, v.tells_enrolment, v.purpose, v.expires_on, v.expires_when, v.signed_on, v.signed_by, "
      "v.representative, v.revocable_on, v.revocable_when, v.paper, v.entered_at, s.name, c.event_at, "
      "c.revoked_at FROM consent c JOIN consent_version v ON v.consent_id = c.id "
      "JOIN staff s ON s.person_id = v.entered_by WHERE c.id = $1 ORDER BY v.version DESC",
      id);
  return unfold(std::move(rows), consent_zone(db, client), now);
}

Result<Consent> add_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId client, const WrittenConsent& written, Instant now) {
  if (auto may = may_handle_consents(tx, who, client, now); !may) return may.error();
  if (auto errors = rules::check(written, consent_zone(tx, client), now); !errors.empty())
    return invalid(std::move(errors));
  const auto id = *tx.one<ConsentId>(
      "INSERT INTO consent (client_id, version, entered_at) VALUES ($1, 1, $2) RETURNING id", client, now);
  write_version(tx, id, 1, written, who.person, now);
  return tell(tx, actor, "consent.add", client, id, now);
}

Result<Consent> rewrite_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                ClientId client, ConsentId id, std::int64_t seen,
                                const WrittenConsent& written, Instant now) {
  const auto found = find(tx, who, client, id, now);
  if (!found) return found.error();
  if (found->version != seen) {
    return circled::changed_meanwhile(*found,
                                      "Somebody entered another paper for this consent since you read it.");
  }
  if (auto live = in_force(*found); !live) return live.error();
  if (auto errors = rules::check(written, consent_zone(tx, client), now); !errors.empty())
    return invalid(std::move(errors));
  tx.run("UPDATE consent SET version = version + 1 WHERE id = $1", id);
  write_version(tx, id, seen + 1, written, who.person, now);
  return tell(tx, actor, "consent.rewrite", client, id, now);
}

Result<Consent> end_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId client, ConsentId id, Instant now) {
  const auto found = find(tx, who, client, id, now);
  if (!found) return found.error();
  if (auto live = in_force(*found); !live) return live.error();
  if (!found->expires_when)
    return conflict("no_event", "This consent ends on a day, and names no event or condition.");
  tx.run("UPDATE consent SET event_at = $2 WHERE id = $1", id, now);
  return tell(tx, actor, "consent.end", client, id, now);
}

Result<Consent> revoke_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               ClientId client, ConsentId id, const Revocation& revocation, Instant now) {
  const auto found = find(tx, who, client, id, now);
  if (!found) return found.error();
  if (auto done = revoke(tx, *found, revocation.event_has_come.value_or(false), who.person, now); !done)
    return done.error();
  return tell(tx, actor, "consent.revoke", client, id, now);
}

std::vector<MyConsent> my_consents(Snapshot& db, ClientId client, Instant now) {
  std::vector<MyConsent> mine;
  const auto all = load(db, client, now);
  if (all.empty()) return mine;
  const Zone zone = consent_zone(db, client);
  for (const auto& consent : all) mine.push_back(own(consent, zone, now));
  return mine;
}

Result<MyConsent> revoke_my_consent(Transaction& tx, const access::Actor& actor, ClientId client,
                                    ConsentId id, Instant now) {
  const auto found = consent_of(tx, client, id, now);
  if (!found) return not_found("consent");
  if (auto done = revoke(tx, *found, false, client, now); !done) return done.error();
  return own(tell(tx, actor, "consent.revoke", client, id, now), consent_zone(tx, client), now);
}

Result<std::vector<MayBeTold>> who_may_be_told(Snapshot& db, const api::Identity& who, ClientId client,
                                               Instant now) {
  if (!may_read(db, who, client, now)) return not_found("client");
  // One that somebody has two consents for is one name with both their kinds.
  std::map<std::string, std::set<ConsentKind>> kinds;
  for (const auto& consent : load(db, client, now))
    if (consent.state == ConsentState::live)
      kinds[consent.recipient].insert(consent.kinds.begin(), consent.kinds.end());
  std::vector<MayBeTold> told;
  for (const auto& [recipient, theirs] : kinds) told.push_back({recipient, {theirs.begin(), theirs.end()}});
  return told;
}

}  // namespace circled::people
