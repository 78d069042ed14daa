// Accounts: what a person signs in with. Staff have a login and a password; a client's account has
// neither and is reached through the devices enrolled for it. Used by the command line, the demo,
// enrolment, and administrators (people/staff_account.hpp).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "access/audit.hpp"
#include "access/password.hpp"

namespace circled::access {

// As logins are compared and stored: without surrounding space, ASCII letters in lower case.
std::string fold_login(std::string_view login);

// Errors: invalid (pointer /login): 3 to 100 of a–z, 0–9 and . _ @ + -.
Result<void> check_login(std::string_view folded);

// Without a password nobody signs in to it: its holder is given a code to choose one
// (access/password_code.hpp). Errors: not_found (no such staff member), invalid (/login not_a_login),
// conflict (login_taken, account_exists).
Result<AccountId> create_account(Transaction& tx, const Actor& actor, StaffId staff, std::string_view login,
                                 const std::optional<PasswordHash>& password, Instant now);

// The client's account, made at the first call.
// Errors: not_found (no such client), conflict (account_disabled).
Result<AccountId> client_account(Transaction& tx, const Actor& actor, ClientId client, Instant now);

std::optional<AccountId> find_account(Snapshot& db, std::string_view login);

// Also ends every sign-in of the account, except one to keep, if given: whoever knew the old password is out.
// Errors: not_found (no such account, or one without a login).
Result<void> set_password(Transaction& tx, const Actor& actor, AccountId account,
                          const PasswordHash& password, Instant now, SignInId keep = {});

// Nobody signs in to it any more, and every sign-in ends; the account stays, for the trail names it.
// Errors: not_found; disabling twice is no error.
Result<void> disable(Transaction& tx, const Actor& actor, AccountId account, Instant now);
// Takes it back. Errors: not_found.
Result<void> enable(Transaction& tx, const Actor& actor, AccountId account, Instant now);

}  // namespace circled::access
