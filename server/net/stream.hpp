// A connected socket, plain or under TLS, for use without buffers of its own: try first, wait only when
// the kernel says so. Most writes then cost one system call and no allocation.
#pragma once
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string_view>

#include "base/task.hpp"
#include "net/tls.hpp"

namespace circled::net {

using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

class Stream {
 public:
  explicit Stream(TcpSocket socket) : socket_(std::move(socket)) {}
  ~Stream();
  Stream(Stream&&) = default;
  Stream& operator=(Stream&&) = delete;

  bool secure() const { return tls_ != nullptr; }

  // Puts TLS on top. False when the client and we do not come together.
  Task<bool> handshake(const TlsContext& context);

  // At least one byte, waiting for it. 0: the other side has finished, or the connection failed or was
  // cancelled; it makes no difference to what can be done then.
  Task<std::size_t> read(char* into, std::size_t size);

  // What there is to read, without waiting.
  Attempt try_read(char* into, std::size_t size);
  // Writes the front of head + body, without waiting; `bytes` may be less than everything. After an
  // attempt that did not get through, the same bytes must be offered again.
  Attempt try_write(std::string_view head, std::string_view body);

  // Waits until another attempt is worth while. False when cancelled or broken.
  Task<bool> wait(Outcome wanted);

  // `done(ec)` when writing (or, for TLS now and then, reading) is possible again.
  template <class F>
  void wait_then(Outcome wanted, F&& done) {
    socket_.async_wait(direction(wanted), std::forward<F>(done));
  }

  // Wakes whoever waits, with "no".
  void cancel();
  // Tells the other side that nothing more comes; it may still be read from.
  void finish();
  // Drops the connection at once.
  void close();
  bool is_open() const { return socket_.is_open(); }

 private:
  static boost::asio::socket_base::wait_type direction(Outcome wanted) {
    return wanted == Outcome::wants_write ? boost::asio::socket_base::wait_write
                                          : boost::asio::socket_base::wait_read;
  }

  TcpSocket socket_;
  std::unique_ptr<TlsSession> tls_;  // destroyed before the socket
};

}  // namespace circled::net
