#include "places/closure_import.hpp"

#include <map>

#include "live/emit.hpp"
#include "places/place.hpp"

namespace circled::places {
namespace {

constexpr std::size_t longest_name = 200, longest_uid = 300;  // bytes

using Key = std::pair<std::string, Date>;

struct Stored {
  ClosureId id;
  std::string uid;
  Date from_on;
  Date until_on;
  std::string name;
  std::optional<SiteId> site;
};
BOOST_DESCRIBE_STRUCT(Stored, (), (id, uid, from_on, until_on, name, site))

// Cut where a character begins.
std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

}  // namespace

Result<ClosureList> read_closures(std::string_view text, Instant now) {
  const Instant from = std::chrono::floor<std::chrono::days>(now) - std::chrono::days(30);
  auto calendar = ics::read(text, Zone::utc(), from, from + std::chrono::days(730));
  if (!calendar) return calendar.error();
  ClosureList list;
  for (auto& event : calendar->not_taken)
    list.not_taken.push_back({static_cast<std::int64_t>(event.line),
                              cut(trimmed(event.summary), longest_name), std::move(event.reason)});
  std::map<Key, std::size_t> lines;
  for (auto& event : calendar->events) {
    std::string name = cut(trimmed(event.summary), longest_name);
    const auto refuse = [&](std::string why) {
      list.not_taken.push_back({static_cast<std::int64_t>(event.line), name, std::move(why)});
    };
    if (!event.all_day) {
      refuse("it does not last all day");
    } else if (name.empty()) {
      refuse("it has no SUMMARY");
    } else if (event.uid.size() > longest_uid) {
      refuse("its UID is too long");
    } else if (const auto [at, is_new] = lines.emplace(Key{event.uid, event.from_on}, event.line); !is_new) {
      refuse("the event of line " + std::to_string(at->second) + " has its UID and day");
    } else {
      list.closed.push_back({std::move(event.uid), event.from_on, event.until_on, std::move(name)});
    }
  }
  return list;
}

Result<ClosureImportReport> import_closures(Transaction& tx, const access::Actor& actor,
                                            const ClosureImport& wanted, const ClosureList& list,
                                            Instant now) {
  const auto place = wanted.site ? site(tx, *wanted.site) : std::nullopt;
  if (wanted.site && !place) return invalid("/site", "not_found", "There is no such site.");
  const Date today = (place ? *Zone::named(place->zone) : Zone::utc()).date(now);
  std::map<Key, Stored> stored;
  for (auto& row :
       tx.all<Stored>("SELECT id, uid, from_on, until_on, name, site_id FROM closure WHERE source = $1 "
                      "AND source <> '' ORDER BY id",
                      wanted.source)) {
    if (row.site != wanted.site)
      return conflict("other_site", "The calendar '" + wanted.source +
                                        "' was imported for other sites: give this one a name of its own.");
    stored.emplace(Key{row.uid, row.from_on}, std::move(row));
  }
  ClosureImportReport report;
  report.not_taken = list.not_taken;
  for (const auto& days : list.closed) {
    const auto found = stored.find({days.uid, days.from_on});
    if (found == stored.end()) {
      tx.later(
          "INSERT INTO closure (site_id, from_on, until_on, name, source, uid) VALUES ($1, $2, $3, $4, $5, "
          "$6)",
          wanted.site, days.from_on, days.until_on, days.name, wanted.source, days.uid);
      ++report.added;
      continue;
    }
    if (found->second.until_on == days.until_on && found->second.name == days.name) {
      ++report.unchanged;
    } else {
      tx.later("UPDATE closure SET until_on = $2, name = $3 WHERE id = $1", found->second.id, days.until_on,
               days.name);
      ++report.updated;
    }
    stored.erase(found);
  }
  for (const auto& [key, row] : stored) {
    if (row.from_on <= today) continue;
    tx.later("DELETE FROM closure WHERE id = $1", row.id);
    ++report.deleted;
  }
  access::audit(tx, actor, "closures.import", "site", wanted.site.value_or(SiteId()).value, now,
                {{"source", wanted.source},
                 {"added", report.added},
                 {"updated", report.updated},
                 {"deleted", report.deleted}});
  if (report.added + report.updated + report.deleted > 0)
    live::hint(tx, "closure.changed", 0, wanted.site.value_or(SiteId()));
  return report;
}

}  // namespace circled::places
