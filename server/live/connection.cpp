#include "live/connection.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>

#include "base/token.hpp"
#include "live/shard.hpp"

namespace circled::live {
namespace {

using api::CloseCode;

struct Hello {
  std::optional<std::string> token;
  std::optional<std::int64_t> after;
};
BOOST_DESCRIBE_STRUCT(Hello, (), (token, after))

struct Acknowledging {
  std::int64_t seq;
};
BOOST_DESCRIBE_STRUCT(Acknowledging, (), (seq))

Error broken() { return {ErrorKind::internal, "internal", "Something went wrong on our side.", {}, {}, 0}; }

}  // namespace

// What one look into the store answers, all of one moment.
struct Connection::Read {
  std::optional<Instant> until;
  StreamEnds ends;
  std::vector<Numbered> events;
};

// Beginning and end ---------------------------------------------------------------------------------

void Connection::opened(api::Socket& socket) {
  socket_ = &socket;
  shard_ = &hub_.shard(socket.thread());
  const Instant now = hub_.clock.now();
  until_ = now + hub_.options.hello_within;
  allowance_ = hub_.options.messages_at_once;
  allowance_at_ = now;
  shard_->add(*this);
}

void Connection::closed() {
  if (shard_) shard_->remove(*this);
  state_ = State::over;
  socket_ = nullptr;
  outbox_ = {};
  replies_ = {};
  hints_ = {};
}

void Connection::close(CloseCode code, std::string_view reason) {
  if (state_ == State::over) return;
  state_ = State::over;
  socket_->close(code, reason);
}

void Connection::refuse(std::string_view why) {
  if (state_ == State::over) return;
  shard_->counts.refused.add();
  close(CloseCode::policy, why);
}

void Connection::sweep(Instant now) {
  if (now >= until_) refuse(state_ == State::opened ? "no hello came in time" : "the sign-in has ended");
}

// What the client says ------------------------------------------------------------------------------

bool Connection::too_many(Instant now) {
  const double seconds = std::chrono::duration<double>(now - allowance_at_).count();
  allowance_ = std::min(hub_.options.messages_at_once,
                        allowance_ + std::max(0.0, seconds) * hub_.options.messages_per_second);
  allowance_at_ = now;
  if (allowance_ < 1) return true;
  allowance_ -= 1;
  return false;
}

Task<void> Connection::received(std::string text) {
  if (state_ == State::over) co_return;
  if (too_many(hub_.clock.now())) co_return close(CloseCode::policy, "too many messages");

  boost::json::error_code ec;
  json::value parsed = boost::json::parse(text, ec);
  json::object* message = ec ? nullptr : parsed.if_object();
  const json::value* type = message ? message->if_contains("type") : nullptr;
  if (!type || !type->is_string()) co_return close(CloseCode::invalid_text, "not a message of this protocol");
  const std::string name(type->get_string());
  message->erase("type");

  if (name == "hello") co_return co_await hello(std::move(*message));
  if (state_ == State::opened) co_return refuse("the first message must be a hello");
  if (name == "ack") co_return acknowledge(*message);
  co_await command(name, std::move(*message));
}

Task<void> Connection::hello(json::object message) {
  if (state_ != State::opened)
    co_return complain({}, conflict("already_welcome", "This connection has said hello before."));
  auto said = json::decode<Hello>(json::value(std::move(message)));
  if (said && said->after && *said->after < 0)
    said = invalid("/after", "out_of_range", "This must be 0 or more.");
  if (!said) co_return complain({}, said.error());
  if (!co_await identify(std::move(said->token)) || state_ == State::over) co_return;

  shard_->join(*this);
  state_ = State::joining;
  auto first = co_await hub_.store.read([&](Snapshot& db) { return read(db, said->after); });
  if (state_ == State::over) co_return;
  if (!first) co_return close(CloseCode::internal, "");
  join(*first, said->after);
}

// True when it is known who this is; the connection is being closed otherwise.
Task<bool> Connection::identify(std::optional<std::string> token) {
  if (!token) {
    if (!identity_.sign_in) refuse("sign in first");
    co_return static_cast<bool>(identity_.sign_in);
  }
  auto known = co_await hub_.doors.by_token(std::move(*token));
  if (known) {
    identity_ = std::move(*known);
    co_return true;
  }
  if (known.error().kind == ErrorKind::unauthenticated)
    refuse("sign in first");
  else
    close(CloseCode::try_later, "try again in a moment");
  co_return false;
}

void Connection::acknowledge(const json::object& message) {
  auto said = json::decode<Acknowledging>(json::value(message));
  if (said && (said->seq < 0 || said->seq > sent_))
    said = invalid("/seq", "not_sent", "No event with this number was sent to you.");
  if (!said) return complain({}, said.error());
  if (said->seq <= acknowledged_) return;
  acknowledged_ = said->seq;
  shard_->acknowledge(identity_.sign_in, identity_.person, acknowledged_);
}

Task<void> Connection::command(std::string_view name, json::object message) {
  std::string id;
  if (const auto* said = message.if_contains("id"); said && said->is_string())
    id = std::string(said->get_string());
  const auto* handler = hub_.commands.find(name);
  if (!handler) co_return complain(id, invalid("/type", "unknown_type", "There is no message of this type."));
  if (!is_uuid(id))
    co_return complain(id, invalid("/id", "not_a_uuid", "A command carries a UUID of its own."));
  message.erase("id");

  const CommandCall call{id, random_token(12), hub_.clock.now()};
  Result<json::value> outcome = broken();
  try {
    outcome = co_await (*handler)(call, identity_, json::value(std::move(message)));
  } catch (const std::exception& e) {
    spdlog::error("live: command {} failed, request {}: {}", name, call.request_id, e.what());
  }
  if (state_ == State::over) co_return;
  reply(outcome ? result(id, std::move(*outcome)) : problem(id, outcome.error(), call.request_id));
}

// Catching up ---------------------------------------------------------------------------------------

Result<Connection::Read> Connection::read(Snapshot& db, std::optional<std::int64_t> after) const {
  Read read{signed_in_until(db, identity_.sign_in, hub_.clock.now()), stream_ends(db, identity_.person), {}};
  if (after && *after >= read.ends.pruned && *after < read.ends.last)
    read.events = events_after(db, identity_.person, *after, hub_.options.page);
  return read;
}

// The first reading after the hello: says where the stream stands, and from where it goes on.
void Connection::join(const Read& first, std::optional<std::int64_t> after) {
  if (!first.until) return refuse("the sign-in has ended");
  until_ = *first.until;
  state_ = State::catching_up;
  const std::int64_t last = first.ends.last;
  reply(welcome(identity_, last, hub_.clock.now()));
  if (after && (*after > last || *after < first.ends.pruned)) return start_over(last);
  queued_ = sent_ = acknowledged_ = after.value_or(last);
  take(first);
}

void Connection::take(Read read) {
  for (auto& event : read.events) {
    if (event.seq != queued_ + 1) return start_over(read.ends.last);
    queue(std::move(event));
  }
  if (queued_ < read.ends.last) {
    // More lies in the store; it is read when this has left. Less than a page is a hole: it was pruned
    // meanwhile.
    if (read.events.empty()) return start_over(read.ends.last);
    return;
  }
  if (noted_ > queued_) return read_on();
  state_ = State::live;
}

// The client must fetch by HTTP what it shows; the stream goes on after `seq`.
void Connection::start_over(std::int64_t seq) {
  shard_->counts.resyncs.add();
  reply(resync(seq));
  outbox_ = {};
  first_ = outbox_bytes_ = 0;
  queued_ = sent_ = acknowledged_ = seq;
  if (noted_ > queued_) {
    state_ = State::catching_up;
    return read_on();
  }
  state_ = State::live;
}

void Connection::read_on() {
  if (reading_) return;
  reading_ = true;
  boost::asio::co_spawn(shard_->executor, read_page(shared_from_this()),
                        [self = shared_from_this()](std::exception_ptr failure) {
                          if (!failure) return;
                          spdlog::error("live: a stream cannot be read");
                          self->close(CloseCode::internal, "");
                        });
}

Task<void> Connection::read_page(std::shared_ptr<Connection> self) {
  auto page = co_await self->hub_.store.read([&](Snapshot& db) { return self->read(db, self->queued_); });
  self->reading_ = false;
  if (self->state_ == State::over) co_return;
  if (!page) co_return self->close(CloseCode::internal, "");
  if (self->queued_ < page->ends.pruned) co_return self->start_over(page->ends.last);
  self->take(std::move(*page));
}

// What the server says ------------------------------------------------------------------------------

void Connection::told(std::int64_t seq, const std::shared_ptr<const std::string>& body) {
  if (state_ == State::over || seq <= queued_) return;
  if (state_ != State::live || seq > queued_ + 1) {
    noted_ = std::max(noted_, seq);
    if (state_ != State::live) return;
    state_ = State::catching_up;
    if (outbox_.empty()) read_on();
    return;
  }
  if (outbox_.size() - first_ >= hub_.options.outbox_events ||
      outbox_bytes_ + body->size() > hub_.options.outbox_bytes) {
    shard_->counts.slow.add();
    return close(CloseCode::try_later, "reading too slowly; connect again with `after`");
  }
  queue({seq, body});
}

void Connection::queue(Numbered event) {
  queued_ = event.seq;
  outbox_bytes_ += event.body->size();
  outbox_.push_back(std::move(event));
  shard_->counts.events.add();
  socket_->wake();
}

void Connection::hinted(const store::Hint& hint) {
  const bool everywhere = identity_.role == api::Role::admin || identity_.role == api::Role::supervisor;
  // Before its welcome a dashboard has fetched nothing that could be out of date.
  if (state_ == State::joining || state_ == State::over) return;
  if (hint.site && !everywhere && hint.site != identity_.site) return;
  for (const auto& [kind, id] : hints_)
    if (kind == hint.kind && (id == hint.id || id == 0)) return;
  const bool full = hints_.size() >= hub_.options.hints;
  if (full || hint.id == 0) std::erase_if(hints_, [&](const Hinted& h) { return h.kind == hint.kind; });
  hints_.push_back({hint.kind, full ? 0 : hint.id});
  socket_->wake();
}

void Connection::reply(std::string frame) {
  if (replies_.size() >= hub_.options.replies) {
    shard_->counts.slow.add();
    return close(CloseCode::try_later, "reading too slowly");
  }
  replies_.push_back(std::move(frame));
  socket_->wake();
}

void Connection::complain(std::string_view id, Error error) { reply(problem(id, error, random_token(12))); }

bool Connection::next_frame(std::string& out) {
  if (!replies_.empty()) {
    out = std::move(replies_.front());
    replies_.erase(replies_.begin());
    if (replies_.empty()) replies_ = {};
    return true;
  }
  if (first_ < outbox_.size()) {
    pack_events(out);
    return true;
  }
  if (!hints_.empty()) {
    pack_hints(out);
    return true;
  }
  return false;
}

void Connection::pack_events(std::string& out) {
  const std::size_t packed = events_frame(std::span(outbox_).subspan(first_), out);
  for (std::size_t i = first_; i < first_ + packed; ++i) {
    outbox_bytes_ -= outbox_[i].body->size();
    sent_ = outbox_[i].seq;
    outbox_[i].body.reset();
  }
  first_ += packed;
  shard_->counts.frames.add();
  if (first_ < outbox_.size()) return;
  // A few slots are kept for the next event; more would be memory that lies idle.
  constexpr std::size_t keep = 4;
  if (outbox_.capacity() > keep)
    outbox_ = {};
  else
    outbox_.clear();
  first_ = 0;
  if (state_ == State::catching_up) read_on();
}

void Connection::pack_hints(std::string& out) {
  std::vector<HintKey> keys;
  keys.reserve(hints_.size());
  for (const auto& hint : hints_) keys.push_back({hint.kind, hint.id});
  out = hint_frame(keys);
  shard_->counts.hints.add(static_cast<std::int64_t>(keys.size()));
  hints_ = {};
}

}  // namespace circled::live
