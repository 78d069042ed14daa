// A year of a whole programme on a clock that is moved by hand, against a ledger of what was owed: nothing
// lost, nothing shown twice, nothing after a cancellation, nothing late without saying so. Through both
// changes of the clocks in three zones, with appointments that move and are cancelled, people who stop their
// messages, servers that are down for hours and die between any two steps, and acknowledgements that are lost
// or come twice.
//
// What is owed is worked out here by other means than the server's: minute by minute from the wall clock.
#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <unordered_map>

#include "base/json.hpp"
#include "reminders/outbox.hpp"
#include "reminders/reply.hpp"
#include "support.hpp"

namespace circled::reminders {
namespace {

using namespace std::chrono_literals;

struct Appointment {
  std::size_t client = 0;
  Instant starts_at;
  std::int64_t version = 1;
  bool off = false;
};

// What the ledger holds of one reminder that was owed.
struct Owed {
  Instant due;
  Instant starts_at;
  std::vector<Instant> shown;       // when its app, or its telephone, first had it
  std::optional<Instant> forgiven;  // moved or cancelled then
};

// An event as its receiver's app gets it.
struct Seen {
  std::int64_t seq;
  Instant at;
  std::string body;
  BOOST_DESCRIBE_CLASS(Seen, (), (seq, at, body), (), ())
};

struct Client {
  PersonId person;
  std::string zone;
  bool texts = false;              // a telephone number and no device
  std::optional<Instant> stopped;  // said STOP then: from there on the desk calls
  std::int64_t seen = 0;           // how far its app has its stream
  std::set<std::int64_t> shown;    // reminders its app has shown: it deduplicates
};

struct Year : Subjects {
  std::mt19937 random;
  std::vector<Client> clients;
  std::map<std::int64_t, Appointment> appointments;
  std::int64_t next_appointment = 1;
  // By appointment, version and offset.
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, Owed> ledger;
  std::map<std::int64_t, std::int64_t> gateway;  // how often each message was taken
  std::int64_t lost = 0, twice = 0, after_cancellation = 0, late_unlabelled = 0, uncertain_sent = 0;
  std::int64_t shows = 0, texts_sent = 0, crashes = 0;
  std::unordered_map<std::int64_t, std::size_t> by_person;
  std::vector<std::pair<PersonId, std::int64_t>> acknowledged;

  explicit Year(unsigned seed) : random(seed) {}

  bool chance(int in_a_thousand) { return static_cast<int>(random() % 1000) < in_a_thousand; }

  void people(int count) {
    static constexpr const char* zones[] = {"America/New_York", "Europe/Berlin", "Australia/Sydney"};
    write([&](Transaction& tx) {
      for (int i = 0; i < count; ++i) {
        Client client;
        client.zone = zones[i % 3];
        client.person = test::add_client(tx, site, "Client " + std::to_string(i), "T", client.zone);
        client.texts = i % 10 == 0;
        if (client.texts) {
          tx.run(
              "INSERT INTO channel_address (person_id, channel, address, verified_at) VALUES ($1, 'sms', $2, "
              "0)",
              client.person, "+1" + std::to_string(2000000000 + i));
        } else {
          const auto account = test::add_account(tx, client.person);
          tx.run(
              "INSERT INTO sign_in (account_id, token_hash, by, device, created_at, expires_at) VALUES "
              "($1, $2, 'bearer', 'phone', 0, $3)",
              account, "t" + std::to_string(i), now() + 24h * 800);
        }
        by_person[client.person.value] = clients.size();
        clients.push_back(std::move(client));
      }
    });
  }

  // --- what is owed, worked out anew -------------------------------------------------------------
  static bool wall_is_quiet(Instant t, const Zone& zone) {
    const auto shown = zone.wall(t);
    const auto of_day = shown - std::chrono::floor<std::chrono::days>(shown);
    return of_day > 21h || of_day < 8h;
  }
  void owe(std::int64_t id) {
    const Appointment& it = appointments.at(id);
    const Zone zone = Zone::named(clients[it.client].zone).value();
    std::map<Instant, std::int64_t> at;  // of several at one instant the shortest offset
    for (const std::int64_t offset : {1440, 120}) {
      Instant due = it.starts_at - Minutes(offset);
      while (wall_is_quiet(due, zone)) due -= 1min;
      if (due > now()) at[due] = offset;
    }
    for (const auto& [due, offset] : at) ledger[{id, it.version, offset}] = {due, it.starts_at, {}, {}};
  }
  // From now on none of this version may be sent.
  void forgive(std::int64_t id, std::int64_t version) {
    for (const std::int64_t offset : {1440, 120}) {
      const auto found = ledger.find({id, version, offset});
      if (found != ledger.end()) found->second.forgiven = now();
    }
  }

