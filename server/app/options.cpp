#include "app/options.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <fstream>
#include <sstream>

// toml++ reports errors by value here: a wrong file is expected.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnull-dereference"
#include <toml++/toml.h>
#pragma GCC diagnostic pop

#include "app/senders.hpp"
#include "net/client_address.hpp"
#include "push/vapid.hpp"
#include "store/open.hpp"

namespace circled::app {
namespace {

std::string set_number(auto& target, std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  target = std::remove_cvref_t<decltype(target)>(number);
  return {};
}

std::string set_choice(std::string& target, std::string_view text,
                       std::initializer_list<std::string_view> choices) {
  std::string all;
  for (const auto choice : choices) {
    if (text == choice) {
      target = text;
      return {};
    }
    all += (all.empty() ? "" : ", ") + std::string(choice);
  }
  return "must be one of " + all;
}

std::string set_path(std::filesystem::path& target, std::string_view text) {
  if (text.empty()) return "must not be empty";
  target = text;
  return {};
}

// "ADDR:PORT", "[v6]:PORT"; names are not looked up, so that a start does not hang on a resolver.
std::string set_listen(Options& o, std::string_view text) {
  constexpr auto wrong = "must be ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080";
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return wrong;
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code ec;
  boost::asio::ip::make_address(std::string(host), ec);
  if (ec) return wrong;
  if (!set_number(o.listen_port, text.substr(colon + 1), 0, 65535).empty()) return wrong;
  o.listen_address = host;
  return {};
}

std::string set_origin(Options& o, std::string_view text) {
  const bool scheme = text.starts_with("https://") || text.starts_with("http://");
  const std::string_view rest = scheme ? text.substr(text.find("//") + 2) : std::string_view{};
  if (rest.empty() || rest.find_first_of("/?# @") != std::string_view::npos)
    return "must be a scheme and a host without a path, such as https://circled.example.org";
  o.public_origin = text;
  return {};
}

std::vector<std::string> entries_of(std::string_view text) {
  std::vector<std::string> entries;
  std::istringstream list{std::string(text)};
  for (std::string entry; std::getline(list, entry, ',');) {
    const auto first = entry.find_first_not_of(' ');
    if (first == std::string::npos) continue;
    entries.push_back(entry.substr(first, entry.find_last_not_of(' ') - first + 1));
  }
  return entries;
}

std::string set_proxies(Options& o, std::string_view text) {
  auto entries = entries_of(text);
  if (auto parsed = net::TrustedProxies::parse(entries); !parsed)
    return "must list addresses or networks, such as 10.0.0.7, 10.1.0.0/16";
  o.trusted_proxies = std::move(entries);
  return {};
}

std::string set_text(std::string& target, std::string_view text) {
  if (text.empty()) return "must not be empty";
  // It becomes a line of a protocol.
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }))
    return "must be one line";
  target = text;
  return {};
}

std::string set_contact(std::string& target, std::string_view text) {
  if (!text.starts_with("mailto:") && !text.starts_with("https://"))
    return "must begin with mailto: or https://";
  return set_text(target, text);
}

std::string set_push_services(Options& o, std::string_view text) {
  auto entries = entries_of(text);
  for (const auto& entry : entries)
    if (entry.empty() || push::origin_of(entry) != entry)
      return "must list origins, such as https://push.example.org";
  o.push_services = std::move(entries);
  return {};
}

// The first scheme is over TLS; the second is for this machine alone, except where it is upgraded (smtp).
std::string set_server(std::string& target, std::string_view text, std::array<std::string_view, 2> schemes) {
  const auto has = [&](std::string_view scheme) { return text.starts_with(std::string(scheme) + "://"); };
  if (!has(schemes[0]) && !has(schemes[1]))
    return "must be an address that begins with " + std::string(schemes[0]) + "://";
  const std::string_view rest = text.substr(text.find("//") + 2);
  if (rest.empty() || rest.find_first_of("@ ") != std::string_view::npos)
    return "must be a scheme and a host, without a user";
  if (has("http") && !is_this_machine(std::string(text)))
    return "must begin with https://; without TLS it may be this machine only";
  target = text;
  return {};
}

std::string set_store(Options& o, std::string_view text) {
  std::string uri(text);
  if (auto wrong = store::check_uri(uri); !wrong.empty()) return wrong;
  o.store = std::move(uri);
  return {};
}

constexpr bool list = true, number = true;

