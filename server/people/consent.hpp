// Consent: what a client has agreed in writing may be told, to whom, why and until when (42 CFR §2.31).
//
// A consent is a signed paper, and so is never edited: writing it anew makes the next version, and every
// version stays. It is in force from its entry until it expires, the event it names comes about, or it is
// revoked, which takes effect at once. Nothing is told by entering one; `disclosures` does that, and asks
// here first.
#pragma once
#include <optional>
#include <vector>

#include "access/audit.hpp"
#include "base/bounded.hpp"
#include "base/zone.hpp"
#include "store/transaction.hpp"

namespace circled::people {

// What can be told of a client. Each is agreed to by itself; none includes another.
enum class ConsentKind {
  attendance,  // when they were expected, and whether they came
  hours,       // how many counseling hours they were given
  phase,       // phase and level of care
  enrolment,   // since when, and until when, they are in a group
};
BOOST_DESCRIBE_ENUM(ConsentKind, attendance, hours, phase, enrolment)

enum class ConsentState { live, expired, revoked };
BOOST_DESCRIBE_ENUM(ConsentState, live, expired, revoked)

enum class SignedBy { client, representative };
BOOST_DESCRIBE_ENUM(SignedBy, client, representative)

// Of a consent for a court, a prosecutor, probation or parole who made being in care a condition: from when
// on it can be revoked (42 CFR §2.35(c)). Exactly one of the two.
struct CriminalJustice {
  std::optional<Date> revocable_on;  // from the beginning of this day, as the client's site has it
  std::optional<Text<1, 300>>
      revocable_when;  // an event that can be ascertained: "final disposition of the case"
};
BOOST_DESCRIBE_STRUCT(CriminalJustice, (), (revocable_on, revocable_when))

// What the paper says.
struct WrittenConsent {
  Text<1, 200> discloser;  // who may tell: the programme, or part of it
  Text<1, 200> recipient;  // whom: a person or an entity, by name
  List<ConsentKind, 4, 1> kinds;
  Text<1, 300> purpose;
  std::optional<Date> expires_on;            // in force all through this day; it, or the next, or both
  std::optional<Text<1, 300>> expires_when;  // an event or condition
  Date signed_on;
  SignedBy signed_by;
  std::optional<Text<1, 200>> representative;  // who signed for the client, and as what
  std::optional<CriminalJustice> criminal_justice;
  std::optional<Text<1, 200>> paper;  // where the paper, or its scan, is kept
};
BOOST_DESCRIBE_STRUCT(WrittenConsent, (),
                      (discloser, recipient, kinds, purpose, expires_on, expires_when, signed_on, signed_by,
                       representative, criminal_justice, paper))

struct Consent : WrittenConsent {
  ConsentId id;
  ClientId client;
  std::int64_t version;  // the ETag; counts the papers: revoking one makes no other
  ConsentState state;
  Instant entered_at;  // this version
  std::string entered_by_name;
  std::optional<Instant> event_at;  // when the event or condition it ends with was noted
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(Consent, (WrittenConsent),
                      (id, client, version, state, entered_at, entered_by_name, event_at, revoked_at))

// As the client's own app shows it: without the staff's names and notes.
struct MyConsent {
  ConsentId id;
  std::string discloser;
  std::string recipient;
  std::vector<ConsentKind> kinds;
  std::string purpose;
  std::optional<Date> expires_on;
  std::optional<std::string> expires_when;
  Date signed_on;
  SignedBy signed_by;
  ConsentState state;
  std::optional<Instant> revoked_at;
  bool revocable;  // now, by the client
  std::optional<Date> revocable_on;
  std::optional<std::string> revocable_when;
};
BOOST_DESCRIBE_STRUCT(MyConsent, (),
                      (id, discloser, recipient, kinds, purpose, expires_on, expires_when, signed_on,
                       signed_by, state, revoked_at, revocable, revocable_on, revocable_when))

struct Revocation {
  std::optional<bool> event_has_come;  // of a consent that can be revoked after an event: it has come about
};
BOOST_DESCRIBE_STRUCT(Revocation, (), (event_has_come))

// Whom the desk may answer about a client, and about what: nothing else of the consent.
struct MayBeTold {
  std::string recipient;
  std::vector<ConsentKind> kinds;
};
BOOST_DESCRIBE_STRUCT(MayBeTold, (), (recipient, kinds))

// For whoever treats the client: counselors and clinicians within reach, supervisors and administrators. All
// that follows answers not_found for a client out of reach and for a consent of somebody else.

// As they now stand, the latest entered first. Errors: not_found.
Result<std::vector<Consent>> consents(Snapshot& db, const api::Identity& who, ClientId client, Instant now);
// Every version of one, the latest first, each with what its paper said; state and ends are the consent's.
Result<std::vector<Consent>> consent_versions(Snapshot& db, const api::Identity& who, ClientId client,
                                              ConsentId consent, Instant now);

// Enters a signed consent. Errors: not_found, invalid (see rules::check).
Result<Consent> add_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId client, const WrittenConsent& written, Instant now);
// Enters a paper that takes the place of this consent's. `seen` is the version the caller has seen.
// Errors: not_found, invalid, precondition_failed (with the consent as it now is), conflict (consent_revoked,
// consent_expired): what has ended is not revived, a new consent is entered.
Result<Consent> rewrite_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                ClientId client, ConsentId consent, std::int64_t seen,
                                const WrittenConsent& written, Instant now);
// Notes that the event or condition has come about with which it ends. Errors: not_found, conflict (no_event,
// consent_revoked, consent_expired).
Result<Consent> end_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            ClientId client, ConsentId consent, Instant now);
// The client has revoked it, in writing, at the programme. Errors: not_found, conflict (consent_revoked,
// consent_expired, not_revocable_yet).
Result<Consent> revoke_consent(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               ClientId client, ConsentId consent, const Revocation& revocation, Instant now);

// The client's own, the latest entered first.
std::vector<MyConsent> my_consents(Snapshot& db, ClientId client, Instant now);
// By the client, in the app. Errors: as revoke_consent.
Result<MyConsent> revoke_my_consent(Transaction& tx, const access::Actor& actor, ClientId client,
                                    ConsentId consent, Instant now);

// In order of name; for any staff within reach, the front desk too. Errors: not_found.
Result<std::vector<MayBeTold>> who_may_be_told(Snapshot& db, const api::Identity& who, ClientId client,
                                               Instant now);

// For the rooms above, which have asked for reach themselves. Nothing: the client has no such consent.
std::optional<Consent> consent_of(Snapshot& db, ClientId client, ConsentId consent, Instant now);
// The zone of the client's site, in which a consent's days are meant. The client must exist.
Zone consent_zone(Snapshot& db, ClientId client);

}  // namespace circled::people