  // --- what the programme does -------------------------------------------------------------------
  Subject subject_of(std::int64_t id) {
    const Appointment& it = appointments.at(id);
    return {SubjectKind::session, id, it.version, it.starts_at, Zone::named(clients[it.client].zone).value()};
  }
  void plan_it(Transaction& tx, Manners& manners, std::int64_t id) {
    const Client& client = clients[appointments.at(id).client];
    plan(tx, manners, subject_of(id), {client.person, Zone::named(client.zone).value()}, now());
  }
  // Everybody's appointments of a week, each at some full hour between 6 and 23 of their own.
  void book_week() {
    std::vector<std::int64_t> booked;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (!chance(500)) continue;
      const Zone zone = Zone::named(clients[i].zone).value();
      const Date day = std::chrono::floor<std::chrono::days>(zone.wall(now())) +
                       std::chrono::days(1 + static_cast<int>(random() % 7));
      const auto at = zone.instant(WallTime(day) + std::chrono::hours(6 + static_cast<int>(random() % 18)));
      if (!at) continue;  // the clock skips it
      const std::int64_t id = next_appointment++;
      appointments[id] = {i, *at};
      versions[id] = 1;
      booked.push_back(id);
    }
    write([&](Transaction& tx) {
      Manners manners;
      for (const auto id : booked) plan_it(tx, manners, id);
    });
    for (const auto id : booked) owe(id);
  }
  void change_some() {
    for (int i = 0; i < 4; ++i) {
      if (appointments.empty()) return;
      auto at = appointments.lower_bound(
          static_cast<std::int64_t>(random() % static_cast<unsigned>(next_appointment)));
      if (at == appointments.end() || at->second.off || at->second.starts_at <= now()) continue;
      const std::int64_t id = at->first;
      Appointment& it = at->second;
      forgive(id, it.version);
      if (chance(300)) {
        it.off = true;
        versions.erase(id);
        write([&](Transaction& tx) { cancel(tx, SubjectKind::session, id, std::nullopt); });
      } else {
        ++it.version;
        versions[id] = it.version;
        it.starts_at =
            std::max(now() + 1h, it.starts_at + std::chrono::hours(static_cast<int>(random() % 48) - 12));
        write([&](Transaction& tx) {
          Manners manners;
          plan_it(tx, manners, id);
        });
        owe(id);
      }
    }
    // Somebody has enough of these messages.
    if (chance(100)) {
      Client& client = clients[random() % clients.size()];
      if (client.texts && !client.stopped) {
        client.stopped = now();
        const auto number = *read([&](Snapshot& db) {
          return db.one<std::string>("SELECT address FROM channel_address WHERE person_id = $1",
                                     client.person);
        });
        write([&](Transaction& tx) {
          receive(tx, {"stop" + std::to_string(client.person.value), number, std::string("STOP")}, now());
        });
      }
    }
  }

