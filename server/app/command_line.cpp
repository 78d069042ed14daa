#include "app/command_line.hpp"

#include <cstdio>
#include <cstdlib>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include <CLI/CLI.hpp>
#pragma GCC diagnostic pop

#include "app/commands.hpp"
#include "app/log.hpp"
#include "app/options.hpp"
#include "base/token.hpp"
#include "store/open_error.hpp"

namespace circled::app {
namespace {

// Every word that works on a data folder takes these; `serve` takes a flag for each key.
struct Common {
  Flags flags;
  std::string config;

  Options options() const {
    return read_options(flags, config, [](const char* name) { return std::getenv(name); });
  }
};

void take_keys(CLI::App& word, Common& common, bool all) {
  word.add_option("--config", common.config, "TOML file with the same keys (commit_batch for --commit-batch)")
      ->type_name("FILE");
  for (const auto& key : option_keys()) {
    if (!all && key.name != "data" && key.name != "store" && key.name != "key") continue;
    std::string meaning(key.meaning);
    if (!key.default_value.empty()) meaning += " (" + std::string(key.default_value) + ")";
    word.add_option_function<std::string>(
            key.flag(),
            [&common, name = std::string(key.name)](const std::string& text) { common.flags[name] = text; },
            meaning)
        ->take_last()  // scripts/run gives some, and whoever calls it may say otherwise
        ->type_name(key.a_number ? "NUMBER" : "TEXT");
  }
}

// The word that was chosen, ready to run once the whole line has been read.
using Chosen = std::function<int()>;

void add_serve(CLI::App& cli, Common& common, Chosen& chosen) {
  auto* word = cli.add_subcommand("serve", "Serves the programme until SIGTERM");
  take_keys(*word, common, true);
  word->callback([&] { chosen = [&] { return serve(common.options()); }; });
}

void add_demo(CLI::App& cli, Common& common, Chosen& chosen) {
  auto* word = cli.add_subcommand("demo", "Fills an empty data folder with a believable programme");
  take_keys(*word, common, false);
  auto seed = std::make_shared<std::uint64_t>(1);
  auto today = std::make_shared<std::string>();
  word->add_option("--seed", *seed, "The same seed and day make the same programme (1)")->type_name("NUMBER");
  word->add_option("--today", *today, "The day it is, at 07:00 (now)")->type_name("YYYY-MM-DD");
  word->callback([&, seed, today] {
    chosen = [&, seed, today] {
      std::optional<Date> day;
      if (!today->empty() && !(day = parse_date(*today)))
        throw StartError("--today: must be a date such as 2026-03-10, not \"" + *today + "\"");
      return demo(common.options(), *seed, day);
    };
  });
}

void add_import(CLI::App& cli, Common& common, Chosen& chosen) {
  auto* word = cli.add_subcommand("import", "Takes in lists from elsewhere")->require_subcommand(1);
  auto* meetings =
      word->add_subcommand("meetings", "A list of support-group meetings: BMLT or Meeting Guide JSON");
  take_keys(*meetings, common, false);
  auto import = std::make_shared<MeetingImport>();
  meetings->add_option("file", import->file, "The list")->required()->type_name("FILE");
  meetings->add_option("--name", import->name, "What the list is called; the file's name when left out");
  meetings->add_option("--zone", import->zone, "IANA zone of meetings that name none")->type_name("ZONE");
  meetings->add_flag("--allow-shrink", import->allow_shrink,
                     "Take a list that lost more than half of its meetings");
  meetings->callback(
      [&, import] { chosen = [&, import] { return import_meetings(common.options(), *import); }; });

  auto* closures = word->add_subcommand("closures", "Days on which sites are closed: an iCalendar file");
  take_keys(*closures, common, false);
  auto days = std::make_shared<ClosureImportCommand>();
  closures->add_option("file", days->file, "The calendar")->required()->type_name("FILE");
  closures->add_option("--source", days->source,
                       "What the calendar is called; the file's name when left out");
  closures->add_option("--site", days->site, "The name of the site it closes; every site when left out");
  closures->callback([&, days] { chosen = [&, days] { return import_closures(common.options(), *days); }; });
}

void add_account(CLI::App& cli, Common& common, Chosen& chosen) {
  auto* word = cli.add_subcommand("account", "Who may sign in")->require_subcommand(1);
  auto account = std::make_shared<AccountCommand>();
  auto add = [&](const char* name, const char* summary) {
    auto* sub = word->add_subcommand(name, summary);
    take_keys(*sub, common, false);
    sub->callback([&, account, name] {
      chosen = [&, account, name] {
        account->verb = name;
        return keep_accounts(common.options(), *account);
      };
    });
    return sub;
  };
  auto login = [&](CLI::App* sub) {
    sub->add_option("login", account->login, "The name to sign in with")->required();
  };
  auto password = [&](CLI::App* sub) {
    sub->add_flag("--password-stdin", account->password_from_stdin, "Read the password from standard input");
  };

  add("list", "Every account, one a line");
  auto* create = add("create", "Somebody who works here, with an account; prints a password made for it");
  login(create);
  password(create);
  create->add_option("--role", account->role, "admin, supervisor, clinician, counselor or front_desk")
      ->required();
  create->add_option("--name", account->name, "The person's name")->required();
  create
      ->add_option("--site", account->site, "The site's name; made when there is none and --zone says where")
      ->required();
  create->add_option("--zone", account->zone, "IANA zone of a new site")->type_name("ZONE");
  auto* set = add("set-password", "Sets a password, asked for or read from standard input");
  login(set);
  password(set);
  login(add("reset", "Makes a new password, prints it once, and signs the person out everywhere"));
  login(add("disable", "Ends an account and signs it out everywhere"));
}

void add_keeping(CLI::App& cli, Common& common, Chosen& chosen) {
  auto file = std::make_shared<std::string>();
  auto replace = std::make_shared<bool>(false);

  auto* back = cli.add_subcommand("backup", "Copies the database and its key, also while the server runs");
  take_keys(*back, common, false);
  back->add_option("file", *file, "The copy; FILE.key is made beside it")->required()->type_name("FILE");
  back->callback([&, file] { chosen = [&, file] { return backup(common.options(), *file); }; });

  auto* restore_word = cli.add_subcommand("restore", "Puts a backup into a data folder, after checking it");
  take_keys(*restore_word, common, false);
  restore_word->add_option("file", *file, "What `circled backup` made")->required()->type_name("FILE");
  restore_word->add_flag("--replace", *replace, "Also when the folder holds data, which is lost");
  restore_word->callback([&, file, replace] {
    chosen = [&, file, replace] { return restore(common.options(), *file, *replace); };
  });

  auto* migrate_word = cli.add_subcommand(
      "migrate", "Copies everything into an empty place: a data folder, or a PostgreSQL database");
  auto move = std::make_shared<MigrateCommand>();
  migrate_word->add_option("--from", move->from, "The place to leave: a data folder, or postgres://…")
      ->required()
      ->type_name("PLACE");
  migrate_word->add_option("--to", move->to, "The place to go to; there is nothing in it yet")
      ->required()
      ->type_name("PLACE");
  migrate_word->add_option("--key", move->key, "The server's key, when it is not in the folder to leave")
      ->type_name("FILE");
  migrate_word->callback([&, move] { chosen = [move] { return migrate(*move); }; });

  auto* verify_word =
      cli.add_subcommand("verify", "Checks the database's integrity, its references and the audit chain");
  take_keys(*verify_word, common, false);
  verify_word->callback([&] { chosen = [&] { return verify(common.options()); }; });

  cli.add_subcommand("openapi", "Prints the API as an OpenAPI 3.1 document")->callback([&] {
    chosen = openapi;
  });
}

int refuse(std::string_view why) {
  flush_logs();
  std::fprintf(stderr, "circled: %.*s\n", static_cast<int>(why.size()), why.data());
  return 2;
}

}  // namespace

int command_line(int argc, char** argv) {
  CLI::App cli("Circled schedules a programme's sessions and reminds people of them.", "circled");
  cli.set_version_flag("--version", "circled " CIRCLED_VERSION);
  cli.require_subcommand(1);
  Common common;
  Chosen chosen;
  add_serve(cli, common, chosen);
  add_demo(cli, common, chosen);
  add_import(cli, common, chosen);
  add_account(cli, common, chosen);
  add_keeping(cli, common, chosen);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return cli.exit(asked_for_help);
  } catch (const CLI::ParseError& wrong) {
    // CLI11 asks for a subcommand before it says that a word is none.
    const auto called_so = [&](const CLI::App* word) { return word->get_name() == argv[1]; };
    if (argc > 1 && argv[1][0] != '-' && cli.get_subcommands(called_so).empty())
      return refuse("there is no word \"" + std::string(argv[1]) +
                    "\"; circled --help tells those there are");
    return refuse(std::string(wrong.what()) + " (circled --help tells the words and their arguments)");
  }
  try {
    configure_logs("warn", "text");
    initialise_crypto();
    const int code = chosen();
    flush_logs();
    return code;
  } catch (const StartError& e) {
    return refuse(e.what());
  } catch (const store::OpenError& e) {
    return refuse(e.what());
  } catch (const std::exception& e) {
    return refuse(std::string("something broke: ") + e.what());
  }
}

}  // namespace circled::app
