#include "app/admin.hpp"

#include "access/account.hpp"
#include "aftercare/import.hpp"
#include "base/zone.hpp"
#include "people/staff.hpp"
#include "places/closure_import.hpp"
#include "places/place.hpp"

namespace circled::app {
namespace {

// The command line acts as the server itself: whoever may read the data folder may do anything anyway.
const access::Actor the_server{};

struct CreateAccount {
  Text<3, 100> login;
  api::Role role;
  Text<1, 100> name;
  Text<1, 100> site;
  std::optional<Text<1, 64>> zone;
  Text<0, 1000> password;
};
BOOST_DESCRIBE_STRUCT(CreateAccount, (), (login, role, name, site, zone, password))

struct SetPassword {
  Text<1, 100> login;
  Text<0, 1000> password;
};
BOOST_DESCRIBE_STRUCT(SetPassword, (), (login, password))

struct NamedAccount {
  Text<1, 100> login;
};
BOOST_DESCRIBE_STRUCT(NamedAccount, (), (login))

struct ListedAccount {
  std::string login;
  std::string name;
  std::string role;
  std::string site;
  bool disabled;
};
BOOST_DESCRIBE_STRUCT(ListedAccount, (), (login, name, role, site, disabled))

struct Made {
  AccountId account;
  StaffId staff;
};
BOOST_DESCRIBE_STRUCT(Made, (), (account, staff))

Result<SiteId> find_or_add_site(Transaction& tx, const CreateAccount& wanted, Instant now) {
  for (const auto& site : places::sites(tx))
    if (site.name == wanted.site) return site.id;
  if (!wanted.zone)
    return invalid(
        "/site", "unknown_site",
        "There is no site called \"" + wanted.site + "\"; to make it, say --zone, such as America/New_York.");
  auto site = places::add_site(tx, the_server, {wanted.site, *wanted.zone, {0}, {}, {}, {}}, now);
  if (!site) return site.error();
  return site->id;
}

Result<json::value> create_account(const AdminContext& context, const CreateAccount& wanted) {
  auto password = access::make_password(wanted.login, wanted.password);
  if (!password) return password.error();
  const Instant now = context.clock.now();
  return context.store.write_now("account.create", [=](Transaction& tx) -> Result<json::value> {
    auto site = find_or_add_site(tx, wanted, now);
    if (!site) return site.error();
    auto staff = people::add_staff(tx, the_server, {wanted.name, wanted.role, *site}, now);
    if (!staff) return staff.error();
    auto account = access::create_account(tx, the_server, staff->id, wanted.login, *password, now);
    if (!account) return account.error();
    return json::encode(Made{*account, staff->id});
  });
}

// Runs `f(tx, account)` on the account with this login.
template <class F>
Result<json::value> on_account(const AdminContext& context, std::string_view name, const std::string& login,
                               F f) {
  return context.store.write_now(name, [&](Transaction& tx) -> Result<json::value> {
    const auto account = access::find_account(tx, access::fold_login(login));
    if (!account) return not_found("account with the login " + login);
    if (Result<void> done = f(tx, *account); !done) return done.error();
    return json::object{};
  });
}

Result<json::value> set_password(const AdminContext& context, const SetPassword& wanted) {
  auto password = access::make_password(wanted.login, wanted.password);
  if (!password) return password.error();
  return on_account(context, "account.set_password", wanted.login, [&](Transaction& tx, AccountId account) {
    return access::set_password(tx, the_server, account, *password, context.clock.now());
  });
}

Result<json::value> disable(const AdminContext& context, const NamedAccount& wanted) {
  return on_account(context, "account.disable", wanted.login, [&](Transaction& tx, AccountId account) {
    return access::disable(tx, the_server, account, context.clock.now());
  });
}

Result<json::value> list_accounts(const AdminContext& context) {
  return context.store.read_now([](Snapshot& db) -> Result<json::value> {
    return json::encode(db.all<ListedAccount>(
        "SELECT a.login, s.name, s.role, t.name, a.disabled_at IS NOT NULL FROM account a "
        "JOIN staff s ON s.person_id = a.person_id JOIN site t ON t.id = s.site_id "
        "WHERE a.login IS NOT NULL ORDER BY a.login"));
  });
}

struct ImportMeetings {
  Text<1, 200> name;
  std::optional<Text<1, 64>> zone;
  bool allow_shrink;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ImportMeetings, (), (name, zone, allow_shrink, text))

void tell(const aftercare::ImportReport& report, const Progress& progress) {
  for (const auto& refusal : report.refused)
    progress("not taken: row " + std::to_string(refusal.row) +
             (refusal.key.empty() ? "" : " (" + refusal.key + ")") +
             (refusal.name.empty() ? "" : " " + refusal.name) + ": " + refusal.reason);
  progress(report.name + ": " + std::to_string(report.rows) + " rows, " + std::to_string(report.taken) +
           " taken, " + std::to_string(report.refused.size()) + " not taken");
  progress("meetings: " + std::to_string(report.added) + " added, " + std::to_string(report.updated) +
           " changed, " + std::to_string(report.returned) + " back again, " +
           std::to_string(report.unchanged) + " unchanged, " + std::to_string(report.gone) + " gone");
  if (report.without_end > 0)
    progress("without an end, taken for an hour: " + std::to_string(report.without_end));
}

Result<json::value> import_meetings(const AdminContext& context, const ImportMeetings& wanted,
                                    const Progress& progress) {
  aftercare::ImportOptions options;
  options.name = wanted.name;
  options.allow_shrink = wanted.allow_shrink;
  if (wanted.zone) {
    auto zone = Zone::named(*wanted.zone);
    if (!zone) return zone.error();
    options.zone = *zone;
  }
  options.progress = [&](std::int64_t done, std::int64_t meetings) {
    progress(std::to_string(done) + " of " + std::to_string(meetings) + " meetings");
  };
  auto report = aftercare::import_meetings(context.store, context.clock, the_server, wanted.text, options);
  if (!report) return report.error();
  tell(*report, progress);
  return json::object{};
}

struct ImportClosures {
  Text<1, 100> source;
  std::optional<Text<1, 100>> site;  // its name
  std::string text;
};
BOOST_DESCRIBE_STRUCT(ImportClosures, (), (source, site, text))

std::optional<SiteId> site_called(Snapshot& db, const std::string& name) {
  for (const auto& site : places::sites(db))
    if (site.name == name) return site.id;
  return std::nullopt;
}

Result<json::value> import_closures(const AdminContext& context, const ImportClosures& wanted,
                                    const Progress& progress) {
  const Instant now = context.clock.now();
  const auto list = places::read_closures(wanted.text, now);
  if (!list) return list.error();
  const auto report =
      context.store.write_now("closures.import", [&](Transaction& tx) -> Result<places::ClosureImportReport> {
        std::optional<SiteId> site;
        if (wanted.site && !(site = site_called(tx, *wanted.site)))
          return invalid("/site", "unknown_site", "There is no site called \"" + *wanted.site + "\".");
        return places::import_closures(tx, the_server, {wanted.source, site, {}}, *list, now);
      });
  if (!report) return report.error();
  for (const auto& event : report->not_taken)
    progress("not taken: line " + std::to_string(event.line) + (event.name.empty() ? "" : " " + event.name) +
             ": " + event.reason);
  progress(wanted.source + ": " + std::to_string(report->added) + " added, " +
           std::to_string(report->updated) + " changed, " + std::to_string(report->unchanged) +
           " unchanged, " + std::to_string(report->deleted) + " taken away");
  return json::object{};
}

template <class Wanted, class F>
Result<json::value> decoded(json::object request, F f) {
  request.erase("command");
  auto wanted = json::decode<Wanted>(json::value(std::move(request)));
  if (!wanted) return wanted.error();
  return f(*wanted);
}

}  // namespace

Result<json::value> administer(const AdminContext& context, const json::object& request,
                               const Progress& progress) {
  const auto* command = request.if_contains("command");
  const std::string_view name =
      command && command->is_string() ? std::string_view(command->get_string()) : "";
  if (name == "create_account")
    return decoded<CreateAccount>(request,
                                  [&](const auto& wanted) { return create_account(context, wanted); });
  if (name == "set_password")
    return decoded<SetPassword>(request, [&](const auto& wanted) { return set_password(context, wanted); });
  if (name == "disable_account")
    return decoded<NamedAccount>(request, [&](const auto& wanted) { return disable(context, wanted); });
  if (name == "import_meetings")
    return decoded<ImportMeetings>(
        request, [&](const auto& wanted) { return import_meetings(context, wanted, progress); });
  if (name == "import_closures")
    return decoded<ImportClosures>(
        request, [&](const auto& wanted) { return import_closures(context, wanted, progress); });
  if (name == "list_accounts") return list_accounts(context);
  return invalid("/command", "unknown_command", "There is no such command.");
}

}  // namespace circled::app
