// A disk that fails on demand: SQLite's writes to files with a certain ending answer an error of our
// choice while this object lives (https://www.sqlite.org/c3ref/vfs.html, xSetSystemCall).
#pragma once
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <string_view>

namespace circled::test {

class FaultyDisk {
 public:
  // For example ENOSPC for "-wal". One at a time in the process.
  FaultyDisk(int error, std::string_view ending) {
    ending_ = ending;
    failures_ = 0;
    error_ = error;
    set(reinterpret_cast<sqlite3_syscall_ptr>(&write));
  }
  ~FaultyDisk() { set(nullptr); }
  FaultyDisk(const FaultyDisk&) = delete;

  static int failures() { return failures_; }

 private:
  static void set(sqlite3_syscall_ptr call) {
    sqlite3_vfs* const vfs = sqlite3_vfs_find("unix");
    for (const char* name : {"pwrite", "pwrite64"}) vfs->xSetSystemCall(vfs, name, call);
  }

  static ssize_t write(int fd, const void* bytes, std::size_t count, off_t at) {
    char path[4096];
    const auto length = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
    if (length > 0 && std::string_view(path, static_cast<std::size_t>(length)).ends_with(ending_)) {
      ++failures_;
      errno = error_;
      return -1;
    }
    return ::pwrite(fd, bytes, count, at);
  }

  static inline std::string_view ending_;
  static inline std::atomic<int> failures_ = 0;
  static inline std::atomic<int> error_ = 0;
};

}  // namespace circled::test
