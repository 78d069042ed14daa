// A server process under measurement: started on a free port, asked for its CPU time and memory,
// stopped by its own process id.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace circled::bench {

class Process {
 public:
  // Starts `binary serve --listen 127.0.0.1:0 …arguments` and waits for the line that names its port.
  Process(const std::string& binary, std::vector<std::string> arguments);
  ~Process();
  Process(const Process&) = delete;

  std::uint16_t port() const { return port_; }
  double cpu_seconds() const;  // user and system, of all threads
  std::int64_t resident_bytes() const;
  std::int64_t private_bytes() const;  // of these, what is no page of a file

 private:
  std::int64_t status(const char* line) const;

  pid_t pid_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace circled::bench
