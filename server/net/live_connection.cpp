#include "net/live_connection.hpp"

#include <boost/asio/co_spawn.hpp>

#include "net/frame.hpp"

namespace circled::net {

namespace {

using api::CloseCode;

// After so many frames in a row the other connections of the thread have their turn.
constexpr int most_frames_in_a_row = 16;

// Two activities share it: the coroutine run() reads, and pump() writes whenever there is something to
// write and the socket takes it. An idle connection holds no buffer: what it sends is read into the
// thread's scratch space, and what it gets is written from there.
class LiveConnection final : public Connection,
                             public Ready,
                             public api::Socket,
                             public std::enable_shared_from_this<LiveConnection> {
 public:
  LiveConnection(IoThread& thread, Stream stream, Place place, std::unique_ptr<api::Peer> peer,
                 std::string request_id)
      : thread_(thread),
        place_(std::move(place)),
        stream_(std::move(stream)),
        peer_(std::move(peer)),
        request_id_(std::move(request_id)),
        reader_(thread.shared.options.message_limit),
        heard_at_(SteadyClock::now()) {
    thread_.counters.sockets.add();
    thread_.counters.sockets_open.add();
    thread_.add(*this);
  }
  ~LiveConnection() override {
    thread_.counters.sockets_open.add(-1);
    thread_.counters.connections_open.add(-1);
  }

  Task<void> run(std::string early);

  // api::Socket
  void wake() override { thread_.pump_soon(*this); }
  void close(CloseCode code, std::string_view reason) override {
    begin_close(static_cast<std::uint16_t>(code), reason);
  }
  std::size_t thread() const override { return thread_.index; }

  // Connection
  void tick(TimePoint now) override;
  void stop() override { close(CloseCode::going_away, "the server stops"); }
  void abandon() override { tell_closed(); }

  // Ready
  void pump() override;

 private:
  Task<void> read_messages(std::string early);
  Task<std::size_t> read_into_scratch();
  Task<void> hand_over(std::string text);
  Task<void> linger();
  // True when the connection has to end.
  bool judge(FrameReader::Event& event);
  void begin_close(std::uint16_t code, std::string_view reason);
  bool next_frame(std::string& text);
  void write(std::string_view head, std::string_view body);
  void wait_to_write(Outcome wanted);
  void write_rest();
  void give_up();
  void tell_closed();

  const ServerOptions& options() const { return thread_.shared.options; }

  IoThread& thread_;
  Place place_;
  Stream stream_;
  std::unique_ptr<api::Peer> peer_;
  const std::string request_id_;
  FrameReader reader_;
  TimePoint heard_at_;     // the last sign of life
  TimePoint progress_at_;  // of a write that waits
  TimePoint drop_at_ = TimePoint::max();
  std::string control_;        // pongs, pings and the close frame: they go before any other frame
  std::string rest_;           // of a frame that the socket did not take at once
  bool pinged_ = false;        // since heard_at_
  bool handing_over_ = false;  // the Peer works on a message
  bool told_closed_ = false;   // the Peer knows that it is over
  bool closing_ = false;       // a close frame is in control_ or sent: nothing else follows
  bool finished_ = false;      // the close frame has left, and our side is shut
  bool dead_ = false;          // the socket is dropped
};

Task<void> LiveConnection::run(std::string early) {
  try {
    peer_->opened(*this);
    co_await read_messages(std::move(early));
  } catch (...) {
    thread_.fault(std::current_exception(), request_id_);
    close(CloseCode::internal, "");
  }
  tell_closed();
  peer_.reset();
  co_await linger();
  give_up();
}

// Until either side ends it.
Task<void> LiveConnection::read_messages(std::string early) {
  std::string backlog = std::move(early);
  while (!closing_ && !dead_) {
    std::string_view input = backlog;
    if (input.empty()) {
      const std::size_t n = co_await read_into_scratch();
      if (n == 0 || closing_ || dead_) break;
      input = {thread_.inbound.get(), n};
    }
    while (!input.empty()) {
      FrameReader::Event event = reader_.next(input);
      if (judge(event)) co_return;
      if (event.kind != FrameReader::Kind::text) continue;
      // The scratch space is somebody else's as soon as this waits.
      if (!input.empty()) {
        std::string left(input);
        backlog = std::move(left);
        input = backlog;
      }
      co_await hand_over(std::move(event.payload));
      if (closing_ || dead_) co_return;
    }
    backlog = {};
  }
}

Task<std::size_t> LiveConnection::read_into_scratch() {
  Outcome wanted = Outcome::wants_read;
  for (;;) {
    // TLS may hold bytes that the socket knows nothing of, so there it is asked first.
    if (!stream_.secure() && !co_await stream_.wait(wanted)) co_return 0;
    if (dead_) co_return 0;
    const Attempt a = stream_.try_read(thread_.inbound.get(), IoThread::inbound_size);
    if (a.outcome == Outcome::done) {
      thread_.counters.bytes_in.add(static_cast<std::int64_t>(a.bytes));
      heard_at_ = SteadyClock::now();
      pinged_ = false;
      co_return a.bytes;
    }
    if (a.outcome == Outcome::failed || a.outcome == Outcome::end) co_return 0;
    wanted = a.outcome;
    if (stream_.secure() && !co_await stream_.wait(wanted)) co_return 0;
  }
}

bool LiveConnection::judge(FrameReader::Event& event) {
  switch (event.kind) {
    case FrameReader::Kind::nothing:
    case FrameReader::Kind::text:
    case FrameReader::Kind::pong: return false;
    case FrameReader::Kind::ping:
      // Only the latest ping needs its pong (RFC 6455 §5.5.3), so a flood of them piles nothing up.
      if (!closing_) {
        control_ = control_frame(Opcode::pong, event.payload);
        wake();
      }
      return false;
    case FrameReader::Kind::close:
    case FrameReader::Kind::broken: begin_close(event.code, ""); return true;
  }
  return true;
}

Task<void> LiveConnection::hand_over(std::string text) {
  thread_.counters.frames_in.add();
  handing_over_ = true;
  co_await peer_->received(std::move(text));
  handing_over_ = false;
  heard_at_ = SteadyClock::now();
}

void LiveConnection::begin_close(std::uint16_t code, std::string_view reason) {
  if (closing_ || dead_) return;
  closing_ = true;
  drop_at_ = SteadyClock::now() + options().close_wait;
  control_ = close_frame(code, reason);
  wake();
  // Wakes the reader. A write that waits is woken too, and waits again.
  stream_.cancel();
}

// Once our close frame is out, the other side has until `drop_at_` to end the connection; its answer and
// whatever it sends until then is of no interest any more.
Task<void> LiveConnection::linger() {
  if (!closing_) co_return;
  pump();
  std::size_t discarded = 0;
  while (!dead_ && discarded < 1024 * 1024) {
    const std::size_t n = co_await read_into_scratch();
    if (n == 0) break;
    discarded += n;
  }
}

void LiveConnection::pump() {
  for (int frames = 0; !dead_ && rest_.empty(); ++frames) {
    if (!control_.empty()) {
      const std::string control = std::exchange(control_, {});
      write(control, {});
      continue;
    }
    if (closing_) {
      if (!std::exchange(finished_, true)) stream_.finish();
      return;
    }
    if (frames >= most_frames_in_a_row) return wake();
    std::string& text = thread_.frame;
    if (!next_frame(text)) return;
    thread_.counters.frames_out.add();
    write(FrameHeader(Opcode::text, text.size()).view(), text);
  }
}

bool LiveConnection::next_frame(std::string& text) {
  if (told_closed_) return false;
  if (text.capacity() > 2 * options().message_limit) text = {};
  text.clear();
  try {
    return peer_->next_frame(text);
  } catch (...) {
    thread_.fault(std::current_exception(), request_id_);
    close(CloseCode::internal, "");
    return false;
  }
}

void LiveConnection::write(std::string_view head, std::string_view body) {
  const Attempt a = stream_.try_write(head, body);
  if (a.outcome == Outcome::failed || a.outcome == Outcome::end) return give_up();
  thread_.counters.bytes_out.add(static_cast<std::int64_t>(a.bytes));
  if (a.bytes == head.size() + body.size()) return;
  rest_.assign(head);
  rest_ += body;
  rest_.erase(0, a.bytes);
  progress_at_ = SteadyClock::now();
  wait_to_write(a.outcome);
}

void LiveConnection::wait_to_write(Outcome wanted) {
  if (wanted == Outcome::done) wanted = Outcome::wants_write;
  stream_.wait_then(wanted, [self = shared_from_this()](boost::system::error_code) {
    if (!self->dead_) self->write_rest();
  });
}

void LiveConnection::write_rest() {
  const Attempt a = stream_.try_write(rest_, {});
  if (a.outcome == Outcome::failed || a.outcome == Outcome::end) return give_up();
  thread_.counters.bytes_out.add(static_cast<std::int64_t>(a.bytes));
  if (a.bytes > 0) progress_at_ = SteadyClock::now();
  rest_.erase(0, a.bytes);
  if (!rest_.empty()) return wait_to_write(a.outcome);
  rest_ = {};
  wake();
}

void LiveConnection::tick(TimePoint now) {
  if (dead_) return;
  const bool stalled = !rest_.empty() && now - progress_at_ >= options().write_stall;
  if (stalled || now >= drop_at_) return give_up();
  if (closing_ || handing_over_) return;
  const auto silence = now - heard_at_;
  if (silence >= options().gone_after) return give_up();
  if (silence >= options().ping_after && !std::exchange(pinged_, true)) {
    if (control_.empty()) control_ = control_frame(Opcode::ping, "");
    wake();
  }
}

// The reader wakes up and ends.
void LiveConnection::give_up() {
  if (std::exchange(dead_, true)) return;
  stream_.close();
}

void LiveConnection::tell_closed() {
  if (std::exchange(told_closed_, true)) return;
  try {
    peer_->closed();
  } catch (...) {
    thread_.fault(std::current_exception(), request_id_);
  }
}

}  // namespace

void serve_live(IoThread& thread, Stream stream, Place place, std::unique_ptr<api::Peer> peer,
                std::string request_id, std::string early) {
  auto connection = std::make_shared<LiveConnection>(thread, std::move(stream), std::move(place),
                                                     std::move(peer), std::move(request_id));
  // Accepted in the very moment of stopping: it is told like everybody else.
  if (thread.shared.stopping) connection->stop();
  Task<void> run = connection->run(std::move(early));
  boost::asio::co_spawn(thread.executor(), std::move(run),
                        [&thread, connection](std::exception_ptr failure) { thread.fault(failure); });
}

}  // namespace circled::net
