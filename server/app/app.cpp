#include "app/app.hpp"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <fstream>

#include <boost/asio/signal_set.hpp>

#include "access/identify.hpp"
#include "access/origin.hpp"
#include "access/password.hpp"
#include "access/purge.hpp"
#include "access/sign_in_cache.hpp"
#include "aftercare/meeting_feed.hpp"
#include "aftercare/occurrence.hpp"
#include "aftercare/plan.hpp"
#include "aftercare/self_check_ask.hpp"
#include "aftercare/support.hpp"
#include "aftercare/went.hpp"
#include "app/admin_socket.hpp"
#include "app/commands.hpp"
#include "app/figures.hpp"
#include "app/first_start.hpp"
#include "app/housekeeping.hpp"
#include "app/log.hpp"
#include "app/metrics.hpp"
#include "app/outside_feeds.hpp"
#include "app/routes.hpp"
#include "app/senders.hpp"
#include "attendance/check_in.hpp"
#include "attendance/follow_up.hpp"
#include "attendance/open_sheets.hpp"
#include "calendar/hold.hpp"
#include "calendar/offer.hpp"
#include "calendar/series.hpp"
#include "live/hub.hpp"
#include "live/stream.hpp"
#include "net/server.hpp"
#include "people/enquiry.hpp"
#include "people/outside_calendar.hpp"
#include "people/reach.hpp"
#include "push/base64url.hpp"
#include "reminders/dispatcher.hpp"
#include "reminders/outbox.hpp"
#include "reminders/reminder.hpp"
#include "reminders/reply.hpp"

namespace circled::app {
namespace {

net::ServerOptions server_options(const Options& o) {
  net::ServerOptions s;
  s.address = o.listen_address;
  s.port = o.listen_port;
  s.threads = o.threads;
  s.certificate = o.tls_certificate;
  s.private_key = o.tls_key;
  s.web_folder = o.web;
  s.trusted_proxies = o.trusted_proxies;
  s.max_connections = o.max_connections;
  s.header_limit = o.header_limit;
  s.body_limit = o.body_limit;
  s.header_deadline = o.header_deadline;
  s.body_deadline = o.body_deadline;
  s.keep_alive = o.idle_deadline;
  s.drain_delay = o.drain_delay;
  s.stop_within = std::chrono::seconds(8) - s.drain_delay;  // what is left of ten seconds is the store's
  return s;
}

// Ten thousand clients are ten thousand descriptors; what the system allows us is often less at first.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// What machines ask all day long.
bool is_routine(std::string_view route) {
  return route == "GET /healthz" || route == "GET /readyz" || route == "GET /metrics";
}

std::string one_line(const Error& error) {
  if (error.fields.empty()) return error.detail;
  std::string text;
  for (const auto& field : error.fields) text += (text.empty() ? "" : " ") + field.message;
  return text;
}

Fetch fetch_by(FetchRules rules) {
  return [rules = std::move(rules)](const std::string& url, const std::string& etag,
                                    const std::atomic<bool>& stop) { return fetch(url, etag, rules, stop); };
}

// A server that listens, made before anything else: a port in use or a wrong certificate must leave no
// trace in the data folder. What it logs is plugged in by its App.
struct Listening {
  std::unique_ptr<net::Server> server;
  std::shared_ptr<decltype(net::ServerOptions::access_log)> access_log;
  std::string address;
};

Listening listen(const Options& options) {
  Listening l;
  l.access_log = std::make_shared<decltype(net::ServerOptions::access_log)>();
  auto how = server_options(options);
  how.access_log = [log = l.access_log](const auto&... facts) { (*log)(facts...); };
  l.server = std::make_unique<net::Server>(std::move(how));
  const auto port = l.server->listen();
  if (!port) throw StartError(one_line(port.error()));
  const bool v6 = options.listen_address.find(':') != std::string::npos;
  l.address = std::string(options.tls_certificate.empty() ? "http" : "https") + "://" + (v6 ? "[" : "") +
              options.listen_address + (v6 ? "]" : "") + ":" + std::to_string(*port);
  return l;
}

}  // namespace

// The first line of a file that only the server's user reads.
std::string first_line(const std::filesystem::path& file, std::string_view key) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line) || line.empty())
    throw StartError(std::string(key) + ": nothing can be read from " + file.string());
  return line;
}

