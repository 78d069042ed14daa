// Devices woken by Web Push, through a push service that opens what it takes with another library, over TLS.
#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "end_to_end/programme.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

struct Browser {
  Programme programme;
  std::unique_ptr<Program> service;
  std::string origin, p256dh, auth;

  Browser() {
    const auto folder = programme.folder().path();
    REQUIRE(run_program({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                         "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                         (folder / "key.pem").string(), "-out", (folder / "cert.pem").string()})
                .code == 0);
    service = std::make_unique<Program>(
        std::vector<std::string>{"/usr/bin/python3",
                                 std::string(CIRCLED_SOURCE_DIR) + "/tests/end_to_end/push_service.py",
                                 folder.string()},
        Environment{});
    service->wait_until([&](const std::string& said) {
      if (said.find('\n') == std::string::npos) return false;
      const auto word = [&](const std::string& name) {
        const auto from = said.find(name + "=") + name.size() + 1;
        return said.substr(from, said.find_first_of(" \n", from) - from);
      };
      origin = "https://127.0.0.1:" + word("push");
      p256dh = word("p256dh");
      auth = word("auth");
      return true;
    });
    if (programme.server().stop() != 0) throw std::runtime_error("the server did not stop well");
    programme.start({"--push-contact", "mailto:calendar@example.org", "--push-services", origin,
                     "--outside-ca", (folder / "cert.pem").string()});
  }

  std::vector<json::object> lines(const std::string& name) {
    std::vector<json::object> all;
    for (const auto& line : lines_in(programme.folder().path() / name))
      all.push_back(json::parse(line).as_object());
    return all;
  }
  std::int64_t count(const std::string& path) {
    const auto all = lines("pushes");
    return std::ranges::count_if(all, [&](const auto& push) { return push.at("path").as_string() == path; });
  }
  template <class F>
  void wait_until(F holds) {
    // An open app is waited for first.
    const auto until = std::chrono::steady_clock::now() + 3 * patience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error("it never came to that");
      std::this_thread::yield();
    }
  }

  json::object subscription(const std::string& path) {
    return {{"endpoint", origin + path}, {"p256dh", p256dh}, {"auth", auth}};
  }
  // A client whose device shows notifications, by a service that behaves as the path says; and an appointment
  // which the app has shown, and of which they are reminded in a moment.
  struct Client {
    std::int64_t id, session;
    Person device;
  };
  Client client(const std::string& name, const std::string& path, int n) {
    const auto id_ = programme.add_client(name, programme.counselor);
    Client made{id_, 0, programme.enrol(id_, programme.counselor)};
    programme.counselor.edit("PUT", "/api/v1/clients/" + std::to_string(id_) + "/reminder-settings",
                             {{"offsets_minutes", {5 + 30 * n}}, {"words", json::array{}}});
    CHECK(made.device.put("/api/v1/my/push", subscription(path)).at("on") == true);
    const auto start = std::chrono::floor<std::chrono::seconds>(now()) + 5min + 3s + n * 30min;
    made.session = id(programme.admin.post("/api/v1/sessions", programme.booking(id_, start, 5)));
    Live app = made.device.live(0);
    app.send(json::object{{"type", "ack"}, {"seq", next_event(app, "appointment.booked").at("seq")}});
    return made;
  }
  // The last try on that channel: its state, or what the other side said; empty: none yet.
  std::string state(const Client& client, const std::string& channel, const char* member = "state") {
    const auto story = programme.counselor.get("/api/v1/sessions/" + std::to_string(client.session) +
                                               "/clients/" + std::to_string(client.id) + "/reminders");
    std::string found;
    for (const auto& each : story.at("tries").as_array())
      if (each.at("channel").as_string() == channel && each.as_object().contains(member) &&
          each.at(member).is_string())
        found = each.at(member).as_string();
    return found;
  }
  bool on(Client& client) { return client.device.get("/api/v1/my/push").at("on").as_bool(); }
};

}  // namespace

