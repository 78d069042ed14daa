// A process of its own, to be killed: what survives it is what was really kept.
#pragma once
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <stdexcept>

namespace circled::test {

class Child {
 public:
  // Runs `f(fd)` in a child; what it writes to fd is read by `hear`. Fork before this process starts
  // threads that matter to the child. The child ends when `f` does, without anything being torn down.
  template <class F>
  explicit Child(F f) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no child");
    if (pid_ == 0) {
      ::close(ends[0]);
      int code = 0;
      try {
        f(ends[1]);
      } catch (...) {
        code = 1;
      }
      ::_exit(code);
    }
    ::close(ends[1]);
    in_ = ends[0];
  }
  ~Child() {
    kill();
    ::close(in_);
  }
  Child(const Child&) = delete;

  // The next value the child wrote; false when it is gone and all it wrote was read. A T is written and
  // read whole: it is far smaller than what a pipe takes at once.
  template <class T>
  bool hear(T& value) {
    return ::read(in_, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
  }

  void kill() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    wait();
  }
  // Waits for its end; true when it ended well by itself.
  bool wait() {
    if (pid_ <= 0) return false;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t pid_ = -1;
  int in_ = -1;
};

template <class T>
void tell(int fd, const T& value) {
  if (::write(fd, &value, sizeof value) != static_cast<ssize_t>(sizeof value)) ::_exit(2);
}

}  // namespace circled::test
