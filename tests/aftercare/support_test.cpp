#include "aftercare/support.hpp"

#include <doctest/doctest.h>

#include <set>

#include "aftercare/routes.hpp"
#include "live/stream.hpp"
#include "people/on_call.hpp"
#include "support/care.hpp"
#include "support/run.hpp"
#include "tasks/task.hpp"

using namespace circled;
using namespace circled::aftercare;
using namespace std::chrono_literals;

namespace {

// Ana's counselors are Cora and Cleo the clinician. Olga is on call, with Pia as her backup, if `on_call` is
// called. The limits are 5, 5 and 10 minutes.
struct Fixture : test::CareFixture {
  StaffId olga, pia;
  api::Identity olgas, pias;

  Fixture() {
    write([this](Transaction& tx) {
      olga = test::add_staff(tx, site, "Olga On", "counselor");
      pia = test::add_staff(tx, site, "Pia Pager", "counselor");
      olgas = test::identity(test::add_account(tx, olga), olga, api::Role::counselor, site);
      pias = test::identity(test::add_account(tx, pia), pia, api::Role::counselor, site);
      for (const StaffId staff : {counselor, olga, supervisor})
        tx.run(
            "INSERT INTO channel_address (person_id, channel, address, verified_at) VALUES ($1, 'sms', $2, "
            "1)",
            staff, "+1555" + std::to_string(staff.value));
    });
    take_committed();
  }

  void on_call(std::optional<StaffId> backup) {
    write([&](Transaction& tx) {
      return people::add_shift(tx, actor, site, {now(), now() + 24h, olga, backup}, now());
    }).value();
    take_committed();
  }
  void unassign(ClientId client) {
    write([&](Transaction& tx) { tx.run("DELETE FROM assignment WHERE client_id = $1", client); });
  }
  // The member of staff has a dashboard open.
  void watch(const api::Identity& who) {
    write([&](Transaction& tx) {
      const auto sign_in = *tx.one<SignInId>(
          "INSERT INTO sign_in (account_id, token_hash, by, device, created_at, expires_at)"
          " VALUES ($1, $2, 'cookie', 'test', $3, $4) RETURNING id",
          who.account, random_token(), now(), now() + 24h);
      live::keep_watching(tx, sign_in, now() + 50s);
    });
  }

  MySupport ask() {
    return write([&](Transaction& tx) { return ask_support(tx, actor, ana, now()); });
  }
  MySupport mine() {
    return read([&](Snapshot& db) { return my_support(db, ana, now()); });
  }
  std::int64_t escalate() {
    return write([&](Transaction& tx) { return escalate_once(tx, now()); });
  }
  Result<SupportRequest> see(const api::Identity& who, SupportId id) {
    return write([&](Transaction& tx) { return see_support(tx, who, actor, id, now()); });
  }
  Result<SupportRequest> close(const api::Identity& who, SupportId id,
                               SupportOutcome outcome = SupportOutcome::talked) {
    return write([&](Transaction& tx) {
      return close_support(tx, who, actor, id, {outcome, {{"Will come on Thursday"}}}, now());
    });
  }
  Result<MySupport> withdraw(SupportId id, std::optional<ClientId> client = {}) {
    return write(
        [&](Transaction& tx) { return withdraw_support(tx, actor, client.value_or(ana), id, now()); });
  }
  std::vector<SupportRequest> requests(const api::Identity& who) {
    return read([&](Snapshot& db) { return support_requests(db, who, now()); });
  }

  // Who was told what since the last call: "kind person", in order of kind and person.
  std::set<std::pair<std::string, std::int64_t>> told() {
    std::set<std::pair<std::string, std::int64_t>> found;
    for (const auto& event : take_committed().events) {
      const auto body = boost::json::parse("{" + *event.body + "}").as_object();
      found.emplace(std::string(body.at("kind").as_string()), event.receiver.value);
    }
    return found;
  }
  // Text messages that wait to be sent, for this purpose.
  std::int64_t texts() { return number("SELECT count(*) FROM message WHERE purpose = 'support'"); }
};

using Told = std::set<std::pair<std::string, std::int64_t>>;

}  // namespace

