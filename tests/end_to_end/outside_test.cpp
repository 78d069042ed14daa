// Reminders that leave the house, against a real mail server and a real gateway: over TLS and signed in, with
// what each of them may answer.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <thread>

#include "end_to_end/programme.hpp"
#include "reminders/signature.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;

namespace {

const std::string gateway_secret = "a secret of both sides";

struct Outside {
  Programme programme;
  std::unique_ptr<Program> sinks;
  std::string smtp, http;

  Outside() {
    const auto folder = programme.folder().path();
    REQUIRE(run_program({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                         "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                         (folder / "key.pem").string(), "-out", (folder / "cert.pem").string()})
                .code == 0);
    sinks = std::make_unique<Program>(
        std::vector<std::string>{"/usr/bin/python3",
                                 std::string(CIRCLED_SOURCE_DIR) + "/tests/end_to_end/sinks.py",
                                 folder.string(), "--tls"},
        Environment{});
    sinks->wait_until([&](const std::string& said) {
      const auto at = said.find("http=");
      if (at == std::string::npos || said.find('\n', at) == std::string::npos) return false;
      smtp = said.substr(said.find("smtp=") + 5, said.find(' ', said.find("smtp=")) - said.find("smtp=") - 5);
      http = said.substr(at + 5, said.find('\n', at) - at - 5);
      return true;
    });
    std::ofstream(folder / "password") << "secret\n";
    std::ofstream(folder / "gateway") << gateway_secret << "\n";
    restart();
  }
  void restart() {
    if (programme.server().stop() != 0) throw std::runtime_error("the server did not stop well");
    start();
  }
  void start() {
    const auto folder = programme.folder().path();
    programme.start({"--mail-server", "smtp://127.0.0.1:" + smtp, "--mail-user", "calendar",
                     "--mail-password", (folder / "password").string(), "--mail-from",
                     "Calendar <calendar@example.org>", "--outside-ca", (folder / "cert.pem").string(),
                     "--text-gateway", "http://127.0.0.1:" + http + "/", "--text-gateway-key",
                     (folder / "gateway").string()});
  }

  std::vector<json::object> lines(const std::string& name) {
    std::vector<json::object> all;
    for (const auto& line : lines_in(programme.folder().path() / name))
      all.push_back(json::parse(line).as_object());
    return all;
  }
  // The first of that kind for which `is` holds; waits for it.
  template <class F>
  json::object wait_for(const std::string& name, F is) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      for (auto& line : lines(name))
        if (is(line)) return line;
      std::this_thread::yield();
    }
    throw std::runtime_error("nothing of the kind came in " + name);
  }
  template <class F>
  void wait_until(F holds) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error("it never came to that");
      std::this_thread::yield();
    }
  }
  static std::string text_of(const json::object& mail) {
    return json::value_to<std::string>(mail.at("parts").at("text/plain"));
  }
  static bool is_to(const json::object& line, const std::string& address) {
    return line.at("to").as_string() == address;
  }
  static std::string code_in(const std::string& text) {
    const std::string before = "Your code is ";
    return text.substr(text.find(before) + before.size(), 6);
  }

  // A client without a device, who is reminded five minutes before.
  std::int64_t client(const std::string& name) {
    const auto id = programme.add_client(name, programme.counselor);
    const std::string under = "/api/v1/clients/" + std::to_string(id);
    programme.counselor.edit(
        "PUT", under + "/reminder-settings",
        {{"offsets_minutes", {5}}, {"channels", {"sms", "email"}}, {"words", json::array{}}});
    return id;
  }
  void verify(std::int64_t id, const std::string& channel, const std::string& address) {
    const std::string under = "/api/v1/clients/" + std::to_string(id) + "/addresses/" + channel;
    programme.counselor.post(under, {{"address", address}});
    const auto came = wait_for(channel == "sms" ? "texts" : "mails",
                               [&](const json::object& l) { return is_to(l, address); });
    const auto text = channel == "sms" ? std::string(came.at("text").as_string()) : text_of(came);
    CHECK(programme.counselor.post(under + "/verify", {{"code", code_in(text)}}).at("state") == "good");
  }
  // A session whose reminder is due in a moment. Answers its id.
  std::int64_t book(std::int64_t client, int n) {
    auto booking = programme.booking(client, std::chrono::floor<std::chrono::seconds>(now()) + 5min + 3s, 5);
    if (n == 1) booking["facilitators"] = json::array{programme.colleague_id};
    return id(programme.admin.post("/api/v1/sessions", booking));
  }
  Answer reply(const std::string& gateway_id, const std::string& from, const std::string& text,
               bool sign = true) {
    const std::string body =
        json::serialize(json::object{{"id", gateway_id}, {"from", from}, {"text", text}});
    Headers headers{{"Content-Type", "application/json"}};
    if (sign)
      headers.emplace_back("Circled-Signature",
                           circled::reminders::sign(gateway_secret, body,
                                                    std::chrono::time_point_cast<std::chrono::milliseconds>(
                                                        std::chrono::system_clock::now())));
    Http connection(programme.port());
    return connection.send("POST", "/api/v1/gateway/messages", body, headers);
  }
};

}  // namespace

