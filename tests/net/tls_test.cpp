// TLS with a certificate made for the test.
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>

#include "net/client.hpp"
#include "support/result.hpp"

using namespace circled;
using namespace circled::test;
namespace fs = std::filesystem;

namespace {

// A self-signed certificate and its key, in PEM files of a folder that goes with it.
struct Certificate {
  fs::path folder = fs::temp_directory_path() / ("circled_tls_" + std::to_string(::getpid()));
  std::string certificate = (folder / "certificate.pem").string();
  std::string key = (folder / "key.pem").string();

  Certificate() {
    fs::create_directories(folder);
    EVP_PKEY* pair = EVP_EC_gen("P-256");
    X509* x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, pair);
    X509_NAME* name = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                               -1, -1, 0);
    X509_set_issuer_name(x, name);
    X509_sign(x, pair, EVP_sha256());
    if (FILE* file = std::fopen(certificate.c_str(), "w")) {
      PEM_write_X509(file, x);
      std::fclose(file);
    }
    if (FILE* file = std::fopen(key.c_str(), "w")) {
      PEM_write_PrivateKey(file, pair, nullptr, nullptr, 0, nullptr, nullptr);
      std::fclose(file);
    }
    X509_free(x);
    EVP_PKEY_free(pair);
  }
  ~Certificate() { fs::remove_all(folder); }

  net::ServerOptions options() const {
    net::ServerOptions options = quick_options();
    options.certificate = certificate;
    options.private_key = key;
    return options;
  }
};

class Echo final : public api::Peer {
 public:
  void opened(api::Socket& socket) override { socket_ = &socket; }
  Task<void> received(std::string text) override {
    waiting_ = std::move(text);
    socket_->wake();
    co_return;
  }
  bool next_frame(std::string& out) override {
    if (waiting_.empty()) return false;
    out = std::exchange(waiting_, {});
    return true;
  }
  void closed() override {}

 private:
  api::Socket* socket_ = nullptr;
  std::string waiting_;
};

api::UpgradeHandler echo_live() {
  return [](const api::Request&) -> Task<api::Upgrade> {
    api::Upgrade upgrade;
    upgrade.peer = std::make_unique<Echo>();
    co_return upgrade;
  };
}

}  // namespace

TEST_CASE("requests over TLS") {
  Certificate certificate;
  Running running(certificate.options(), echo_http(), no_live());
  Client client(running.port(), true);
  const Answer answer = client.get("/api/x");
  CHECK(answer.body == "GET /api/x [] from 127.0.0.1 secure");
  CHECK(answer.header("Strict-Transport-Security") == "max-age=31536000");
  client.send(request("POST", "/api/y", "", std::string(100'000, 'b')) + request("GET", "/api/big"));
  CHECK(client.answer().body.size() == std::string("POST /api/y [] from 127.0.0.1 secure").size() + 100'000);
  CHECK(client.answer().body == std::string(8 * 1024 * 1024, 'x'));
  CHECK(client.get("/api/z", "Connection: close\r\n").status == 200);
  CHECK(client.ends());
}

TEST_CASE("a WebSocket over TLS") {
  Certificate certificate;
  Running running(certificate.options(), echo_http(), echo_live());
  Client client(running.port(), true);
  CHECK(client.upgrade().status == 101);
  client.text("hello");
  CHECK(client.frame().payload == "hello");
  const std::string large(65'000, 'a');
  client.text(large);
  CHECK(client.frame().payload == large);
  client.frame(2, "binary");
  CHECK(client.frame().close_code() == 1003);
}

TEST_CASE("plain HTTP on a TLS port is dropped, and others are served on") {
  Certificate certificate;
  Running running(certificate.options(), echo_http(), no_live());
  Client plain(running.port());
  plain.send(request("GET", "/api/x"));
  plain.ends();
  Client client(running.port(), true);
  CHECK(client.get("/api/x").status == 200);
}

TEST_CASE("a certificate that cannot be used is named") {
  Certificate certificate;
  auto wrong = [](net::ServerOptions options) {
    const auto port = net::Server(options).listen();
    REQUIRE_FALSE(port);
    return port.error().fields.at(0).message;
  };
  auto options = certificate.options();
  options.certificate = "/nowhere/certificate.pem";
  CHECK(wrong(options).find("/nowhere/certificate.pem") != std::string::npos);
  options = certificate.options();
  options.private_key = certificate.certificate;
  CHECK(wrong(options).find(certificate.certificate) != std::string::npos);
  options = certificate.options();
  options.private_key.clear();
  CHECK(wrong(options).find("both") != std::string::npos);
}
