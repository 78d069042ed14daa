// Several servers over one database, behind a balancer: what one has done the other knows, and whichever is
// lost, nothing is.
#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "end_to_end/cluster.hpp"
#include "store/postgres_connection.hpp"

using namespace circled::end_to_end;
using namespace std::chrono_literals;
using circled::store::PostgresConnection;
using circled::store::Row;

// CTest counts an entry as skipped that says so.
#define CIRCLED_NEEDS_A_CLUSTER()                    \
  if (const auto why = no_cluster(); !why.empty()) { \
    MESSAGE("skipped: " << why);                     \
    return;                                          \
  }

namespace {

std::int64_t number(const std::string& store, std::string_view sql) {
  std::int64_t answer = 0;
  PostgresConnection(store).execute(sql, {}, [&](const Row& row) { answer = row.integer(0); });
  return answer;
}

std::set<std::int64_t> numbers(const std::string& store, std::string_view sql) {
  std::set<std::int64_t> all;
  PostgresConnection(store).execute(sql, {}, [&](const Row& row) { all.insert(row.integer(0)); });
  return all;
}

// The status of a sign-in with a wrong password.
int guess(std::uint16_t port) {
  const json::object body{{"login", "mallory"}, {"password", "wrong"}, {"device", "none"}};
  return Http(port)
      .send("POST", "/api/v1/tokens", json::serialize(body), {{"Content-Type", "application/json"}})
      .status;
}

// How far several threads have come, for one that waits for it.
class Progress {
 public:
  void add() {
    std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  int count() const {
    std::lock_guard lock(mutex_);
    return count_;
  }
  // False when it takes longer than anybody waits.
  bool wait_for(int count) const { return wait_for(count, 3 * patience); }
  // How somebody waits who was turned away: until another one gets through, or a moment.
  void hesitate() const { wait_for(count() + 1, 50ms); }

 private:
  bool wait_for(int count, std::chrono::milliseconds time) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return count_ >= count; });
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int count_ = 0;
};

