// HTTP/1.1 bytes → api::Request, by Beast's parser, with everything refused that two readers could
// understand differently (request smuggling, RFC 9112 §11.2). No sockets, no clock.
#pragma once
#include <memory>
#include <string_view>

#include "api/message.hpp"

namespace circled::net {

class RequestParser {
 public:
  struct Limits {
    std::size_t header = 16 * 1024;  // bytes of request line and headers
    std::size_t headers = 100;       // how many
    std::size_t body = 1024 * 1024;
  };
  enum class State { head, body, complete, refused };

  explicit RequestParser(Limits limits);
  ~RequestParser();

  // Begins the next request, which is written into `request`; that must outlive the parsing.
  void begin(api::Request& request);

  // Reads from the front of `bytes` and answers how many it took; the rest comes again, with more behind
  // it. Stops at the end of the head, so that the caller can say "100 Continue", and at the request's end.
  std::size_t feed(std::string_view bytes);

  State state() const;

  // Once the head is there:
  bool keep_alive() const;
  bool http11() const;
  bool expects_continue() const;

  // Once refused: malformed (400), headers_too_large (431) or too_large (413). The connection must close.
  Error refusal() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace circled::net
