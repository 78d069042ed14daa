#include "end_to_end/process.hpp"

#include "support/engine.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace circled::end_to_end {
namespace {

using namespace std::chrono_literals;

struct Pipe {
  int ends[2] = {-1, -1};
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    for (const int end : ends)
      if (end >= 0) ::close(end);
  }
  void close(int which) {
    ::close(ends[which]);
    ends[which] = -1;
  }
};

// A word that works on a data folder gets the folder's database as well, where the tests run on PostgreSQL.
std::vector<std::string> on_engine(std::vector<std::string> arguments) {
  const auto data = std::find(arguments.begin(), arguments.end(), "--data");
  if (!test::on_postgres() || data == arguments.end() || data + 1 == arguments.end()) return arguments;
  if (std::find(arguments.begin(), arguments.end(), "--store") != arguments.end()) return arguments;
  const std::string store = test::Databases::of_folder(*(data + 1));
  arguments.insert(arguments.end(), {"--store", store});
  return arguments;
}

// Starts a program, named first, with its standard descriptors on these.
pid_t start_program(const std::vector<std::string>& command, const Environment& environment, int in, int out,
                    int err) {
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("fork");
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no server outlives its test
  ::signal(SIGPIPE, SIG_DFL);          // what whoever runs the tests ignores would be inherited
#ifdef CIRCLED_PRELOAD
  ::setenv("LD_PRELOAD", CIRCLED_PRELOAD, 1);
#endif
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::execvp(argv.front(), argv.data());
  ::_exit(127);
}

// The command that runs the binary.
std::vector<std::string> binary_with(const std::vector<std::string>& arguments) {
  auto command = on_engine(arguments);
  command.insert(command.begin(), CIRCLED_BINARY);
  return command;
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

// False when the time is over first.
bool readable(int descriptor, std::chrono::steady_clock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  pollfd waiting{descriptor, POLLIN, 0};
  return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

// Waits for the process to end; after a minute it is made to. Answers its wait status.
int end_of(pid_t pid) {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (!readable(descriptor, std::chrono::steady_clock::now() + 60s)) ::kill(pid, SIGKILL);
  ::close(descriptor);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

std::string read_if_there(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "circled-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Finished run(const std::vector<std::string>& arguments, const std::string& input,
             const Environment& environment) {
  return run_program(binary_with(arguments), input, environment);
}

Finished run_program(const std::vector<std::string>& command, const std::string& input,
                     const Environment& environment) {
  TemporaryFolder folder;
  Pipe in;
  const int out = ::open((folder / "out").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int err = ::open((folder / "err").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const pid_t pid = start_program(command, environment, in.ends[0], out, err);
  ::close(out);
  ::close(err);
  in.close(0);
  if (!input.empty() && ::write(in.ends[1], input.data(), input.size()) < 0)
    throw std::runtime_error("write");
  in.close(1);

  const int status = end_of(pid);
  return {exit_code(status), read_if_there(folder / "out"), read_if_there(folder / "err")};
}

Server::Server(const std::filesystem::path& data, std::vector<std::string> more) {
  static std::atomic<int> number{0};
  log_ = data.string() + ".log" + std::to_string(++number);
  const int err = ::open(log_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  begin(data, std::move(more), err);
}

Server::Server(const std::filesystem::path& data, Piped, std::vector<std::string> more) {
  Pipe log;
  reader_ = std::exchange(log.ends[0], -1);
  begin(data, std::move(more), std::exchange(log.ends[1], -1));
}

void Server::stop_reading() { ::close(std::exchange(reader_, -1)); }

// `err` is the server's from here on.
void Server::begin(const std::filesystem::path& data, std::vector<std::string> more, int err) {
  std::vector<std::string> arguments{"serve", "--listen", "127.0.0.1:0", "--data", data.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  Pipe out;
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = start_program(binary_with(arguments), {}, null, out.ends[1], err);
  ::close(null);
  ::close(err);
  out.close(1);

  std::string said;
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (said.find('\n') == std::string::npos && readable(out.ends[0], until)) {
    char buffer[256];
    const auto n = ::read(out.ends[0], buffer, sizeof buffer);
    if (n <= 0) break;
    said.append(buffer, static_cast<std::size_t>(n));
  }
  const std::string start_of_line = "circled: listening on http://127.0.0.1:";
  if (!said.starts_with(start_of_line)) {
    ::kill(pid_, SIGKILL);
    wait();
    throw std::runtime_error("circled serve did not start: " + said + log());
  }
  port_ = static_cast<std::uint16_t>(std::stoi(said.substr(start_of_line.size())));
}

Server::~Server() {
  if (reader_ >= 0) ::close(reader_);
  if (over_) return;
  ::kill(pid_, SIGKILL);
  wait();
}

void Server::signal(int number) const { ::kill(pid_, number); }

int Server::wait() {
  over_ = true;
  return exit_code(end_of(pid_));
}

int Server::stop() {
  signal(SIGTERM);
  return wait();
}

std::string Server::log() const { return read_if_there(log_); }

Program::Program(const std::vector<std::string>& command, const Environment& environment) {
  Pipe out;
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_ = start_program(command, environment, null, out.ends[1], out.ends[1]);
  ::close(null);
  reader_ = std::thread([this, out = std::exchange(out.ends[0], -1)] { read(out); });
}

Program::~Program() {
  ::kill(pid_, SIGTERM);
  end_of(pid_);
  reader_.join();
}

void Program::read(int out) {
  char buffer[4096];
  for (;;) {
    const auto n = ::read(out, buffer, sizeof buffer);
    std::lock_guard lock(mutex_);
    if (n <= 0) break;
    said_.append(buffer, static_cast<std::size_t>(n));
    more_.notify_all();
  }
  ::close(out);
}

void Program::wait_until(const std::function<bool(const std::string&)>& enough) {
  std::unique_lock lock(mutex_);
  if (!more_.wait_for(lock, 60s, [&] { return enough(said_); }))
    throw std::runtime_error("waited in vain for a word of the program that said: " + said_);
}

std::vector<std::string> lines_in(const std::filesystem::path& file) {
  std::vector<std::string> all;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line) && !in.eof();) all.push_back(std::move(line));
  return all;
}

}  // namespace circled::end_to_end