reminders::Ways ways_of(const Options& options, const std::string& key) {
  return {
      !options.mail_server.empty(), !options.text_gateway.empty(),
      options.text_gateway.empty() ? std::string() : first_line(options.text_gateway_key, "text_gateway_key"),
      options.push_contact.empty() ? std::string() : push::base64url(push::KeyPair::of_server(key).point()),
      options.push_services};
}

reminders::Outbox::Senders senders_of(const Options& options, const std::string& key, const Clock& clock,
                                      const reminders::Ways& ways) {
  reminders::Outbox::Senders senders;
  if (ways.email) {
    const MailServer server{
        options.mail_server, options.mail_user,
        options.mail_password.empty() ? std::string() : first_line(options.mail_password, "mail_password"),
        options.mail_from, options.outside_ca.string()};
    senders.email = [server](const reminders::Letter& letter, const std::atomic<bool>& stop) {
      return send_mail(server, letter, stop);
    };
  }
  if (ways.sms) {
    const TextGateway gateway{options.text_gateway, ways.secret, options.outside_ca.string()};
    senders.sms = [gateway, &clock](const reminders::Letter& letter, const std::atomic<bool>& stop) {
      return send_text(gateway, letter, clock.now(), stop);
    };
  }
  if (ways.open(reminders::Channel::push)) {
    const PushServices services{push::KeyPair::of_server(key), options.push_contact, options.push_services,
                                options.push_services.empty() ? std::string() : options.outside_ca.string()};
    senders.push = [services, &clock](const reminders::Letter& letter, const std::atomic<bool>& stop) {
      return send_push(services, letter, clock.now(), stop);
    };
  }
  return senders;
}

struct App::Parts {
  explicit Parts(const Options& o);
  ~Parts();

  void make_hub();
  std::string not_ready() const;

  const Options options;
  const SystemClock clock;
  Listening listening;
  store::DataFolder folder;
  std::unique_ptr<Store> store;
  std::unique_ptr<access::PasswordHasher> passwords = std::make_unique<access::PasswordHasher>();
  access::SignInCache sign_ins;
  access::Context context;
  live::Commands commands;
  Operations operations;  // with its `ways` before the outbox, which sends by them
  api::Table table;
  std::unique_ptr<Metrics> metrics;
  std::unique_ptr<live::Hub> hub;
  reminders::Dispatcher dispatcher;
  reminders::Outbox outbox;
  Housekeeping housekeeping;
  OutsideFeeds calendars, meetings;  // kept elsewhere
  const AdminContext admin;
  std::unique_ptr<AdminSocket> admin_socket;
  std::atomic<bool> draining{false};
};

App::Parts::Parts(const Options& o)
    : options(o),
      listening(listen(options)),
      folder(options.data, options.key),
      store(open_store(folder, options)),
      context{*store,          clock,           folder.key(), options.public_origin,
              passwords.get(), people::reaches, &sign_ins},
      dispatcher(context),
      outbox(context,
             senders_of(options, folder.key(), clock, operations.ways = ways_of(options, folder.key()))),
      housekeeping(*store, clock,
                   {{"access.purge", access::purge::run_once},
                    {"stream.prune", live::prune_once},
                    {"series.extend", calendar::extend_series_once},
                    {"hold.purge", calendar::purge_holds},
                    {"waitlist.offer", calendar::offer_once},
                    {"task.open_absent", attendance::follow_up_absent},
                    {"attendance.tell_open", attendance::tell_open_once},
                    {"check_in.purge", attendance::purge_whereabouts},
                    {"reminders.replan", reminders::replan_once},
                    {"message.purge", reminders::purge_messages},
                    {"enquiry.purge", people::purge_enquiries},
                    {"aftercare.extend", aftercare::extend_once},
                    {"aftercare.ask", aftercare::ask_once},
                    {"support.escalate", aftercare::escalate_once},
                    {"self_check.ask", aftercare::extend_asks_once},
                    {"task.open_planless", aftercare::miss_plans_once}}),
      calendars("outside calendars", fetch_calendars(*store, clock, fetch_by({}))),
      meetings("meeting lists", fetch_meetings(*store, clock, fetch_by(meeting_list_rules()))),
      admin{*store, clock} {
  operations.not_ready = [this] { return not_ready(); };
  operations.api_docs = api_docs_page(options.web);
  routes(table, context, operations);
  app::commands(commands, context);
  operations.openapi = boost::json::serialize(api::openapi(table));
  metrics = std::make_unique<Metrics>(table);
  table.authenticate_by(access::make_authenticator(context));
  table.clock_by([this] { return clock.now(); });
  make_hub();
  *listening.access_log = [this](const api::Request& request, const api::Response& response,
                                 std::chrono::nanoseconds took) {
    metrics->count(response.route, response.status, took);
    log_request({request.id, api::to_string(request.method), response.route, response.status, took},
                is_routine(response.route));
  };
  operations.metrics = [this] {
    return metrics_text(*metrics, {*store, *listening.server, *hub}, clock.now());
  };
  admin_socket = std::make_unique<AdminSocket>(folder.admin_socket(), admin);
}

