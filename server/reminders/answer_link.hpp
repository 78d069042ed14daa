// The link in a mail by which its reader answers without signing in. It names one reminder and is signed with
// the server's key; nothing else is kept of it. Whoever has the mail may say that its reader comes, is late
// or can't come, as whoever holds the phone may by text message, and learns when it is and what was answered.
//
// Programs open links before people do, so the link alone changes nothing: it opens a page with three
// buttons. The token stands behind the '#' of the page's address, and in the body of what the page asks: no
// log has it.
#pragma once
#include <string>
#include <string_view>

#include "reminders/reminder.hpp"

namespace circled::reminders {

// "https://circled.example/answer?language=en#…"; empty without an origin, for then nobody knows where the
// server is.
std::string answer_link(std::string_view origin, std::string_view key, ReminderId reminder,
                        Language language);

struct AnswerToken {
  Text<1, 100> token;
};
BOOST_DESCRIBE_STRUCT(AnswerToken, (), (token))

struct LinkAnswer {
  Text<1, 100> token;
  Answer answer;
};
BOOST_DESCRIBE_STRUCT(LinkAnswer, (), (token, answer))

// What the mail was about.
struct AskedByLink {
  Instant starts_at;
  std::string zone;
  std::optional<Answer> answer;
};
BOOST_DESCRIBE_STRUCT(AskedByLink, (), (starts_at, zone, answer))

// Errors of both: not_found (no link of ours), conflict (superseded, already_over).
Result<AskedByLink> asked_by_link(Snapshot& db, std::string_view key, std::string_view token, Instant now);
Result<AskedByLink> answer_by_link(Transaction& tx, const access::Actor& actor, std::string_view key,
                                   const LinkAnswer& said, Instant now);

}  // namespace circled::reminders
