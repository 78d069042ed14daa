// What a person sees of how they are reminded, and staff of it for them.
#pragma once
#include "reminders/manner.hpp"

namespace circled::reminders {

// What this server can send at all, and how a gateway proves that it is ours. Set at start.
struct Ways {
  bool email = false;
  bool sms = false;
  std::string secret = {};    // shared with the gateway (signature.hpp)
  std::string push_key = {};  // by which push services know us, base64url; empty: no device is woken
  std::vector<std::string> push_services = {};  // their origins, where not every public one is used

  bool open(Channel channel) const {
    switch (channel) {
      case Channel::email: return email;
      case Channel::sms: return sms;
      case Channel::push: return !push_key.empty();
      default: return false;
    }
  }
};

struct Effective {
  std::vector<std::int64_t> offsets_minutes;  // the longest first
  std::vector<Channel> channels;              // after the live one
  std::int64_t wait_minutes;
  Quiet quiet;
  Language language;
  std::string example;  // what a reminder says
  Scope offsets_by, channels_by, wait_by, quiet_by, language_by, words_by;
};
BOOST_DESCRIBE_STRUCT(Effective, (),
                      (offsets_minutes, channels, wait_minutes, quiet, language, example, offsets_by,
                       channels_by, wait_by, quiet_by, language_by, words_by))

struct Settings {
  Rule own;
  Effective effective;
  std::vector<Address> addresses;
  std::vector<Channel> ways;  // that this server has: an address for another is of no use
  bool notifications;         // are on, on a device of theirs
};
BOOST_DESCRIBE_STRUCT(Settings, (), (own, effective, addresses, ways, notifications))

Effective effective(Snapshot& db, PersonId person, std::optional<GroupId> group, Instant now);
Settings settings(Snapshot& db, PersonId person, const Ways& ways, Instant now);

}  // namespace circled::reminders
