#include "access/password.hpp"

#include <boost/asio/post.hpp>
#include <set>

#include "base/token.hpp"
#include "base/wait.hpp"

namespace circled::access {
namespace {

constexpr std::size_t shortest = 12;
constexpr std::size_t longest = 200;
constexpr std::size_t fewest_different = 4;

// The hash of a random text that nobody kept, made with the parameters of hash_password.
constexpr std::string_view nobodys_hash =
    "$argon2id$v=19$m=65536,t=3,p=1$shKHhjpvHxEfgSvfzfOTbg$dkECu9GWU9u+1F36pJb75B9K7l1/7JhGZ5FtAjSijk0";

std::vector<std::string_view> characters(std::string_view utf8) {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < utf8.size();) {
    std::size_t end = i + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) ++end;
    found.push_back(utf8.substr(i, end - i));
    i = end;
  }
  return found;
}

bool same_folded(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

Result<void> check_password(std::string_view login, std::string_view password) {
  const auto letters = characters(password);
  if (letters.size() < shortest)
    return invalid("/password", "too_short", "A password has at least 12 characters.");
  if (letters.size() > longest)
    return invalid("/password", "too_long", "A password has at most 200 characters.");
  if (same_folded(login, password))
    return invalid("/password", "same_as_login", "The password must not be the login.");
  if (std::set(letters.begin(), letters.end()).size() < fewest_different)
    return invalid("/password", "too_simple", "The password repeats the same few characters.");
  return {};
}

Result<PasswordHash> make_password(std::string_view login, std::string_view password) {
  if (auto good = check_password(login, password); !good) return good.error();
  return PasswordHash{hash_password(password)};
}

PasswordHasher::PasswordHasher(std::size_t threads, std::size_t queue)
    : most_(threads + queue), pool_(threads) {}

PasswordHasher::~PasswordHasher() { pool_.join(); }

// `f` is taken by reference: see Store::write about closures in a co_await.
template <class R, class F>
Task<Result<R>> PasswordHasher::on_pool(const F& f) {
  if (in_hand_.fetch_add(1) >= most_) {
    in_hand_.fetch_sub(1);
    co_return Error{
        ErrorKind::unavailable, "busy", "Too many people are signing in; try again in a moment.", {}, {}, 2};
  }
  std::optional<Result<R>> outcome;
  co_await wait_for([&](Done done) {
    boost::asio::post(pool_, [this, &f, &outcome, done = std::move(done)] {
      std::exception_ptr why;
      try {
        outcome.emplace(f());
      } catch (...) {
        why = std::current_exception();
      }
      in_hand_.fetch_sub(1);
      done(std::move(why));
    });
  });
  co_return std::move(*outcome);
}

Task<Result<PasswordHash>> PasswordHasher::hash(std::string login, std::string password) {
  if (auto good = check_password(login, password); !good) co_return good.error();
  const auto work = [password]() -> Result<PasswordHash> { return PasswordHash{hash_password(password)}; };
  co_return co_await on_pool<PasswordHash>(work);
}

Task<Result<Verdict>> PasswordHasher::verify(std::optional<PasswordHash> hash, std::string password) {
  const auto work = [hash, password]() -> Result<Verdict> {
    const bool right = verify_password(hash ? std::string_view(hash->text) : nobodys_hash, password);
    return right && hash ? Verdict::right : Verdict::wrong;
  };
  co_return co_await on_pool<Verdict>(work);
}

}  // namespace circled::access
