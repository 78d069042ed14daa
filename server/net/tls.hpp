// TLS 1.2 and 1.3 by OpenSSL, straight on the socket's descriptor and never blocking: an attempt either
// does something or says which way the socket must become ready. OpenSSL's names stay in tls.cpp.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace circled::net {

// What came of one attempt to read or write without waiting.
enum class Outcome { done, end, wants_read, wants_write, failed };

struct Attempt {
  Outcome outcome = Outcome::done;
  std::size_t bytes = 0;  // with `done`, at least 1
};

class TlsSession;

// The certificate, and what we agree to speak with it. Used by all threads.
class TlsContext {
 public:
  // PEM files: the certificate with its chain, and its unencrypted key.
  // Errors: invalid (tls), naming the file and what is wrong with it.
  static Result<TlsContext> load(const std::string& certificate_file, const std::string& key_file);
  TlsContext(TlsContext&&) noexcept;
  TlsContext& operator=(TlsContext&&) noexcept;
  ~TlsContext();

  // A session on a connected socket. The descriptor stays the caller's, and must outlive the session.
  std::unique_ptr<TlsSession> accept(int descriptor) const;

 private:
  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

class TlsSession {
 public:
  struct Impl;
  explicit TlsSession(std::unique_ptr<Impl> impl);
  ~TlsSession();

  Attempt handshake();
  Attempt read(char* into, std::size_t size);
  // After wants_read or wants_write the same bytes (or more behind them) must be offered again.
  Attempt write(std::string_view bytes);
  // Says goodbye (close_notify), without waiting for anything.
  void close();

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace circled::net
