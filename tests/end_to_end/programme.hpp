// A small programme in a temporary data folder, served by the real binary, and the people who use it.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "end_to_end/process.hpp"
#include "end_to_end/wire.hpp"

namespace circled::end_to_end {

// A UUID as a client makes one.
std::string uuid();

// RFC 3339, whole seconds or milliseconds.
std::string text(std::chrono::system_clock::time_point t);
std::chrono::system_clock::time_point now();

// A zone without daylight saving in which it is about noon: no quiet hours are near, whenever this runs.
std::string noon_zone();

// Somebody who is signed in, with a connection of their own.
class Person {
 public:
  Person() : http_(0) {}
  Person(std::uint16_t port, std::string token) : port_(port), token_(std::move(token)), http_(port) {}

  // Signs in as a program does. Throws when that is refused.
  static Person sign_in(std::uint16_t port, const std::string& login, const std::string& password);

  // Any request; a body becomes JSON, a POST brings a fresh Idempotency-Key unless `headers` has one.
  Answer ask(const std::string& method, const std::string& target,
             const std::optional<json::value>& body = {}, Headers headers = {});
  // The same, and it must succeed; throws with the answer when not.
  json::value get(const std::string& target);
  json::value post(const std::string& target, const json::value& body);
  json::value put(const std::string& target, const json::value& body);
  // With If-Match, freshly read from `target` or from `of`.
  json::value edit(const std::string& method, const std::string& target, const json::value& body,
                   const std::string& of = {});

  // Opens /live, says hello with the token and waits for the welcome. `after`: the last event seen.
  Live live(std::optional<std::int64_t> after = {});

  const std::string& token() const { return token_; }
  std::uint16_t port() const { return port_; }
  // The same person at a server that has started again.
  void move_to(std::uint16_t port);

 private:
  std::uint16_t port_ = 0;
  std::string token_;
  Http http_;
};

// A site with a room for twenty and one for two, an administrator, and two counselors.
class Programme {
 public:
  // `zone`: of the site and its clients.
  explicit Programme(const std::string& zone = noon_zone());

  std::string data() const { return (folder_ / "data").string(); }
  const TemporaryFolder& folder() const { return folder_; }
  std::uint16_t port() const { return server_->port(); }
  Server& server() { return *server_; }
  // Starts the server again after it has ended, and moves the people to it.
  void start(std::vector<std::string> arguments = {});

  // Adds somebody who works here, by the command line; answers them signed in.
  Person add_staff(const std::string& login, const std::string& role, const std::string& name);
  // A client assigned to `counselor`; answers the id.
  std::int64_t add_client(const std::string& name, Person& counselor, const std::string& phase = "treatment");
  // A device of the client, enrolled with a code that `by` makes.
  Person enrol(std::int64_t client, Person& by);

  // A one-on-one of `counselor` with the client.
  json::object booking(std::int64_t client, std::chrono::system_clock::time_point start, int minutes = 45);

  Person admin, counselor, colleague;
  std::int64_t site = 0, room = 0, office = 0, service = 0;
  std::int64_t counselor_id = 0, colleague_id = 0;
  std::string admin_password;

 private:
  TemporaryFolder folder_;
  std::string zone_;
  std::unique_ptr<Server> server_;
};

std::int64_t id(const json::value& object, std::string_view member = "id");

// The next event of this kind on the stream; `seen` gets every number that passes, in order. Hints and
// results in between are skipped.
json::object next_event(Live& live, std::string_view kind, std::vector<std::int64_t>* seen = nullptr,
                        std::chrono::seconds wait = patience);
// The next hint about this; throws when none comes.
void wait_for_hint(Live& live, std::string_view kind, std::int64_t id);
// The answer to the command with this id.
json::object result_of(Live& live, std::string_view command);

}  // namespace circled::end_to_end
