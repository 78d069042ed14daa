// The real binary as a child process: started with arguments, watched through its pipes, ended by its own
// pid and by nothing else.
#pragma once
#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace circled::end_to_end {

// A folder under the system's temporary one that goes away with this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

using Environment = std::map<std::string, std::string>;

struct Finished {
  int code = -1;  // exit code; 128 + signal when one ended it
  std::string out, err;
};

// Runs `circled ARGUMENTS…` to its end, at most a minute.
Finished run(const std::vector<std::string>& arguments, const std::string& input = {},
             const Environment& environment = {});

// The same with another program, named first.
Finished run_program(const std::vector<std::string>& command, const std::string& input = {},
                     const Environment& environment = {});

// Another program, which runs until this object goes away (SIGTERM).
class Program {
 public:
  Program(const std::vector<std::string>& command, const Environment& environment);
  ~Program();
  Program(const Program&) = delete;

  // Waits until what it has said so far, on stdout and stderr, is enough; throws when that takes a minute.
  void wait_until(const std::function<bool(const std::string& said)>& enough);

 private:
  void read(int out);

  pid_t pid_ = -1;
  std::mutex mutex_;  // guards said_
  std::condition_variable more_;
  std::string said_;
  std::thread reader_;
};

// The lines of a file that such a program appends to. One without its end is still being written, and is not
// there yet; nor is any before there is a file.
std::vector<std::string> lines_in(const std::filesystem::path& file);

// `circled serve` on a free port of 127.0.0.1.
class Server {
 public:
  // Returns when the server has said that it listens. Throws what it said instead.
  explicit Server(const std::filesystem::path& data, std::vector<std::string> more = {});
  ~Server();  // SIGKILL, when it still runs
  Server(const Server&) = delete;

  // What has the server's stderr end in a pipe, which this test process holds and does not read.
  struct Piped {};
  Server(const std::filesystem::path& data, Piped, std::vector<std::string> more = {});
  // Nobody will ever read its stderr: what the server writes there from now on fails.
  void stop_reading();

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  void signal(int number) const;
  // Waits for the end, at most a minute. Its code is 128 + signal when one ended it.
  int wait();
  // SIGTERM, then wait().
  int stop();
  // Everything that it wrote to stderr so far; complete after wait().
  std::string log() const;

 private:
  void begin(const std::filesystem::path& data, std::vector<std::string> more, int err);

  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  std::filesystem::path log_;
  int reader_ = -1;  // of a piped stderr
  bool over_ = false;
};

}  // namespace circled::end_to_end