TEST_CASE("a device is woken by what says nothing, and the app it opens is told what there is, once") {
  Browser browser;
  auto ana = browser.client("Ana", "/send/ana", 0);
  browser.wait_until([&] { return browser.count("/send/ana") == 1; });
  CHECK(browser.lines("refused").empty());
  const auto push = browser.lines("pushes").at(0);
  // Two characters of a body are the text's and its end's: the same for everybody.
  CHECK(push.at("text") == "1");
  CHECK(push.at("size") == 16 + 4 + 1 + 65 + 2 + 16);
  CHECK(push.at("urgency") == "high");
  const auto ttl = push.at("ttl").to_number<int>();
  CHECK(ttl > 0);
  CHECK(ttl <= 5 * 60);
  CHECK(push.at("from").at("sub") == "mailto:calendar@example.org");
  CHECK(push.at("from").at("key") == ana.device.get("/api/v1/my/push").at("key"));
  // Nothing else of ours goes along.
  const auto headers = json::value_to<std::vector<std::string>>(push.at("headers"));
  CHECK(headers == std::vector<std::string>{"accept", "authorization", "content-encoding", "content-length",
                                            "content-type", "host", "topic", "ttl", "urgency", "user-agent"});
  browser.wait_until([&] { return browser.state(ana, "push") == "sent"; });

  // The tap opens the app.
  Live app = ana.device.live(0);
  const auto due = next_event(app, "reminder.due");
  CHECK(due.at("text").as_string().starts_with("You have an appointment on "));
  app.send(json::object{{"type", "ack"}, {"seq", due.at("seq")}});
  browser.wait_until([&] { return browser.state(ana, "push") == "acknowledged"; });
  CHECK(browser.state(ana, "live") == "acknowledged");
  CHECK(browser.count("/send/ana") == 1);
}

TEST_CASE("each answer of a push service has one outcome") {
  Browser browser;
  auto gone = browser.client("Gone", "/gone", 0);
  auto large = browser.client("Large", "/large", 1);
  auto lost = browser.client("Lost", "/lost", 2);
  auto busy = browser.client("Busy", "/busy", 3);
  browser.wait_until([&] { return browser.state(gone, "push") == "failed"; });
  CHECK(!browser.on(gone));
  browser.wait_until([&] { return browser.state(large, "push") == "failed"; });
  CHECK(browser.on(large));
  browser.wait_until([&] { return browser.state(lost, "push") == "uncertain"; });
  CHECK(browser.count("/lost") == 1);
  CHECK(browser.on(lost));
  browser.wait_until([&] { return browser.state(busy, "push", "said") == "The push service answered 429."; });
  CHECK(browser.state(busy, "push") == "sending");
  CHECK(browser.on(busy));
}

TEST_CASE("a device that is signed out, or whose client is discharged, is woken no more") {
  Browser browser;
  const auto ana = browser.programme.add_client("Ana", browser.programme.counselor);
  Person phone = browser.programme.enrol(ana, browser.programme.counselor);
  Person tablet = browser.programme.enrol(ana, browser.programme.counselor);
  REQUIRE(phone.put("/api/v1/my/push", browser.subscription("/send/phone")).at("on") == true);
  REQUIRE(tablet.put("/api/v1/my/push", browser.subscription("/send/tablet")).at("on") == true);
  const auto on = [&] {
    return browser.programme.counselor.get("/api/v1/clients/" + std::to_string(ana) + "/reminder-settings")
        .at("notifications");
  };
  CHECK(on() == true);
  CHECK(phone.ask("DELETE", "/api/v1/my/push").status == 204);
  CHECK(phone.get("/api/v1/my/push").at("on") == false);
  CHECK(on() == true);
  CHECK(tablet.ask("POST", "/api/v1/sign-out").status == 204);
  CHECK(on() == false);
  // By what a stranger may say, or for staff, there is nothing to turn on.
  CHECK(tablet.ask("PUT", "/api/v1/my/push", browser.subscription("/send/tablet")).status == 401);
  CHECK(browser.programme.counselor.ask("PUT", "/api/v1/my/push", browser.subscription("/x")).status == 403);
  const auto elsewhere = phone.ask(
      "PUT", "/api/v1/my/push",
      json::object{
          {"endpoint", "https://push.example/x"}, {"p256dh", browser.p256dh}, {"auth", browser.auth}});
  CHECK(elsewhere.status == 422);
  CHECK(elsewhere.json().at("errors").at(0).at("pointer") == "/endpoint");
}
