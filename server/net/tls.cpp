#include "net/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace circled::net {

namespace {

// OpenSSL's own socket BIO writes with write(), which raises SIGPIPE on a connection that is gone, and
// waits unless the descriptor itself is non-blocking. This one does neither.
int bio_write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const int fd = static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
  const auto n = ::send(fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int bio_read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const int fd = static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
  const auto n = ::recv(fd, into, static_cast<std::size_t>(size), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(n);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

// Lives as long as the process: sessions may end late.
BIO_METHOD* bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "circled socket");
    if (!m) throw std::bad_alloc();
    BIO_meth_set_write(m, bio_write);
    BIO_meth_set_read(m, bio_read);
    BIO_meth_set_ctrl(m, bio_control);
    return m;
  }();
  return method;
}

std::string last_error() {
  char text[256] = "unknown";
  if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

Error wrong(const std::string& file, std::string_view what) {
  return invalid("tls", "tls", "TLS: " + file + " " + std::string(what) + " (" + last_error() + ").");
}

// HTTP/1.1 is all we speak; a client that offers only something else gets no answer to its offer.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, offered, size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Mozilla's "intermediate" list, version 5.7, without the finite-field groups.
constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

}  // namespace

struct TlsContext::Impl {
  SSL_CTX* context = nullptr;
  ~Impl() { SSL_CTX_free(context); }
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::TlsContext(TlsContext&&) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&&) noexcept = default;
TlsContext::~TlsContext() = default;

Result<TlsContext> TlsContext::load(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  auto impl = std::make_unique<Impl>();
  impl->context = SSL_CTX_new(TLS_server_method());
  SSL_CTX* const context = impl->context;
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_cipher_list(context, ciphers);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return wrong(certificate_file, "is not a certificate that can be read");
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return wrong(key_file, "is not a private key that can be read and fits " + certificate_file);
  }
  if (SSL_CTX_check_private_key(context) != 1) return wrong(key_file, "does not fit " + certificate_file);
  return TlsContext(std::move(impl));
}

struct TlsSession::Impl {
  SSL* ssl = nullptr;
  ~Impl() { SSL_free(ssl); }

  Attempt judge(int result) const {
    if (result > 0) return {Outcome::done, static_cast<std::size_t>(result)};
    switch (SSL_get_error(ssl, result)) {
      case SSL_ERROR_WANT_READ: return {Outcome::wants_read, 0};
      case SSL_ERROR_WANT_WRITE: return {Outcome::wants_write, 0};
      case SSL_ERROR_ZERO_RETURN: return {Outcome::end, 0};
      default: ERR_clear_error(); return {Outcome::failed, 0};
    }
  }
};

std::unique_ptr<TlsSession> TlsContext::accept(int descriptor) const {
  auto session = std::make_unique<TlsSession::Impl>();
  session->ssl = SSL_new(impl_->context);
  BIO* const bio = BIO_new(bio_method());
  if (!session->ssl || !bio) {
    BIO_free(bio);
    throw std::bad_alloc();
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
  BIO_set_init(bio, 1);
  SSL_set_bio(session->ssl, bio, bio);
  SSL_set_accept_state(session->ssl);
  return std::make_unique<TlsSession>(std::move(session));
}

TlsSession::TlsSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsSession::~TlsSession() = default;

Attempt TlsSession::handshake() {
  ERR_clear_error();
  return impl_->judge(SSL_do_handshake(impl_->ssl));
}

Attempt TlsSession::read(char* into, std::size_t size) {
  ERR_clear_error();
  return impl_->judge(SSL_read(impl_->ssl, into, static_cast<int>(size)));
}

Attempt TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  return impl_->judge(SSL_write(impl_->ssl, bytes.data(), static_cast<int>(bytes.size())));
}

void TlsSession::close() {
  ERR_clear_error();
  if (SSL_is_init_finished(impl_->ssl)) SSL_shutdown(impl_->ssl);
  ERR_clear_error();
}

}  // namespace circled::net
