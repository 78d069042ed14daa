#include "app/senders.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/url/parse.hpp>
#include <charconv>

#include "app/curl.hpp"
#include "push/vapid.hpp"
#include "reminders/device.hpp"
#include "reminders/signature.hpp"

namespace circled::app {
namespace {

using reminders::Delivery;
using reminders::Letter;

std::size_t ignore(char*, std::size_t, std::size_t size, void*) { return size; }

// The last line the mail server said, or the gateway's Retry-After.
struct Heard {
  std::string line;
  Seconds retry_after{0};
};

std::size_t take_line(char* data, std::size_t, std::size_t size, void* context) {
  auto& heard = *static_cast<Heard*>(context);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  constexpr std::string_view name = "retry-after:";
  if (line.size() > name.size() && curl_strnequal(line.data(), name.data(), name.size())) {
    line.remove_prefix(name.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    std::int64_t seconds = 0;
    std::from_chars(line.data(), line.data() + line.size(), seconds);
    heard.retry_after = Seconds(std::clamp<std::int64_t>(seconds, 0, 24 * 3600));
  } else if (!line.empty()) {
    // Whatever it is written in: it is shown, and a database takes no bytes that are no text.
    heard.line = std::string(line.substr(0, 200));
    std::ranges::replace_if(
        heard.line, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  }
  return size;
}

void set_up(CURL* curl, const std::string& url, const std::string& ca, Seconds within, Heard& heard,
            const std::atomic<bool>& stop) {
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(Milliseconds(within).count()));
  until(curl, stop);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_line);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &heard);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
  if (!ca.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca.c_str());
}

// Whether the other side cannot have it: nothing of the message had been written.
bool nothing_sent(CURL* curl, CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_LOGIN_DENIED: return true;
    default: break;
  }
  curl_off_t uploaded = 0;
  curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &uploaded);
  return uploaded == 0;
}

std::string bare_address(std::string_view from) {
  const auto open = from.find('<'), close = from.find('>');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::string(from);
  return std::string(from.substr(open + 1, close - open - 1));
}

std::string domain_of(const std::string& address) {
  const auto at = address.find('@');
  return at == std::string::npos ? "localhost" : address.substr(at + 1);
}

using Mime = std::unique_ptr<curl_mime, decltype([](curl_mime* mime) { curl_mime_free(mime); })>;

void add_part(curl_mime* mime, const std::string& text, const char* type) {
  curl_mimepart* part = curl_mime_addpart(mime);
  curl_mime_data(part, text.data(), text.size());
  curl_mime_type(part, type);
  curl_mime_encoder(part, "quoted-printable");
}

// What to say of several devices: that one has it, that one may, that one will; then why none did.
int weight(Delivery::Outcome outcome) {
  switch (outcome) {
    case Delivery::sent: return 3;
    case Delivery::unknown: return 2;
    case Delivery::later: return 1;
    default: return 0;
  }
}

// RFC 8030 §5: what the service answers, and for how long it is to keep what it cannot deliver yet.
Delivery wake(const PushServices& services, const reminders::Device& device, Instant give_up_at,
              Seconds within, Instant now, const std::atomic<bool>& stop) {
  const std::string origin = push::origin_of(device.endpoint);
  if (!services.only.empty() && std::ranges::find(services.only, origin) == services.only.end())
    return {Delivery::refused, "This push service is not used."};
  // A connection of its own: on one that was used before libcurl sends again what got no answer.
  const CurlHandle handle = curl_handle();
  CURL* curl = handle.get();
  Heard heard;
  Guard guard{!services.only.empty()};
  set_up(curl, device.endpoint, services.ca, within, heard, stop);
  guarded(curl, guard);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  const std::string body = push::encrypt(reminders::pushed, device.receiver);
  CurlList headers;
  add(headers, "Content-Type: application/octet-stream");
  add(headers, "Content-Encoding: aes128gcm");
  add(headers,
      "TTL: " + std::to_string(std::max(std::chrono::floor<Seconds>(give_up_at - now), Seconds(0)).count()));
  add(headers, "Urgency: high");
  add(headers, "Topic: week");  // one that waits there is enough
  add(headers, "Authorization: " + push::authorization(services.key, device.endpoint, services.contact, now));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "calendar");
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK && guard.refused)
    return {Delivery::refused, "The push service's address is not public."};
  if (code != CURLE_OK)
    return {nothing_sent(curl, code) ? Delivery::later : Delivery::unknown, curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const std::string said = "The push service answered " + std::to_string(status) + ".";
  if (status >= 200 && status < 300) return {Delivery::sent, said};
  if (status == 429 || status >= 500) return {Delivery::later, said, heard.retry_after};
  Delivery refused{Delivery::refused, said};
  if (status == 404 || status == 410) refused.gone.push_back(device);  // §7.3: the subscription is no more
  return refused;
}

}  // namespace

