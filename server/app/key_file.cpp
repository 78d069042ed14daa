#include "app/key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "app/options.hpp"

namespace circled::app {

namespace fs = std::filesystem;

std::string read_key(const fs::path& file, const std::string& remedy) {
  std::ifstream in(file, std::ios::binary);
  std::string key((std::istreambuf_iterator<char>(in)), {});
  if (key.size() != 32) throw StartError(file.string() + ": is missing or no key; " + remedy);
  return key;
}

void write_key(const fs::path& file, const std::string& key) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) throw StartError(file.string() + ": cannot be made: " + std::generic_category().message(errno));
  const bool written =
      ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written) throw StartError(file.string() + ": cannot be written");
}

}  // namespace circled::app
