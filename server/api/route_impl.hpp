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

void put_headers(Response& response, const Row& row, const Call& call, int status, std::string_view etag,
                 std::string_view location, std::string_view next, bool replayed);

template <class R>
Response encode_reply(const Row& row, const Call& call, Reply<R>& reply) {
  Response response;
  response.status = reply.status;
  response.headers = std::move(reply.headers);
  if (!reply.stored.empty()) {
    response.body = std::move(reply.stored);
  } else if constexpr (!std::is_void_v<R>) {
    response.body = json::to_text(reply.body);
  }
  put_headers(response, row, call, reply.status, reply.etag, reply.location, reply.next, reply.replayed);
  return response;
}

template <class C, class H, class... A>
Task<Response> call_handler(const Row& row, const H& handler, const Call& call, C who, boost::mp11::mp_list<A...>) {
  auto arguments = std::tuple<Result<A>...>(argument<A>(call)...);
  // Query and body are judged together: all wrong fields come back at once.
  std::optional<Error> wrong;
  auto collect = [&](auto& result) {
    if (result) return;
    if (!wrong || result.error().kind == ErrorKind::malformed) {
      wrong = std::move(result.error());
    } else {
      for (auto& field : result.error().fields) wrong->fields.push_back(std::move(field));
    }
  };
  std::apply([&](auto&... each) { (collect(each), ...); }, arguments);
  if (wrong) co_return problem(*wrong, call.request.id);
  auto reply = co_await std::apply([&](auto&... each) { return handler(call, who, *each...); }, arguments);
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
                    Call& call, const std::optional<Identity>& identity) -> Task<Response> {
    auto who = detail::caller<Who>(identity);
    if (!who) co_return problem(who.error(), call.request.id);
    co_return co_await detail::call_handler(*row, handler, call, std::move(*who), Rest{});
  };
  boost::mp11::mp_for_each<boost::mp11::mp_transform<std::type_identity, Rest>>([&]<class A>(std::type_identity<A>) {
    using T = decltype(A::value);
    auto schema = [](json::Schemas& schemas) { return schemas.of<T>(); };
    if constexpr (detail::is_body<A>)
      row->body_schema = schema;
    else
      row->query_schema = [](json::Schemas& schemas) { return query_parameters<T>(schemas); };
  });
  using R = typename Signature::ReplyBody;
  if constexpr (!std::is_void_v<R>) row->reply_schema = [](json::Schemas& schemas) { return schemas.of<R>(); };
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
