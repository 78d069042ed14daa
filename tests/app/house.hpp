// The server without its network: every room's routes over the demo's data, and somebody of each role
// signed in. Time stands still at noon of the demo's day.
#pragma once
#include <set>
#include <utility>

#include "access/account.hpp"
#include "access/identify.hpp"
#include "access/password.hpp"
#include "access/sign_in.hpp"
#include "app/commands.hpp"
#include "app/first_start.hpp"
#include "app/routes.hpp"
#include "people/reach.hpp"
#include "push/base64url.hpp"
#include "push/key_pair.hpp"
#include "store/sqlite_connection.hpp"
#include "support/run.hpp"
#include "support/store.hpp"

namespace circled::test {

struct House {
  FreshPlace fresh;
  app::Options options;
  std::unique_ptr<store::DataFolder> folder;
  std::unique_ptr<Store> store;
  FakeClock clock{from_millis(1'773'158'400'000)};  // Tuesday 2026-03-10, 12:00 in New York
  access::PasswordHasher passwords{1, 8};
  std::unique_ptr<access::Context> context;
  app::Operations operations;
  api::Table table;
  std::set<std::string> called;  // names of the rows that answered

  House() {
    initialise_crypto();
    options.data = fresh.folder() / "data";
    options.store = fresh.place().uri;
    app::demo(options, 7, parse_date("2026-03-10"));
    folder = std::make_unique<store::DataFolder>(options.data);
    store = app::open_store(*folder, options);
    rewire();
  }

  // Makes the routes anew, over the store as it is now.
  void rewire() {
    table = api::Table();
    context = std::make_unique<access::Context>(
        access::Context{*store, clock, folder->key(), "", &passwords, people::reaches});
    operations.ways = {true, true, "a secret of both sides",
                       push::base64url(push::KeyPair::of_server(folder->key()).point())};
    operations.not_ready = [] { return std::string(); };
    operations.metrics = []() -> Task<std::string> { co_return std::string("none"); };
    operations.openapi = "{}";
    operations.api_docs = app::api_docs_page("");
    app::routes(table, *context, operations);
    table.authenticate_by(access::make_authenticator(*context));
    table.clock_by([this] { return clock.now(); });
  }

  std::string token(AccountId account) {
    auto granted = store->write_now("test", [&](Transaction& tx) {
      return access::grant(tx, account, access::Carrier::bearer, "test", access::shift, clock.now());
    });
    return granted.value().token;
  }
  std::string token(std::string_view login) {
    return token(*store->read_now([&](Snapshot& db) { return access::find_account(db, login); }));
  }
  std::string token(ClientId client) {
    auto account = store->write_now(
        "test", [&](Transaction& tx) { return access::client_account(tx, {}, client, clock.now()); });
    return token(account.value());
  }

  template <class... A>
  std::int64_t number(std::string_view sql, const A&... arguments) {
    // The test's own question: not one of the statements that the server prepares.
    auto* const watcher = std::exchange(store::on_prepare, nullptr);
    const auto answer =
        store->read_now([&](Snapshot& db) { return db.one<std::int64_t>(sql, arguments...).value(); });
    store::on_prepare = watcher;
    return answer;
  }

  // `body` empty: none. Every POST has a key of its own, every edit the tag it is given.
  api::Response ask(const std::string& token, api::Method method, const std::string& target,
                    const std::string& body = {}, const std::string& tag = {},
                    const api::Headers& more = {}) {
    api::Request request;
    request.method = method;
    request.target = target;
    request.body = body;
    request.remote = "192.0.2.7";
    request.id = "r" + std::to_string(++asked_);
    request.headers = {{"Content-Type", "application/json"},
                       {"Host", "127.0.0.1"},
                       {"Origin", "http://127.0.0.1"},
                       {"Idempotency-Key", "key-" + std::to_string(asked_)}};
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    if (!tag.empty()) request.headers.emplace_back("If-Match", "\"" + tag + "\"");
    request.headers.insert(request.headers.end(), more.begin(), more.end());
    auto response = run(table.answer(request));
    for (std::string part; response.more && run(next_part(response, part)); part.clear())
      response.body += part;
    called.insert(std::string(response.route));
    return response;
  }

 private:
  static Task<bool> next_part(const api::Response& response, std::string& part) {
    co_return co_await response.more(part);
  }

  int asked_ = 0;
};

}  // namespace circled::test
