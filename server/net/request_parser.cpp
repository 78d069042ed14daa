#include "net/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <optional>

#include "net/text.hpp"

namespace circled::net {

namespace http = boost::beast::http;
using boost::beast::error_code;
using http::error;

namespace {

api::Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return api::Method::get;
    case http::verb::head: return api::Method::head;
    case http::verb::post: return api::Method::post;
    case http::verb::put: return api::Method::put;
    case http::verb::patch: return api::Method::patch;
    case http::verb::delete_: return api::Method::delete_;
    case http::verb::options: return api::Method::options;
    default: return api::Method::other;
  }
}

// Either a path or a whole http(s) URL (RFC 9112 §3.2); "*" and CONNECT's host:port lead nowhere here.
bool target_is_good(std::string_view target) {
  if (target.find('#') != std::string_view::npos) return false;
  if (target.front() == '/') return true;
  const std::string_view scheme = target.substr(0, target.find("://"));
  return scheme.size() < target.size() && (same_word(scheme, "http") || same_word(scheme, "https"));
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

class Parser final : public http::basic_parser<true> {
 public:
  Parser(api::Request& request, const RequestParser::Limits& limits) : request_(request), limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header));
    body_limit(limits.body);
  }

  bool http11 = false;
  bool expects_continue = false;
  bool head_done = false;

 private:
  void on_request_impl(http::verb verb, boost::beast::string_view, boost::beast::string_view target,
                       int version, error_code& ec) override {
    if (!target_is_good(target)) {
      ec = error::bad_target;
      return;
    }
    http11 = version == 11;
    request_.method = method_of(verb);
    request_.target = target;
    size_ = target.size();
  }

  void on_field_impl(http::field field, boost::beast::string_view name, boost::beast::string_view value,
                     error_code& ec) override {
    if (head_done) return;  // a trailer: nobody here needs one, and merging it could change what was judged
    size_ += name.size() + value.size() + 4;
    if (size_ > limits_.header || request_.headers.size() == limits_.headers) {
      ec = error::header_limit;
      return;
    }
    switch (field) {
      case http::field::host:
        if (std::exchange(has_host_, true)) ec = error::bad_value;
        break;
      case http::field::content_length:
        // Beast takes "5, 5" and a repeated header; a proxy in front may not read them alike.
        if (std::exchange(has_length_, true) || !all_digits(value)) ec = error::bad_content_length;
        break;
      case http::field::transfer_encoding:
        // Beast ignores codings that it does not know, and would then see no body where there is one.
        if (!http11 || !same_word(value, "chunked")) ec = error::bad_transfer_encoding;
        break;
      case http::field::expect: expects_continue = http11 && same_word(value, "100-continue"); break;
      default: break;
    }
    if (!ec) request_.headers.emplace_back(name, value);
  }

  void on_header_impl(error_code& ec) override {
    head_done = true;
    if (http11 && !has_host_) ec = error::bad_field;  // RFC 9112 §3.2
  }

  void on_body_init_impl(boost::optional<std::uint64_t> const& length, error_code&) override {
    // Room for what is probably coming, but no more than a stranger may have us hold for a promise.
    if (length) request_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 64 * 1024)));
  }
  std::size_t on_body_impl(boost::beast::string_view body, error_code&) override {
    request_.body.append(body);
    return body.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body, error_code&) override {
    request_.body.append(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, boost::beast::string_view, int, error_code&) override {}

  api::Request& request_;
  const RequestParser::Limits& limits_;
  std::size_t size_ = 0;
  bool has_host_ = false;
  bool has_length_ = false;
};

}  // namespace

struct RequestParser::Impl {
  Limits limits;
  std::optional<Parser> parser;
  State state = State::head;
  error_code failure;
};

RequestParser::RequestParser(Limits limits) : impl_(new Impl{limits, {}, State::head, {}}) {}
RequestParser::~RequestParser() = default;

void RequestParser::begin(api::Request& request) {
  request.method = api::Method::other;
  request.target.clear();
  request.body.clear();
  if (request.body.capacity() > 64 * 1024) request.body = {};
  request.headers.clear();
  impl_->parser.emplace(request, impl_->limits);
  impl_->state = State::head;
  impl_->failure = {};
}

std::size_t RequestParser::feed(std::string_view bytes) {
  Impl& i = *impl_;
  Parser& parser = *i.parser;
  std::size_t used = 0;
  if (i.state == State::head) {
    // RFC 9112 §2.2: empty lines before a request line are ignored. Only whole ones, and few.
    while (!parser.got_some() && used < 8 && bytes.substr(used).starts_with("\r\n")) used += 2;
    if (bytes.substr(used) == "\r") return used;
  } else if (i.state == State::body) {
    parser.eager(true);
  }
  if (used == bytes.size() || i.state == State::complete || i.state == State::refused) return used;

  error_code ec;
  used += parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), ec);
  if (ec == error::need_more) {
    // What cannot be read yet must stay small: a chunk's header with extensions has no limit of its own.
    const bool too_long = bytes.size() - used > i.limits.header + 512;
    if (!too_long) return used;
    ec = parser.is_header_done() ? error::bad_chunk : error::header_limit;
  }
  if (ec) {
    i.failure = ec;
    i.state = State::refused;
  } else if (parser.is_done()) {
    i.state = State::complete;
  } else if (parser.is_header_done()) {
    i.state = State::body;
  }
  return used;
}

RequestParser::State RequestParser::state() const { return impl_->state; }
bool RequestParser::keep_alive() const { return impl_->parser->keep_alive(); }
bool RequestParser::http11() const { return impl_->parser->http11; }
bool RequestParser::expects_continue() const { return impl_->parser->expects_continue; }

Error RequestParser::refusal() const {
  if (impl_->failure == error::header_limit) {
    return {ErrorKind::headers_too_large,
            "headers_too_large",
            "The headers are larger than this server takes.",
            {},
            {},
            0};
  }
  if (impl_->failure == error::body_limit) {
    return {ErrorKind::too_large, "too_large", "The body is larger than this server takes.", {}, {}, 0};
  }
  return {ErrorKind::malformed, "malformed_request", "This is not a proper HTTP/1.1 request.", {}, {}, 0};
}

}  // namespace circled::net