  // --- what people see ---------------------------------------------------------------------------
  void show(std::int64_t reminder, std::int64_t subject, std::int64_t offset, Instant at, bool says_late) {
    ++shows;
    // The version that the reminder spoke of, found by its own row.
    const auto version = *read([&](Snapshot& db) {
      return db.one<std::int64_t>("SELECT version FROM reminder WHERE id = $1", ReminderId(reminder));
    });
    const auto owed = ledger.find({subject, version, offset});
    if (owed == ledger.end() || (owed->second.forgiven && at > *owed->second.forgiven)) {
      ++after_cancellation;
      return;
    }
    if (!owed->second.shown.empty()) ++twice;
    owed->second.shown.push_back(at);
    if (late_by(owed->second.due, at) > Seconds(0) && !says_late) ++late_unlabelled;
  }
  // The app connects, or is connected, and has what its stream has; sometimes the connection breaks and it
  // gets the same again, sometimes what it acknowledges never arrives, or arrives twice.
  void sync(Client& client) {
    const std::int64_t from = chance(50) ? 0 : client.seen;
    const auto events = read([&](Snapshot& db) {
      return db.all<Seen>(
          "SELECT seq, at, body FROM stream_event WHERE person_id = $1 AND seq > $2 ORDER BY seq",
          client.person, from);
    });
    for (const auto& event : events) {
      client.seen = std::max(client.seen, event.seq);
      const auto body = boost::json::parse("{" + event.body + "}").as_object();
      if (body.at("kind").as_string() != "reminder.due") continue;
      const auto reminder = body.at("reminder").as_int64();
      if (!client.shown.insert(reminder).second) continue;
      const auto offset = *read([&](Snapshot& db) {
        return db.one<std::int64_t>("SELECT offset_minutes FROM reminder WHERE id = $1",
                                    ReminderId(reminder));
      });
      show(reminder, body.at("subject").as_int64(), offset, event.at, body.at("late_by_s").as_int64() > 0);
    }
    if (events.empty() || chance(100)) return;
    for (int i = chance(100) ? 2 : 1; i > 0; --i) acknowledged.emplace_back(client.person, client.seen);
  }
  void sync_some(int in_a_thousand) {
    for (auto& client : clients)
      if (!client.texts && chance(in_a_thousand)) sync(client);
    write([&](Transaction& tx) {
      for (const auto& [person, seq] : acknowledged) acknowledge(tx, person, seq, now());
    });
    acknowledged.clear();
  }

  // --- the server --------------------------------------------------------------------------------
  // A step that may die before its COMMIT: then it was never there.
  Sent dispatch_some() {
    if (chance(20)) {
      ++crashes;
      CHECK_THROWS(store.write_now("test", [&](Transaction& tx) -> Result<bool> {
        dispatch(tx, now(), 500);
        throw std::runtime_error("the server dies");
      }));
    }
    return write([&](Transaction& tx) { return dispatch(tx, now(), 500); });
  }
  // The outbox, which may die between any two of its steps.
  void deliver() {
    write([&](Transaction& tx) { return recover(tx, now()); });
    for (;;) {
      const auto letters = write([&](Transaction& tx) { return lease(tx, "0123456789abcdef", now(), 50); });
      if (letters.empty()) return;
      for (const auto& letter : letters) {
        if (chance(10)) return void(++crashes);  // leased, and gone
        if (!write([&](Transaction& tx) { return begin(tx, letter, now()); })) continue;
        if (chance(10)) return void(++crashes);  // begun, and gone before it was sent: nobody knows
        if (chance(50)) {                        // the gateway is busy
          write([&](Transaction& tx) {
            settle(tx, letter, {Delivery::later, "429", Seconds(30)}, now()).value();
          });
          continue;
        }
        ++texts_sent;
        if (++gateway[letter.id.value] > 1) ++twice;
        arrived(letter);
        if (chance(10)) return void(++crashes);  // sent, and gone before it was settled
        write([&](Transaction& tx) { settle(tx, letter, {Delivery::sent, "ok"}, now()).value(); });
      }
    }
  }
  void arrived(const Letter& letter) {
    const auto row = read([&](Snapshot& db) {
      return db.one<std::tuple<std::int64_t, std::int64_t, std::int64_t, PersonId>>(
          "SELECT r.id, r.subject_id, r.offset_minutes, r.receiver_id FROM message m JOIN reminder r "
          "ON r.id = m.reminder_id WHERE m.id = $1",
          letter.id);
    });
    if (!row) return;  // an answer to STOP has none
    const auto& [reminder, subject, offset, person] = *row;
    Client& client = clients[by_person.at(person.value)];
    if (client.stopped && now() > *client.stopped) ++after_cancellation;
    show(reminder, subject, offset, now(), letter.text.find("comes late") != std::string::npos);
  }

