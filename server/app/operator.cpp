// The words of the command line that go through `administer`: in the server that runs, or here.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "app/admin_socket.hpp"
#include "app/commands.hpp"
#include "app/first_start.hpp"
#include "base/token.hpp"
#include "store/data_folder.hpp"

namespace circled::app {
namespace {

namespace fs = std::filesystem;

// Runs the request where the data is. Throws StartError with the refusal in one line.
json::value run(const Options& options, const json::object& request, const Progress& progress) {
  auto outcome = [&]() -> Result<json::value> {
    if (store::DataFolder::in_use(options.data))
      return ask_server(options.data / "admin.sock", request, progress);
    const store::DataFolder folder(options.data, options.key);
    const SystemClock clock;
    const auto store = open_store(folder, options);
    return administer({*store, clock}, request, progress);
  }();
  if (outcome) return *outcome;
  const Error error = outcome.error();
  std::string why = error.detail;
  for (const auto& field : error.fields)
    why += " " + (field.pointer.empty() ? "" : field.pointer.substr(1) + ": ") + field.message;
  throw StartError(why);
}

// Without showing it, when a person types it.
std::string read_password() {
  const bool terminal = ::isatty(STDIN_FILENO) != 0;
  termios shown{};
  if (terminal) {
    std::fputs("Password: ", stderr);
    ::tcgetattr(STDIN_FILENO, &shown);
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  }
  std::string password;
  std::getline(std::cin, password);
  if (terminal) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    std::fputc('\n', stderr);
  }
  return password;
}

void print_accounts(const json::value& accounts) {
  for (const auto& account : accounts.as_array()) {
    const bool disabled = account.at("disabled").as_bool();
    std::printf("%-20s %-12s %-24s %s%s\n", account.at("login").as_string().c_str(),
                account.at("role").as_string().c_str(), account.at("name").as_string().c_str(),
                account.at("site").as_string().c_str(), disabled ? " (disabled)" : "");
  }
}

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw StartError(file + ": the file cannot be read; check its name");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string name_or_file(const std::string& name, const std::string& file) {
  return name.empty() ? fs::path(file).filename().string() : name;
}

void print_line(std::string_view line) {
  std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
  std::fflush(stdout);
}

}  // namespace

int keep_accounts(const Options& options, const AccountCommand& command) {
  const Progress quiet = [](std::string_view) {};
  if (command.verb == "list") {
    print_accounts(run(options, {{"command", "list_accounts"}}, quiet));
    return 0;
  }
  if (command.verb == "disable") {
    run(options, {{"command", "disable_account"}, {"login", command.login}}, quiet);
    std::printf("%s can no longer sign in\n", command.login.c_str());
    return 0;
  }
  const bool typed = command.password_from_stdin || command.verb == "set-password";
  const std::string password = typed ? read_password() : random_token(12);
  json::object request{{"login", command.login}, {"password", password}};
  if (command.verb == "create") {
    request["command"] = "create_account";
    request["role"] = command.role;
    request["name"] = command.name;
    request["site"] = command.site;
    if (!command.zone.empty()) request["zone"] = command.zone;
  } else {
    request["command"] = "set_password";
  }
  run(options, request, quiet);
  if (typed)
    std::printf("login: %s\n", command.login.c_str());
  else
    std::printf("login: %s password: %s (shown this once)\n", command.login.c_str(), password.c_str());
  return 0;
}

int import_meetings(const Options& options, const MeetingImport& import) {
  json::object request{{"command", "import_meetings"},
                       {"name", name_or_file(import.name, import.file)},
                       {"allow_shrink", import.allow_shrink},
                       {"text", read_file(import.file)}};
  if (!import.zone.empty()) request["zone"] = import.zone;
  run(options, request, print_line);
  return 0;
}

int import_closures(const Options& options, const ClosureImportCommand& import) {
  json::object request{{"command", "import_closures"},
                       {"source", name_or_file(import.source, import.file)},
                       {"text", read_file(import.file)}};
  if (!import.site.empty()) request["site"] = import.site;
  run(options, request, print_line);
  return 0;
}

}  // namespace circled::app