TEST_CASE(
    "a reminder goes out by text message, is answered with one character, and by mail with a calendar "
    "entry") {
  Outside outside;
  const auto ana = outside.client("Ana");
  outside.verify(ana, "sms", "+12125550100");
  const auto session = outside.book(ana, 0);
  const auto text = outside.wait_for("texts", [](const json::object& line) {
    return std::string(line.at("text").as_string()).find("Reply 1") != std::string::npos;
  });
  CHECK(text.at("to") == "+12125550100");
  CHECK(circled::reminders::signed_by(
      gateway_secret, std::string(text.at("raw").as_string()), std::string(text.at("signature").as_string()),
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now())));

  CHECK(outside.reply("g1", "+12125550100", "3", false).status == 401);
  CHECK(outside.reply("g1", "+12125550100", "3").status == 204);
  CHECK(outside.reply("g1", "+12125550100", "3").status == 204);
  const auto roster = outside.programme.admin.get("/api/v1/sessions/" + std::to_string(session) + "/roster");
  CHECK(roster.at("participants").at(0).at("answer") == "confirmed");
  CHECK(!roster.at("participants").at(0).at("late_said_at").is_null());
  outside.wait_for("texts", [](const json::object& line) {
    return line.at("text") == "Thank you, noted: you'll be late.";
  });
  CHECK(outside.reply("g2", "+12125550100", "I am not well").status == 204);
  outside.wait_for("texts", [](const json::object& line) {
    return std::string(line.at("text").as_string()).find("988") != std::string::npos;
  });

  const auto ben = outside.client("Ben");
  outside.verify(ben, "email", "ben@example.org");
  const auto bens = outside.book(ben, 1);
  const auto mail = outside.wait_for("mails", [](const json::object& line) {
    return line.at("parts").as_object().contains("text/calendar");
  });
  CHECK(mail.at("tls") == true);
  CHECK(mail.at("user") == "calendar");
  CHECK(mail.at("sender") == "Calendar <calendar@example.org>");
  CHECK(mail.at("subject") == "Your calendar");
  const auto calendar = json::value_to<std::string>(mail.at("parts").at("text/calendar"));
  CHECK(calendar.find("BEGIN:VEVENT") != std::string::npos);
  CHECK(calendar.find("SUMMARY:Appointment") != std::string::npos);

  // Whoever has no device hears of a cancellation in the same way.
  const std::string booked = "/api/v1/sessions/" + std::to_string(bens);
  outside.programme.admin.edit("POST", booked + "/cancel", json::object{}, booked);
  outside.wait_for("mails", [](const json::object& line) {
    return Outside::text_of(line).find("is cancelled") != std::string::npos;
  });
}

TEST_CASE("each answer of the other side has one outcome, and the rest goes on") {
  Outside outside;
  const auto settings = [&](std::int64_t client) {
    return outside.programme.counselor.get("/api/v1/clients/" + std::to_string(client) +
                                           "/reminder-settings");
  };
  const auto state = [&](std::int64_t client, std::size_t channel) {
    return std::string(settings(client).at("addresses").at(channel).at("state").as_string());
  };
  // No such mailbox, no such number: the address is not good.
  const auto bad = outside.client("Bad");
  const std::string under = "/api/v1/clients/" + std::to_string(bad) + "/addresses/";
  outside.programme.counselor.post(under + "email", {{"address", "bad@example.org"}});
  outside.wait_until([&] { return state(bad, 0) == "failed"; });
  outside.programme.counselor.post(under + "sms", {{"address", "+12125550422"}});
  outside.wait_until([&] { return state(bad, 1) == "failed"; });

  // Takes it and never says so: nobody knows, staff see it, and it is not sent again.
  const auto lost = outside.client("Lost");
  outside.verify(lost, "email", "lost@example.org");
  const auto session = outside.book(lost, 0);
  const std::string story =
      "/api/v1/sessions/" + std::to_string(session) + "/clients/" + std::to_string(lost) + "/reminders";
  outside.wait_until([&] {
    const auto tries = outside.programme.counselor.get(story).at("tries").as_array();
    return !tries.empty() && tries.back().at("state") == "uncertain";
  });
  outside.restart();
  // Something that goes out after it shows that the outbox has been through.
  const auto ok = outside.client("Ok");
  outside.verify(ok, "email", "ok@example.org");
  // The news of the booking and the reminder, each once, by what their Message-ID says.
  std::map<std::string, int> taken;
  for (const auto& mail : outside.lines("mails"))
    if (Outside::is_to(mail, "lost@example.org") &&
        Outside::text_of(mail).find("appointment") != std::string::npos)
      ++taken[std::string(mail.at("id").as_string())];
  CHECK(taken.size() == 2);
  for (const auto& [message, times] : taken) CHECK(times == 1);
  const auto attention =
      outside.programme.counselor.get("/api/v1/reminders/attention").at("items").as_array();
  CHECK(std::any_of(attention.begin(), attention.end(),
                    [](const json::value& item) { return item.at("state") == "uncertain"; }));

  // Whoever is nobody's gets the same neutral answer.
  CHECK(outside.reply("g9", "+19995550000", "who is this?").status == 204);
  outside.wait_for("texts", [](const json::object& line) { return line.at("to") == "+19995550000"; });
}
