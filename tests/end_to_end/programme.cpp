#include "end_to_end/programme.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

#include "base/time.hpp"

namespace circled::end_to_end {
namespace {

[[noreturn]] void fail(const std::string& what, const Answer& answer) {
  throw std::runtime_error(what + ": " + std::to_string(answer.status) + " " + answer.body);
}

// The words after "name: " on a line of a command's output.
std::string said(const std::string& out, const std::string& name) {
  const auto at = out.find(name + ": ");
  if (at == std::string::npos) throw std::runtime_error("no " + name + " in: " + out);
  const auto from = at + name.size() + 2;
  return out.substr(from, out.find_first_of(" \n", from) - from);
}

json::value find(const json::value& page, std::string_view member, std::string_view text) {
  for (const auto& item : page.at("items").as_array())
    if (item.at(member).as_string() == text) return item;
  throw std::runtime_error("no " + std::string(text) + " in " + json::serialize(page));
}

}  // namespace

std::string uuid() {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  char buffer[40];
  const auto high = random(), low = random();
  std::snprintf(buffer, sizeof buffer, "%08x-%04x-4%03x-8%03x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xfff),
                static_cast<unsigned>(low >> 48 & 0xfff),
                static_cast<unsigned long long>(low & 0xffffffffffff));
  return buffer;
}

std::chrono::system_clock::time_point now() { return std::chrono::system_clock::now(); }

std::string text(std::chrono::system_clock::time_point t) {
  return to_string(Instant{std::chrono::floor<Milliseconds>(t)});
}

std::string noon_zone() {
  const auto hours = std::chrono::floor<std::chrono::hours>(now().time_since_epoch()).count() % 24;
  const auto offset = 12 - hours;  // -11 … 12; "Etc/GMT-5" is five hours ahead of UTC
  if (offset == 0) return "Etc/GMT";
  return "Etc/GMT" + std::string(offset > 0 ? "-" : "+") + std::to_string(std::abs(offset));
}

std::int64_t id(const json::value& object, std::string_view member) {
  return object.at(member).to_number<std::int64_t>();
}

Person Person::sign_in(std::uint16_t port, const std::string& login, const std::string& password) {
  Http http(port);
  const json::object body{{"login", login}, {"password", password}, {"device", "end-to-end test"}};
  const Answer answer =
      http.send("POST", "/api/v1/tokens", json::serialize(body), {{"Content-Type", "application/json"}});
  if (answer.status != 201) fail("sign-in of " + login, answer);
  return {port, std::string(answer.json().at("token").as_string())};
}

Answer Person::ask(const std::string& method, const std::string& target,
                   const std::optional<json::value>& body, Headers headers) {
  bool keyed = false;
  for (const auto& [name, value] : headers) keyed = keyed || name == "Idempotency-Key";
  if (method == "POST" && !keyed) headers.emplace_back("Idempotency-Key", uuid());
  if (!token_.empty()) headers.emplace_back("Authorization", "Bearer " + token_);
  if (body) headers.emplace_back("Content-Type", "application/json");
  return http_.send(method, target, body ? json::serialize(*body) : "", headers);
}

json::value Person::get(const std::string& target) {
  const Answer answer = ask("GET", target);
  if (answer.status != 200) fail("GET " + target, answer);
  return answer.json();
}

json::value Person::post(const std::string& target, const json::value& body) {
  const Answer answer = ask("POST", target, body);
  if (answer.status != 200 && answer.status != 201) fail("POST " + target, answer);
  return answer.json();
}

json::value Person::put(const std::string& target, const json::value& body) {
  const Answer answer = ask("PUT", target, body);
  if (answer.status != 200) fail("PUT " + target, answer);
  return answer.json();
}

json::value Person::edit(const std::string& method, const std::string& target, const json::value& body,
                         const std::string& of) {
  const Answer read = ask("GET", of.empty() ? target : of);
  if (read.status != 200) fail("GET before " + method + " " + target, read);
  const Answer answer = ask(method, target, body, {{"If-Match", read.header("ETag")}});
  if (answer.status != 200) fail(method + " " + target, answer);
  return answer.json();
}

Live Person::live(std::optional<std::int64_t> after) {
  Live live(port_);
  json::object hello{{"type", "hello"}, {"token", token_}};
  if (after) hello["after"] = *after;
  live.send(hello);
  const json::value welcome = live.next();
  if (welcome.at("type").as_string() != "welcome")
    throw std::runtime_error("no welcome: " + json::serialize(welcome));
  return live;
}

void Person::move_to(std::uint16_t port) {
  port_ = port;
  http_ = Http(port);
}

Programme::Programme(const std::string& zone) : zone_(zone) {
  const Finished made = run({"account", "create", "ada", "--role", "admin", "--name", "Ada Admin", "--site",
                             "Main Street", "--zone", zone_, "--data", data()});
  if (made.code != 0) throw std::runtime_error("account create: " + made.out + made.err);
  admin_password = said(made.out, "password");
  start();
  admin = Person::sign_in(port(), "ada", admin_password);

  site = id(find(admin.get("/api/v1/sites"), "name", "Main Street"));
  const std::string rooms = "/api/v1/sites/" + std::to_string(site) + "/rooms";
  room = id(admin.post(rooms, {{"name", "Group room"}, {"seats", 20}}));
  office = id(admin.post(rooms, {{"name", "Office"}, {"seats", 2}}));
  service = id(find(admin.get("/api/v1/services"), "code", "counseling"));
  counselor = add_staff("cara", "counselor", "Cara Counselor");
  colleague = add_staff("colin", "counselor", "Colin Colleague");
  counselor_id = id(counselor.get("/api/v1/me"), "person");
  colleague_id = id(colleague.get("/api/v1/me"), "person");
}

void Programme::start(std::vector<std::string> arguments) {
  server_.reset();
  server_ = std::make_unique<Server>(data(), std::move(arguments));
  for (Person* person : {&admin, &counselor, &colleague})
    if (!person->token().empty()) person->move_to(port());
}

Person Programme::add_staff(const std::string& login, const std::string& role, const std::string& name) {
  const Finished made = run({"account", "create", login, "--role", role, "--name", name, "--site",
                             "Main Street", "--data", data()});
  if (made.code != 0) throw std::runtime_error("account create: " + made.out + made.err);
  return Person::sign_in(port(), login, said(made.out, "password"));
}

std::int64_t Programme::add_client(const std::string& name, Person& by, const std::string& phase) {
  return id(by.post("/api/v1/clients", {{"preferred_name", name},
                                        {"family_name", "Example"},
                                        {"site", site},
                                        {"phase", phase},
                                        {"assign_to", id(by.get("/api/v1/me"), "person")}}));
}

Person Programme::enrol(std::int64_t client, Person& by) {
  const auto made = by.post("/api/v1/clients/" + std::to_string(client) + "/enrolment-codes", json::object{});
  Http http(port());
  const json::object body{{"code", made.at("code")}, {"device", "phone"}, {"keep", "token"}};
  const Answer answer =
      http.send("POST", "/api/v1/devices", json::serialize(body), {{"Content-Type", "application/json"}});
  if (answer.status != 201) fail("enrolment", answer);
  return {port(), std::string(answer.json().at("token").as_string())};
}

json::object Programme::booking(std::int64_t client, std::chrono::system_clock::time_point start,
                                int minutes) {
  return {{"service", service},
          {"kind", "one_on_one"},
          {"site", site},
          {"starts_at", text(start)},
          {"duration_minutes", minutes},
          {"facilitators", json::array{counselor_id}},
          {"clients", json::array{client}}};
}

json::object next_event(Live& live, std::string_view kind, std::vector<std::int64_t>* seen,
                        std::chrono::seconds wait) {
  // Events behind the wanted one in the same frame belong to whoever asks next.
  for (;;) {
    json::value frame = live.next(wait);
    if (frame.at("type").as_string() != "events") continue;
    json::array& events = frame.at("events").as_array();
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (seen) seen->push_back(id(events[i], "seq"));
      if (events[i].at("kind").as_string() != kind) continue;
      json::object found = events[i].as_object();
      events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      if (!events.empty()) live.unread(frame);
      return found;
    }
  }
}

void wait_for_hint(Live& live, std::string_view kind, std::int64_t which) {
  for (;;) {
    const json::value frame = live.next();
    if (frame.at("type").as_string() != "hint") continue;
    for (const auto& hint : frame.at("hints").as_array())
      if (hint.at("kind").as_string() == kind && id(hint) == which) return;
  }
}

json::object result_of(Live& live, std::string_view command) {
  for (;;) {
    const json::value frame = live.next();
    const json::object& object = frame.as_object();
    if (const auto* answered = object.if_contains("id");
        answered && answered->is_string() && answered->as_string() == command)
      return object;
  }
}

}  // namespace circled::end_to_end
