// libcurl's handles, owned. Private to what talks to the world outside.
#pragma once
#include <curl/curl.h>
#include <sys/socket.h>

#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "access/public_address.hpp"

namespace circled::app {

using CurlHandle = std::unique_ptr<CURL, decltype([](CURL* handle) { curl_easy_cleanup(handle); })>;
using CurlList = std::unique_ptr<curl_slist, decltype([](curl_slist* list) { curl_slist_free_all(list); })>;

// Throws when the library cannot be used at all.
inline CurlHandle curl_handle() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle handle(ready == CURLE_OK ? curl_easy_init() : nullptr);
  if (!handle) throw std::runtime_error("libcurl cannot be used");
  return handle;
}

inline void add(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  list.release();
  list.reset(longer);
}

// Where the guard stands for an address that somebody gave: libcurl asks for a socket to this very address,
// at each redirection anew. A name that means another address a moment later is of no use.
struct Guard {
  bool any_address = false;
  bool refused = false;  // it led to an address that is not public
};

inline curl_socket_t open_socket(void* guard, curlsocktype, curl_sockaddr* address) {
  auto& at = *static_cast<Guard*>(guard);
  if (!at.any_address && !access::is_public(address->addr)) {
    at.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// `guard` outlives what the handle does next. A proxy of the environment would connect in our place, past it.
inline void guarded(CURL* curl, Guard& guard) {
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &guard);
}

inline int stop_asked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<const std::atomic<bool>*>(stop) ? 1 : 0;
}

// What the handle does next ends early once `stop` is true, which outlives it.
inline void until(CURL* curl, const std::atomic<bool>& stop) {
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_asked);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);
}

}  // namespace circled::app
