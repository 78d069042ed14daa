// The status line and headers of an answer as bytes, with the headers that every answer carries. Pure.
#pragma once
#include <string>
#include <string_view>

#include "api/message.hpp"

namespace circled::net {

// What the connection knows about an answer beside the Response itself.
struct HeadFacts {
  std::string_view date;  // IMF-fixdate (RFC 9110 §5.6.7)
  std::string_view request_id;
  std::size_t body = 0;  // bytes of the body that a GET would carry
  bool in_parts =
      false;  // how many that will be is not known: chunks (RFC 9112 §7.1), to HTTP/1.0 until the end
  bool keep_alive = true;
  bool http11 = true;
  bool secure = false;  // over TLS: adds Strict-Transport-Security
};

// Appends to `out`. Headers of the Response that belong to the connection (Content-Length, Connection,
// Transfer-Encoding, Date) or that would break the head (a line end in name or value) are left out.
// Where the Response says nothing itself, an answer is not to be cached, and a content security policy
// allows a page its own origin only and anything else nothing.
void put_head(std::string& out, const api::Response& response, const HeadFacts& facts);

// "Tue, 10 Mar 2026 18:00:00 GMT" for seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

// An answer to a request that is wrong as HTTP: the problem of `error`, and the connection closes.
api::Response refusal(const Error& error, std::string_view request_id);

// 426: this path speaks WebSocket, version 13, only.
api::Response upgrade_required(std::string_view request_id);

}  // namespace circled::net
