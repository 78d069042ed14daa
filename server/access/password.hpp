// Passwords: what makes a good one, and the threads that hash them. A hash takes a tenth of a second
// and 64 MiB, so it never runs on an I/O thread, and never on more threads than memory allows.
#pragma once
#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"

namespace circled::access {

// A type of its own, so that a password cannot be stored where its hash is meant.
struct PasswordHash {
  std::string text;  // argon2id with its salt and parameters
};

// 12 to 200 characters (code points), not the login, not one character over and over. No rules about
// digits and signs, and no expiry: NIST SP 800-63B §5.1.1.2.
// Errors: invalid (pointer /password: too_short, too_long, same_as_login, too_simple).
Result<void> check_password(std::string_view login, std::string_view password);

// Checks, then hashes on the calling thread. For the command line and the demo.
Result<PasswordHash> make_password(std::string_view login, std::string_view password);

// No bool: a Result<bool> that is copied from one that is not const holds whether there was a value,
// for the library takes it for a bool to be wrapped.
enum class Verdict { wrong, right };

// Destroyed before the io_contexts its callers resume on.
class PasswordHasher {
 public:
  // `queue`: how many may wait; a sign-in that waits longer than a few seconds is better refused.
  explicit PasswordHasher(std::size_t threads = 2, std::size_t queue = 32);
  ~PasswordHasher();

  // Resume on the caller's executor. Errors: unavailable (too many are waiting).
  Task<Result<PasswordHash>> hash(std::string login, std::string password);
  // Without a hash it answers wrong after the same work, so that the time taken does not tell whether
  // there is anything to compare with.
  Task<Result<Verdict>> verify(std::optional<PasswordHash> hash, std::string password);

 private:
  template <class R, class F>
  Task<Result<R>> on_pool(const F& f);

  const std::size_t most_;
  std::atomic<std::size_t> in_hand_{0};  // running and waiting
  boost::asio::thread_pool pool_;
};

}  // namespace circled::access
