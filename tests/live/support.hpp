// A hub on the test's own thread, a clock that stands still, and devices that speak the protocol over a
// socket that is a queue. Nothing here waits for time: `settle` runs what is ready, `until` blocks on the
// event loop until the writer thread has answered.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <deque>
#include <map>

#include "live/emit.hpp"
#include "live/hub.hpp"
#include "live/shard.hpp"
#include "support/result.hpp"
#include "support/store.hpp"

namespace circled::live {

struct News {
  std::string text;
  BOOST_DESCRIBE_CLASS(News, (), (text), (), ())
};

// One connection as its client sees it, together with the network's side of it.
class Device final : public api::Socket {
 public:
  Device(boost::asio::io_context& io, std::unique_ptr<api::Peer> peer) : io_(io), peer_(std::move(peer)) {
    peer_->opened(*this);
  }
  ~Device() override { drop(); }

  void wake() override { ++wakes; }
  void close(api::CloseCode code, std::string_view reason) override {
    if (closed_with == 0) closed_with = static_cast<int>(code), closed_because = reason;
  }
  std::size_t thread() const override { return 0; }

  // Hands a message over and runs the loop until the peer has dealt with it.
  void say(std::string text) {
    bool done = false;
    boost::asio::co_spawn(io_, peer_->received(std::move(text)), [&](std::exception_ptr failure) {
      done = true;
      if (failure) std::rethrow_exception(failure);
    });
    while (!done) io_.run_one();
  }

  // Takes one frame off the wire, if there is one.
  std::optional<json::object> take() {
    std::string text;
    if (closed_with != 0 || !peer_ || !peer_->next_frame(text)) return std::nullopt;
    largest = std::max(largest, text.size());
    auto frame = boost::json::parse(text).as_object();
    if (frame.at("type") == "events")
      for (const auto& event : frame.at("events").as_array()) seqs.push_back(event.at("seq").as_int64());
    if (frame.at("type") == "resync") resyncs.push_back(frame.at("seq").as_int64());
    return frame;
  }

  // Takes everything there is, running what the taking sets off.
  std::vector<json::object> take_all() {
    std::vector<json::object> frames;
    do {
      while (auto frame = take()) frames.push_back(std::move(*frame));
    } while (io_.poll() > 0);
    return frames;
  }

  // The connection breaks.
  void drop() {
    if (peer_) peer_->closed();
    peer_.reset();
  }

  std::vector<std::int64_t> seqs;  // of all events taken
  std::vector<std::int64_t> resyncs;
  int wakes = 0;
  int closed_with = 0;  // close code, 0 while open
  std::string closed_because;
  std::size_t largest = 0;  // frame, in bytes

 private:
  boost::asio::io_context& io_;
  std::unique_ptr<api::Peer> peer_;
};

struct LiveFixture : test::Programme {
  // Declared before the loop: posted work may refer to the hub.
  Commands commands;
  std::map<std::string, api::Identity, std::less<>> tokens;
  std::optional<api::Identity> cookie;  // who upgrade requests are from
  bool same_origin = true;
  std::vector<std::pair<PersonId, std::int64_t>> acknowledged;  // written on the writer's thread
  std::unique_ptr<Hub> hub;
  boost::asio::io_context io;

  explicit LiveFixture(Options options = quick()) {
    Doors doors;
    doors.by_request = [this](const api::Request&) -> Task<Result<std::optional<api::Identity>>> {
      co_return cookie;
    };
    doors.by_token = [this](std::string token) -> Task<Result<api::Identity>> {
      const auto found = tokens.find(token);
      if (found == tokens.end())
        co_return Error{ErrorKind::unauthenticated, "unauthenticated", "No.", {}, {}, 0};
      co_return found->second;
    };
    doors.same_origin = [this](const api::Request&) { return same_origin; };
    doors.acknowledged = [this](Transaction&, PersonId person, std::int64_t seq, Instant) {
      acknowledged.emplace_back(person, seq);
    };
    hub = std::make_unique<Hub>(store, clock, commands, std::move(doors), options);
    hub->attach({io.get_executor()});
    store.on_committed = [this](store::Committed&& c) { hub->on_committed(std::move(c)); };
  }

  // Writes are answered in order: after this one, nothing of ours is under way that would be answered to
  // a loop that is gone.
  ~LiveFixture() {
    write([](Transaction&) {});
  }

  static Options quick() {
    Options options;
    options.acks_every = Milliseconds(0);
    options.messages_at_once = 1'000'000;
    return options;
  }

  // A sign-in of this person; its token is the person's number.
  api::Identity sign_in(PersonId person, api::Role role, SiteId at = {}) {
    api::Identity who;
    who.person = person;
    who.role = role;
    who.site = at;
    const Instant expires = now() + std::chrono::hours(1);
    const std::string token = std::to_string(person.value);
    write([&](Transaction& tx) {
      who.account =
          tx.one<AccountId>("SELECT id FROM account WHERE person_id = $1", person).value_or(AccountId(0));
      if (!who.account) who.account = test::add_account(tx, person);
      who.sign_in = *tx.one<SignInId>(
          "INSERT INTO sign_in (account_id, token_hash, by, device, created_at, expires_at)"
          " VALUES ($1, $2, 'bearer', 'test', $3, $4) RETURNING id",
          who.account, random_token(), now(), expires);
    });
    tokens[token] = who;
    return who;
  }

  std::unique_ptr<Device> connect() {
    api::Request request;
    std::optional<api::Upgrade> upgrade;
    auto ask = [&]() -> Task<void> { upgrade = co_await hub->upgrade()(request); };
    boost::asio::co_spawn(io, ask(), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    while (!upgrade) io.run_one();
    if (!upgrade->peer) return nullptr;
    return std::make_unique<Device>(io, std::move(upgrade->peer));
  }

  std::unique_ptr<Device> hello(PersonId person, std::optional<std::int64_t> after = std::nullopt) {
    auto device = connect();
    json::object message{{"type", "hello"}, {"token", std::to_string(person.value)}};
    if (after) message["after"] = *after;
    device->say(boost::json::serialize(message));
    return device;
  }

  // Commits `count` events for the person and leaves them posted, not delivered.
  void tell(PersonId person, int count = 1, std::string_view text = "hello") {
    write([&](Transaction& tx) {
      for (int i = 0; i < count; ++i) emit(tx, person, now(), "test.news", News{std::string(text)});
    });
  }

  void settle() {
    while (io.poll() > 0) {
    }
  }
  template <class F>
  void until(F holds) {
    while (!holds()) io.run_one();
  }
};

}  // namespace circled::live
