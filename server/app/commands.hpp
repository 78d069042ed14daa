// What the words of the command line do. Each answers the exit code, prints what an operator wants to
// know on stdout, and throws StartError or store::OpenError with the one line that is wrong.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "app/options.hpp"
#include "base/time.hpp"

namespace circled::app {

// Serves until a signal; says "circled: listening on …" once it does.
int serve(const Options& options);

// Refuses a folder, and a database, that holds anything. The same seed and named day make the same programme,
// but for what is a secret (salts, the key). `today` empty: up to this moment, where the demo's site is.
int demo(const Options& options, std::uint64_t seed, std::optional<Date> today);

struct MeetingImport {
  std::string file, name, zone;
  bool allow_shrink = false;
};
int import_meetings(const Options& options, const MeetingImport& import);

struct ClosureImportCommand {
  std::string file, source, site;  // the site's name; empty: every site
};
int import_closures(const Options& options, const ClosureImportCommand& import);

struct AccountCommand {
  std::string verb;  // list, create, set-password, reset, disable
  std::string login, role, name, site, zone;
  bool password_from_stdin = false;
};
// A password comes from standard input or is made here and printed once; never from the arguments, which
// every user of the machine can read.
int keep_accounts(const Options& options, const AccountCommand& command);

int backup(const Options& options, const std::filesystem::path& file);
int restore(const Options& options, const std::filesystem::path& file, bool replace);
// Copies a whole programme into an empty place, and compares both. A place is a data folder or a PostgreSQL
// database's address; a server works in neither. Whatever is not equal is refused, and nothing is kept.
struct MigrateCommand {
  std::string from, to;
  std::filesystem::path key;  // the file with the server's key; empty: in the folder that is left
};
int migrate(const MigrateCommand& command);

// 1 when something is wrong; one line for each check.
int verify(const Options& options);

int openapi();

}  // namespace circled::app
