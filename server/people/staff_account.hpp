// Who may sign in of those who work here, as administrators see it and decide on it. Nobody sees or chooses
// somebody else's password: an account begins, and begins again, with a code by which its holder chooses one.
//
// Somebody who leaves is deactivated, never deleted, for the trail and past sessions name them: every sign-in
// of theirs ends with the transaction, and their clients, sessions and shifts stay until somebody hands them
// over. There is always one administrator left who can sign in.
#pragma once
#include <optional>
#include <vector>

#include "access/password_code.hpp"
#include "people/staff.hpp"

namespace circled::people {

enum class AccountState {
  none,     // they work here, and cannot sign in
  waiting,  // for them to choose a password
  good,
  disabled,
};
BOOST_DESCRIBE_ENUM(AccountState, none, waiting, good, disabled)

struct StaffAccount {
  StaffId staff;
  std::string name;
  api::Role role;
  SiteId site;
  std::string site_name;
  bool active;
  AccountState state;
  std::optional<std::string> login;
  std::optional<Instant> last_sign_in_at;
  std::int64_t sign_ins;  // browsers and devices that are signed in now
};
BOOST_DESCRIBE_STRUCT(StaffAccount, (),
                      (staff, name, role, site, site_name, active, state, login, last_sign_in_at, sign_ins))

// One of them, with what somebody else has to take over when they leave.
struct StaffAccountDetail : StaffAccount {
  std::int64_t clients;   // assigned to them
  std::int64_t sessions;  // to come, led by them
  std::int64_t shifts;    // on call, not over
};
BOOST_DESCRIBE_STRUCT(StaffAccountDetail, (StaffAccount), (clients, sessions, shifts))

struct StaffChange {
  Text<1, 100> name;
  api::Role role;
  SiteId site;
};
BOOST_DESCRIBE_STRUCT(StaffChange, (), (name, role, site))

struct NewAccount {
  Text<1, 100> login;
};
BOOST_DESCRIBE_STRUCT(NewAccount, (), (login))

// All of these are for administrators; routes see to that.

// Whoever works here first, then the others, both in order of name.
std::vector<StaffAccount> staff_accounts(Snapshot& db, Instant now);
// Errors: not_found.
Result<StaffAccountDetail> staff_account(Snapshot& db, StaffId staff, Instant now);
// Of what an administrator decides: name, role, site, and whether they work here.
std::string version(const StaffAccount& account);

// Another role or site ends every sign-in, for what a connection may hear was decided when it was made.
// Errors: not_found, precondition_failed, invalid (/role not_a_choice, /site not_found),
// conflict (last_admin).
Result<StaffAccountDetail> change_staff(Transaction& tx, const access::Actor& actor, StaffId staff,
                                        std::string_view seen, const StaffChange& change, Instant now);

// Errors: not_found, precondition_failed, conflict (yourself, last_admin). Twice is no error.
Result<StaffAccountDetail> deactivate(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                      StaffId staff, std::string_view seen, Instant now);
// Their password is as it was. Errors: not_found, precondition_failed. Twice is no error.
Result<StaffAccountDetail> reactivate(Transaction& tx, const access::Actor& actor, StaffId staff,
                                      std::string_view seen, Instant now);

// Gives them a login, and the code for a password.
// Errors: not_found, invalid (/login), conflict (not_active, login_taken, account_exists).
Result<access::PasswordCode> make_account(Transaction& tx, const access::Context& context,
                                          const access::Actor& actor, StaffId staff, std::string_view login,
                                          Instant now);
// Another code, with all that means (access/password_code.hpp).
// Errors: not_found, conflict (not_active, no_account, yourself: who is signed in changes it by the old one).
Result<access::PasswordCode> reset_password(Transaction& tx, const access::Context& context,
                                            const api::Identity& who, const access::Actor& actor,
                                            StaffId staff, Instant now);

// Their browsers and devices, newest first. Errors: not_found.
Result<std::vector<access::SignIn>> sign_ins_of(Snapshot& db, const api::Identity& who, StaffId staff,
                                                Instant now);
// One, or all that there are. Errors: not_found.
Result<void> end_sign_in_of(Transaction& tx, const access::Actor& actor, StaffId staff, SignInId sign_in,
                            Instant now);
Result<void> end_sign_ins_of(Transaction& tx, const access::Actor& actor, StaffId staff, Instant now);

}  // namespace circled::people
