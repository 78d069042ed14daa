#include "store/data_folder.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "store/private_file.hpp"
#include "store/sqlite.hpp"

namespace circled::store {
namespace {

std::string why() { return std::strerror(errno); }

// A large statement puts its journal into a file that it unlinks at once; that holds what people's rows
// held, and belongs where those are. Only this variable moves it: SQLITE_TMPDIR is read once and for all
// threads, the pragma is deprecated. SQLite reads it under this mutex whenever it makes such a file.
void keep_temporary_files_in(const std::filesystem::path& folder) {
  sqlite3_mutex* const mutex = sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_VFS1);
  sqlite3_mutex_enter(mutex);
  sqlite3_free(sqlite3_temp_directory);
  sqlite3_temp_directory = sqlite3_mprintf("%s", folder.c_str());
  sqlite3_mutex_leave(mutex);
}

}  // namespace

DataFolder::DataFolder(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code ec;
  if (!std::filesystem::is_directory(path_, ec)) {
    std::filesystem::create_directories(path_, ec);
    if (ec) throw OpenError(path_.string() + ": the data folder cannot be made: " + ec.message());
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ec);
  }
  const auto file = path_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) throw OpenError(file.string() + ": cannot be opened: " + why());
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const bool taken = errno == EWOULDBLOCK;
    const std::string reason = why();
    ::close(lock_);
    if (!taken) throw OpenError(file.string() + ": cannot be locked: " + reason);
    throw OpenError(path_.string() + ": another circled works in this data folder; stop it first");
  }
  keep_temporary_files_in(path_);
}

DataFolder::~DataFolder() { ::close(lock_); }

bool DataFolder::in_use(const std::filesystem::path& path) {
  const int fd = ::open((path / "lock").c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  const bool taken = ::flock(fd, LOCK_EX | LOCK_NB) != 0;
  ::close(fd);
  return taken;
}

std::string DataFolder::key() const {
  const auto file = path_ / "key";
  std::ifstream in(file, std::ios::binary);
  std::string key((std::istreambuf_iterator<char>(in)), {});
  if (key.size() == 32) return key;
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw OpenError(file.string() +
                    ": the server key is damaged or cannot be read; restore it from a backup");

  key.resize(32);
  randombytes_buf(key.data(), key.size());
  write_private(file, key);
  return key;
}

}  // namespace circled::store
