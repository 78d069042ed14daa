// The ways by which a message leaves the house: mail by SMTP, text messages by a gateway's webhook, and
// devices woken by their browsers' push services. All by libcurl, over TLS unless the other side is this very
// machine.
//
// What the other side answers decides: taken, not now, never. What it did not answer after it may have had
// the message is `unknown`, and nobody tries again.
#pragma once
#include <atomic>
#include <string>

#include "base/clock.hpp"
#include "push/key_pair.hpp"
#include "reminders/outbox.hpp"

namespace circled::app {

struct MailServer {
  std::string url;   // smtps://host:465, or smtp://host:587 with STARTTLS
  std::string user;  // empty: without signing in
  std::string password;
  std::string
      from;        // the address replies would go to, and its neutral name: "Calendar <calendar@example.org>"
  std::string ca;  // a file of certificates to trust instead of the system's
  Seconds within{20};  // all of one message
};

struct TextGateway {
  std::string url;
  std::string secret;  // both sides sign with it (reminders/signature.hpp)
  std::string ca;
  Seconds within{20};
};

struct PushServices {
  push::KeyPair key;              // the server's
  std::string contact;            // mailto: or https:, for whoever runs the service (RFC 8292 §2.1)
  std::vector<std::string> only;  // their origins, inside ones too; empty: any that is public
  std::string ca;                 // for the services named; a public one is checked against the system's
  Seconds within{20};             // all devices of one message
};

// Blocks. Ends early, as `later` or `unknown`, once `stop` is true.
reminders::Delivery send_mail(const MailServer& server, const reminders::Letter& letter,
                              const std::atomic<bool>& stop);
reminders::Delivery send_text(const TextGateway& gateway, const reminders::Letter& letter, Instant now,
                              const std::atomic<bool>& stop);

// To each of the letter's devices; what one of them has heard of is sent.
reminders::Delivery send_push(const PushServices& services, const reminders::Letter& letter, Instant now,
                              const std::atomic<bool>& stop);

// Whether nobody but this machine can be meant by the address's host.
bool is_this_machine(const std::string& url);

}  // namespace circled::app