TEST_CASE("asking tells all of the client's counselors, live and by text, and answers with the numbers") {
  Fixture f;
  f.watch(f.cora);
  f.take_committed();
  const auto answer = f.ask();
  REQUIRE(answer.request);
  CHECK(answer.request->state == SupportState::open);
  CHECK(answer.request->step == SupportStep::counselor);
  CHECK(answer.numbers.emergency_number == "911");
  CHECK(answer.numbers.crisis_line == "988");
  CHECK(answer.watched);
  CHECK(f.told() == Told{{"support.requested", f.counselor.value},
                         {"support.requested", f.clinician.value},
                         {"support.changed", f.ana.value}});
  // Cleo has no number that may be used.
  CHECK(f.texts() == 1);
  CHECK(f.number("SELECT count(*) FROM message WHERE text LIKE '%Ana%'") == 0);
  CHECK(f.number("SELECT give_up_at FROM message") == to_millis(f.now() + 5min));
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'support.ask' AND subject_id = $1", f.ana) == 1);
}

TEST_CASE("asking twice is asking once") {
  Fixture f;
  const auto first = f.ask();
  f.take_committed();
  f.clock.advance(1min);
  const auto second = f.ask();
  CHECK(second.request->id == first.request->id);
  CHECK(second.request->asked_at == first.request->asked_at);
  CHECK(f.told().empty());
  CHECK(f.number("SELECT count(*) FROM support_request") == 1);
}

TEST_CASE("the steps: counselors, primary, backup, and then nobody is left") {
  Fixture f;
  f.on_call(f.pia);
  const auto id = f.ask().request->id;
  f.take_committed();
  f.clock.advance(5min - 1ms);
  CHECK(f.escalate() == 0);
  f.clock.advance(1ms);
  CHECK(f.escalate() == 1);
  CHECK(f.escalate() == 0);
  CHECK(f.mine().request->step == SupportStep::primary);
  CHECK(f.told() == Told{{"support.requested", f.olga.value},
                         {"support.changed", f.olga.value},
                         {"support.changed", f.counselor.value},
                         {"support.changed", f.clinician.value},
                         {"support.changed", f.ana.value}});
  f.clock.advance(5min);
  CHECK(f.escalate() == 1);
  CHECK(f.mine().request->step == SupportStep::backup);
  CHECK(f.told().contains({"support.requested", f.pia.value}));
  f.clock.advance(10min - 1ms);
  CHECK(f.escalate() == 0);
  CHECK(f.number("SELECT count(*) FROM task WHERE rule = 'support'") == 0);
  f.clock.advance(1ms);
  CHECK(f.escalate() == 1);
  const auto mine = f.mine();
  CHECK(mine.request->state == SupportState::unanswered);
  CHECK(mine.text.find("Nobody has answered") == 0);
  CHECK(mine.numbers.crisis_line == "988");
  const auto told = f.told();
  CHECK(told.contains({"support.unanswered", f.supervisor.value}));
  CHECK(told.contains({"support.changed", f.ana.value}));
  CHECK(!told.contains({"support.unanswered", f.admin.value}));
  CHECK(f.number("SELECT count(*) FROM task WHERE rule = 'support' AND client_id = $1 AND done_at IS NULL",
                 f.ana) == 1);
  CHECK(f.escalate() == 0);
  // Cora, Olga and the supervisor have a number.
  CHECK(f.texts() == 3);
  CHECK(f.see(f.pias, id));  // late is better than never
}

TEST_CASE("with nobody to ask it is unanswered at once, and says so") {
  Fixture f;
  f.unassign(f.ana);
  const auto answer = f.ask();
  CHECK(answer.request->state == SupportState::unanswered);
  CHECK(!answer.request->step);
  CHECK(!answer.watched);
  CHECK(f.told().contains({"support.unanswered", f.supervisor.value}));
  CHECK(f.number("SELECT count(*) FROM task WHERE rule = 'support'") == 1);
}

TEST_CASE("where a site has no supervisor its administrators hear that nobody came") {
  Fixture f;
  f.unassign(f.ana);
  f.write([&](Transaction& tx) { tx.run("UPDATE staff SET active = FALSE WHERE role = 'supervisor'"); });
  f.ask();
  CHECK(f.told().contains({"support.unanswered", f.admin.value}));
}

