#include "net/stream.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <string>

namespace circled::net {

using boost::system::error_code;

Stream::~Stream() = default;

namespace {
Attempt failed(Outcome wanted) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {wanted, 0};
  return {Outcome::failed, 0};
}

// One TLS record. OpenSSL wants the same bytes again after a write that did not get through, so what is
// offered at some position depends on nothing but what follows it.
constexpr std::size_t record = 16 * 1024;
}  // namespace

Task<bool> Stream::handshake(const TlsContext& context) {
  tls_ = context.accept(socket_.native_handle());
  for (;;) {
    const Attempt a = tls_->handshake();
    if (a.outcome == Outcome::done) co_return true;
    if (a.outcome == Outcome::failed || a.outcome == Outcome::end) co_return false;
    if (!co_await wait(a.outcome)) co_return false;
  }
}

Task<std::size_t> Stream::read(char* into, std::size_t size) {
  if (!tls_) {
    // Asio remembers when the last read drained the socket, and then waits without trying in vain.
    error_code ec;
    co_return co_await socket_.async_read_some(boost::asio::buffer(into, size),
                                               boost::asio::redirect_error(use_task, ec));
  }
  for (;;) {
    const Attempt a = tls_->read(into, size);
    if (a.outcome == Outcome::done) co_return a.bytes;
    if (a.outcome == Outcome::failed || a.outcome == Outcome::end) co_return 0;
    if (!co_await wait(a.outcome)) co_return 0;
  }
}

Attempt Stream::try_read(char* into, std::size_t size) {
  if (tls_) return tls_->read(into, size);
  const auto n = ::recv(socket_.native_handle(), into, size, MSG_DONTWAIT);
  if (n > 0) return {Outcome::done, static_cast<std::size_t>(n)};
  if (n == 0) return {Outcome::end, 0};
  return failed(Outcome::wants_read);
}

Attempt Stream::try_write(std::string_view head, std::string_view body) {
  if (!tls_) {
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()},
                      {const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = head.empty() ? parts + 1 : parts;
    message.msg_iovlen = head.empty() || body.empty() ? 1 : 2;
    const auto n = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) return {Outcome::done, static_cast<std::size_t>(n)};
    return failed(Outcome::wants_write);
  }
  std::size_t written = 0;
  const std::size_t total = head.size() + body.size();
  std::string joined;
  while (written < total) {
    std::string_view piece;
    if (written < head.size()) {
      joined.assign(head.substr(written, record));
      joined.append(body.substr(0, record - joined.size()));
      piece = joined;
    } else {
      piece = body.substr(written - head.size(), record);
    }
    const Attempt a = tls_->write(piece);
    if (a.outcome != Outcome::done) {
      if (written > 0 && a.outcome != Outcome::failed) break;
      return a;
    }
    written += a.bytes;
  }
  return {Outcome::done, written};
}

Task<bool> Stream::wait(Outcome wanted) {
  error_code ec;
  co_await socket_.async_wait(direction(wanted), boost::asio::redirect_error(use_task, ec));
  co_return !ec;
}

void Stream::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::finish() {
  if (!socket_.is_open()) return;
  if (tls_) tls_->close();
  error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
}

void Stream::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace circled::net
