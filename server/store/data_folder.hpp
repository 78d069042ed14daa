// The folder that holds everything a server keeps: circled.sqlite3, keys, admin.sock, lock.
// One process works in it at a time, held by an flock that dies with the process.
#pragma once
#include <filesystem>
#include <string>

namespace circled::store {

class DataFolder {
 public:
  // Creates the folder (0700) when it is missing, then takes the lock.
  // Throws OpenError when another process holds it, or when it cannot be made or read.
  // `key`: where the server's key is, when not in the folder.
  explicit DataFolder(std::filesystem::path path, std::filesystem::path key = {});
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;

  std::filesystem::path database() const { return path_ / "circled.sqlite3"; }
  std::filesystem::path admin_socket() const { return path_ / "admin.sock"; }
  // The server's key: 32 random bytes in a 0600 file, made at first use when it belongs into the folder.
  std::string key() const;

  // Whether some process holds the folder now.
  static bool in_use(const std::filesystem::path& path);

 private:
  std::filesystem::path path_, key_;
  int lock_ = -1;
};

}  // namespace circled::store