// Threads that work until they are told that it is enough, at the latest when the test is over.
class Crew {
 public:
  ~Crew() { finish(); }
  template <class F>
  void add(F f) {
    threads_.emplace_back(std::move(f));
  }
  bool enough() const { return enough_; }
  void finish() {
    enough_ = true;
    for (auto& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::atomic<bool> enough_{false};
  std::vector<std::thread> threads_;
};

// Somebody's device. It stays connected as well as it can, each time to the next of its ports, and says
// what it has seen last.
class Device {
 public:
  Device(std::string token, std::vector<std::uint16_t> ports)
      : token_(std::move(token)), ports_(std::move(ports)) {}

  // Until `enough`, or something is wrong.
  void follow(const std::function<bool()>& enough, const Progress& others) {
    while (!enough() && wrong.empty()) {
      try {
        Live live = Person(ports_[turn_++ % ports_.size()], token_).live(last);
        ++connections;
        while (!enough() && wrong.empty()) take(live.next(2s));
      } catch (const std::exception&) {
        others.hesitate();  // cut off, refused, or nothing new for a while: on to the next
      }
    }
  }

  std::int64_t last = 0;                                  // the number of the last event
  std::map<std::string, std::vector<std::int64_t>> told;  // kind → the session or the reminder
  int connections = 0;
  std::string wrong;

 private:
  void take(const json::value& frame) {
    const auto type = frame.at("type").as_string();
    if (type == "resync") wrong = "told to fetch anew";
    if (type != "events") return;
    for (const auto& event : frame.at("events").as_array()) {
      if (const auto seq = id(event, "seq"); seq != last + 1)
        wrong = std::to_string(seq) + " came after " + std::to_string(last);
      last = id(event, "seq");
      const std::string kind(event.at("kind").as_string());
      told[kind].push_back(id(event, kind == "reminder.due" ? "reminder" : "session"));
    }
  }

  const std::string token_;
  const std::vector<std::uint16_t> ports_;
  std::size_t turn_ = 0;
};

// Books one session after the other through the balancer, each hour one. What is not acknowledged is sent
// again under its key until it is.
class PersistentBooker {
 public:
  PersistentBooker(Programme& programme, std::int64_t staff, std::int64_t client)
      : programme_(programme), staff_(staff), client_(client) {}

  void run(std::uint16_t port, Progress& progress, const Crew& crew) {
    Http http(port);
    while (!crew.enough() && wrong.empty()) {
      auto booking = programme_.booking(client_, base_ + 1h * static_cast<int>(sessions.size()), 30);
      booking["facilitators"] = json::array{staff_};
      const Answer answer = acknowledged(http, json::serialize(booking), progress);
      if (answer.status != 201) {
        wrong = std::to_string(answer.status) + " " + answer.body;
        return;
      }
      sessions.push_back(id(answer.json()));
      progress.add();
    }
  }

  std::int64_t client() const { return client_; }
  std::vector<std::int64_t> sessions;
  int repeated = 0;
  std::string wrong;

 private:
  Answer acknowledged(Http& http, const std::string& body, const Progress& others) {
    const Headers headers{{"Authorization", "Bearer " + programme_.admin.token()},
                          {"Content-Type", "application/json"},
                          {"Idempotency-Key", uuid()}};
    const auto until = std::chrono::steady_clock::now() + 3 * patience;
    for (;; ++repeated) {
      const Answer answer = http.send("POST", "/api/v1/sessions", body, headers);
      const bool again = answer.status == 0 || (answer.status >= 502 && answer.status <= 504);
      if (!again || std::chrono::steady_clock::now() > until) return answer;
      others.hesitate();
    }
  }

  Programme& programme_;
  const std::int64_t staff_, client_;
  // No reminder falls due meanwhile.
  const std::chrono::system_clock::time_point base_ = std::chrono::floor<std::chrono::minutes>(now()) + 48h;
};

}  // namespace

TEST_CASE("what is done on one node holds on the other") {
  CIRCLED_NEEDS_A_CLUSTER();
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const Person device = programme.enrol(ana, programme.counselor);
  Cluster cluster(programme);
  const auto a = cluster.a().port(), b = cluster.b().port();

  // Signed in through one, known to the other.
  Person admin_a = Person::sign_in(a, "ada", programme.admin_password);
  Person admin_b = at(b, admin_a);
  CHECK(admin_b.get("/api/v1/me").at("name").as_string() == "Ada Admin");

  // Booked on A, heard on B.
  Person device_b = at(b, device);
  Live phone = device_b.live(), dashboard = at(b, programme.counselor).live();
  const auto start = std::chrono::floor<std::chrono::minutes>(now()) + 48h;
  const auto booked = admin_a.post("/api/v1/sessions", programme.booking(ana, start));
  CHECK(next_event(phone, "appointment.booked").at("session") == booked.at("id"));
  wait_for_hint(dashboard, "session.changed", id(booked));

  // The same request under the same key, to both.
  const json::value booking = programme.booking(ana, start + 2h);
  const Headers key{{"Idempotency-Key", uuid()}};
  const Answer first = admin_a.ask("POST", "/api/v1/sessions", booking, key);
  const Answer again = admin_b.ask("POST", "/api/v1/sessions", booking, key);
  CHECK(first.status == 201);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(number(cluster.store(), "SELECT count(*) FROM session") == 2);
  CHECK(id(json::value(next_event(phone, "appointment.booked")), "session") == id(first.json()));

  // What overlaps is seen by the other.
  CHECK(admin_b.ask("POST", "/api/v1/sessions", json::value(programme.booking(ana, start + 15min))).status ==
        409);

  // B's own share of the guesses would not slow anybody down yet. The wait grows with each round, so in one
  // of them it lasts until B is asked.
  bool slowed = false;
  for (int round = 0; round < 3 && !slowed; ++round) {
    int status = 401;
    for (int tries = 0; tries < 10 && status == 401; ++tries) status = guess(a);
    REQUIRE(status == 429);
    slowed = guess(b) == 429;
  }
  CHECK(slowed);

  // Revoked on A. B has just used the sign-in, and remembers it.
  REQUIRE(device_b.ask("GET", "/api/v1/me").status == 200);
  CHECK(admin_a.ask("DELETE", "/api/v1/clients/" + std::to_string(ana) + "/sign-ins").status == 204);
  CHECK(phone.close_code() == 1008);
  CHECK(device_b.ask("GET", "/api/v1/me").status == 401);
}

TEST_CASE("ten thousand reminders due at once, two nodes that send them: each is shown once") {
  CIRCLED_NEEDS_A_CLUSTER();
  constexpr int receivers = 40, each = 250;
  Programme programme;
  std::vector<std::int64_t> clients;
  std::vector<std::string> tokens;
  for (int i = 0; i < receivers; ++i) {
    clients.push_back(programme.add_client("Client " + std::to_string(i), programme.counselor));
    tokens.push_back(programme.enrol(clients.back(), programme.counselor).token());
  }
  Cluster cluster(programme);
  std::vector<Live> phones;
  for (int i = 0; i < receivers; ++i)
    phones.push_back(
        Person(i % 2 ? cluster.b().port() : cluster.a().port(), tokens[static_cast<std::size_t>(i)]).live());

  // Sessions in two hours, each with a reminder whose moment is now; and the word to both nodes that
  // something is due.
  const auto due = std::chrono::floor<std::chrono::milliseconds>(now()).time_since_epoch().count();
  const auto starts = due + 2 * 3600 * 1000;
  std::string sql = "BEGIN;";
  for (const auto client : clients) {
    sql +=
        "WITH made AS (INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, "
        "created_at) SELECT " +
        std::to_string(programme.site) + ", " + std::to_string(programme.service) +
        ", 'one_on_one', 'Counseling', " + std::to_string(starts) + ", " + std::to_string(starts + 3000000) +
        ", 1, 0 FROM generate_series(1, " + std::to_string(each) +
        ") RETURNING id), expected AS (INSERT INTO participant (session_id, client_id, starts_at, source) "
        "SELECT id, " +
        std::to_string(client) + ", " + std::to_string(starts) +
        ", 'booking' FROM made) INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, "
        "channel, offset_minutes, starts_at, zone, due_at, try_at) SELECT 'session', id, 1, " +
        std::to_string(client) + ", 'live', 120, " + std::to_string(starts) + ", '" + noon_zone() + "', " +
        std::to_string(due) + ", " + std::to_string(due) + " FROM made;";
  }
  sql += "INSERT INTO wake (at, node, kind, subject_id, audience) VALUES (" + std::to_string(due) +
         ", 'test', 'reminder.planned', " + std::to_string(due) +
         ", 'internal'); COMMIT; NOTIFY circled_wake;";
  PostgresConnection(cluster.store()).script(sql);

  std::set<std::int64_t> shown;
  for (auto& phone : phones) {
    std::vector<std::int64_t> seen;
    for (int i = 0; i < each; ++i) {
      const auto event = next_event(phone, "reminder.due", &seen, 3 * patience);
      REQUIRE(shown.insert(id(json::value(event), "reminder")).second);
    }
    for (std::size_t i = 0; i < seen.size(); ++i) REQUIRE(seen[i] == static_cast<std::int64_t>(i) + 1);
  }
  CHECK(shown.size() == receivers * each);
  CHECK(number(cluster.store(), "SELECT count(*) FROM reminder WHERE state = 'sent'") == receivers * each);
  CHECK(number(cluster.store(), "SELECT count(*) FROM stream_event") == receivers * each);
  const auto of_busier = number(cluster.store(),
                                "SELECT max(n) FROM (SELECT count(*) AS n FROM wake WHERE kind = 'event' "
                                "GROUP BY node) AS sent");
  MESSAGE("one node sent " << of_busier << ", the other " << receivers * each - of_busier);
}

TEST_CASE("a node that is told to stop leaves without a request that fails") {
  CIRCLED_NEEDS_A_CLUSTER();
  Programme programme;
  const std::vector<std::int64_t> staff{programme.counselor_id, programme.colleague_id};
  std::vector<std::int64_t> clients;
  for (std::size_t i = 0; i < staff.size(); ++i)
    clients.push_back(programme.add_client("Client " + std::to_string(i), programme.counselor));
  const Person device = programme.enrol(clients[0], programme.counselor);
  Cluster cluster(programme);

  // Each request once, and no second try: it reads, it books, on a connection that is kept.
  Progress answered;
  std::vector<std::string> failures(staff.size());
  Crew crew;
  const auto base = std::chrono::floor<std::chrono::minutes>(now()) + 48h;
  for (std::size_t i = 0; i < staff.size(); ++i)
    crew.add([&, i] {
      Http http(cluster.front());
      for (int n = 0; !crew.enough() && failures[i].empty(); ++n) {
        auto booking = programme.booking(clients[i], base + 1h * n, 30);
        booking["facilitators"] = json::array{staff[i]};
        Headers headers{{"Authorization", "Bearer " + programme.admin.token()}};
        http.begin("GET", "/api/v1/me", "", headers);
        const Answer read = http.finish();
        headers.insert(headers.end(), {{"Content-Type", "application/json"}, {"Idempotency-Key", uuid()}});
        http.begin("POST", "/api/v1/sessions", json::serialize(booking), headers);
        const Answer wrote = http.finish();
        if (read.status != 200) failures[i] = std::to_string(read.status) + " " + read.body;
        if (wrote.status != 201) failures[i] = std::to_string(wrote.status) + " " + wrote.body;
        answered.add();
      }
    });

  // One after the other, as for a new version.
  Person client = at(cluster.front(), device);
  for (Node* node : {&cluster.a(), &cluster.b()}) {
    Node& other = node == &cluster.a() ? cluster.b() : cluster.a();
    CAPTURE(node->name());
    CHECK(answered.wait_for(answered.count() + 20));
    Live phone = at(node->port(), device).live();
    node->server().signal(SIGTERM);
    CHECK(phone.close_code() == 1001);
    CHECK(node->server().wait() == 0);
    cluster.wait_until_down(*node);
    CHECK(answered.wait_for(answered.count() + 20));
    // Back at once, on the other.
    Live again = client.live();
    CHECK(at(other.port(), device).ask("GET", "/api/v1/me").status == 200);
    node->start();
    cluster.wait_until_up(*node);
  }
  CHECK(answered.wait_for(answered.count() + 20));
  crew.finish();
  for (const auto& failure : failures) CHECK(failure == "");
  MESSAGE("rounds of a read and a booking: " << answered.count());
}

TEST_CASE(
    "the database is away for a while: the balancer is told, and when it is back all goes on by itself") {
  CIRCLED_NEEDS_A_CLUSTER();
  OwnPostgres postgres;
  Programme programme;
  const auto ana = programme.add_client("Ana", programme.counselor);
  const Person device = programme.enrol(ana, programme.counselor);
  Cluster cluster(programme);
  Live phone = at(cluster.a().port(), device).live();
  // Its reminder falls due before the servers have noticed.
  const auto soon = programme.counselor.post("/api/v1/sessions", programme.booking(ana, now() + 2h + 3s, 15));

  postgres.stop();
  for (Node* node : {&cluster.a(), &cluster.b()}) cluster.wait_until_down(*node);
  CHECK(programme.counselor.ask("GET", "/api/v1/me").status == 503);
  postgres.start();
  // Nobody gets to write before they say that they can.
  for (Node* node : {&cluster.a(), &cluster.b()}) cluster.wait_until_up(*node);
  CHECK(next_event(phone, "reminder.due").at("subject") == soon.at("id"));
  const auto booked = programme.counselor.post("/api/v1/sessions", programme.booking(ana, now() + 50h));
  CHECK(next_event(phone, "appointment.booked").at("session") == booked.at("id"));
}

TEST_CASE("twenty nodes killed under load and a database restarted: nothing is lost, nothing comes twice") {
  CIRCLED_NEEDS_A_CLUSTER();
  OwnPostgres postgres;
  Programme programme;
  const std::vector<std::int64_t> staff{programme.counselor_id, programme.colleague_id};
  std::vector<PersistentBooker> bookers;
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < staff.size(); ++i) {
    bookers.emplace_back(programme, staff[i],
                         programme.add_client("Client " + std::to_string(i), programme.counselor));
    tokens.push_back(programme.enrol(bookers.back().client(), programme.counselor).token());
  }
  Cluster cluster(programme);
  const auto a = cluster.a().port(), b = cluster.b().port();
  // Each client has a device that goes from node to node, and one that takes what the balancer gives it.
  std::vector<std::unique_ptr<Device>> devices;
  for (const auto& token : tokens) {
    devices.push_back(std::make_unique<Device>(token, std::vector{a, b}));
    devices.push_back(std::make_unique<Device>(token, std::vector{cluster.front()}));
  }

