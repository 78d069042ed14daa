#include "live/hub.hpp"

#include <boost/asio/post.hpp>

#include "live/shard.hpp"

namespace circled::live {
namespace {

// What the network owns of a connection; a reading that is under way may keep the connection itself a
// moment longer.
class Peer final : public api::Peer {
 public:
  explicit Peer(std::shared_ptr<Connection> c) : connection_(std::move(c)) {}
  void opened(api::Socket& socket) override { connection_->opened(socket); }
  Task<void> received(std::string text) override { return connection_->received(std::move(text)); }
  bool next_frame(std::string& out) override { return connection_->next_frame(out); }
  void closed() override { connection_->closed(); }

 private:
  const std::shared_ptr<Connection> connection_;
};

Task<api::Upgrade> answer_upgrade(Hub& hub, const api::Request& request) {
  auto known = co_await hub.doors.by_request(request);
  if (!known && known.error().kind != ErrorKind::unauthenticated)
    co_return api::Upgrade{nullptr, api::problem(known.error(), request.id)};
  std::optional<api::Identity> identity;
  if (known) identity = std::move(*known);
  // A browser sends the cookie along wherever the page comes from; a token is only sent by who has it.
  if (identity && identity->by_cookie && !hub.doors.same_origin(request))
    co_return api::Upgrade{nullptr, api::problem(forbidden("This page may not connect here."), request.id)};
  auto connection = std::make_shared<Connection>(hub, std::move(identity));
  co_return api::Upgrade{std::make_unique<Peer>(std::move(connection)), {}};
}

}  // namespace

Hub::Hub(Store& s, const Clock& c, const Commands& r, Doors d, Options o)
    : store(s), clock(c), commands(r), doors(std::move(d)), options(o) {}
Hub::~Hub() = default;

void Hub::attach(const std::vector<Executor>& executors) {
  for (const auto& executor : executors) {
    shards_.push_back(std::make_unique<Shard>(*this, executor));
    shards_.back()->start_sweeping();
  }
}

api::UpgradeHandler Hub::upgrade() {
  return [this](const api::Request& request) { return answer_upgrade(*this, request); };
}

void Hub::on_committed(store::Committed&& committed) {
  std::vector<SignInId> revoked;
  bool for_staff = false, missed = false;
  for (const auto& hint : committed.hints) {
    if (hint.audience == store::Hint::staff) {
      for_staff = true;
      continue;
    }
    if (hint.kind == "sign_in.revoked") revoked.emplace_back(hint.id);
    if (hint.kind == "wake.missed") missed = true;
    for (const auto& [kind, f] : listeners_)
      if (kind == hint.kind) f(hint);
  }
  if (committed.events.empty() && revoked.empty() && !for_staff && !missed) return;

  struct Batch {
    store::Committed committed;
    std::vector<SignInId> revoked;
    bool missed;
  };
  const auto batch = std::make_shared<const Batch>(Batch{std::move(committed), std::move(revoked), missed});
  for (const auto& shard : shards_) {
    if (shard->connected.load() == 0) continue;
    boost::asio::post(shard->executor, [shard = shard.get(), batch] {
      shard->deliver(batch->committed);
      for (const SignInId sign_in : batch->revoked) shard->revoke(sign_in);
      if (batch->missed) shard->send_away();
    });
  }
}

Counts Hub::counts() const {
  Counts sum;
  for (const auto& shard : shards_) {
    sum.connected += shard->connected.load();
    sum.events += shard->counts.events.value();
    sum.frames += shard->counts.frames.value();
    sum.hints += shard->counts.hints.value();
    sum.resyncs += shard->counts.resyncs.value();
    sum.slow += shard->counts.slow.value();
    sum.refused += shard->counts.refused.value();
  }
  return sum;
}

}  // namespace circled::live
