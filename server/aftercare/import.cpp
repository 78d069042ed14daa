#include "aftercare/import.hpp"

#include <span>
#include <unordered_set>

#include "aftercare/occurrence.hpp"
#include "aftercare/rules.hpp"

namespace circled::aftercare {
namespace {

constexpr std::size_t meetings_at_once = 200;  // in one transaction: some ten milliseconds

struct Stored {
  MeetingId id;
  bool gone = false;
  MeetingRow row;
};

struct StoredColumns {
  MeetingId id;
  bool gone;
  std::string key, name;
  int weekday;
  TimeOfDay time;
  Minutes duration;
  std::string zone, place, address, town, notes;
  std::optional<double> latitude, longitude;
  std::string online_url;
  bool in_person;
  std::string types, search_text;
  BOOST_DESCRIBE_CLASS(StoredColumns, (),
                       (id, gone, key, name, weekday, time, duration, zone, place, address, town, notes,
                        latitude, longitude, online_url, in_person, types, search_text),
                       (), ())
};

std::optional<Stored> find(Snapshot& db, std::int64_t list, const std::string& key) {
  auto c = db.one<StoredColumns>(
      "SELECT id, gone_at IS NOT NULL, key, name, weekday, time, duration_minutes, zone, place, address, "
      "town, notes,"
      " latitude, longitude, online_url, in_person, types, search_text FROM meeting WHERE list_id = $1 AND "
      "key = $2",
      list, key);
  if (!c) return std::nullopt;
  return Stored{
      c->id, c->gone,
      MeetingRow{c->key, c->name, c->weekday, c->time, c->duration, c->zone, c->place, c->address, c->town,
                 c->notes, c->latitude, c->longitude, c->online_url, c->in_person, c->types, c->search_text}};
}

// What a reminder or a calendar says of a meeting.
bool says_the_same(const MeetingRow& a, const MeetingRow& b) {
  return a.weekday == b.weekday && a.time == b.time && a.zone == b.zone && a.place == b.place &&
         a.address == b.address && a.town == b.town && a.online_url == b.online_url &&
         a.in_person == b.in_person;
}

void insert(Transaction& tx, std::int64_t list, const MeetingRow& row) {
  tx.run(
      "INSERT INTO meeting (list_id, key, name, weekday, time, duration_minutes, zone, place, address, town, "
      "notes,"
      " latitude, longitude, online_url, in_person, types, search_text, rule) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
      list, row.key, row.name, row.weekday, row.time, row.duration, row.zone, row.place, row.address,
      row.town, row.notes, row.latitude, row.longitude, row.online_url, row.in_person, row.types,
      row.search_text, weekly_rule(row.weekday));
}

void update(Transaction& tx, MeetingId id, const MeetingRow& row, bool moved) {
  tx.run(
      "UPDATE meeting SET name = $2, weekday = $3, time = $4, duration_minutes = $5, zone = $6, place = $7,"
      " address = $8, town = $9, notes = $10, latitude = $11, longitude = $12, online_url = $13, in_person = "
      "$14,"
      " types = $15, search_text = $16, version = version + $17, rule = $18, gone_at = NULL WHERE id = $1",
      id, row.name, row.weekday, row.time, row.duration, row.zone, row.place, row.address, row.town,
      row.notes, row.latitude, row.longitude, row.online_url, row.in_person, row.types, row.search_text,
      moved ? 1 : 0, weekly_rule(row.weekday));
}

struct Counts {
  std::int64_t added = 0, updated = 0, returned = 0, unchanged = 0;
};

void apply(Transaction& tx, std::int64_t list, const MeetingRow& row, Instant now, Counts& counts) {
  const auto stored = find(tx, list, row.key);
  if (!stored) {
    insert(tx, list, row);
    ++counts.added;
    return;
  }
  if (!stored->gone && stored->row == row) {
    ++counts.unchanged;
    return;
  }
  const bool moved = !says_the_same(stored->row, row);
  update(tx, stored->id, row, moved);
  ++(stored->gone ? counts.returned : counts.updated);
  if (stored->gone)
    follow(tx, stored->id, Change::came_back, now);
  else if (moved)
    follow(tx, stored->id, Change::moved, now);
  else if (stored->row.duration != row.duration)
    follow(tx, stored->id, Change::length, now);
}

// The zone that all sites share.
std::optional<Zone> sites_zone(Snapshot& db) {
  const auto zones = db.all<std::string>("SELECT DISTINCT zone FROM site");
  if (zones.size() != 1) return std::nullopt;
  const auto zone = Zone::named(zones.front());
  return zone ? std::optional(*zone) : std::nullopt;
}

using KeysInFile = std::unordered_set<std::string_view>;

// What the list still has in the store and no longer in the file.
std::vector<MeetingId> missing(Snapshot& db, std::int64_t list, const KeysInFile& keys) {
  std::vector<MeetingId> ids;
  db.each<std::tuple<MeetingId, std::string>>(
      [&](const auto& row) {
        if (!keys.contains(std::get<1>(row))) ids.push_back(std::get<0>(row));
      },
      "SELECT id, key FROM meeting WHERE list_id = $1 AND gone_at IS NULL", list);
  return ids;
}

// Whether the file can be this list at all.
std::optional<Error> objection(Snapshot& db, const ParsedList& list, const KeysInFile& keys,
                               const ImportOptions& options) {
  if (list.meetings.empty()) {
    return conflict("nothing_taken", "None of the file's " + std::to_string(list.rows) +
                                         " rows can be taken; the first: " + list.refused.front().reason +
                                         ".");
  }
  const auto known = db.one<std::tuple<std::int64_t, ListFormat, bool>>(
      "SELECT id, format, by_hand FROM meeting_list WHERE name = $1", options.name);
  if (!known) return std::nullopt;
  const auto& [id, format, by_hand] = *known;
  if (by_hand)
    return conflict("typed_in", "The list '" + options.name +
                                    "' is the one that staff type in: give this one a name of its own.");
  if (format != list.format)
    return conflict("other_format", "The list '" + options.name + "' was imported as " +
                                        std::string(json::enum_name(format)) + " and this file is " +
                                        std::string(json::enum_name(list.format)) +
                                        ": give it a name of its own.");
  const auto present =
      db.one<std::int64_t>("SELECT COUNT(*) FROM meeting WHERE list_id = $1 AND gone_at IS NULL", id).value();
  const auto lost = static_cast<std::int64_t>(missing(db, id, keys).size());
  if (!options.allow_shrink && shrinks_too_much(present, lost))
    return conflict("list_shrinks", "The file lacks " + std::to_string(lost) + " of the list's " +
                                        std::to_string(present) +
                                        " meetings. If that is right, import it once more with fewer allowed "
                                        "(--allow-shrink).");
  return std::nullopt;
}

class Import {
 public:
  Import(Store& store, const Clock& clock, const access::Actor& actor, const ImportOptions& options,
         ParsedList parsed)
      : store_(store), clock_(clock), actor_(actor), options_(options), parsed_(std::move(parsed)) {
    for (const auto& row : parsed_.meetings) keys_.insert(row.key);
  }

