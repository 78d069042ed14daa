// Passwords: chosen by a code, changed by their holder. Who hands codes out is people's
// (people/staff_account.hpp).
#include "access/password_code.hpp"
#include "access/routes.hpp"
#include "base/bounded.hpp"

namespace circled::access {
namespace {

using api::Anyone;
using api::Body;
using api::Call;
using api::Reply;
using api::StaffMember;
namespace options = api::options;

struct ChosenPassword {
  Text<1, 100> login;
  Text<1, 40> code;
  Text<1, 200> password;
  BOOST_DESCRIBE_CLASS(ChosenPassword, (), (login, code, password), (), ())
};

struct PasswordChange {
  Text<1, 200> password;  // as it is now
  Text<1, 200> new_password;
  BOOST_DESCRIBE_CLASS(PasswordChange, (), (password, new_password), (), ())
};

}  // namespace

void password_routes(api::Table& table, Context& context) {
  table.post("/api/v1/password-codes/use", "Chooses a password by the code that an administrator handed over",
             options::secret,
             [&context](const Call& call, const Anyone&,
                        const Body<ChosenPassword>& given) -> Task<Result<Reply<>>> {
               auto done = co_await use_password_code(context, given->login, given->code, given->password,
                                                      source_of(call));
               if (!done) co_return done.error();
               co_return Reply<>{};
             });
  table.put(
      "/api/v1/my/password", "Changes one's own password, and ends one's other sign-ins", options::secret,
      [&context](const Call& call, const StaffMember& who,
                 const Body<PasswordChange>& given) -> Task<Result<Reply<>>> {
        auto done =
            co_await change_password(context, who, given->password, given->new_password, source_of(call));
        if (!done) co_return done.error();
        co_return Reply<>{};
      });
}

}  // namespace circled::access