  void check_ledger(Instant until) {
    for (const auto& [key, owed] : ledger) {
      if (owed.starts_at > until || owed.forgiven || !owed.shown.empty()) continue;
      const auto& [id, version, offset] = key;
      const Client& client = clients[appointments.at(id).client];
      // What was on its way when they said STOP went no further; the desk calls from there on.
      if (client.stopped && owed.due >= *client.stopped - 2h) continue;
      // Another one about the same, nearer to the start, said it; or nobody could be reached in time, and
      // staff see that.
      const auto nearer = ledger.find({id, version, 120});
      if (offset == 1440 && nearer != ledger.end() && !nearer->second.shown.empty()) continue;
      const auto excused = read([&](Snapshot& db) {
        return db.one<std::int64_t>(
            "SELECT count(*) FROM reminder WHERE subject_id = $1 AND version = $2 AND receiver_id = $3 AND "
            "state IN ('expired', 'uncertain', 'failed')",
            id, version, client.person);
      });
      if (*excused > 0) continue;
      if (++lost > 5) continue;
      // How it came to that, for whoever looks at a failure.
      read([&](Snapshot& db) {
        db.each<
            std::tuple<std::string, std::int64_t, std::string, std::string, Instant, std::optional<Instant>>>(
            [&](const auto& row) {
              MESSAGE(id << "." << version << "." << offset << std::string(client.texts ? " texts" : " app")
                         << " due " << to_string(owed.due) << ": " << std::get<0>(row) << " "
                         << std::get<1>(row) << " " << std::get<2>(row) << " " << std::get<3>(row) << " due "
                         << to_string(std::get<4>(row)));
            },
            "SELECT channel, offset_minutes, state, why, due_at, sent_at FROM reminder WHERE subject_id = $1 "
            "AND "
            "version = $2 AND receiver_id = $3 ORDER BY id",
            id, version, client.person);
        return 0;
      });
    }
  }

  // Days from the clock's start, which stands two days into New York's summer time.
  void run_days(int days) {
    const Instant end = now() + 24h * days;
    Instant next_week = now(), next_change = now() + 3h, next_sync = now() + 1h;
    std::optional<Instant> down_until;
    while (now() < end) {
      const auto due = read([&](Snapshot& db) {
                         return db.one<std::optional<Instant>>(
                             "SELECT min(at) FROM (SELECT min(try_at) AS at FROM reminder WHERE state = "
                             "'pending' UNION ALL "
                             "SELECT min(next_at) FROM reminder WHERE next_at IS NOT NULL UNION ALL SELECT "
                             "min(try_at) FROM message "
                             "WHERE state = 'pending' UNION ALL SELECT min(leased_until) FROM message WHERE "
                             "state = 'leased') AS x");
                       }).value();
      Instant next = std::min({next_week, next_change, next_sync});
      if (due && !down_until) next = std::min(next, std::max(*due, now()));
      if (down_until) next = std::min(next, *down_until);
      if (next > now()) clock.set(next);
      if (down_until && now() >= *down_until) down_until.reset();
      if (now() >= next_week) {
        book_week();
        next_week = now() + 24h * 7;
      }
      if (now() >= next_change) {
        change_some();
        if (chance(3)) down_until = now() + std::chrono::hours(1 + static_cast<int>(random() % 30));
        next_change = now() + 2h;
      }
      if (!down_until) {
        for (;;) {
          const Sent did = dispatch_some();
          if (did.sent + did.handed_over + did.expired + did.cancelled + did.held + did.passed_on +
                  did.unconfirmed ==
              0)
            break;
        }
        deliver();
      }
      if (now() >= next_sync) {
        // Connected ones hear at once; what matters is that the stream has it, so they look now and then.
        sync_some(150);
        next_sync = now() + 11h;
      }
    }
    sync_some(1000);
    check_ledger(down_until ? now() - 48h : now() - 1h);
  }
};

}  // namespace

TEST_CASE(
    "a year: nothing lost, nothing twice, nothing after a cancellation, nothing late without saying so") {
  const char* given = std::getenv("CIRCLED_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 20260310u;
  const bool postgres = std::getenv("CIRCLED_ENGINE") != nullptr;
  MESSAGE("seed " << seed);
  Year year(seed);
  year.people(postgres ? 300 : 2000);
  year.run_days(postgres ? 30 : 366);
  MESSAGE(year.shows << " shown, " << year.texts_sent << " texts, " << year.crashes << " crashes, "
                     << year.ledger.size() << " owed");
  CHECK(year.lost == 0);
  CHECK(year.twice == 0);
  CHECK(year.after_cancellation == 0);
  CHECK(year.late_unlabelled == 0);
  CHECK(year.shows > (postgres ? 500 : 50'000));
  CHECK(year.texts_sent > (postgres ? 50 : 5'000));
  CHECK(year.crashes > 10);
}

}  // namespace circled::reminders
