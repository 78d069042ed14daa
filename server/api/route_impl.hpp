// The template half of route.hpp: from a handler's parameter types to a row.
#pragma once
#include "api/query.hpp"

namespace circled::api::detail {

template <class T>
struct Signature : Signature<decltype(&T::operator())> {};
template <class R, class C, class... A>
struct Signature<Task<Result<Reply<R>>> (C::*)(const Call&, A...) const> {
  using ReplyBody = R;
  using Arguments = boost::mp11::mp_list<std::remove_cvref_t<A>...>;
};

template <class T>
inline constexpr bool is_body = false;
template <class T>
inline constexpr bool is_body<Body<T>> = true;
template <class T>
inline constexpr bool is_query = false;
template <class T>
inline constexpr bool is_query<Query<T>> = true;

template <class T>
concept Caller = std::same_as<T, Anyone> || requires(Role r) {
  { T::accepts(r) } -> std::same_as<bool>;
  requires std::derived_from<T, Identity>;
};

template <Caller C>
Result<C> caller(const std::optional<Identity>& identity) {
  C c;
  if constexpr (std::same_as<C, Anyone>) {
    c.identity = identity;
  } else {
    if (!identity) return Error{ErrorKind::unauthenticated, "unauthenticated", "Sign in first.", {}, {}, 0};
    if (!C::accepts(identity->role)) return forbidden(std::string("This is for ") + C::title + " only.");
    static_cast<Identity&>(c) = *identity;
  }
  return c;
}

// Reads one argument of a handler from the call.
template <class A>
Result<A> argument(const Call& call) {
  if constexpr (is_body<A>) {
    auto decoded = json::decode_text<decltype(A::value)>(call.request.body);
    if (!decoded) return decoded.error();
    return A{std::move(*decoded)};
  } else {
    static_assert(is_query<A>, "a handler takes Call, a caller type, then Body<> and Query<> only");
    auto decoded = decode_query<decltype(A::value)>(call.request.query());
    if (!decoded) return decoded.error();
    return A{std::move(*decoded)};
  }
}

// What the row demands of a request beside its types: 415, 422 and 428.
std::optional<Error> unmet_demand(const Row& row, const Call& call);

// Keeps one error of all that are wrong with the arguments: what is unreadable comes first, wrong
// fields are joined.
void join(std::optional<Error>& wrong, Error more);

// True when the caller holds what this ETag names (If-None-Match, RFC 9110 §13.1.2).
bool not_modified(const Call& call, std::string_view etag);

void put_headers(Response& response, const Row& row, const Call& call, std::string_view etag,
                 std::string_view location, std::string_view next, bool replayed);

template <class R>
Response encode_reply(const Row& row, const Call& call, Reply<R>& reply) {
  Response response;
  response.status = reply.status == 200 ? row.status : reply.status;
  response.headers = std::move(reply.headers);
  if (not_modified(call, reply.etag)) {
    response.status = 304;
    response.content_type.clear();
  } else if (!reply.stored.empty()) {
    response.body = std::move(reply.stored);
  } else if constexpr (std::is_void_v<R>) {
    response.content_type.clear();
  } else if constexpr (std::same_as<R, Raw>) {
    response.content_type = std::move(reply.body.content_type);
    response.body = std::move(reply.body.text);
    response.more = std::move(reply.body.more);
  } else {
    response.body = json::to_text(reply.body);
  }
  if constexpr (requires {
                  { *reply.body.next } -> std::convertible_to<std::string>;
                }) {
    if (reply.next.empty() && reply.body.next) reply.next = *reply.body.next;
  }
  put_headers(response, row, call, reply.etag, reply.location, reply.next, reply.replayed);
  return response;
}

// `row`, `handler`, `call` and `identity` are the table's and outlive the coroutine.
template <class Who, class H, class... A>
Task<Response> call_handler(const Row& row, const H& handler, const Call& call,
                            const std::optional<Identity>& identity, boost::mp11::mp_list<A...>) {
  auto who = caller<Who>(identity);
  if (!who) co_return problem(who.error(), call.request.id);
  if (auto unmet = unmet_demand(row, call)) co_return problem(*unmet, call.request.id);
  auto arguments = std::tuple<Result<A>...>{argument<A>(call)...};
  std::optional<Error> wrong;
  std::apply([&](auto&... each) { ((each ? void() : join(wrong, each.error())), ...); }, arguments);
  if (wrong) co_return problem(*wrong, call.request.id);
  auto reply = co_await std::apply([&](auto&... each) { return handler(call, *who, *each...); }, arguments);
  if (!reply) co_return problem(reply.error(), call.request.id);
  co_return encode_reply(row, call, *reply);
}

}  // namespace circled::api::detail

namespace circled::api {

template <class H>
void Table::add(Method m, std::string path, std::string summary, Options o, H handler) {
  using Signature = detail::Signature<H>;
  using Arguments = typename Signature::Arguments;
  using Who = boost::mp11::mp_front<Arguments>;
  using Rest = boost::mp11::mp_pop_front<Arguments>;
  static_assert(detail::Caller<Who>, "the parameter after Call names who may call this route");

  auto row = std::make_unique<Row>();
  row->method = m;
  row->name = std::string(to_string(m)) + " " + path;
  row->path = std::move(path);
  row->summary = std::move(summary);
  row->tag = tag_;
  row->options = o;
  if constexpr (!std::same_as<Who, Anyone>) row->caller = Who::title;
  row->handle = [row = row.get(), handler = std::move(handler)](
                    const Call& call, const std::optional<Identity>& identity) -> Task<Response> {
    return detail::call_handler<Who>(*row, handler, call, identity, Rest{});
  };
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Rest>>(
      [&]<class A>(std::type_identity<A>) {
        using T = decltype(A::value);
        auto schema = [](json::Schemas& schemas) { return schemas.of<T>(); };
        if constexpr (detail::is_body<A>)
          row->body_schema = schema;
        else
          row->query_schema = [](json::Schemas& schemas) { return query_parameters<T>(schemas); };
      });
  using R = typename Signature::ReplyBody;
  row->status = std::is_void_v<R> ? 204 : o.key_required || o.creates ? 201 : 200;
  row->raw = std::same_as<R, Raw>;
  if constexpr (!std::is_void_v<R> && !std::same_as<R, Raw>)
    row->reply_schema = [](json::Schemas& schemas) { return schemas.of<R>(); };
  insert(std::move(row));
}

template <class H>
void Table::get(std::string path, std::string summary, Options o, H handler) {
  add(Method::get, std::move(path), std::move(summary), o, std::move(handler));
}
template <class H>
void Table::post(std::string path, std::string summary, Options o, H handler) {
  add(Method::post, std::move(path), std::move(summary), o, std::move(handler));
}
template <class H>
void Table::put(std::string path, std::string summary, Options o, H handler) {
  add(Method::put, std::move(path), std::move(summary), o, std::move(handler));
}
template <class H>
void Table::patch(std::string path, std::string summary, Options o, H handler) {
  add(Method::patch, std::move(path), std::move(summary), o, std::move(handler));
}
template <class H>
void Table::del(std::string path, std::string summary, Options o, H handler) {
  add(Method::delete_, std::move(path), std::move(summary), o, std::move(handler));
}

}  // namespace circled::api