  Result<ImportReport> run() {
    if (auto why_not = store_.read_now([&](Snapshot& db) { return objection(db, parsed_, keys_, options_); }))
      return *why_not;
    begin_report();
    for (auto each : {&Import::enter_list, &Import::apply_rows, &Import::mark_gone, &Import::conclude})
      if (auto done = (this->*each)(); !done) return done.error();
    report_.refused = std::move(parsed_.refused);
    return std::move(report_);
  }

 private:
  void begin_report() {
    report_.name = options_.name;
    report_.format = parsed_.format;
    report_.rows = parsed_.rows;
    report_.taken = parsed_.taken;
    report_.meetings = static_cast<std::int64_t>(parsed_.meetings.size());
    report_.without_end = parsed_.without_end;
  }

  Result<void> enter_list() {
    const auto known = store_.read_now([&](Snapshot& db) {
      return db.one<std::int64_t>("SELECT id FROM meeting_list WHERE name = $1", options_.name);
    });
    if (known) {
      report_.list = *known;
      return {};
    }
    auto id = store_.write_now("meetings.import", [&](Transaction& tx) -> Result<std::int64_t> {
      return tx
          .one<std::int64_t>(
              "INSERT INTO meeting_list (name, format, imported_at) VALUES ($1, $2, $3) RETURNING id",
              options_.name, parsed_.format, clock_.now())
          .value();
    });
    if (!id) return id.error();
    report_.list = *id;
    return {};
  }

