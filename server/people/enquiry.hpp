// Enquiries: somebody asks for help, for themselves or for another, and is called back.
//
//   open ──▶ waiting ──▶ admitted    a client record was made, or named, and is linked
//     │         ├──────▶ referred  ┐ some days later purged: everything about the person goes, when it was
//     │         └──────▶ declined  ┘ asked and first called and how it ended stay
//     └────────────────▶ any of these three
//
// Calls, and the session of an assessment, are noted on the way, while it is open or waiting. An enquiry
// holds what a call needs and nothing else. It is no client record, and becomes none by itself: only a
// person's decision to admit makes one. So the assessment is a time kept with a member of staff, with nobody
// on its list.
#pragma once
#include "api/route.hpp"
#include "people/client.hpp"

namespace circled {
using EnquiryId = Id<struct EnquiryTag>;
}

namespace circled::people {

enum class Whom { oneself, other };
BOOST_DESCRIBE_ENUM(Whom, oneself, other)

enum class EnquiryState { open, waiting, admitted, referred, declined };
BOOST_DESCRIBE_ENUM(EnquiryState, open, waiting, admitted, referred, declined)

enum class CallOutcome { reached, no_answer, voicemail, wrong_number };
BOOST_DESCRIBE_ENUM(CallOutcome, reached, no_answer, voicemail, wrong_number)

// What was done about it.
enum class EnquiryWork {
  reached,
  no_answer,
  voicemail,
  wrong_number,
  assessment,
  waiting,
  admitted,
  referred,
  declined
};
BOOST_DESCRIBE_ENUM(EnquiryWork, reached, no_answer, voicemail, wrong_number, assessment, waiting, admitted,
                    referred, declined)

struct NewEnquiry {
  Whom whom;
  Text<1, 40> number;    // that is safe to call
  Text<1, 100> ask_for;  // the name to ask for
  bool voicemail;        // whether one may be left
  std::optional<Text<0, 100>> best_time;
  std::optional<SiteId> site;  // the programme's first when left out
};
BOOST_DESCRIBE_STRUCT(NewEnquiry, (), (whom, number, ask_for, voicemail, best_time, site))

// Where one may ask: what the sign at the door says, and nothing else of the site.
struct EnquirySite {
  SiteId site;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(EnquirySite, (), (site, name))

// All that whoever asks is told.
struct EnquiryThanks {
  std::string thanks;
  std::string emergency_number;
  std::string crisis_line;
  std::string helpline;
};
BOOST_DESCRIBE_STRUCT(EnquiryThanks, (), (thanks, emergency_number, crisis_line, helpline))

struct EnquiryRow {
  EnquiryId id;
  SiteId site;
  Whom whom;
  std::string number;
  std::string ask_for;
  bool voicemail;
  std::string best_time;
  Instant asked_at;
  EnquiryState state;
  Instant state_at;  // since when
  std::int64_t calls;
  std::optional<Instant> first_call_at;
  std::optional<EnquiryWork> last;  // what was done last
  std::optional<Instant> last_at;
  std::optional<SessionId> session;  // the assessment's
  std::optional<Instant> session_starts_at;
  std::optional<bool> session_cancelled;
  std::optional<ClientId> client;
  std::int64_t version;  // the ETag
};
BOOST_DESCRIBE_STRUCT(EnquiryRow, (),
                      (id, site, whom, number, ask_for, voicemail, best_time, asked_at, state, state_at,
                       calls, first_call_at, last, last_at, session, session_starts_at, session_cancelled,
                       client, version))

struct EnquiryStep {
  Instant at;
  std::string by_name;
  EnquiryWork what;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(EnquiryStep, (), (at, by_name, what, note))

struct Enquiry : EnquiryRow {
  std::vector<EnquiryStep> path;  // in order
};
BOOST_DESCRIBE_STRUCT(Enquiry, (EnquiryRow), (path))

struct EnquiryFilter {
  std::optional<SiteId> site;         // the caller's when left out
  std::optional<EnquiryState> state;  // open when left out
  std::optional<Number<1, 200>> limit;
  std::optional<EnquiryId> after;
};
BOOST_DESCRIBE_STRUCT(EnquiryFilter, (), (site, state, limit, after))

struct EnquiryCall {
  CallOutcome outcome;
  std::optional<Text<0, 500>> note;
};
BOOST_DESCRIBE_STRUCT(EnquiryCall, (), (outcome, note))

struct EnquiryAssessment {
  SessionId session;
};
BOOST_DESCRIBE_STRUCT(EnquiryAssessment, (), (session))

enum class EnquiryOutcome { waiting, referred, declined };
BOOST_DESCRIBE_ENUM(EnquiryOutcome, waiting, referred, declined)

struct EnquiryDecision {
  EnquiryOutcome outcome;
  Text<1, 500> note;  // for what they wait, to whom they were referred, why not
};
BOOST_DESCRIBE_STRUCT(EnquiryDecision, (), (outcome, note))

// Exactly one of the two: a record that is made now, or that of somebody who is in care already.
struct EnquiryAdmission {
  std::optional<NewClient> new_client;
  std::optional<ClientId> client;
  std::optional<Text<0, 500>> note;
};
BOOST_DESCRIBE_STRUCT(EnquiryAdmission, (), (new_client, client, note))

// For how many days after its end an enquiry is kept. What is open or waits is kept until somebody decides;
// what was admitted stays with the record.
struct EnquiryKeeping {
  Number<1, 3650> referred_days;
  Number<1, 3650> declined_days;
};
BOOST_DESCRIBE_STRUCT(EnquiryKeeping, (), (referred_days, declined_days))

// In order of name.
std::vector<EnquirySite> enquiry_sites(Snapshot& db);

// Somebody asks, who is nobody here. `counted` stands for the address it came from and cannot be read back.
// The same words again while the first are open are the same enquiry. Errors: invalid, throttled.
Result<EnquiryThanks> ask_for_help(Transaction& tx, const access::Actor& actor, std::string_view counted,
                                   const NewEnquiry& wanted, Instant now);

// What follows is for staff of the enquiry's site, and for supervisors and administrators of any; to others
// there is no such enquiry. `version` is the one the caller has seen.

// Of one state: open and waiting the longest-standing first, ended ones the latest first. Errors: not_found.
Result<api::Page<EnquiryRow>> enquiries(Snapshot& db, const api::Identity& who, const EnquiryFilter& filter);
// Errors: not_found, also once it was purged.
Result<Enquiry> enquiry(Snapshot& db, const api::Identity& who, EnquiryId id);

// Errors of all four: not_found, precondition_failed (with the enquiry as it now is), conflict (ended).

// Notes a call that was made. Errors: also invalid (/outcome voicemail_not_allowed).
Result<Enquiry> note_call(Transaction& tx, const api::Identity& who, const access::Actor& actor, EnquiryId id,
                          std::int64_t version, const EnquiryCall& call, Instant now);
// Links the session in which somebody will look at what the person needs, in place of an earlier one. Errors:
// also invalid (/session: unknown or cancelled, of another site, or with somebody on its list).
Result<Enquiry> link_assessment(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                EnquiryId id, std::int64_t version, const EnquiryAssessment& assessment,
                                Instant now);
// Errors: also invalid (/note blank), conflict (waiting: it waits already).
Result<Enquiry> decide_enquiry(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               EnquiryId id, std::int64_t version, const EnquiryDecision& decision,
                               Instant now);
// Makes the client record, or names one. Errors: also invalid (/client: neither or both, or unknown to the
// caller; /new_client/…: as add_client), conflict (not_in_care).
Result<Enquiry> admit_enquiry(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              EnquiryId id, std::int64_t version, const EnquiryAdmission& admission,
                              Instant now);

EnquiryKeeping enquiry_keeping(Snapshot& db);
// Administrators. `seen` is the digest of what the caller has read. Errors: precondition_failed.
Result<EnquiryKeeping> set_enquiry_keeping(Transaction& tx, const access::Actor& actor, std::string_view seen,
                                           const EnquiryKeeping& keeping, Instant now);

// Takes the people out of some of the enquiries that have been kept for long enough. Answers how many.
std::int64_t purge_enquiries(Transaction& tx, Instant now);

}  // namespace circled::people
