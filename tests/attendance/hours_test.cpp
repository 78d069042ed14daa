#include "attendance/hours.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "support/care.hpp"
#include "support/time.hpp"

using namespace circled;
using namespace circled::attendance;
using namespace std::chrono_literals;
using std::chrono::days;
using test::at;
using test::on;

namespace {

// Ben, born in 1990, is at level 2.1; of Ana, who is in detox, nobody has said a level. It is Tuesday
// 2026-03-10, 08:00 in New York; the week began on Monday the 9th.
struct Hours : test::CareFixture {
  Hours() {
    write([this](Transaction& tx) {
      add_first_care_rules(tx);
      tx.run("UPDATE client SET born_on = $2 WHERE person_id = $1", ben, on("1990-05-05"));
      tx.run(
          "INSERT INTO care_level (episode_id, level, from_on) SELECT id, '2.1', 20000 FROM episode WHERE "
          "client_id = $1",
          ben);
    });
  }

  SessionId session(Instant starts, int minutes, std::string_view kind = "group", int seats = 12) {
    return write([&](Transaction& tx) {
      return *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
          "VALUES ($1, $2, $3, 'Morning', $4, $5, $6, 0) RETURNING id",
          site, counseling, kind, starts, starts + Minutes(minutes), seats);
    });
  }
  void place(SessionId session, ClientId client, std::string_view verdict, std::optional<int> credited = {}) {
    write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source, verdict, credited_minutes) "
          "SELECT id, $2, starts_at, 'booking', $3, $4 FROM session WHERE id = $1",
          session, client, verdict, credited);
    });
  }
  Result<HoursBoard> board(const api::Identity& who, HoursPage page = {}, std::optional<Date> of = {}) {
    return read([&](Snapshot& db) { return hours_board(db, who, site, of, page, now()); });
  }
  Result<ClientHours> weeks(const api::Identity& who, ClientId client, const char* from, const char* until) {
    return read([&](Snapshot& db) { return client_hours(db, who, client, on(from), on(until), now()); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Hours, "the board shows a counselor's own clients, a supervisor everybody, at risk first") {
  const auto seen = board(cora);
  REQUIRE(seen);
  REQUIRE(seen->items.size() == 2);
  CHECK(seen->week == on("2026-03-09"));
  CHECK(seen->items[0].client == ben);
  CHECK(seen->items[0].verdict == HoursVerdict::at_risk);
  CHECK(seen->items[0].required.minutes == Minutes(540));
  CHECK(seen->items[0].asked_days == 7);
  CHECK(seen->items[0].levels == std::vector<std::string>{"2.1"});
  CHECK(seen->items[1].client == ana);
  CHECK(seen->items[1].verdict == HoursVerdict::not_judged);
  CHECK(seen->items[1].not_judged == NotAsked::no_level);
  CHECK(seen->totals.clients == 2);
  CHECK(seen->totals.at_risk == 1);
  CHECK(seen->totals.not_judged == 1);
  CHECK(board(sue)->items.size() == 2);
  CHECK(board(cleo)->items.size() == 1);
  CHECK(board(otto)->items.empty());
  CHECK(read([&](Snapshot& db) { return hours_board(db, sue, SiteId(99), {}, {}, now()); }).error().code ==
        "not_found");
}

TEST_CASE_FIXTURE(Hours, "a page goes on after the last line of the one before, whatever became of it") {
  const auto first = board(sue, {1, {}, {}});
  REQUIRE(first->items.size() == 1);
  CHECK(first->next == "at_risk." + std::to_string(ben.value));
  CHECK(first->totals.clients == 2);
  const auto second = board(sue, {1, HoursVerdict::at_risk, ben});
  REQUIRE(second->items.size() == 1);
  CHECK(second->items[0].client == ana);
  CHECK(!second->next);
  // Nobody of that name stands there any more: from the first of that verdict on.
  CHECK(board(sue, {10, HoursVerdict::on_track, ClientId(999)})->items.size() == 1);
}

TEST_CASE_FIXTURE(Hours, "a client's weeks, each with what was attended and what is to come") {
  place(session(at("2026-03-03T15:00:00Z"), 540), ben, "attended", 540);  // the week before
  place(session(at("2026-03-09T15:00:00Z"), 90), ben, "attended", 85);
  place(session(at("2026-03-09T18:00:00Z"), 50, "one_on_one", 1), ben, "attended", 50);
  place(session(at("2026-03-10T10:00:00Z"), 60), ben, "expected");  // begun; no word on its sheet
  place(session(at("2026-03-11T15:00:00Z"), 120), ben, "expected");
  place(session(at("2026-03-11T20:00:00Z"), 120), ben, "excused");
  const auto found = weeks(cora, ben, "2026-03-02", "2026-03-10");
  REQUIRE(found);
  REQUIRE(found->weeks.size() == 2);
  CHECK(found->weeks[0].verdict == HoursVerdict::met);
  const auto& week = found->weeks[1];
  CHECK(week.credited == HoursParts{Minutes(135), Minutes(50), Minutes(85), 1});
  CHECK(week.unmarked == HoursParts{Minutes(60), Minutes(0), Minutes(60), 1});
  CHECK(week.scheduled == HoursParts{Minutes(120), Minutes(0), Minutes(120), 1});
  CHECK(week.verdict == HoursVerdict::at_risk);
  CHECK(weeks(otto, ben, "2026-03-10", "2026-03-10").error().code == "not_found");
  CHECK(weeks(fred, ben, "2026-03-10", "2026-03-10").error().code == "not_found");
  CHECK(weeks(cora, ben, "2026-03-10", "2026-03-09").error().code == "invalid");
}

TEST_CASE_FIXTURE(Hours, "a week at risk says which sessions would mend it") {
  const auto open = session(at("2026-03-12T15:00:00Z"), 120);
  const auto after_it = session(at("2026-03-16T15:00:00Z"), 120);  // next week
  const auto full = session(at("2026-03-13T15:00:00Z"), 120, "group", 1);
  place(full, ana, "expected");
  const auto found = weeks(cora, ben, "2026-03-09", "2026-03-16");
  REQUIRE(found->weeks.size() == 2);
  REQUIRE(found->weeks[0].mends.size() == 1);
  CHECK(found->weeks[0].mends[0].session == open);
  CHECK(found->weeks[0].mends[0].free_seats == 12);
  REQUIRE(found->weeks[1].mends.size() == 1);
  CHECK(found->weeks[1].mends[0].session == after_it);
  // Nobody joins one that does not count.
  write([&](Transaction& tx) { tx.run("UPDATE service SET counts = FALSE"); });
  CHECK(weeks(cora, ben, "2026-03-09", "2026-03-09")->weeks[0].mends.empty());
}

TEST_CASE_FIXTURE(Hours, "an outside meeting is no hour of care") {
  write([&](Transaction& tx) {
    tx.run("INSERT INTO meeting_list (id, name, format, imported_at) VALUES (1, 'x', 'bmlt', 0)");
    tx.run(
        "INSERT INTO meeting (id, list_id, key, name, weekday, time, duration_minutes, zone, place, address, "
        "town, notes, search_text, online_url, in_person, types) VALUES "
        "(1, 1, '1', 'm', 1, 600, 600, 'Etc/UTC', '', '', '', '', '', '', TRUE, '')");
    tx.run(
        "INSERT INTO commitment (id, client_id, meeting_id, rule, made_at, expanded_until) VALUES "
        "(1, $1, 1, 'FREQ=WEEKLY', 0, 9)",
        ben);
    tx.run(
        "INSERT INTO occurrence (commitment_id, client_id, starts_at, ends_at, answer) VALUES "
        "(1, $1, $2, $3, 'confirmed')",
        ben, at("2026-03-09T14:00:00Z"), at("2026-03-10T00:00:00Z"));
  });
  const auto week = weeks(cora, ben, "2026-03-09", "2026-03-09")->weeks[0];
  CHECK(week.credited == HoursParts{});
  CHECK(week.scheduled == HoursParts{});
}

// The board once more, from the rows themselves: day by day and minute by minute, with nothing of the code
// under test but the rows of its policy. What the requirement is, is written down here anew.
namespace {

struct Slow {
  struct Line {
    HoursVerdict verdict = HoursVerdict::not_judged;
    std::int64_t asked = 0, required = 0, most = -1;
    std::int64_t credited = 0, individual = 0, group = 0, unmarked = 0, scheduled = 0, days = 0;
    bool operator==(const Line&) const = default;
  };
  static std::string text(const Line& l) {
    std::string all = std::string(json::enum_name(l.verdict));
    for (const auto n :
         {l.asked, l.required, l.most, l.credited, l.individual, l.group, l.unmarked, l.scheduled, l.days})
      all += " " + std::to_string(n);
    return all;
  }

  Snapshot& db;
  SiteId site;
  Zone zone;
  std::int64_t week_starts;
  std::string jurisdiction;
  Instant now;

  // Minutes of [from, until) that one of the stays covers; one minute at a time.
  std::int64_t attended(SessionId session, ClientId client, Instant from, Instant until) {
    const auto stays = db.all<std::tuple<Instant, std::optional<Instant>>>(
        "SELECT arrived_at, departed_at FROM stay WHERE session_id = $1 AND client_id = $2", session, client);
    std::int64_t minutes = 0;
    for (Instant t = from; t < until; t += 1min)
      for (const auto& [arrived, departed] : stays)
        if (arrived <= t && (!departed || t < *departed)) {
          ++minutes;
          break;
        }
    return minutes;
  }

  struct Asking {
    std::int64_t least, most;  // -1: none
    bool by_days;
  };
  // The rule of a day, found among the rows by its day.
  std::optional<Asking> asking(ClientId client, Date today) {
    using Period = std::tuple<Date, std::optional<Date>>;
    bool in_care = false;
    for (const auto& [from, until] :
         db.all<Period>("SELECT admitted_on, discharged_on FROM episode WHERE client_id = $1", client))
      in_care = in_care || (from <= today && (!until || *until > today));
    if (!in_care) return {};
    for (const auto& [from, until] : db.all<std::tuple<Instant, std::optional<Instant>>>(
             "SELECT h.from_at, h.until_at FROM episode_hold h JOIN episode e ON e.id = h.episode_id WHERE "
             "e.client_id = $1",
             client)) {
      // Some half hour of the day is in it; holds here begin and end at such.
      for (Instant t = zone.start_of(today); zone.date(t) == today; t += 30min)
        if (from <= t && (!until || t < *until)) return {};
    }
    if (db.one<int>("SELECT 1 FROM closure WHERE from_on <= $1 AND until_on >= $1 AND (site_id IS NULL OR "
                    "site_id = $2)",
                    today, site))
      return {};
    const auto level = db.one<std::string>(
        "SELECT l.level FROM care_level l JOIN episode e ON e.id = l.episode_id WHERE e.client_id = $1 "
        "AND l.from_on <= $2 AND (l.until_on IS NULL OR l.until_on > $2)",
        client, today);
    if (!level) return {};
    const auto born = *db.one<std::optional<Date>>("SELECT born_on FROM client WHERE person_id = $1", client);
    // Birthdays counted one by one.
    std::optional<std::int64_t> age;
    if (born) {
      age = 0;
      const std::chrono::year_month_day birth{*born};
      for (auto year = birth.year() + std::chrono::years(1);
           std::chrono::local_days{year / birth.month() / birth.day()} <= today; ++year)
        ++*age;
    }
    for (const std::string& place : {jurisdiction, std::string()}) {
      bool spoken_of = false;
      for (const auto& [youngest, oldest, least, most, partial] :
           db.all<std::tuple<std::int64_t, std::optional<std::int64_t>, std::int64_t,
                             std::optional<std::int64_t>, std::string>>(
               "SELECT youngest, oldest, least_minutes, most_minutes, partial_week FROM care_rule WHERE "
               "jurisdiction = $1 AND level = $2 AND from_on <= $3 AND (until_on IS NULL OR until_on >= $3)",
               place, *level, today)) {
        spoken_of = true;
        const bool any = youngest == 0 && !oldest;
        if (age ? (*age >= youngest && (!oldest || *age <= *oldest)) : any)
          return Asking{least, most.value_or(-1), partial == "prorated"};
      }
      if (spoken_of) return {};
    }
    return {};
  }

  Line line(ClientId client, Date first) {
    Line l;
    std::int64_t least = 0, most = 0;
    bool bounded = true, by_days = true;
    for (Date d = first; d < first + days(7); d += days(1))
      if (const auto asked = asking(client, d)) {
        ++l.asked;
        least += asked->least;
        most += asked->most;
        bounded = bounded && asked->most >= 0;
        by_days = by_days && asked->by_days;
      }
    const bool judged = l.asked == 7 || (l.asked > 0 && by_days);
    if (judged) {
      l.required = least / 7;
      if (bounded) l.most = most / l.asked;
    }
    std::set<Date> on;
    std::int64_t in_all = 0;
    for (const auto& [id, starts, ends, kind, verdict, answer] :
         db.all<std::tuple<SessionId, Instant, Instant, std::string, std::string, std::string>>(
             "SELECT s.id, s.starts_at, s.ends_at, s.kind, p.verdict, p.answer FROM participant p JOIN "
             "session "
             "s ON s.id = p.session_id JOIN service v ON v.id = s.service_id WHERE p.client_id = $1 AND "
             "v.counts",
             client)) {
      const Date its = zone.date(starts);
      if (its < first || its >= first + days(7)) continue;
      const std::int64_t length = std::chrono::duration_cast<Minutes>(ends - starts).count();
      if (verdict == "attended") {
        const auto minutes = attended(id, client, starts, ends);
        l.credited += minutes;
        (kind == "group" ? l.group : l.individual) += minutes;
        if (minutes > 0) on.insert(its);
      } else if (verdict == "expected" && starts <= now) {
        l.unmarked += length;
      } else if (verdict == "expected" && answer != "cant_come") {
        l.scheduled += length;
      }
    }
    in_all = l.credited + l.unmarked + l.scheduled;
    l.days = static_cast<std::int64_t>(on.size());
    if (!judged)
      l.verdict = HoursVerdict::not_judged;
    else if (l.most >= 0 && l.credited > l.most)
      l.verdict = HoursVerdict::over;
    else if (l.credited >= l.required)
      l.verdict = HoursVerdict::met;
    else if (zone.date(now) >= first + days(7))
      l.verdict = in_all >= l.required ? HoursVerdict::at_risk : HoursVerdict::missed;
    else
      l.verdict = in_all >= l.required ? HoursVerdict::on_track : HoursVerdict::at_risk;
    return l;
  }

  std::map<ClientId, Line> board(Date of) {
    Date first = of;
    while (std::chrono::weekday{first}.c_encoding() != week_starts) first -= days(1);
    std::map<ClientId, Line> all;
    for (const auto client : db.all<ClientId>("SELECT person_id FROM client WHERE site_id = $1", site)) {
      bool that_week = false;
      for (const auto& [from, until] : db.all<std::tuple<Date, std::optional<Date>>>(
               "SELECT admitted_on, discharged_on FROM episode WHERE client_id = $1", client))
        that_week = that_week || (from < first + days(7) && (!until || *until > first));
      if (that_week) all[client] = line(client, first);
    }
    return all;
  }
};

// Rows by chance around the week in which clocks change.
struct Chance {
  std::mt19937_64 random;
  Transaction& tx;
  SiteId site, other_site;
  std::vector<ServiceId> services;
  Date middle;
  Zone zone;

  std::int64_t upto(std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n + 1));
  }
  bool one_in(std::int64_t n) { return upto(n - 1) == 0; }
  Date near(std::int64_t spread) { return middle + days(upto(2 * spread) - spread); }
  Instant half_hour(std::int64_t spread) { return zone.start_of(near(spread)) + 30min * upto(46); }

  void add_session(const std::vector<ClientId>& clients, Instant now) {
    const bool group = !one_in(3);
    const Instant starts = half_hour(9);
    const auto minutes = 5 * (3 + upto(60));
    const auto session = *tx.one<SessionId>(
        "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
        "VALUES ($1, $2, $3, 'x', $4, $5, $6, 0) RETURNING id",
        one_in(6) ? other_site : site, services[static_cast<std::size_t>(upto(2) == 0)],
        group ? "group" : "one_on_one", starts, starts + Minutes(minutes), group ? 50 : 1);
    const auto picked =
        clients[static_cast<std::size_t>(upto(static_cast<std::int64_t>(clients.size()) - 1))];
    for (const auto client : clients)
      if (group ? one_in(3) : client == picked) add_participant(session, client, starts, minutes, now);
  }

  void add_participant(SessionId session, ClientId client, Instant starts, std::int64_t minutes,
                       Instant now) {
    const char* verdict = "expected";
    if (starts <= now && !one_in(5)) verdict = one_in(6) ? "unexcused" : one_in(6) ? "excused" : "attended";
    if (starts > now && one_in(10)) verdict = one_in(2) ? "cancelled_by_program" : "excused";
    std::vector<Stay> stays;
    std::optional<Minutes> credited;
    if (std::string_view(verdict) == "attended") {
      for (auto n = upto(2); n >= 0; --n) {
        Stay stay{starts + Minutes(upto(minutes) - 10), {}};
        if (!one_in(3)) stay.departed_at = stay.arrived_at + Minutes(1 + upto(minutes));
        stays.push_back(stay);
      }
      credited = rules::credit(stays, starts, starts + Minutes(minutes)).credited;
    }
    tx.later(
        "INSERT INTO participant (session_id, client_id, starts_at, source, verdict, answer, "
        "credited_minutes) "
        "VALUES ($1, $2, $3, 'booking', $4, $5, $6)",
        session, client, starts, verdict, one_in(8) ? "cant_come" : "none", credited);
    std::int64_t number = 0;
    for (const auto& stay : stays)
      tx.later(
          "INSERT INTO stay (session_id, client_id, number, arrived_at, departed_at) VALUES ($1, $2, $3, $4, "
          "$5)",
          session, client, ++number, stay.arrived_at, stay.departed_at);
  }

  ClientId add_client(int n) {
    const auto client = test::add_client(tx, one_in(8) ? other_site : site, "Client " + std::to_string(n));
    if (!one_in(6)) {
      // Half of them have their eighteenth birthday near.
      const std::chrono::year_month_day about{one_in(2) ? near(10) : middle + days(upto(300))};
      tx.later("UPDATE client SET born_on = $2 WHERE person_id = $1", client,
               std::chrono::local_days{(about.year() - std::chrono::years(one_in(2) ? 18 : 30)) /
                                       about.month() / std::chrono::day(1)} +
                   days(static_cast<unsigned>(about.day()) - 1));
    }
    Date from = one_in(4) ? near(6) : middle - days(200);
    const int stays = one_in(4) ? 2 : 1;
    for (int stay = 1; stay <= stays; ++stay) {
      const std::optional<Date> until = stay < stays || one_in(4)
                                            ? std::optional(from + days(1 + upto(stay < stays ? 203 : 210)))
                                            : std::nullopt;
      const auto episode = *tx.one<std::int64_t>(
          "INSERT INTO episode (client_id, admitted_on, discharged_on, discharge) VALUES ($1, $2, $3, $4) "
          "RETURNING id",
          client, from, until, until ? std::optional(std::string("completed")) : std::nullopt);
      add_levels(episode, from, until);
      if (one_in(3)) {
        const Instant begins = half_hour(6);
        tx.later(
            "INSERT INTO episode_hold (episode_id, kind, from_at, until_at, keeps_seats, made_by) "
            "SELECT $1, 'pass', $2, $3, TRUE, min(person_id) FROM staff",
            episode, begins, one_in(3) ? std::nullopt : std::optional(begins + 30min * upto(150)));
      }
      if (until) from = *until + days(upto(5));
    }
    return client;
  }

  void add_levels(std::int64_t episode, Date from, std::optional<Date> until) {
    constexpr const char* levels[] = {"1", "2.1", "2.5", "3.7"};
    Date first = one_in(5) ? from + days(upto(4)) : from;
    for (int n = 0; n < 3; ++n) {
      const bool last = n == 2 || one_in(2);
      std::optional<Date> ends = last ? until : std::optional(std::max(first, near(4)));
      if (until && (!ends || *ends > *until)) ends = until;
      if (ends && *ends < first) return;
      tx.later("INSERT INTO care_level (episode_id, level, from_on, until_on) VALUES ($1, $2, $3, $4)",
               episode, levels[upto(3)], first, ends);
      if (!ends || last) return;
      first = *ends;
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(test::CareFixture,
                  "the board is what a slow count over the raw rows says, on programmes by chance") {
  const SiteId other = write([](Transaction& tx) { return test::add_site(tx, "North", "America/Chicago"); });
  const auto second = write([](Transaction& tx) {
    add_first_care_rules(tx);
    return *tx.one<ServiceId>(
        "INSERT INTO service (code, name, neutral_name, counts) VALUES ('visit', 'Visit', 'Appointment', "
        "FALSE) "
        "RETURNING id");
  });
  std::vector<std::uint64_t> seeds{1, 2, 3};
  seeds.push_back(std::random_device{}());
  std::string printed = "the seeds are";
  for (const auto seed : seeds) printed += " " + std::to_string(seed);
  MESSAGE(printed);

  std::set<HoursVerdict> seen;
  for (const auto seed : seeds) {
    CAPTURE(seed);
    // Each programme is a site of its own.
    const SiteId home =
        write([&](Transaction& tx) { return test::add_site(tx, "Site " + std::to_string(seed)); });
    const Zone zone = *Zone::named("America/New_York");
    std::mt19937_64 random(seed);
    const Date middle = seed % 2 == 0 ? on("2026-03-06") : on("2026-10-30");
    const Instant present = zone.start_of(middle) + 30min * static_cast<int>(random() % 40);
    const std::int64_t starts = static_cast<std::int64_t>(random() % 7);
    const std::string jurisdiction = random() % 2 == 0 ? "US-IL" : "";
    write([&](Transaction& tx) {
      Chance chance{random, tx, home, other, {counseling, second}, middle, zone};
      tx.run(
          "INSERT INTO care_policy (site_id, jurisdiction, week_starts, make_up_days) VALUES ($1, $2, $3, "
          "14)",
          home, jurisdiction, starts);
      if (seed % 2 == 0) tx.run("UPDATE care_rule SET partial_week = 'not_judged' WHERE level = '2.5'");
      for (int n = 0; n < 2; ++n) {
        const Date from = chance.near(8);
        tx.run("INSERT INTO closure (site_id, from_on, until_on, name) VALUES ($1, $2, $3, 'x')",
               n == 0 ? std::optional(home) : std::nullopt, from, from + days(chance.upto(1)));
      }
      std::vector<ClientId> clients;
      for (int n = 0; n < 24; ++n) clients.push_back(chance.add_client(n));
      for (int n = 0; n < 45; ++n) chance.add_session(clients, present);
    });
    for (const int offset : {-7, 0, 7}) {
      const Date of = middle + days(offset);
      const auto served = read([&](Snapshot& db) {
                            return hours_board(db, sue, home, of, {1000, {}, {}}, present);
                          }).value();
      const auto expected =
          read([&](Snapshot& db) { return Slow{db, home, zone, starts, jurisdiction, present}.board(of); });
      CHECK(served.items.size() == expected.size());
      CHECK(served.totals.clients == static_cast<std::int64_t>(expected.size()));
      for (const auto& item : served.items) {
        CAPTURE(item.preferred_name);
        CAPTURE(to_string(of));
        REQUIRE(expected.contains(item.client));
        const Slow::Line line{item.verdict,
                              item.asked_days,
                              item.required.minutes.count(),
                              item.most_minutes ? item.most_minutes->count() : -1,
                              item.credited.minutes.count(),
                              item.credited.individual_minutes.count(),
                              item.credited.group_minutes.count(),
                              item.unmarked.minutes.count(),
                              item.scheduled.minutes.count(),
                              item.credited.days};
        CHECK(Slow::text(line) == Slow::text(expected.at(item.client)));
        seen.insert(item.verdict);
      }
    }
  }
  // By these seeds each of them comes about.
  CHECK(seen.size() == 6);
}