void App::Parts::make_hub() {
  live::Doors doors;
  doors.by_request = access::make_authenticator(context);
  doors.by_token = [this](std::string token) { return access::identify_token(context, std::move(token)); };
  doors.same_origin = [this](const api::Request& request) {
    return access::from_own_page(request, options.public_origin);
  };
  doors.acknowledged = reminders::acknowledge;
  hub = std::make_unique<live::Hub>(*store, clock, commands, std::move(doors));
  hub->listen(std::string(reminders::Dispatcher::wake_hint),
              [this](const store::Hint& hint) { dispatcher.wake(from_millis(hint.id)); });
  hub->listen(std::string(reminders::outbox_hint),
              [this](const store::Hint& hint) { outbox.wake(from_millis(hint.id)); });
  hub->listen(std::string(people::feed_due_hint), [this](const store::Hint&) { calendars.wake(); });
  hub->listen(std::string(aftercare::meeting_feed_due_hint), [this](const store::Hint&) { meetings.wake(); });
  hub->listen(std::string(aftercare::support_due_hint),
              [this](const store::Hint& hint) { housekeeping.wake_at(from_millis(hint.id)); });
  hub->listen("sign_in.revoked", [this](const store::Hint& hint) { sign_ins.forget(SignInId(hint.id)); });
  std::vector<Executor> executors;
  for (std::size_t i = 0; i < listening.server->threads(); ++i)
    executors.push_back(listening.server->executor(i));
  hub->attach(executors);
  store->on_committed = [this](store::Committed&& committed) { hub->on_committed(std::move(committed)); };
}

// The parts that act by themselves first; then whatever still works for a request that was dropped
// (hashing, a queued write) comes to its end, for it refers to that request; only then do those go.
App::Parts::~Parts() {
  admin_socket.reset();
  calendars.stop();
  meetings.stop();
  housekeeping.stop();
  dispatcher.stop();
  outbox.stop();
  passwords.reset();
  store->finish();
  listening.server.reset();
}

std::string App::Parts::not_ready() const {
  if (draining) return "The server is stopping.";
  const auto health = store->health();
  return health.writable ? std::string() : "Changes cannot be saved: " + health.reason + ".";
}

App::App(const Options& options) : parts_(std::make_unique<Parts>(options)) {}
App::~App() = default;

const std::string& App::address() const { return parts_->listening.address; }

void App::run() {
  boost::asio::basic_signal_set<Executor> signals(parts_->listening.server->executor(0), SIGTERM, SIGINT);
  signals.async_wait([&](boost::system::error_code ec, int number) {
    if (ec) return;
    spdlog::info("stopping on signal {}; another one kills", number);
    signals.clear();  // from here on the signal does what it does by itself
    stop();
  });
  parts_->store->start();
  parts_->dispatcher.start();
  parts_->outbox.start();
  parts_->housekeeping.start();
  parts_->calendars.start();
  parts_->meetings.start();
  parts_->listening.server->run([this](const api::Request& request) { return parts_->table.answer(request); },
                                parts_->hub->upgrade());
}

void App::stop() {
  parts_->draining = true;
  parts_->listening.server->stop();
}

int serve(const Options& options) {
  // Whoever read our stderr or stdout may go away; a line that nobody reads is no reason to end.
  ::signal(SIGPIPE, SIG_IGN);
  configure_logs(options.log_level, options.log_format);
  raise_descriptor_limit();
  App app(options);
  std::printf("circled: listening on %s\n", app.address().c_str());
  std::fflush(stdout);
  spdlog::info("started: circled {}, {}", CIRCLED_VERSION, app.address());
  app.run();
  spdlog::info("stopped");
  return 0;
}

}  // namespace circled::app