  Result<void> apply_rows() {
    const std::span all(parsed_.meetings);
    for (std::size_t at = 0; at < all.size(); at += meetings_at_once) {
      tell_progress(at);
      const auto rows = all.subspan(at, std::min(meetings_at_once, all.size() - at));
      auto counts = store_.write_now("meetings.import", [&](Transaction& tx) -> Result<Counts> {
        Counts so_far;
        for (const auto& row : rows) apply(tx, report_.list, row, clock_.now(), so_far);
        return so_far;
      });
      if (!counts) return counts.error();
      report_.added += counts->added;
      report_.updated += counts->updated;
      report_.returned += counts->returned;
      report_.unchanged += counts->unchanged;
    }
    tell_progress(all.size());
    return {};
  }

  // Last: until all rows are in, a meeting under a new id would look gone.
  Result<void> mark_gone() {
    const auto ids = store_.read_now([&](Snapshot& db) { return missing(db, report_.list, keys_); });
    const std::span all(ids);
    for (std::size_t at = 0; at < all.size(); at += meetings_at_once) {
      const auto some = all.subspan(at, std::min(meetings_at_once, all.size() - at));
      auto marked = store_.write_now("meetings.import", [&](Transaction& tx) -> Result<std::int64_t> {
        std::int64_t count = 0;
        for (const MeetingId id : some) {
          if (tx.run("UPDATE meeting SET gone_at = $2 WHERE id = $1 AND gone_at IS NULL", id, clock_.now()) ==
              0)
            continue;
          follow(tx, id, Change::gone, clock_.now());
          ++count;
        }
        return count;
      });
      if (!marked) return marked.error();
      report_.gone += *marked;
    }
    return {};
  }

  Result<void> conclude() {
    return store_.write_now("meetings.import", [&](Transaction& tx) -> Result<void> {
      tx.run("UPDATE meeting_list SET imported_at = $2 WHERE id = $1", report_.list, clock_.now());
      access::audit(tx, actor_, "meetings.import", "meeting_list", report_.list, clock_.now(),
                    {{"name", report_.name},
                     {"rows", report_.rows},
                     {"taken", report_.taken},
                     {"added", report_.added},
                     {"updated", report_.updated},
                     {"returned", report_.returned},
                     {"gone", report_.gone}});
      return {};
    });
  }

  void tell_progress(std::size_t done) const {
    if (options_.progress) options_.progress(static_cast<std::int64_t>(done), report_.meetings);
  }

  Store& store_;
  const Clock& clock_;
  const access::Actor& actor_;
  const ImportOptions& options_;
  ParsedList parsed_;
  KeysInFile keys_;  // views parsed_
  ImportReport report_;
};

}  // namespace

Result<ImportReport> import_meetings(Store& store, const Clock& clock, const access::Actor& actor,
                                     std::string_view bytes, const ImportOptions& options) {
  if (options.name.empty()) return invalid("/name", "no_name", "A list needs a name.");
  const auto zone = options.zone ? options.zone : store.read_now([](Snapshot& db) { return sites_zone(db); });
  auto parsed = parse_list(bytes, zone);
  if (!parsed) return parsed.error();
  return Import(store, clock, actor, options, std::move(*parsed)).run();
}

}  // namespace circled::aftercare