  Progress acknowledged;
  Crew following, booking;
  for (auto& booker : bookers) booking.add([&] { booker.run(cluster.front(), acknowledged, booking); });
  for (std::size_t i = 0; i < devices.size(); ++i)
    following.add([&, i] {
      // When all is booked each has its time to hear of it.
      std::optional<std::chrono::steady_clock::time_point> latest;
      const auto enough = [&] {
        if (!following.enough()) return false;
        if (!latest) latest = std::chrono::steady_clock::now() + 3 * patience;
        return devices[i]->told["appointment.booked"].size() >= bookers[i / 2].sessions.size() ||
               std::chrono::steady_clock::now() > *latest;
      };
      devices[i]->follow(enough, acknowledged);
    });

  std::mt19937 random(20260310);
  const auto some = [&](int most) {
    return acknowledged.wait_for(acknowledged.count() + std::uniform_int_distribution<int>(1, most)(random));
  };
  for (int kill = 0; kill < 20; ++kill) {
    CAPTURE(kill);
    Node& node = kill % 2 ? cluster.b() : cluster.a();
    CHECK(some(25));
    node.server().signal(SIGKILL);
    CHECK(node.server().wait() == 128 + SIGKILL);
    CHECK(some(10));
    if (kill == 10) postgres.restart();
    node.start();
    cluster.wait_until_up(node);
  }
  CHECK(some(25));
  booking.finish();
  following.finish();

  // Every acknowledged session is there, no other is, and each was told once to each device.
  std::set<std::int64_t> sessions;
  int repeated = 0, connections = 0;
  for (const auto& booker : bookers) {
    CHECK(booker.wrong == "");
    for (const auto session : booker.sessions) CHECK(sessions.insert(session).second);
    repeated += booker.repeated;
  }
  CHECK(numbers(cluster.store(), "SELECT id FROM session") == sessions);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    CHECK(devices[i]->wrong == "");
    CHECK(devices[i]->told["appointment.booked"] == bookers[i / 2].sessions);
    connections += devices[i]->connections;
  }
  MESSAGE(sessions.size() << " sessions, " << repeated << " requests repeated, " << connections
                          << " live connections");
  for (Node* node : {&cluster.a(), &cluster.b()}) CHECK(node->server().stop() == 0);
  const Finished verified = run({"verify", "--data", programme.data()});
  CAPTURE(verified.out);
  CHECK(verified.code == 0);
}
