// What an operator can set. Every key has one row in `option_keys()` with its default and its meaning;
// the same row is a flag (`--commit-batch`), an environment variable (`CIRCLED_COMMIT_BATCH`) and a key
// of the TOML file (`commit_batch`). Precedence: flag, then environment, then file, then default.
//
// Whatever is wrong is one line that names the key, where it stands and the remedy, before anything else
// happens: no folder is made, no port opened.
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace circled::app {

struct Options {
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  std::filesystem::path data = "var";
  std::string store;          // libpq's URI; empty: SQLite in the data folder
  std::filesystem::path key;  // empty: in the data folder
  std::filesystem::path web;
  std::size_t threads = 0;  // 0: one for each core
  std::filesystem::path tls_certificate, tls_key;
  std::string mail_server;  // "smtps://mail.example.org"; empty: no mail is sent
  std::string mail_user;
  std::filesystem::path mail_password;     // a file whose first line it is
  std::string mail_from;                   // "Calendar <calendar@example.org>"
  std::string text_gateway;                // where text messages are handed over; empty: none are sent
  std::filesystem::path text_gateway_key;  // a file whose first line both sides sign with
  std::string push_contact;                // mailto: or https:; empty: no device is woken
  std::vector<std::string> push_services;  // origins, where not every public one is used
  std::filesystem::path outside_ca;        // certificates that all of these are checked against
  std::string public_origin;  // "https://circled.example.org", or empty: what the request itself says
  std::vector<std::string> trusted_proxies;
  std::size_t commit_batch = 64;
  std::size_t queue = 4096;
  std::size_t writers = 2;
  std::size_t readers = 4;
  std::string log_level = "info";
  std::string log_format = "text";
  std::size_t header_limit = 16 * 1024;
  std::size_t body_limit = 1024 * 1024;
  Seconds header_deadline{10};
  Seconds body_deadline{30};
  Seconds idle_deadline{75};
  Seconds drain_delay{0};
  std::size_t max_connections = 20000;
};

// Wrong usage or a machine that is not ready: one line for stderr, exit code 2.
struct StartError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct OptionKey {
  std::string_view name;           // snake_case, as in the file
  std::string_view default_value;  // as it would be written; empty: none
  std::string_view meaning;
  bool a_list = false;  // an array of text in the file, commas elsewhere
  bool a_number = false;
  // Sets it from text. Answers what is wrong with the text ("must be …"), or nothing.
  std::string (*set)(Options&, std::string_view);

  std::string flag() const;         // "--commit-batch"
  std::string environment() const;  // "CIRCLED_COMMIT_BATCH"
};

std::span<const OptionKey> option_keys();

// Values given on the command line, by key name.
using Flags = std::map<std::string, std::string, std::less<>>;

// `config` empty: no file. `environment` answers null for what is not set (std::getenv).
// Throws StartError.
Options read_options(const Flags& flags, const std::filesystem::path& config,
                     const std::function<const char*(const char*)>& environment);

}  // namespace circled::app
