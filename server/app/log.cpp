#include "app/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <mutex>

#include "base/time.hpp"

namespace circled::app {
namespace {

bool as_json = false;

std::string time_text(std::chrono::system_clock::time_point t) {
  return to_string(Instant{std::chrono::floor<Milliseconds>(t)});
}

// {"at":…,"level":…,"text":…}; a payload that is an object already gives its members instead of a text.
class Lines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string_view payload(message.payload.data(), message.payload.size());
    const auto level_view = spdlog::level::to_string_view(message.level);
    const std::string_view level(level_view.data(), level_view.size());
    std::string line;
    if (as_json) {
      line = R"({"at":")" + time_text(message.time) + R"(","level":")" + std::string(level) + "\",";
      if (payload.starts_with('{'))
        line += payload.substr(1);
      else
        line += "\"text\":" + boost::json::serialize(boost::json::value(payload)) + "}";
    } else {
      line = time_text(message.time) + " " + std::string(level) + " ";
      // One line each, whatever a library puts into its message.
      for (const char c : payload) line += c == '\n' || c == '\r' ? ' ' : c;
    }
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<Lines>(); }
};

// Gathers lines and writes them with one call.
class Stderr final : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    waiting_.append(line.data(), line.size());
    if (waiting_.size() > 32 * 1024) flush_();
  }
  void flush_() override {
    std::string_view left = waiting_;
    while (!left.empty()) {
      const auto written = ::write(STDERR_FILENO, left.data(), left.size());
      if (written <= 0) break;  // nobody reads: logs must not stop the server
      left.remove_prefix(static_cast<std::size_t>(written));
    }
    waiting_.clear();
  }

 private:
  std::string waiting_;
};

}  // namespace

void configure_logs(const std::string& level, const std::string& format) {
  as_json = format == "json";
  auto sink = std::make_shared<Stderr>();
  auto logger = std::make_shared<spdlog::logger>("circled", sink);
  logger->set_formatter(std::make_unique<Lines>());
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_every(std::chrono::seconds(1));
}

void flush_logs() { spdlog::default_logger()->flush(); }

void log_request(const RequestLine& line, bool routine) {
  const auto level = routine ? spdlog::level::debug : spdlog::level::info;
  if (!spdlog::should_log(level)) return;
  const double ms = std::chrono::duration<double, std::milli>(line.took).count();
  const std::string_view route = line.route.empty() ? "-" : line.route;
  if (as_json)
    spdlog::log(level, R"({{"text":"request","id":"{}","method":"{}","route":"{}","status":{},"ms":{:.2f}}})",
                line.id, line.method, route, line.status, ms);
  else
    spdlog::log(level, "request id={} method={} route={} status={} ms={:.2f}", line.id, line.method, route,
                line.status, ms);
}

}  // namespace circled::app
