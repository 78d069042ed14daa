#include "store/data_folder.hpp"

#include <fcntl.h>
#include <sodium.h>
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

}  // namespace

DataFolder::DataFolder(std::filesystem::path path, std::filesystem::path key)
    : path_(std::move(path)), key_(std::move(key)) {
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
  const auto file = key_.empty() ? path_ / "key" : key_;
  std::ifstream in(file, std::ios::binary);
  std::string key((std::istreambuf_iterator<char>(in)), {});
  if (key.size() == 32) return key;
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw OpenError(file.string() +
                    ": the server key is damaged or cannot be read; restore it from a backup");

  if (!key_.empty())
    throw OpenError(file.string() + ": there is no such key; copy the one that the first server has");

  key.resize(32);
  randombytes_buf(key.data(), key.size());
  write_private(file, key);
  return key;
}

}  // namespace circled::store