bool is_this_machine(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return false;
  const std::string host(parsed->host());
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

reminders::Delivery send_mail(const MailServer& server, const Letter& letter, const std::atomic<bool>& stop) {
  // One connection for many messages: libcurl keeps it with the handle.
  thread_local const CurlHandle handle = curl_handle();
  CURL* curl = handle.get();
  Heard heard;
  set_up(curl, server.url, server.ca, server.within, heard, stop);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(
      curl, CURLOPT_USE_SSL,
      static_cast<long>(is_this_machine(server.url) && server.ca.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.c_str());
  }
  const std::string sender = bare_address(server.from);
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender.c_str());
  CurlList to;
  add(to, letter.address);
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.get());
  CurlList headers;
  add(headers, "From: " + server.from);
  add(headers, "To: " + letter.address);
  add(headers, "Subject: " + letter.subject);
  // The same for every try, so that a mailbox that has it twice shows it once.
  add(headers, "Message-ID: <" + std::to_string(letter.id.value) + "." + domain_of(sender) + "@" +
                   domain_of(sender) + ">");
  add(headers, "Auto-Submitted: auto-generated");  // RFC 3834: nobody's out-of-office answers it
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  const Mime mime(curl_mime_init(curl));
  add_part(mime.get(), letter.text + "\r\n", "text/plain; charset=utf-8");
  if (!letter.calendar.empty())
    add_part(mime.get(), letter.calendar, "text/calendar; charset=utf-8; method=PUBLISH");
  curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime.get());
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK) return {Delivery::sent, heard.line};
  const std::string said = heard.line.empty() ? std::string(curl_easy_strerror(code)) : heard.line;
  if (status >= 500 && status < 600 && code != CURLE_LOGIN_DENIED) {
    // Before the message itself it is the address that is refused (RFC 5321 §4.2.1).
    const bool bad = nothing_sent(curl, code);
    return {Delivery::refused, said, Seconds(0), bad};
  }
  if (status >= 400 && status < 500) return {Delivery::later, said};
  if (nothing_sent(curl, code)) return {Delivery::later, said};
  return {Delivery::unknown, said};
}

reminders::Delivery send_text(const TextGateway& gateway, const Letter& letter, Instant now,
                              const std::atomic<bool>& stop) {
  thread_local const CurlHandle handle = curl_handle();
  CURL* curl = handle.get();
  Heard heard;
  set_up(curl, gateway.url, gateway.ca, gateway.within, heard, stop);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_this_machine(gateway.url) ? "http,https" : "https");
  const std::string key = std::to_string(letter.id.value);
  const std::string body =
      boost::json::serialize(boost::json::object{{"id", key}, {"to", letter.address}, {"text", letter.text}});
  CurlList headers;
  add(headers, "Content-Type: application/json");
  add(headers, "Idempotency-Key: " + key);  // the same for every try
  add(headers, std::string(reminders::signature_header) + ": " + reminders::sign(gateway.secret, body, now));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "calendar");
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK)
    return {nothing_sent(curl, code) ? Delivery::later : Delivery::unknown, curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  const std::string said = "The gateway answered " + std::to_string(status) + ".";
  if (status >= 200 && status < 300) return {Delivery::sent, said};
  if (status == 429 || status >= 500) return {Delivery::later, said, heard.retry_after};
  // 422: the number is none, or can't be reached.
  return {Delivery::refused, said, Seconds(0), status == 422};
}

reminders::Delivery send_push(const PushServices& services, const Letter& letter, Instant now,
                              const std::atomic<bool>& stop) {
  const auto until = std::chrono::steady_clock::now() + services.within;
  Delivery all{Delivery::refused, "There was no device to wake."};
  std::vector<reminders::Device> gone;
  for (bool first = true; const auto& device : letter.devices) {
    const auto left = std::chrono::ceil<Seconds>(until - std::chrono::steady_clock::now());
    const auto one = left > Seconds(0) ? wake(services, device, letter.give_up_at, left, now, stop)
                                       : Delivery{Delivery::later, "There was no time left."};
    gone.insert(gone.end(), one.gone.begin(), one.gone.end());
    if (std::exchange(first, false) || weight(one.outcome) > weight(all.outcome)) all = one;
  }
  all.gone = std::move(gone);
  return all;
}

}  // namespace circled::app
