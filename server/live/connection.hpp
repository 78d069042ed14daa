// One connection's side of the protocol: hello, catching up, live.
//
// Nothing is missing and nothing comes twice because a connection sends exactly the numbers after
// `queued_`, one by one. It joins the shard first and reads the store then; an event that comes while it
// still reads is only noted, for the reading will find it. Later, an event that is not the next number
// sends it back to reading.
//
// Belongs to one I/O thread. `net` owns the Peer of it; a read that is under way when the connection
// closes keeps the rest alive until it returns.
#pragma once
#include <boost/intrusive/list_hook.hpp>
#include <memory>
#include <string>
#include <vector>

#include "api/service.hpp"
#include "live/frame.hpp"
#include "live/options.hpp"

namespace circled::live {

class Hub;
class Shard;

using AllHook = boost::intrusive::list_base_hook<boost::intrusive::tag<struct AllTag>,
                                                 boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using StaffHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct StaffTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Connection final : public AllHook, public StaffHook, public std::enable_shared_from_this<Connection> {
 public:
  // `known`: who the upgrade request was from, if it said.
  Connection(Hub& hub, std::optional<api::Identity> known) : hub_(hub) {
    if (known) identity_ = std::move(*known);
  }

  // The four calls of api::Peer.
  void opened(api::Socket& socket);
  Task<void> received(std::string text);
  bool next_frame(std::string& out);
  void closed();

  // From the shard: an event of this person's stream; a hint for this member of staff.
  void told(std::int64_t seq, const std::shared_ptr<const std::string>& body);
  void hinted(const store::Hint& hint);
  void sweep(Instant now);
  void refuse(std::string_view why);
  void send_away() { close(api::CloseCode::try_later, "connect again with `after`"); }

  PersonId person() const { return identity_.person; }
  SignInId sign_in() const { return identity_.sign_in; }
  bool wants_hints() const { return api::StaffMember::accepts(identity_.role); }

  Connection* next_of_person = nullptr;  // the shard's

 private:
  enum class State : std::uint8_t { opened, joining, catching_up, live, over };
  struct Read;

  Task<void> hello(json::object message);
  Task<bool> identify(std::optional<std::string> token);
  void acknowledge(const json::object& message);
  Task<void> command(std::string_view name, json::object message);
  bool too_many(Instant now);

  void join(const Read& read, std::optional<std::int64_t> after);
  void read_on();
  static Task<void> read_page(std::shared_ptr<Connection> self);
  Result<Read> read(Snapshot& db, std::optional<std::int64_t> after) const;
  void take(Read read);
  void start_over(std::int64_t seq);

  void queue(Numbered event);
  void reply(std::string frame);
  void complain(std::string_view id, Error error);
  void close(api::CloseCode code, std::string_view reason);
  void pack_events(std::string& out);
  void pack_hints(std::string& out);

  Hub& hub_;
  Shard* shard_ = nullptr;
  api::Socket* socket_ = nullptr;  // null before opened() and after closed()
  api::Identity identity_;         // sign_in 0: unknown
  Instant until_{};                // hello's deadline, later the end of the sign-in
  State state_ = State::opened;
  bool reading_ = false;
  double allowance_;  // messages that may come at once now
  Instant allowance_at_{};

  std::int64_t queued_ = 0;  // the last number that was put into the outbox, or that the client had
  std::int64_t sent_ = 0;    // the last that left in a frame, or that the client had
  std::int64_t noted_ = 0;   // the highest heard of while catching up
  std::int64_t acknowledged_ = 0;
  std::vector<Numbered> outbox_;  // from first_ on; empty and without capacity while nothing happens
  std::size_t first_ = 0;
  std::size_t outbox_bytes_ = 0;
  std::vector<std::string> replies_;
  struct Hinted {
    std::string kind;
    std::int64_t id;
  };
  std::vector<Hinted> hints_;
};

}  // namespace circled::live
