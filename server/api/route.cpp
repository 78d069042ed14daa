#include "api/route.hpp"

#include <spdlog/spdlog.h>

#include <stdexcept>

namespace circled::api {

// One segment of the patterns' tree. At one place stand literals and at most one kind of parameter.
struct Table::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
  std::unique_ptr<Node> number, text;
  std::vector<const Row*> rows;  // one per method; empty where no path ends
};

namespace {

constexpr std::size_t most_parameters = std::tuple_size_v<decltype(Call::parameters)>;

// Cuts the first segment off a path that begins with '/'.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool is_positive_number(std::string_view segment) {
  if (segment.empty() || segment[0] < '1' || segment[0] > '9') return false;
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(segment.data(), segment.data() + segment.size(), value);
  return ec == std::errc{} && end == segment.data() + segment.size();
}

bool is_plain_text(std::string_view segment) {
  for (unsigned char c : segment)
    if (!std::isalnum(c) && c != '-' && c != '.' && c != '_' && c != '~') return false;
  return !segment.empty() && segment != "." && segment != "..";
}

template <class Node>
const Node* find(const Node& node, std::string_view path, Call& call, std::size_t depth) {
  if (path.empty()) return node.rows.empty() ? nullptr : &node;
  const std::string_view segment = take_segment(path);
  for (const auto& [literal, below] : node.literals)
    if (literal == segment)
      if (const Node* found = find(*below, path, call, depth)) return found;
  const Node* below = node.number && is_positive_number(segment) ? node.number.get()
                      : node.text && is_plain_text(segment)      ? node.text.get()
                                                                 : nullptr;
  if (!below) return nullptr;
  call.parameters[depth].value = segment;
  return find(*below, path, call, depth + 1);
}

const Row* row_for(const std::vector<const Row*>& rows, Method method) {
  if (method == Method::head) method = Method::get;
  for (const Row* row : rows)
    if (row->method == method) return row;
  return nullptr;
}

// RFC 9110 §10.2.1; in the order of the enum, whatever the order of declaration.
std::string allowed(const std::vector<const Row*>& rows) {
  std::string list;
  for (Method m : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::delete_})
    if (row_for(rows, m)) list += std::string(to_string(m)) + ", ";
  return list + "OPTIONS";
}

Response internal_error(const Request& request, const Row& row, std::string_view what) {
  // The exception's text may quote data; it stays in the log of the one who runs the server.
  spdlog::error("request={} route=\"{}\" failed: {}", request.id, row.name, what);
  return problem(Error{ErrorKind::internal, "internal", "Something went wrong on our side.", {}, {}, 0},
                 request.id);
}

}  // namespace

void Table::insert(std::unique_ptr<Row> row) {
  const auto refuse = [&](const char* why) { throw std::logic_error("route " + row->name + ": " + why); };
  if (!root_) root_ = std::make_shared<Node>();
  Node* node = root_.get();
  std::string_view rest = row->path;
  if (!rest.starts_with('/')) refuse("a path begins with /");
  if (rest == "/") rest = {};
  while (!rest.empty()) {
    const std::string_view segment = take_segment(rest);
    if (segment.empty()) refuse("a segment is empty");
    if (segment.front() != '{') {
      auto at = std::ranges::find(node->literals, segment,
                                  [](const auto& each) { return std::string_view(each.first); });
      if (at == node->literals.end())
        at = node->literals.emplace(at, std::string(segment), std::make_unique<Node>());
      node = at->second.get();
      continue;
    }
    if (segment.back() != '}') refuse("a parameter ends with }");
    const bool is_text = segment.ends_with(":text}");
    const std::string_view name = segment.substr(1, segment.size() - (is_text ? 7 : 2));
    if (name.empty() || name.find(':') != name.npos || std::ranges::count(row->parameters, name) > 0)
      refuse("every parameter needs a name of its own, and only :text as its kind");
    row->parameters.push_back(name);
    if (row->parameters.size() > most_parameters) refuse("too many parameters");
    if (is_text ? node->number != nullptr : node->text != nullptr)
      refuse("another route takes a parameter of the other kind at this place");
    auto& below = is_text ? node->text : node->number;
    if (!below) below = std::make_unique<Node>();
    node = below.get();
  }
  if (row_for(node->rows, row->method)) refuse("another route has this method and path");
  node->rows.push_back(row.get());
  rows_.push_back(std::move(row));
}

Task<Response> Table::answer(const Request& request) const {
  Call call{request, {}};
  const std::string_view path = request.path();
  const Node* node =
      root_ && path.starts_with('/') ? find(*root_, path == "/" ? "" : path, call, 0) : nullptr;
  if (!node)
    co_return problem(
        Error{ErrorKind::not_found, "not_found", "There is nothing at this address.", {}, {}, 0}, request.id);
  const Row* row = row_for(node->rows, request.method);
  if (!row) {
    Response response;
    if (request.method == Method::options) {
      response.status = 204;
      response.content_type.clear();
    } else {
      response = problem(Error{ErrorKind::method_not_allowed,
                               "method_not_allowed",
                               "This address does not take " + std::string(to_string(request.method)) + ".",
                               {},
                               {},
                               0},
                         request.id);
    }
    response.headers.emplace_back("Allow", allowed(node->rows));
    co_return response;
  }
  call.route = row->name;
  for (std::size_t i = 0; i < row->parameters.size(); ++i) call.parameters[i].name = row->parameters[i];
  Response response;
  try {
    call.now = now_();
    response = co_await answer(*row, call);
  } catch (const Unavailable& e) {
    response =
        problem(Error{ErrorKind::unavailable, "unavailable", e.what(), {}, {}, e.retry_after_s}, request.id);
  } catch (const std::exception& e) {
    response = internal_error(request, *row, e.what());
  } catch (...) {
    response = internal_error(request, *row, "something that is no std::exception");
  }
  response.route = row->name;
  co_return response;
}

Task<Response> Table::answer(const Row& row, const Call& call) const {
  std::optional<Identity> identity;
  if (authenticator_) {
    auto resolved = co_await authenticator_(call.request);
    if (resolved)
      identity = std::move(*resolved);
    else if (const Error error = resolved.error();
             error.kind != ErrorKind::unauthenticated || !row.caller.empty())
      co_return problem(error, call.request.id);
  }
  co_return co_await row.handle(call, identity);
}

std::int64_t Call::number(std::string_view name) const {
  const std::string_view digits = text(name);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string_view Call::text(std::string_view name) const {
  for (const auto& parameter : parameters)
    if (parameter.name == name && !name.empty()) return parameter.value;
  throw std::logic_error("the path of " + std::string(route) + " has no parameter " + std::string(name));
}

}  // namespace circled::api
