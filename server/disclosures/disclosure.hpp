// Disclosures: what is told of a client to somebody outside, on what ground, and the account of it.
//
// A report rests on a live consent. A counselor drafts it, another person, a supervisor, approves it, which
// fixes its content, and then it is handed out once. The consent is asked at each of these steps, in the
// transaction that takes it: one that has been revoked or has expired meanwhile is refused by name, and the
// draft stays. Without a consent only what the law names may have been told (42 CFR §2.51, §2.12(c)(6),
// §2.53, subpart E), and is recorded here. All refusals are in the audit trail, and clients see whom
// something was told.
#pragma once
#include "api/route.hpp"
#include "disclosures/report.hpp"

namespace circled::disclosures {

enum class Basis { consent, medical_emergency, child_abuse_report, audit_evaluation, court_order };
BOOST_DESCRIBE_ENUM(Basis, consent, medical_emergency, child_abuse_report, audit_evaluation, court_order)

// draft ─▶ approved ─▶ handed_out; an exception is recorded as handed_out.
enum class DisclosureState { draft, approved, handed_out };
BOOST_DESCRIBE_ENUM(DisclosureState, draft, approved, handed_out)

// The columns of a disclosure's row and its joins, without its kinds; for staff.
struct DisclosureFacts {
  DisclosureId id;
  ClientId client;
  Basis basis;
  DisclosureState state;
  std::string recipient;
  std::optional<std::string> purpose;
  std::optional<ConsentId> consent;
  std::optional<Date> from, until;
  Instant made_at;  // drafted, or recorded
  StaffId made_by;
  std::string made_by_name;
  std::optional<Instant> approved_at;
  std::optional<std::string> approved_by_name;
  std::optional<Instant> told_at;
  std::optional<std::string> told_by_name;
  std::optional<std::string> digest;  // SHA-256 of the report's JSON, once it is approved
  std::optional<std::string> affiliation, nature, docket;
  std::optional<Date> ordered_on;
  std::optional<std::string> agreement;
};
BOOST_DESCRIBE_STRUCT(DisclosureFacts, (),
                      (id, client, basis, state, recipient, purpose, consent, from, until, made_at, made_by,
                       made_by_name, approved_at, approved_by_name, told_at, told_by_name, digest,
                       affiliation, nature, docket, ordered_on, agreement))

struct Disclosure : DisclosureFacts {
  std::vector<ConsentKind> kinds;  // of a report
};
BOOST_DESCRIBE_STRUCT(Disclosure, (DisclosureFacts), (kinds))

// One disclosure with its report: a preview while it is a draft, then the content that was approved.
struct DisclosureView {
  Disclosure disclosure;
  std::optional<DisclosureReport> report;  // absent for an exception
  std::optional<std::string> obstacle;     // why it could not be given out at this moment: a refusal's code
};
BOOST_DESCRIBE_STRUCT(DisclosureView, (), (disclosure, report, obstacle))

// One of a list over many clients.
struct ListedDisclosure : Disclosure {
  std::string preferred_name;
  std::string family_name;
};
BOOST_DESCRIBE_STRUCT(ListedDisclosure, (Disclosure), (preferred_name, family_name))

struct DisclosureFilter {
  std::optional<DisclosureState> state = {};  // draft when left out: what waits for approval
  std::optional<SiteId> site = {};            // the client's; every one when left out
  std::optional<Number<1, 200>> limit = {};
  std::optional<DisclosureId> after = {};
};
BOOST_DESCRIBE_STRUCT(DisclosureFilter, (), (state, site, limit, after))

struct NewDisclosure {
  ConsentId consent;
  List<ConsentKind, 4, 1> kinds;
  Date from, until;  // both included
};
BOOST_DESCRIBE_STRUCT(NewDisclosure, (), (consent, kinds, from, until))

// What was told without a consent. Which of the optional ones belong to which basis: rules::check.
struct ExceptionRecord {
  Text<1, 60> basis;       // text, so that what is none of the named ones is refused here, and recorded
  Text<1, 200> recipient;  // who was told: the medical personnel by name, the agency, the auditor, the court
  Instant told_at;
  StaffId told_by;
  Text<1, 1000> nature;  // of the emergency; what was reported or looked at; the order's scope
  std::optional<Text<1, 200>> affiliation;  // of medical personnel
  std::optional<Text<1, 200>> agreement;    // where the auditor's written undertaking is kept
  std::optional<Text<1, 200>> docket;       // of a court order
  std::optional<Date> ordered_on;
};
BOOST_DESCRIBE_STRUCT(ExceptionRecord, (),
                      (basis, recipient, told_at, told_by, nature, affiliation, agreement, docket,
                       ordered_on))

// What the client sees: whom, when, what kinds, and why; never who among the staff.
struct MyDisclosure {
  DisclosureId id;
  Instant told_at;
  std::string recipient;
  Basis basis;
  std::vector<ConsentKind> kinds;
  std::optional<std::string> purpose;
  std::optional<Date> from, until;
};
BOOST_DESCRIBE_STRUCT(MyDisclosure, (), (id, told_at, recipient, basis, kinds, purpose, from, until))

// For counselors and clinicians within the client's reach, supervisors and administrators; for others there
// is no such client and no such disclosure (not_found).

// The account of one client, drafts too; the latest first. Errors: not_found.
Result<std::vector<Disclosure>> disclosures(Snapshot& db, const api::Identity& who, ClientId client,
                                            Instant now);
// Of all clients, of supervisors and administrators; for others of those who are assigned to them now. In
// order of making, those that wait longest first. Errors: invalid (?after: not_found).
Result<api::Page<ListedDisclosure>> disclosures(Snapshot& db, const api::Identity& who,
                                                const DisclosureFilter& filter, Instant now);
// Errors: not_found.
Result<DisclosureView> disclosure(Snapshot& db, const api::Identity& who, DisclosureId id, Instant now);
// The ETag of an approval and a hand-out: a digest of all that the caller has seen of it.
std::string tag(const DisclosureView& view);

// Drafts a report. Errors: not_found, invalid (/consent: not_found, consent_revoked, consent_expired;
// /kinds/n: kind_not_in_consent, repeated; /from, /until).
Result<DisclosureView> draft(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, const NewDisclosure& asked, Instant now);
// By a supervisor who did not draft it; fixes the content as it is now. `seen` is the tag of what they read.
// Errors: not_found, forbidden, precondition_failed (with the view as it is now), conflict (not_a_draft,
// own_draft, and those of rules::obstacle).
Result<DisclosureView> approve(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               DisclosureId id, std::string_view seen, Instant now);
// Gives it out, once; from here on it is in the client's account. Errors: not_found, precondition_failed,
// conflict (not_approved, handed_out, and those of rules::obstacle).
Result<DisclosureView> hand_out(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                DisclosureId id, std::string_view seen, Instant now);
// Throws away what was never handed out. Errors: not_found, conflict (handed_out).
Result<void> discard(Transaction& tx, const api::Identity& who, const access::Actor& actor, DisclosureId id,
                     Instant now);

// Records what was told without a consent. Errors: not_found, invalid (/basis: not_an_exception; what the
// basis asks for; /told_by).
Result<Disclosure> record_exception(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                    ClientId client, const ExceptionRecord& record, Instant now);

// What was told of the client, the latest first (42 CFR §2.25(a)). Reports of child abuse are left out: who
// reads over a client's shoulder must not learn of one from a telephone. Staff show them when asked.
std::vector<MyDisclosure> my_disclosures(Snapshot& db, ClientId client);

}  // namespace circled::disclosures