// One row for each key, in the order of README's table.
const OptionKey keys[] = {
    {"listen", "127.0.0.1:8080", "Address and port to serve on; port 0 takes any free one", !list, !number,
     set_listen},
    {"data", "var", "The data folder: database, keys, admin socket", !list, !number,
     [](Options& o, std::string_view t) { return set_path(o.data, t); }},
    {"store", "", "A PostgreSQL database, as postgres://…; without it, SQLite in the data folder", !list,
     !number, set_store},
    {"key", "", "The server's key, the same for all servers over one database (DATA/key)", !list, !number,
     [](Options& o, std::string_view t) { return set_path(o.key, t); }},
    {"web", "", "Folder of the built pages; without it the server is the API alone", !list, !number,
     [](Options& o, std::string_view t) { return set_path(o.web, t); }},
    {"threads", "0", "I/O threads; 0 is one for each core", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.threads, t, 0, 256); }},
    {"tls_certificate", "", "PEM file with the certificate and its chain; with tls_key, serves https", !list,
     !number, [](Options& o, std::string_view t) { return set_path(o.tls_certificate, t); }},
    {"tls_key", "", "PEM file with the certificate's key", !list, !number,
     [](Options& o, std::string_view t) { return set_path(o.tls_key, t); }},
    {"public_origin", "", "The origin browsers use, when a proxy stands before the server", !list, !number,
     set_origin},
    {"trusted_proxies", "", "Proxies whose X-Forwarded-For is believed: addresses or networks", list, !number,
     set_proxies},
    {"mail_server", "", "Mail server for reminders: smtps://host:465, or smtp://host:587 with STARTTLS",
     !list, !number,
     [](Options& o, std::string_view t) {
       return set_server(o.mail_server, t, {"smtps", "smtp"});
     }},
    {"mail_user", "", "Whom the mail server knows us as; without it, nobody signs in", !list, !number,
     [](Options& o, std::string_view t) { return set_text(o.mail_user, t); }},
    {"mail_password", "", "File whose first line is the password for the mail server", !list, !number,
     [](Options& o, std::string_view t) { return set_path(o.mail_password, t); }},
    {"mail_from", "", "Sender of mail, with a name that tells nothing: Calendar <calendar@example.org>",
     !list, !number, [](Options& o, std::string_view t) { return set_text(o.mail_from, t); }},
    {"text_gateway", "", "Address to which text messages are handed over, as https://…", !list, !number,
     [](Options& o, std::string_view t) {
       return set_server(o.text_gateway, t, {"https", "http"});
     }},
    {"text_gateway_key", "", "File whose first line this server and the gateway sign with", !list, !number,
     [](Options& o, std::string_view t) { return set_path(o.text_gateway_key, t); }},
    {"push_contact", "",
     "Whom push services may write to, as mailto:… or https://…; without it, none is used", !list, !number,
     [](Options& o, std::string_view t) { return set_contact(o.push_contact, t); }},
    {"push_services", "", "Origins of push services to use, inside ones too; without it, every public one",
     list, !number, set_push_services},
    {"outside_ca", "", "PEM file of certificates to trust for these, in place of the system's", !list,
     !number, [](Options& o, std::string_view t) { return set_path(o.outside_ca, t); }},
    {"commit_batch", "64", "Writes that may share one commit", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.commit_batch, t, 1, 4096); }},
    {"queue", "4096", "Writes that may wait; beyond, callers are told 503", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.queue, t, 1, 1000000); }},
    {"writers", "1", "Connections that write to a PostgreSQL database", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.writers, t, 1, 64); }},
    {"readers", "4", "Connections that read from a PostgreSQL database", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.readers, t, 1, 64); }},
    {"log_level", "info", "debug, info, warn or error", !list, !number,
     [](Options& o, std::string_view t) {
       return set_choice(o.log_level, t, {"debug", "info", "warn", "error"});
     }},
    {"log_format", "text", "text, or json for one object a line", !list, !number,
     [](Options& o, std::string_view t) {
       return set_choice(o.log_format, t, {"text", "json"});
     }},
    {"header_limit", "16384", "Bytes of a request's line and headers", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.header_limit, t, 1024, 1024 * 1024); }},
    {"body_limit", "1048576", "Bytes of a request's body", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.body_limit, t, 1024, 64 * 1024 * 1024); }},
    {"header_deadline", "10", "Seconds in which a request's headers must have arrived", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.header_deadline, t, 1, 600); }},
    {"body_deadline", "30", "Seconds in which a request's body must have arrived", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.body_deadline, t, 1, 600); }},
    {"idle_deadline", "75", "Seconds a connection may wait for its next request", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.idle_deadline, t, 1, 3600); }},
    {"drain_delay", "0", "Seconds to go on serving while /readyz already says no; behind a balancer, 2",
     !list, number, [](Options& o, std::string_view t) { return set_number(o.drain_delay, t, 0, 5); }},
    {"max_connections", "20000", "Connections open at once; further ones are turned away", !list, number,
     [](Options& o, std::string_view t) { return set_number(o.max_connections, t, 1, 1000000); }},
};

