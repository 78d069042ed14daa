#include "bench/meetings_bench.hpp"

#include <algorithm>
#include <iostream>
#include <random>

#include "aftercare/meeting.hpp"
#include "aftercare/rules.hpp"
#include "bench/cpu.hpp"

namespace circled::bench {
namespace {

using aftercare::NearSearch;
using aftercare::Point;

struct Town {
  Point centre;
  std::string zone;
  std::string name;
};

std::vector<Town> towns(std::mt19937& random) {
  std::uniform_real_distribution<double> latitude(26, 48), longitude(-123, -71);
  std::vector<Town> all;
  for (int n = 0; n < 300; ++n) {
    const Point centre{latitude(random), longitude(random)};
    const char* zone = centre.longitude < -114   ? "America/Los_Angeles"
                       : centre.longitude < -102 ? "America/Denver"
                       : centre.longitude < -86  ? "America/Chicago"
                                                 : "America/New_York";
    all.push_back({centre, zone, "Town " + std::to_string(n)});
  }
  return all;
}

void fill_meetings(Store& store, std::int64_t meetings, const std::vector<Town>& all, std::mt19937& random) {
  std::uniform_real_distribution<double> off(-0.2, 0.2);
  static constexpr const char* types[] = {"open",       "closed,women",    "open,men",    "closed,lgbtq",
                                          "open,young", "open,wheelchair", "language_es", "open,speaker"};
  for (std::int64_t at = 0; at < meetings; at += 1'000) {
    const auto done = store.write_now("bench.meetings", [&](Transaction& tx) -> Result<bool> {
      if (at == 0)
        tx.run("INSERT INTO meeting_list (id, name, format, imported_at) VALUES (1, 'x', 'bmlt', 0)");
      for (std::int64_t n = at; n < std::min(meetings, at + 1'000); ++n) {
        const Town& town = all[random() % all.size()];
        const int weekday = static_cast<int>(random() % 7);
        const bool online = n % 10 == 0;
        const std::string name = "Meeting " + std::to_string(n);
        tx.run(
            "INSERT INTO meeting (list_id, key, name, weekday, rule, time, duration_minutes, zone, place, "
            "address, town, notes, search_text, latitude, longitude, online_url, in_person, types) VALUES "
            "(1, $1, $2, $3, $4, $5, 60, $6, 'Grace Church', '12 Main Street, 10473', $7, "
            "'Use the side door and ring twice.', $8, $9, $10, $11, $12, $13)",
            std::to_string(n), name, weekday, aftercare::weekly_rule(weekday),
            std::int64_t(random() % 96) * 15, town.zone, town.name,
            "meeting " + std::to_string(n) + " grace church " + town.name, town.centre.latitude + off(random),
            town.centre.longitude + off(random), std::string(online ? "https://example.org/x" : ""), !online,
            std::string(types[n % 8]));
      }
      return true;
    });
    if (!done) throw std::runtime_error(done.error().detail);
  }
}

}  // namespace

MeetingsCost meetings_cost(const store::Place& place, std::int64_t meetings, Instant today) {
  const auto opened = store::open(place);
  Store& store = *opened;
  std::mt19937 random(11);
  const auto all = towns(random);
  fill_meetings(store, meetings, all, random);

  constexpr int times = 100;
  const auto each = [&](const char* what, auto change) {
    std::int64_t found = 0;
    const auto ask = [&](int n) {
      NearSearch wanted;
      change(wanted, all[static_cast<std::size_t>(n) % all.size()], n);
      const auto page = store.read_now(
          [&](Snapshot& db) { return aftercare::search(db, wanted, today + std::chrono::hours(n % 24)); });
      found += static_cast<std::int64_t>(page.value().items.size());
    };
    ask(0);  // statements are prepared
    const double before = cpu_ms();
    for (int n = 0; n < times; ++n) ask(n);
    const double cost = (cpu_ms() - before) / times;
    std::cerr << "  " << what << ": " << cost << " ms, " << found / times << " found\n";
    if (found == 0) throw std::runtime_error(std::string("meetings: nothing is found ") + what);
    return cost;
  };
  const auto near = [](NearSearch& wanted, const Town& town) {
    wanted.latitude = Real<-90'000, 90'000>{town.centre.latitude};
    wanted.longitude = Real<-180'000, 180'000>{town.centre.longitude};
  };
  MeetingsCost cost{};
  cost.search =
      std::max({each("near", [&](NearSearch& wanted, const Town& town, int) { near(wanted, town); }),
                each("near, by type and time",
                     [&](NearSearch& wanted, const Town& town, int n) {
                       near(wanted, town);
                       wanted.weekday = Number<0, 6>{n % 7};
                       wanted.from = TimeOfDay{Minutes(17 * 60)};
                       wanted.types = Text<0, 100>("open");
                     }),
                each("by type",
                     [&](NearSearch& wanted, const Town&, int n) {
                       wanted.weekday = Number<0, 6>{n % 7};
                       wanted.types = Text<0, 100>("women");
                     }),
                each("soon", [&](NearSearch& wanted, const Town&, int) { wanted.soon = true; }),
                each("near and soon", [&](NearSearch& wanted, const Town& town, int) {
                  near(wanted, town);
                  wanted.soon = true;
                })});
  cost.text = each("by a rare word", [&](NearSearch& wanted, const Town&, int n) {
    wanted.text = Text<0, 100>(std::to_string(90'000 % meetings + n));
  });
  return cost;
}

}  // namespace circled::bench
