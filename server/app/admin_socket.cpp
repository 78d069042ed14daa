#include "app/admin_socket.hpp"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <utility>

#include "api/message.hpp"
#include "app/options.hpp"

namespace circled::app {
namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

// A meeting list of some ten thousand entries fits.
constexpr std::size_t longest_line = 64 * 1024 * 1024;

std::string line(const json::object& object) { return boost::json::serialize(object) + "\n"; }

json::object error_object(const Error& error) {
  json::object object = api::problem_object(error, "");
  object["code"] = error.code;
  object["kind"] = static_cast<int>(error.kind);
  return object;
}

Error to_error(const json::object& object) {
  Error error;
  error.kind = static_cast<ErrorKind>(object.at("kind").to_number<int>());
  error.code = std::string(object.at("code").as_string());
  error.detail = std::string(object.at("detail").as_string());
  if (const auto* fields = object.if_contains("errors"))
    for (const auto& field : fields->as_array())
      error.fields.push_back({std::string(field.at("pointer").as_string()),
                              std::string(field.at("code").as_string()),
                              std::string(field.at("message").as_string())});
  return error;
}

}  // namespace

struct AdminSocket::Impl {
  Impl(std::filesystem::path p, const AdminContext& c) : path(std::move(p)), context(c), acceptor(io) {}

  const std::filesystem::path path;
  const AdminContext& context;
  boost::asio::io_context io;
  stream_protocol::acceptor acceptor;
  std::optional<stream_protocol::socket> peer;
  boost::asio::steady_timer deadline{io};
  std::string buffer;
  bool failing = false;  // the last accept did
  std::thread thread;

  void accept() {
    peer.reset();
    acceptor.async_accept([this](error_code ec, stream_protocol::socket socket) {
      if (ec) return accept_later(ec);
      failing = false;
      peer.emplace(std::move(socket));
      read();
    });
  }

  // Out of descriptors, mostly: whoever wants in waits until there are some again.
  void accept_later(error_code why) {
    if (!std::exchange(failing, true)) spdlog::error("admin socket: cannot accept: {}", why.message());
    deadline.expires_after(std::chrono::seconds(1));
    deadline.async_wait([this](error_code) { accept(); });
  }

  // Whoever connects and says nothing is dropped, so that the next one gets a turn.
  void read() {
    buffer.clear();
    deadline.expires_after(std::chrono::seconds(10));
    deadline.async_wait([this](error_code ec) {
      if (!ec && peer) peer->cancel(ec);
    });
    boost::asio::async_read_until(*peer, boost::asio::dynamic_buffer(buffer, longest_line), '\n',
                                  [this](error_code ec, std::size_t length) {
                                    deadline.cancel();
                                    if (!ec) answer(std::string_view(buffer).substr(0, length));
                                    accept();
                                  });
  }

  void say(const json::object& object) {
    error_code ignored;  // the operator may have gone; the operation goes on
    boost::asio::write(*peer, boost::asio::buffer(line(object)), ignored);
  }

  void answer(std::string_view text) {
    auto request = json::parse(text);
    if (!request || !request->is_object()) return;
    try {
      auto done = administer(context, request->get_object(), [&](std::string_view progress) {
        say({{"progress", progress}});
      });
      say(done ? json::object{{"done", *done}} : json::object{{"error", error_object(done.error())}});
    } catch (const std::exception& e) {
      spdlog::error("admin socket: {}", e.what());
      say({{"error", error_object({ErrorKind::internal,
                                   "internal",
                                   "Something went wrong; the server's log tells.",
                                   {},
                                   {},
                                   0})}});
    }
  }
};

AdminSocket::AdminSocket(const std::filesystem::path& path, const AdminContext& context)
    : impl_(std::make_unique<Impl>(path, context)) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  const mode_t before = ::umask(0177);
  error_code ec;
  impl_->acceptor.open(stream_protocol(), ec);
  if (!ec) {
    try {
      impl_->acceptor.bind(stream_protocol::endpoint(path.string()), ec);
    } catch (const boost::system::system_error& e) {
      ec = e.code();  // a path longer than a socket's name may be
    }
  }
  if (!ec) impl_->acceptor.listen(8, ec);
  ::umask(before);
  if (ec)
    throw StartError(path.string() + ": the admin socket cannot be made (" + ec.message() +
                     "); choose a --data folder on a local disk with a shorter name");
  impl_->accept();
  impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
}

AdminSocket::~AdminSocket() {
  impl_->io.stop();
  impl_->thread.join();
  std::error_code ignored;
  std::filesystem::remove(impl_->path, ignored);
}

Result<json::value> ask_server(const std::filesystem::path& path, const json::object& request,
                               const Progress& progress) {
  boost::asio::io_context io;
  stream_protocol::socket socket(io);
  error_code ec;
  try {
    socket.connect(stream_protocol::endpoint(path.string()), ec);
  } catch (const boost::system::system_error& e) {
    ec = e.code();
  }
  if (ec)
    throw StartError(
        path.parent_path().string() +
        ": another circled works in this data folder and is no server; try again when it is done");
  boost::asio::write(socket, boost::asio::buffer(line(request)), ec);
  std::string buffer;
  for (;;) {
    const auto length =
        boost::asio::read_until(socket, boost::asio::dynamic_buffer(buffer, longest_line), '\n', ec);
    if (ec)
      throw StartError(path.string() + ": the server ended before it was done; see its log and try again");
    auto message = json::parse(std::string_view(buffer).substr(0, length));
    buffer.erase(0, length);
    if (!message)
      throw StartError(path.string() + ": the server does not speak this version's language; update both");
    const json::object& object = message->as_object();
    if (const auto* text = object.if_contains("progress")) progress(std::string_view(text->as_string()));
    if (const auto* done = object.if_contains("done")) return *done;
    if (const auto* error = object.if_contains("error")) return to_error(error->as_object());
  }
}

}  // namespace circled::app
