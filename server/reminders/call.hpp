// The call list: clients with an appointment in the next two days, or with one that was to be and is
// cancelled, who have not been heard of since and whom nothing that this server sends reaches. Front desk
// calls them.
#pragma once
#include <vector>

#include "api/route.hpp"
#include "reminders/reminder.hpp"

namespace circled::reminders {

using CallId = Id<struct CallTag>;

enum class CallOutcome { reached, voicemail, no_answer, wrong_number };
BOOST_DESCRIBE_ENUM(CallOutcome, reached, voicemail, no_answer, wrong_number)

// Why a client has to be called.
enum class Unreached {
  stopped,     // wants no messages
  refused,     // the address is not good
  uncertain,   // nobody knows whether the last one arrived
  no_channel,  // no device, and no address
};
BOOST_DESCRIBE_ENUM(Unreached, stopped, refused, uncertain, no_channel)

struct ToCall {
  SessionId session;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  std::string phone;
  bool voicemail;  // a word may be left on the machine
  Instant starts_at;
  std::string zone;
  bool cancelled;  // and they would come for nothing
  Unreached why;
  std::int64_t calls;  // made about this so far: calls from before it was moved or cancelled are not
  std::optional<CallOutcome> last_outcome;
  std::string script;  // what may be said to whoever answers: nothing that tells what for
};
BOOST_DESCRIBE_STRUCT(ToCall, (),
                      (session, client, preferred_name, family_name, phone, voicemail, starts_at, zone,
                       cancelled, why, calls, last_outcome, script))

struct CallFilter {
  std::optional<SiteId> site = {};  // left out: the caller's own
  std::optional<Number<1, 200>> limit = {};
  std::optional<Text<1, 64>> after = {};
};
BOOST_DESCRIBE_STRUCT(CallFilter, (), (site, limit, after))

// The next appointment first. Whoever was reached, or could be left a word, is not on it any more.
// Errors: invalid (?after).
Result<api::Page<ToCall>> to_call(Snapshot& db, const api::Identity& who, const CallFilter& filter,
                                  Instant now);

struct NewCall {
  SessionId session;
  ClientId client;
  CallOutcome outcome;
  std::optional<Answer> answer;  // what they said about coming, if they were reached
  std::optional<Text<0, 300>> note;
};
BOOST_DESCRIBE_STRUCT(NewCall, (), (session, client, outcome, answer, note))

struct Call {
  CallId id;
  SessionId session;
  ClientId client;
  Instant called_at;
  std::string called_by_name;
  CallOutcome outcome;
  std::string note;
};
BOOST_DESCRIBE_STRUCT(Call, (), (id, session, client, called_at, called_by_name, outcome, note))

// Errors: not_found (the client is not within reach, or was never expected there), invalid (/outcome:
// voicemail where none may be left; /answer: without having been reached), and what the answer is refused
// with.
Result<Call> record_call(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                         const NewCall& call, Instant now);

struct Voicemail {
  bool allowed;
};
BOOST_DESCRIBE_STRUCT(Voicemail, (), (allowed))

// What the client said about their machine. Errors: not_found.
Result<Voicemail> set_voicemail(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                ClientId client, const Voicemail& voicemail, Instant now);

}  // namespace circled::reminders
