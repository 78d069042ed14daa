// The commands a client may send over its live connection: rows over the same operations as the HTTP
// routes. A command carries a UUID made by the client; it is the command's idempotency key.
//
//   commands.add("confirm", [&](const CommandCall& call, const ClientUser& who, const Answering& body)
//                               -> Task<Result<Answered>> { … });
#pragma once
#include <functional>
#include <map>
#include <string>

#include "api/identity.hpp"
#include "api/message.hpp"
#include "base/json.hpp"
#include "base/task.hpp"

namespace circled::live {

struct CommandCall {
  std::string id;          // the client's UUID
  std::string request_id;  // ours, for logs and the audit trail
  Instant now{};
};

class Commands {
 public:
  using Handler =
      std::function<Task<Result<json::value>>(const CommandCall&, const api::Identity&, const json::value&)>;

  // `handler`: Task<Result<R>>(const CommandCall&, const Caller&, const Body&), R and Body described.
  template <class H>
  void add(std::string name, H handler);

  // Null for a command that does not exist.
  const Handler* find(std::string_view name) const {
    auto found = rows_.find(name);
    return found == rows_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Handler, std::less<>> rows_;
};

namespace detail {
template <class T>
struct CommandSignature : CommandSignature<decltype(&T::operator())> {};
template <class R, class C, class Who, class B>
struct CommandSignature<Task<Result<R>> (C::*)(const CommandCall&, const Who&, const B&) const> {
  using Caller = Who;
  using Body = B;
};
}  // namespace detail

template <class H>
void Commands::add(std::string name, H handler) {
  using Signature = detail::CommandSignature<H>;
  using Caller = typename Signature::Caller;
  using Body = typename Signature::Body;
  rows_[std::move(name)] = [handler = std::move(handler)](
                               const CommandCall& call, const api::Identity& identity,
                               const json::value& members) -> Task<Result<json::value>> {
    if (!Caller::accepts(identity.role))
      co_return forbidden(std::string("This is for ") + Caller::title + " only.");
    Caller who;
    static_cast<api::Identity&>(who) = identity;
    auto body = json::decode<Body>(members);
    if (!body) co_return body.error();
    auto result = co_await handler(call, who, *body);
    if (!result) co_return result.error();
    co_return json::encode(*result);
  };
}

}  // namespace circled::live
