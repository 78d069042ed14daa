// Choosing a password of one's own: by a code that an administrator hands over, once and within a day, or by
// the one that is known. A code is stored under a keyed hash, for twelve characters can be told over a desk
// and are no password. While one is out nobody signs in to the account with a password.
#pragma once
#include <string>

#include "access/sign_in.hpp"

namespace circled::access {

inline constexpr auto password_code_lasts = std::chrono::hours(24);
inline constexpr std::size_t password_code_length = 12;

struct PasswordCode {
  std::string login;
  std::string code;  // without look-alikes, upper case; shown this once, stored nowhere
  Instant expires_at{};
  BOOST_DESCRIBE_CLASS(PasswordCode, (), (login, code, expires_at), (), ())
};

// For operations that have asked who may. The old password is no good any more, every sign-in of the account
// ends, and so does a code that was out. Errors: not_found (no such account, or one without a login).
Result<PasswordCode> make_password_code(Transaction& tx, const Context& context, const Actor& actor,
                                        AccountId account, Instant now);

// Sets the password of whoever shows the code; they are not signed in by it. Slowed down by login and by
// address. Errors: unauthenticated (code_not_good: wrong, used, expired, another's, all alike), throttled,
// unavailable, invalid (what check_password finds).
Task<Result<void>> use_password_code(Context& context, std::string login, std::string code,
                                     std::string password, Source from);

// Ends the account's other sign-ins.
// Errors: invalid (/password wrong_password; /new_password, what check_password finds), throttled,
// unavailable.
Task<Result<void>> change_password(Context& context, api::Identity who, std::string password,
                                   std::string wanted, Source from);

}  // namespace circled::access
