#include "app/fetch.hpp"

#include "app/curl.hpp"

namespace circled::app {
namespace {

constexpr std::size_t longest_etag = 200;

struct Attempt {
  const FetchRules& rules;
  const std::atomic<bool>& stop;
  Guard guard{rules.any_address};
  Fetched fetched = {};
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* context) {
  auto& attempt = *static_cast<Attempt*>(context);
  if (attempt.fetched.body.size() + size > attempt.rules.largest) {
    attempt.too_large = true;
    return 0;  // libcurl gives up
  }
  attempt.fetched.body.append(data, size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* context) {
  auto& attempt = *static_cast<Attempt*>(context);
  std::string_view line(data, size);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  // A new status line: what came before was a redirection's.
  if (line.starts_with("HTTP/")) attempt.fetched.etag.clear();
  constexpr std::string_view name = "etag:";
  if (line.size() > name.size() && curl_strnequal(line.data(), name.data(), name.size())) {
    line.remove_prefix(name.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.size() <= longest_etag) attempt.fetched.etag = line;
  }
  return size;
}

Error failed(std::string why) { return {ErrorKind::unavailable, "not_fetched", std::move(why), {}, {}, 0}; }

std::string size_words(std::size_t bytes) {
  constexpr std::size_t mb = 1024 * 1024;
  return bytes < mb ? std::to_string(bytes) + " bytes" : std::to_string(bytes / mb) + " MB";
}

// What whoever gave the address can do something about; none of it names the address.
Error worded(CURLcode code, const Attempt& attempt) {
  if (attempt.guard.refused) return failed("The address leads into a network that is not public.");
  const std::string& what = attempt.rules.what;
  if (attempt.too_large || code == CURLE_FILESIZE_EXCEEDED)
    return failed("The " + what + " is larger than " + size_words(attempt.rules.largest) + ".");
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return failed("There is no such host.");
    case CURLE_COULDNT_CONNECT: return failed("The host cannot be reached.");
    case CURLE_OPERATION_TIMEDOUT: return failed("The host did not answer in time.");
    case CURLE_TOO_MANY_REDIRECTS: return failed("The host sends from one address to the next.");
    case CURLE_UNSUPPORTED_PROTOCOL: return failed("The host sends to an address that is not https.");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR: return failed("The host's certificate is not good.");
    case CURLE_PARTIAL_FILE: return failed("The " + what + " broke off before its end.");
    case CURLE_URL_MALFORMAT: return failed("The address is not one.");
    default: return failed("The " + what + " could not be fetched.");
  }
}

void set_up(CURL* curl, const std::string& url, curl_slist* headers, Attempt& attempt) {
  const FetchRules& rules = attempt.rules;
  const char* schemes = rules.plain_http ? "http,https" : "https";
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, static_cast<long>(rules.redirects));
  guarded(curl, attempt.guard);
  // Of what says its length; what does not is broken off by take_body.
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(rules.largest));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &attempt);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &attempt);
  until(curl, attempt.stop);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(Milliseconds(rules.within).count()));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // Looking a name up cannot be broken off; whoever stops need not wait for it.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, rules.what.c_str());  // whose, is nobody's business
}

}  // namespace

Result<Fetched> fetch(const std::string& url, const std::string& etag, const FetchRules& rules,
                      const std::atomic<bool>& stop) {
  const CurlHandle curl = curl_handle();
  CurlList headers;
  add(headers, "Accept: " + rules.accept);
  if (!etag.empty()) add(headers, "If-None-Match: " + etag);
  Attempt attempt{rules, stop};
  set_up(curl.get(), url, headers.get(), attempt);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) return worded(code, attempt);
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 304 && !etag.empty()) return Fetched{false, etag, {}};
  if (status != 200) return failed("The host answers " + std::to_string(status) + ".");
  return std::move(attempt.fetched);
}

}  // namespace circled::app
