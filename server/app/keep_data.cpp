// Backup, restore, verify: what keeps the data folder's data.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "access/audit.hpp"
#include "access/key_check.hpp"
#include "app/commands.hpp"
#include "app/first_start.hpp"
#include "app/key_file.hpp"
#include "store/data_folder.hpp"
#include "store/private_file.hpp"

namespace circled::app {
namespace {

namespace fs = std::filesystem;

fs::path key_beside(const fs::path& file) { return file.string() + ".key"; }

constexpr const char* made_beside = "it was made beside the backup";

void sync_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ::fsync(fd) != 0) throw StartError(file.string() + ": cannot be written to disk");
  ::close(fd);
}

// What is wrong with a database and its audit chain; the lines of a report go to `say`.
std::vector<std::string> find_wrong(const store::Place& place, const std::string& key,
                                    const std::function<void(const std::string&)>& say) {
  std::vector<std::string> wrong = store::check(place);
  std::size_t integrity = 0, references = 0;
  for (const auto& each : wrong) (each.starts_with("foreign key") ? references : integrity) += 1;
  say(integrity == 0 ? "integrity: ok" : "integrity: " + std::to_string(integrity) + " faults");
  if (integrity != 0) return wrong;  // nothing further can be read with confidence
  say(references == 0 ? "foreign keys: ok" : "foreign keys: " + std::to_string(references) + " faults");
  store::read(place, [&](Snapshot& db) {
    if (!access::key_fits(db, key)) wrong.push_back("the key is not the one that these data were made with");
    const auto chain = access::verify_chain(db, key);
    say("audit chain: " +
        (chain.problems.empty() ? std::string("ok") : std::to_string(chain.problems.size()) + " faults") +
        ", " + std::to_string(chain.entries) + " entries, " + std::to_string(chain.unsealed) +
        " not sealed yet");
    wrong.insert(wrong.end(), chain.problems.begin(), chain.problems.end());
  });
  return wrong;
}

void demand_data(const store::Place& place, const Options& options) {
  if (store::exists(place)) return;
  throw StartError(place.local()
                       ? options.data.string() + ": there is no database in this folder; check --data"
                       : "store: there are no data of circled in this database; check --store");
}

fs::path key_file(const Options& options) { return options.key.empty() ? options.data / "key" : options.key; }

}  // namespace

int backup(const Options& options, const fs::path& file) {
  const auto place = place_of(options);
  demand_data(place, options);
  if (fs::exists(key_beside(file)))
    throw StartError(key_beside(file).string() +
                     ": there is a file already; name a backup that does not exist");
  store::backup(place, file);
  sync_file(file);
  write_key(key_beside(file), read_key(key_file(options), made_beside));
  store::sync_folder(file.parent_path());
  std::printf("%s: %ju bytes\n", file.c_str(), static_cast<std::uintmax_t>(fs::file_size(file)));
  std::printf("%s: the key that proves its audit trail; keep it apart from the backup\n",
              key_beside(file).c_str());
  return 0;
}

int restore(const Options& options, const fs::path& file, bool replace) {
  const fs::path& data = options.data;
  if (!place_of(options).local())
    throw StartError(
        "store: a backup is restored into a data folder; from there circled migrate brings it here");
  if (!fs::exists(file)) throw StartError(file.string() + ": there is no such file");
  const std::string key = read_key(key_beside(file), made_beside);
  const auto wrong =
      find_wrong({file, {}}, key, [](const std::string& line) { std::printf("backup: %s\n", line.c_str()); });
  if (!wrong.empty())
    throw StartError(file.string() + ": the backup is not sound (" + wrong.front() + "); take another");

  const store::DataFolder folder(data);
  const fs::path database = folder.database();
  if (fs::exists(database) && !replace)
    throw StartError(data.string() +
                     ": this folder holds data; choose an empty one, or say --replace to lose what it holds");
  const fs::path arriving = database.string() + ".arriving";
  fs::remove(arriving);
  store::backup({file, {}}, arriving);
  sync_file(arriving);
  // The old write-ahead log must not be played onto the new database.
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(database.string() + suffix);
  fs::remove(data / "key");
  write_key(data / "key", key);
  fs::rename(arriving, database);
  store::sync_folder(data);
  std::printf("%s: restored from %s\n", data.c_str(), file.c_str());
  return 0;
}

int verify(const Options& options) {
  const auto place = place_of(options);
  demand_data(place, options);
  const auto wrong = find_wrong(place, read_key(key_file(options), made_beside),
                                [](const std::string& line) { std::printf("%s\n", line.c_str()); });
  for (const auto& each : wrong) std::printf("  %s\n", each.c_str());
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "circled: %s: the data are damaged; stop the server and restore a backup\n",
               place.local() ? place.file.c_str() : "store");
  return 1;
}

}  // namespace circled::app
