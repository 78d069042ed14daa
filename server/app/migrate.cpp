// Migrate: a whole programme from one engine to the other, its key with it.
#include <cstdio>

#include "access/audit.hpp"
#include "access/key_check.hpp"
#include "app/commands.hpp"
#include "app/key_file.hpp"
#include "live/verify_streams.hpp"
#include "store/copy.hpp"
#include "store/data_folder.hpp"
#include "store/private_file.hpp"

namespace circled::app {
namespace {

namespace fs = std::filesystem;

// Told as it happens: a large copy takes minutes.
void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

// What --from or --to names.
struct End {
  std::string text;
  fs::path folder;  // empty: a database
  store::Place place;

  End(const std::string& flag, const std::string& given) : text(given) {
    if (text.empty()) throw StartError(flag + ": names nothing; it takes a data folder or postgres://…");
    if (text.find("://") != std::string::npos) {
      if (const auto wrong = store::check_uri(text); !wrong.empty()) throw StartError(flag + ": " + wrong);
      place.uri = text;
      return;
    }
    folder = text;
    place.file = folder / "circled.sqlite3";
  }

  bool is_folder() const { return place.local(); }
  fs::path key() const { return folder / "key"; }
  bool same_as(const End& other) const {
    if (!is_folder() || !other.is_folder()) return text == other.text;
    return fs::weakly_canonical(folder) == fs::weakly_canonical(other.folder);
  }
};

// The folder that the copy goes into. What was made in it goes again, unless it is kept.
class NewFolder {
 public:
  explicit NewFolder(const End& end)
      : path_(end.folder), existed_(fs::exists(path_)), had_lock_(fs::exists(path_ / "lock")) {}
  ~NewFolder() {
    if (kept_) return;
    std::error_code ignored;
    if (key_made_) fs::remove(path_ / "key", ignored);
    if (!had_lock_) fs::remove(path_ / "lock", ignored);
    if (!existed_) fs::remove(path_, ignored);
  }
  NewFolder(const NewFolder&) = delete;

  void hold() { lock_.emplace(path_); }
  void put_key(const std::string& key) {
    if (fs::exists(path_ / "key")) return;
    write_key(path_ / "key", key);
    key_made_ = true;
    store::sync_folder(path_);
  }
  void keep() { kept_ = true; }

 private:
  const fs::path path_;
  const bool existed_, had_lock_;
  std::optional<store::DataFolder> lock_;
  bool key_made_ = false, kept_ = false;
};

void demand_data(const End& from) {
  if (store::exists(from.place)) return;
  throw StartError(from.is_folder()
                       ? from.text + ": there is no database in this folder; check --from"
                       : "--from: there are no data of circled in this database; check the address");
}

// Where the key of the data to be copied is.
fs::path key_of(const End& from, const MigrateCommand& command) {
  if (!command.key.empty()) return command.key;
  if (from.is_folder()) return from.key();
  throw StartError("--key: is missing; name the file with the key of the servers over this database");
}

// An empty folder may have been given the right key already.
void demand_room(const End& to, const std::string& key) {
  store::demand_empty(to.place);
  std::error_code ec;
  if (to.is_folder() && fs::exists(to.folder) && !fs::is_directory(to.folder))
    throw StartError(to.text + ": is a file; --to takes a folder");
  if (to.is_folder() && fs::exists(to.key(), ec) && read_key(to.key(), "remove it") != key)
    throw StartError(to.key().string() + ": is the key of other data; name an empty folder");
}

// The source as this binary knows it.
void make_ready(const End& from, const std::string& key, const fs::path& key_file) {
  const auto source = store::open(from.place);
  if (!source->read_now([&](Snapshot& db) { return access::key_fits(db, key); }))
    throw StartError(key_file.string() + ": the data were made with another key; name that one (--key)");
}

void check_copy(Snapshot& db, const std::string& key) {
  const auto chain = access::verify_chain(db, key);
  if (!chain.problems.empty())
    throw store::OpenError("the copy is not kept: the audit chain does not hold: " + chain.problems.front());
  say("audit chain: ok, " + std::to_string(chain.entries) + " entries, " + std::to_string(chain.unsealed) +
      " not sealed yet");
  const auto streams = live::verify_streams(db);
  if (!streams.problems.empty()) throw store::OpenError("the copy is not kept: " + streams.problems.front());
  say("streams: ok, " + std::to_string(streams.streams) + " with " + std::to_string(streams.events) +
      " events");
}

}  // namespace

int migrate(const MigrateCommand& command) {
  const End from("--from", command.from), to("--to", command.to);
  if (from.same_as(to)) throw StartError("--to: is the same place as --from; name another one");
  const auto others = store::others_connected(from.place);
  demand_data(from);
  const fs::path key_file = key_of(from, command);
  const std::string key = read_key(key_file, "without it the audit trail proves nothing (--key)");
  std::optional<store::DataFolder> left;
  if (from.is_folder()) left.emplace(from.folder);
  demand_room(to, key);
  make_ready(from, key, key_file);
  if (others > 0)
    say("note: " + std::to_string(others) +
        " connections of servers are open on the source; what they write from now on is not copied");

  std::optional<NewFolder> folder;
  if (to.is_folder()) {
    folder.emplace(to);
    folder->hold();
    folder->put_key(key);
  }
  store::copy(
      from.place, to.place, [](const std::string& line) { say(line); },
      [&](Snapshot& db) { check_copy(db, key); });
  if (folder) folder->keep();

  say(to.text + ": holds all of " + from.text);
  say(folder ? "key: " + to.key().string()
             : "key: each server over this database needs a copy of " + key_file.string() +
                   ", as \"key\" in its data folder or named by --key");
  return 0;
}

}  // namespace circled::app