TEST_CASE("a counselor who is on call too is asked once, and then the next") {
  Fixture f;
  f.write([&](Transaction& tx) { test::assign(tx, f.olga, f.ana); });
  f.on_call(f.pia);
  f.ask();
  f.take_committed();
  f.clock.advance(5min);
  CHECK(f.escalate() == 1);
  CHECK(f.mine().request->step == SupportStep::backup);
  CHECK(!f.told().contains({"support.requested", f.olga.value}));
}

TEST_CASE("whoever has left is not asked, nor is the front desk") {
  Fixture f;
  f.on_call(f.pia);
  f.write([&](Transaction& tx) {
    tx.run("UPDATE staff SET active = FALSE WHERE person_id IN ($1, $2, $3)", f.counselor, f.clinician,
           f.olga);
    test::assign(tx, f.front_desk, f.ana);
  });
  CHECK(f.ask().request->step == SupportStep::backup);
  CHECK(f.requests(f.fred).empty());
}

TEST_CASE("the limits are the site's own") {
  Fixture f;
  f.on_call({});
  f.write([&](Transaction& tx) { tx.run("UPDATE site SET counselor_minutes = 1, primary_minutes = 30"); });
  f.ask();
  f.clock.advance(1min);
  CHECK(f.escalate() == 1);
  f.clock.advance(29min);
  CHECK(f.escalate() == 0);
  f.clock.advance(1min);
  CHECK(f.escalate() == 1);
  CHECK(f.mine().request->state == SupportState::unanswered);
}

TEST_CASE("seen, I'm calling: nobody else is asked, and the client reads who it is") {
  Fixture f;
  f.on_call(f.pia);
  const auto id = f.ask().request->id;
  f.take_committed();
  const auto seen = f.see(f.cora, id).value();
  CHECK(seen.state == SupportState::seen);
  CHECK(seen.seen_by_name == "Cora Counselor");
  CHECK(f.told() == Told{{"support.seen", f.ana.value}, {"support.changed", f.clinician.value}});
  CHECK(f.mine().request->seen_by == "Cora Counselor");
  CHECK(f.mine().text == "Cora Counselor has seen it and will call you.");
  CHECK(f.see(f.cora, id));  // once more is the same
  CHECK(f.told().empty());
  const auto late = f.see(f.cleo, id);
  CHECK(test::code(late) == "already_seen");
  CHECK(late.error().detail.find("Cora Counselor") == 0);
  f.clock.advance(5min);
  CHECK(f.escalate() == 0);
  CHECK(f.ask().request->state == SupportState::seen);
}

TEST_CASE("a call that never came can be asked for anew, from the beginning") {
  Fixture f;
  const auto id = f.ask().request->id;
  f.see(f.cora, id).value();
  f.clock.advance(30min);
  f.take_committed();
  const auto again = f.ask();
  CHECK(again.request->id == id);
  CHECK(again.request->state == SupportState::open);
  CHECK(again.request->asked_at == f.now());
  CHECK(!again.request->seen_by);
  const auto told = f.told();
  CHECK(told.contains({"support.requested", f.counselor.value}));
  CHECK(told.contains({"support.requested", f.clinician.value}));
}

TEST_CASE("what nobody answered is asked anew too") {
  Fixture f;
  const auto id = f.ask().request->id;
  f.clock.advance(5min);
  f.escalate();
  CHECK(f.mine().request->state == SupportState::unanswered);
  const auto again = f.ask();
  CHECK(again.request->id == id);
  CHECK(again.request->state == SupportState::open);
  CHECK(again.request->step == SupportStep::counselor);
}

TEST_CASE("closing says what came of it; another is asked for by a new request") {
  Fixture f;
  const auto id = f.ask().request->id;
  f.see(f.cora, id).value();
  CHECK(test::code(f.close(f.cleo, id)) == "forbidden");
  f.take_committed();
  const auto closed = f.close(f.cora, id).value();
  CHECK(closed.state == SupportState::closed);
  CHECK(closed.outcome == SupportOutcome::talked);
  CHECK(f.told() == Told{{"support.changed", f.ana.value}, {"support.changed", f.clinician.value}});
  CHECK(test::code(f.close(f.cora, id)) == "already_over");
  CHECK(test::code(f.see(f.cleo, id)) == "already_over");
  CHECK(!f.mine().request);
  CHECK(f.requests(f.cora).empty());
  CHECK(f.ask().request->id != id);
  // What came of it stands in the trail, and not in what words.
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'support.close' AND detail LIKE '%talked%'") ==
        1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE detail LIKE '%Thursday%'") == 0);
}