const OptionKey* find_key(std::string_view name) {
  for (const auto& key : keys)
    if (key.name == name) return &key;
  return nullptr;
}

void apply(Options& options, const OptionKey& key, std::string_view text, const std::string& where) {
  const std::string wrong = key.set(options, text);
  if (wrong.empty()) return;
  // An address may hold a password.
  const std::string seen = key.name == "store" ? "" : ", not \"" + std::string(text) + "\"";
  throw StartError(where + ": " + std::string(key.name) + " " + wrong + seen);
}

// The text of a value in the file, as the same key would be written in a flag.
std::string file_text(const OptionKey& key, const toml::node& node, const std::string& where) {
  if (key.a_number) {
    if (const auto value = node.value_exact<std::int64_t>()) return std::to_string(*value);
    throw StartError(where + ": " + std::string(key.name) + " must be a whole number without quotes");
  }
  if (key.a_list && node.is_array()) {
    std::string joined;
    for (const auto& item : *node.as_array()) {
      const auto value = item.value_exact<std::string>();
      if (!value) throw StartError(where + ": " + std::string(key.name) + " must hold texts in quotes only");
      joined += (joined.empty() ? "" : ",") + *value;
    }
    return joined;
  }
  if (const auto value = node.value_exact<std::string>()) return *value;
  throw StartError(
      where + ": " + std::string(key.name) +
      (key.a_list ? " must be a list of texts, such as [\"10.0.0.7\"]" : " must be text in quotes"));
}

// The known key that looks most like a wrong one (Levenshtein), when it is near.
std::string suggestion(std::string_view wrong) {
  std::string_view best;
  std::size_t least = 4;
  for (const auto& key : keys) {
    std::vector<std::size_t> row(key.name.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= wrong.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t above = row[j];
        row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (wrong[i - 1] != key.name[j - 1])});
        diagonal = above;
      }
    }
    if (row.back() < least) {
      least = row.back();
      best = key.name;
    }
  }
  if (best.empty()) return "remove it (circled serve --help lists the keys)";
  return "did you mean " + std::string(best) + "?";
}

void apply_file(Options& options, const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw StartError(file.string() + ": the configuration file cannot be read; check --config");
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  const auto parsed = toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    throw StartError(file.string() + ":" + std::to_string(error.source().begin.line) +
                     ": this is not valid TOML: " + std::string(error.description()));
  }
  for (const auto& [name, node] : parsed.table()) {
    // A table's own place is not kept, the first thing in it has one.
    auto line = node.source().begin.line;
    const std::string where = file.string() + ":" + std::to_string(line);
    const OptionKey* key = find_key(name.str());
    if (!key)
      throw StartError(where + ": there is no key \"" + std::string(name.str()) + "\"; " +
                       suggestion(name.str()));
    apply(options, *key, file_text(*key, node, where), where);
  }
}

// Keys that make sense only together.
void check(const Options& o) {
  const auto needs = [](std::string_view one, bool has_one, std::string_view other, bool has_other) {
    if (has_one && !has_other)
      throw StartError(std::string(other) + ": is missing; " + std::string(one) + " needs it");
  };
  needs("mail_server", !o.mail_server.empty(), "mail_from", !o.mail_from.empty());
  needs("mail_user", !o.mail_user.empty(), "mail_password", !o.mail_password.empty());
  needs("text_gateway", !o.text_gateway.empty(), "text_gateway_key", !o.text_gateway_key.empty());
  needs("push_services", !o.push_services.empty(), "push_contact", !o.push_contact.empty());
  if (o.tls_certificate.empty() != o.tls_key.empty()) {
    const bool have = !o.tls_certificate.empty();
    throw StartError(std::string(have ? "tls_key" : "tls_certificate") + ": is missing; TLS needs both " +
                     "tls_certificate and tls_key, or neither");
  }
}

}  // namespace

std::string OptionKey::flag() const {
  std::string text = "--" + std::string(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

std::string OptionKey::environment() const {
  std::string text = "CIRCLED_" + std::string(name);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::span<const OptionKey> option_keys() { return keys; }

Options read_options(const Flags& flags, const std::filesystem::path& config,
                     const std::function<const char*(const char*)>& environment) {
  Options options;
  if (!config.empty()) apply_file(options, config);
  for (const auto& key : keys) {
    const std::string variable = key.environment();
    if (const char* text = environment(variable.c_str()))
      apply(options, key, text, "environment " + variable);
  }
  for (const auto& [name, text] : flags) {
    const OptionKey* key = find_key(name);
    if (!key) throw std::logic_error("no option " + name);
    apply(options, *key, text, key->flag());
  }
  check(options);
  return options;
}

}  // namespace circled::app