TEST_CASE("closing what nobody had seen sees it; a supervisor closes another's") {
  Fixture f;
  const auto first = f.ask().request->id;
  const auto closed = f.close(f.cleo, first).value();
  CHECK(closed.seen_by_name == "Cleo Clinician");
  const auto second = f.ask().request->id;
  f.see(f.cora, second).value();
  CHECK(f.close(f.sue, second, SupportOutcome::not_reached));
}

TEST_CASE("the client takes it back, and all who were asked hear of it") {
  Fixture f;
  const auto id = f.ask().request->id;
  CHECK(test::code(f.withdraw(id, f.ben)) == "not_found");
  CHECK(test::code(f.withdraw(SupportId(999'999))) == "not_found");
  f.take_committed();
  const auto answer = f.withdraw(id).value();
  CHECK(!answer.request);
  CHECK(answer.numbers.emergency_number == "911");
  CHECK(f.told() == Told{{"support.changed", f.ana.value},
                         {"support.changed", f.counselor.value},
                         {"support.changed", f.clinician.value}});
  CHECK(f.withdraw(id));  // once more changes nothing
  CHECK(f.told().empty());
  CHECK(test::code(f.see(f.cora, id)) == "already_over");
  f.clock.advance(1h);
  CHECK(f.escalate() == 0);
}

TEST_CASE("who is asked, has the client or supervises sees a request, and nobody else does") {
  Fixture f;
  f.on_call(f.pia);
  const auto id = f.ask().request->id;
  const auto sees = [&](const api::Identity& who) { return f.requests(who).size() == 1; };
  CHECK(sees(f.cora));
  CHECK(sees(f.cleo));
  CHECK(sees(f.sue));
  CHECK(sees(f.ada));
  for (const auto* who : {&f.olgas, &f.pias, &f.otto, &f.fred, &f.ana_user}) {
    CHECK(!sees(*who));
    CHECK(test::code(f.see(*who, id)) == "not_found");
    CHECK(test::code(f.close(*who, id)) == "not_found");
  }
  f.clock.advance(5min);
  f.escalate();
  CHECK(sees(f.olgas));
  CHECK(!sees(f.pias));
  const auto seen = f.requests(f.olgas).at(0);
  CHECK(seen.asked_me);
  CHECK(seen.preferred_name == "Ana");
  CHECK(!f.requests(f.sue).at(0).asked_me);
  f.see(f.olgas, id).value();
  CHECK(sees(f.olgas));
}

TEST_CASE("the client is told plainly when nobody watches") {
  Fixture f;
  CHECK(!f.mine().watched);
  CHECK(f.mine().text.find("Nobody is watching right now") == 0);
  f.watch(f.otto);  // not a counselor of theirs
  CHECK(!f.mine().watched);
  f.watch(f.cleo);
  CHECK(f.mine().watched);
  f.clock.advance(50s);  // nothing more was heard of that dashboard
  CHECK(!f.mine().watched);
  const auto asked = f.ask();
  CHECK(asked.text.find("nobody is watching right now") != std::string::npos);
  f.on_call({});
  CHECK(f.mine().watched);
  f.clock.advance(24h);
  CHECK(!f.mine().watched);
}

TEST_CASE("a dashboard whose sign-in has ended watches nothing") {
  Fixture f;
  f.watch(f.cora);
  CHECK(f.mine().watched);
  f.write([&](Transaction& tx) { tx.run("UPDATE sign_in SET revoked_at = $1", f.now()); });
  CHECK(!f.mine().watched);
}

TEST_CASE("the schema holds what each state must have") {
  Fixture f;
  const auto id = f.ask().request->id;
  const auto refuses = [&](const std::string& change) {
    try {
      f.write(
          [&](Transaction& tx) { tx.run("UPDATE support_request SET " + change + " WHERE id = $1", id); });
    } catch (const std::exception&) {
      return true;
    }
    return false;
  };
  CHECK(refuses("state = 'seen'"));
  CHECK(refuses("state = 'unanswered'"));
  CHECK(refuses("due_at = NULL"));
  CHECK(refuses("due_at = asked_at"));
  CHECK(refuses("seen_at = 5"));
  CHECK(refuses("state = 'withdrawn', due_at = NULL"));
  CHECK(refuses("ended_at = 5"));
  CHECK(refuses("outcome = 'talked'"));
  CHECK(refuses("note = 'x'"));
  f.close(f.cora, id).value();
  CHECK(refuses("note = 'another'"));  // over is over
  CHECK(refuses("state = 'withdrawn'"));
  bool twice = false;
  f.ask();
  try {
    f.write([&](Transaction& tx) {
      tx.run(
          "INSERT INTO support_request (client_id, site_id, asked_at, state) VALUES ($1, $2, 1, "
          "'unanswered')",
          f.ana, f.site);
    });
  } catch (const store::Violation& v) {
    twice = v.kind == store::Violation::unique;
  }
  CHECK(twice);
}

TEST_CASE("over HTTP: a client asks under a key, staff see, call and close, the front desk is refused") {
  Fixture f;
  access::Context context{f.store, f.clock};
  api::Table table;
  aftercare::routes(table, context);
  table.clock_by([&] { return f.now(); });
  api::Identity caller;
  table.authenticate_by([&](const api::Request&) -> Task<Result<std::optional<api::Identity>>> {
    co_return std::optional(caller);
  });
  const auto call = [&](const api::Identity& who, api::Method method, std::string target,
                        std::string body = {}, std::string key = {}) {
    caller = who;
    api::Request request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.id = "r1";
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!key.empty()) request.headers.emplace_back("Idempotency-Key", std::move(key));
    return test::run(table.answer(request));
  };
  using api::Method;
  const std::string asking = "/api/v1/my/support-requests", all = "/api/v1/support-requests";
  CHECK(call(f.ana_user, Method::post, asking).status == 428);
  CHECK(call(f.cora, Method::post, asking, {}, "k").status == 403);
  const auto made = call(f.ana_user, Method::post, asking, {}, "k");
  CHECK(made.status == 201);
  CHECK(call(f.ana_user, Method::post, asking, {}, "k").body == made.body);
  const auto id = boost::json::parse(made.body).at("request").at("id").as_int64();
  const std::string one = all + "/" + std::to_string(id);

  CHECK(call(f.fred, Method::get, all).status == 403);
  CHECK(call(f.fred, Method::post, one + "/see").status == 403);
  CHECK(call(f.ana_user, Method::get, all).status == 403);
  const auto listed = boost::json::parse(call(f.cora, Method::get, all).body).at("items").as_array();
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].at("preferred_name") == "Ana");
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'client.view_support' AND subject_id = $1",
                 f.ana) == 1);
  CHECK(call(f.cora, Method::post, one + "/see").status == 200);
  CHECK(call(f.cleo, Method::post, one + "/see").status == 409);
  const auto mine = boost::json::parse(call(f.ana_user, Method::get, "/api/v1/my/support").body);
  CHECK(mine.at("request").at("seen_by") == "Cora Counselor");
  CHECK(mine.at("numbers").at("emergency_number") == "911");
  CHECK(call(f.cora, Method::post, one + "/close", R"({"outcome":"maybe"})").status == 422);
  CHECK(call(f.cora, Method::post, one + "/close", R"({"outcome":"talked"})").status == 200);
  CHECK(call(f.ana_user, Method::post, asking + "/" + std::to_string(id) + "/withdraw").status == 200);
}

TEST_CASE("by live command it is the same operation") {
  Fixture f;
  access::Context context{f.store, f.clock};
  live::Commands commands;
  aftercare::commands(commands, context);
  const auto* handler = commands.find("support_request");
  REQUIRE(handler);
  const auto say = [&](const api::Identity& who) {
    return test::run(
        (*handler)({"0b8d5c0e-9a51-4c0f-8a34-0f1f6b6d2a01", "r", f.now()}, who, boost::json::object{}));
  };
  const auto said = say(f.ana_user);
  REQUIRE(said);
  CHECK(said->at("request").at("state") == "open");
  CHECK(said->at("numbers").at("crisis_line") == "988");
  CHECK(test::code(say(f.cora)) == "forbidden");
  CHECK(f.number("SELECT count(*) FROM support_request") == 1);
}
