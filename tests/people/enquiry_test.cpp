#include "people/enquiry.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/version.hpp"
#include "people/routes.hpp"
#include "support/care.hpp"
#include "support/run.hpp"

using namespace circled;
using namespace circled::people;
using namespace std::chrono_literals;
using test::code;

namespace {

struct FrontDoor : test::CareFixture {
  NewEnquiry wanted{Whom::oneself, {"555 010 0123"}, {"Maria"}, true, {{"after six"}}, {}};

  Result<EnquiryThanks> ask(const std::string& counted = "somewhere") {
    return write([&](Transaction& tx) { return ask_for_help(tx, actor, counted, wanted, now()); });
  }
  // The only one in that state, or the first.
  Enquiry first(EnquiryState state = EnquiryState::open) {
    const auto found = list(ada, state);
    REQUIRE(!found.empty());
    return one(found[0].id);
  }
  Enquiry one(EnquiryId id) {
    return read([&](Snapshot& db) { return enquiry(db, ada, id); }).value();
  }
  std::vector<EnquiryRow> list(const api::Identity& who, EnquiryState state = EnquiryState::open) {
    return read([&](Snapshot& db) { return enquiries(db, who, {{}, state, {}, {}}); }).value().items;
  }
  Result<Enquiry> call(const Enquiry& about, CallOutcome outcome, const api::Identity& who) {
    return write([&](Transaction& tx) {
      return note_call(tx, who, actor, about.id, about.version, {outcome, {{"a note"}}}, now());
    });
  }
  Result<Enquiry> call(const Enquiry& about, CallOutcome outcome) { return call(about, outcome, fred); }
  Result<Enquiry> decide(const Enquiry& about, EnquiryOutcome outcome, const char* note = "why") {
    return write([&](Transaction& tx) {
      return decide_enquiry(tx, fred, actor, about.id, about.version, {outcome, {note}}, now());
    });
  }
  Result<Enquiry> link(const Enquiry& about, SessionId session) {
    return write([&](Transaction& tx) {
      return link_assessment(tx, fred, actor, about.id, about.version, {session}, now());
    });
  }
  Result<Enquiry> admit(const Enquiry& about, const EnquiryAdmission& admission, const api::Identity& who) {
    return write([&](Transaction& tx) {
      return admit_enquiry(tx, who, actor, about.id, about.version, admission, now());
    });
  }
  NewClient maria() const {
    NewClient client{};
    client.preferred_name = Text<1, 100>("Maria");
    client.site = site;
    client.phase = Phase::treatment;
    return client;
  }
  // A time kept with Cora, and nobody on its list.
  calendar::Booking assessment() const {
    auto booking = one_on_one(48h);
    booking.kind = calendar::Kind::group;
    booking.seats = Number<1, 500>{1};
    booking.clients.clear();
    return booking;
  }
  std::int64_t clients() { return number("SELECT count(*) FROM client"); }
  std::int64_t purge() {
    return write([&](Transaction& tx) { return purge_enquiries(tx, now()); });
  }
};

}  // namespace

TEST_CASE("who asks is told thank you and the numbers, and dashboards of the site look again") {
  FrontDoor f;
  f.take_committed();
  const auto thanks = f.ask().value();
  CHECK(
      json::to_text(thanks) ==
      R"({"thanks":"Thank you. Somebody will call.","emergency_number":"911","crisis_line":"988","helpline":""})");
  const auto hints = f.take_committed().hints;
  REQUIRE(hints.size() == 1);
  CHECK(hints[0].kind == "enquiry.changed");
  CHECK(hints[0].site == f.site);
  const auto asked = f.first();
  CHECK(asked.number == "555 010 0123");
  CHECK(asked.ask_for == "Maria");
  CHECK(asked.voicemail);
  CHECK(asked.best_time == "after six");
  CHECK(asked.asked_at == f.now());
  CHECK(asked.path.empty());
}

TEST_CASE("the same words again while they are open are the same enquiry, and nobody is told") {
  FrontDoor f;
  const auto first = json::to_text(f.ask().value());
  CHECK(json::to_text(f.ask("elsewhere").value()) == first);
  CHECK(f.list(f.ada).size() == 1);
  REQUIRE(f.decide(f.first(), EnquiryOutcome::declined));
  CHECK(json::to_text(f.ask().value()) == first);
  CHECK(f.list(f.ada).size() == 1);
}

TEST_CASE("an enquiry without a site is the first one's, and one of no site is refused") {
  FrontDoor f;
  const auto other = f.write([](Transaction& tx) { return test::add_site(tx, "Hillside"); });
  REQUIRE(f.ask());
  CHECK(f.first().site == f.site);
  f.wanted.site = other;
  REQUIRE(f.ask());
  CHECK(f.list(f.ada).size() == 1);
  f.wanted.site = SiteId(999);
  f.wanted.number = Text<1, 40>("none");
  const auto refused = f.ask();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fields.size() == 2);
  CHECK(f.number("SELECT count(*) FROM enquiry") == 2);
}

TEST_CASE("asking is slowed by address after five times, and by no other's") {
  FrontDoor f;
  for (int i = 0; i < 6; ++i) {
    f.wanted.ask_for = Text<1, 100>("Maria " + std::to_string(i));
    CHECK(f.ask());
  }
  f.wanted.ask_for = Text<1, 100>("Maria 6");
  const auto refused = f.ask();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::throttled);
  CHECK(refused.error().retry_after_s == 60);
  CHECK(f.number("SELECT count(*) FROM enquiry") == 6);
  CHECK(f.ask("elsewhere"));
  f.wanted.ask_for = Text<1, 100>("Maria 7");
  f.clock.advance(60s);
  CHECK(f.ask());
}

TEST_CASE("the site's staff see an enquiry, supervisors and administrators see every site's") {
  FrontDoor f;
  api::Identity elsewhere;
  f.write([&](Transaction& tx) {
    const auto site = test::add_site(tx, "Hillside");
    const auto desk = test::add_staff(tx, site, "Dora Desk", "front_desk");
    elsewhere = test::identity(test::add_account(tx, desk), desk, api::Role::front_desk, site);
  });
  REQUIRE(f.ask());
  const auto id = f.first().id;
  const auto see = [&](const api::Identity& who) {
    return code(f.read([&](Snapshot& db) { return enquiry(db, who, id); }));
  };
  for (const auto& who : {f.fred, f.cora, f.cleo, f.sue, f.ada}) CHECK(see(who) == "");
  CHECK(see(elsewhere) == "not_found");
  CHECK(see(f.ana_user) == "not_found");
  CHECK(code(f.call(f.first(), CallOutcome::reached, elsewhere)) == "not_found");
  const auto list_of = [&](const api::Identity& who, SiteId site) {
    return code(f.read([&](Snapshot& db) { return enquiries(db, who, {site, {}, {}, {}}); }));
  };
  CHECK(list_of(f.sue, elsewhere.site) == "");
  CHECK(list_of(elsewhere, f.site) == "not_found");
  CHECK(list_of(f.sue, SiteId(999)) == "not_found");
}

TEST_CASE("open ones come the oldest first, ended ones the latest first, page by page") {
  FrontDoor f;
  for (const char* name : {"A", "B", "C"}) {
    f.wanted.ask_for = Text<1, 100>(name);
    REQUIRE(f.ask(name));
    f.clock.advance(1min);
  }
  const auto names = [&](EnquiryState state) {
    std::string all;
    EnquiryFilter filter{{}, state, Number<1, 200>{2}, {}};
    for (int page = 0; page < 3; ++page) {
      const auto found = f.read([&](Snapshot& db) { return enquiries(db, f.fred, filter); }).value();
      for (const auto& row : found.items) all += row.ask_for;
      if (!found.next) break;
      filter.after = EnquiryId(std::stoll(*found.next));
    }
    return all;
  };
  CHECK(names(EnquiryState::open) == "ABC");
  for (int i = 0; i < 3; ++i) {
    f.clock.advance(1min);
    REQUIRE(f.decide(f.first(), EnquiryOutcome::referred));
  }
  CHECK(names(EnquiryState::open) == "");
  CHECK(names(EnquiryState::referred) == "CBA");
}

TEST_CASE("calls are noted with what came of them; the first one ends the wait") {
  FrontDoor f;
  REQUIRE(f.ask());
  f.clock.advance(30min);
  const auto called = f.call(f.first(), CallOutcome::no_answer).value();
  f.clock.advance(30min);
  const auto again = f.call(called, CallOutcome::reached).value();
  CHECK(again.calls == 2);
  CHECK(again.first_call_at == f.now() - 30min);
  CHECK(again.last == EnquiryWork::reached);
  CHECK(again.last_at == f.now());
  CHECK(again.state == EnquiryState::open);
  REQUIRE(again.path.size() == 2);
  CHECK(again.path[0].what == EnquiryWork::no_answer);
  CHECK(again.path[0].by_name == "Fred Desk");
  CHECK(again.path[0].note == "a note");
  // Somebody who saw the enquiry before that is told how it now stands.
  const auto late = f.call(called, CallOutcome::reached);
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == ErrorKind::precondition_failed);
  CHECK(late.error().extra.at("current").at("calls") == 2);
}

TEST_CASE("a voicemail is left where it was allowed, and nowhere else") {
  FrontDoor f;
  REQUIRE(f.ask());
  CHECK(f.call(f.first(), CallOutcome::voicemail));
  f.wanted.voicemail = false;
  f.wanted.ask_for = Text<1, 100>("Ned");
  f.clock.advance(1min);
  REQUIRE(f.ask());
  const auto ned = f.one(f.list(f.ada)[1].id);
  CHECK(code(f.call(ned, CallOutcome::voicemail)) == "voicemail_not_allowed");
  CHECK(f.one(ned.id).calls == 0);
  CHECK(f.call(ned, CallOutcome::wrong_number));
}

TEST_CASE("an assessment is a time of its own at the site, booked as every session is") {
  FrontDoor f;
  REQUIRE(f.ask());
  const auto session = f.book(f.assessment(), f.fred).value();
  const auto linked = f.link(f.first(), session.id).value();
  CHECK(linked.session == session.id);
  CHECK(linked.session_starts_at == session.starts_at);
  CHECK(linked.session_cancelled == false);
  CHECK(linked.path.back().what == EnquiryWork::assessment);
  CHECK(f.clients() == 2);  // nobody's record

  // Nobody else's session, no other site's, none that is off.
  CHECK(code(f.link(linked, f.book(f.one_on_one(3h)).value().id)) == "not_empty");
  CHECK(code(f.link(linked, SessionId(999'999))) == "not_found");
  f.write(
      [&](Transaction& tx) { tx.run("UPDATE session SET status = 'cancelled' WHERE id = $1", session.id); });
  CHECK(f.first().session_cancelled == true);
  CHECK(code(f.link(linked, session.id)) == "not_found");
}

TEST_CASE("only a person who admits makes a client record, and the enquiry names it") {
  FrontDoor f;
  REQUIRE(f.ask());
  const auto waits = f.decide(f.first(), EnquiryOutcome::waiting, "a bed on Monday").value();
  CHECK(waits.state == EnquiryState::waiting);
  CHECK(f.clients() == 2);
  f.clock.advance(24h);
  const auto admitted = f.admit(waits, {f.maria(), {}, {}}, f.otto).value();
  CHECK(admitted.state == EnquiryState::admitted);
  CHECK(f.clients() == 3);
  REQUIRE(admitted.client);
  CHECK(f.number("SELECT count(*) FROM assignment WHERE client_id = $1 AND staff_id = $2", *admitted.client,
                 f.other_counselor) == 1);  // as with any client that is admitted
  CHECK(admitted.path.back().what == EnquiryWork::admitted);
}

TEST_CASE("admitting may name somebody who is in care already, and is refused whole or not at all") {
  FrontDoor f;
  REQUIRE(f.ask());
  const auto asked = f.first();
  CHECK(code(f.admit(asked, {}, f.ada)) == "one_of");
  CHECK(code(f.admit(asked, {f.maria(), f.ana, {}}, f.ada)) == "one_of");
  CHECK(code(f.admit(asked, {{}, f.ana, {}}, f.otto)) == "not_found");
  auto nowhere = f.maria();
  nowhere.site = SiteId(999);
  const auto refused = f.admit(asked, {nowhere, {}, {}}, f.ada);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fields[0].pointer == "/new_client/site");
  f.write([&](Transaction& tx) {
    tx.run(
        "UPDATE phase SET until_on = 20001 WHERE episode_id IN (SELECT id FROM episode WHERE client_id = $1)",
        f.ben);
  });
  CHECK(code(f.admit(asked, {{}, f.ben, {}}, f.ada)) == "not_in_care");
  CHECK(f.one(asked.id).state == EnquiryState::open);
  CHECK(f.admit(asked, {{}, f.ana, {}}, f.cora).value().client == f.ana);
  CHECK(f.clients() == 2);
}

TEST_CASE("what has ended stays ended, and what waits goes on") {
  FrontDoor f;
  REQUIRE(f.ask());
  CHECK(code(f.decide(f.first(), EnquiryOutcome::declined, " ")) == "blank");
  auto waits = f.decide(f.first(), EnquiryOutcome::waiting).value();
  CHECK(code(f.decide(waits, EnquiryOutcome::waiting)) == "waiting");
  waits = f.call(waits, CallOutcome::reached).value();
  const auto ended = f.decide(waits, EnquiryOutcome::referred, "to the county").value();
  CHECK(ended.path.back().note == "to the county");
  CHECK(code(f.call(ended, CallOutcome::reached)) == "ended");
  CHECK(code(f.decide(ended, EnquiryOutcome::declined)) == "ended");
  CHECK(code(f.link(ended, SessionId(1))) == "ended");
  CHECK(code(f.admit(ended, {f.maria(), {}, {}}, f.ada)) == "ended");
  CHECK(f.clients() == 2);
}

TEST_CASE("people are purged some days after the end, by outcome, and what was open or admitted is not") {
  FrontDoor f;
  for (const char* name : {"open", "waiting", "admitted", "referred", "declined"}) {
    f.wanted.ask_for = Text<1, 100>(name);
    REQUIRE(f.ask(name));
    f.clock.advance(1ms);
  }
  const auto all = f.list(f.ada);
  REQUIRE(f.decide(f.one(all[1].id), EnquiryOutcome::waiting));
  REQUIRE(f.admit(f.one(all[2].id), {{}, f.ana, {}}, f.ada));
  const auto session = f.book(f.assessment(), f.fred).value();
  REQUIRE(f.call(f.link(f.one(all[3].id), session.id).value(), CallOutcome::reached));
  REQUIRE(f.decide(f.one(all[3].id), EnquiryOutcome::referred));
  REQUIRE(f.decide(f.one(all[4].id), EnquiryOutcome::declined));
  f.write([&](Transaction& tx) {
    const auto was = digest_of(enquiry_keeping(tx));
    CHECK(code(set_enquiry_keeping(tx, f.actor, "another", {{90}, {1}}, f.now())) == "changed_meanwhile");
    CHECK(set_enquiry_keeping(tx, f.actor, was, {{90}, {1}}, f.now()));
  });

  f.clock.advance(24h - 1ms);
  CHECK(f.purge() == 0);
  f.clock.advance(1ms);
  CHECK(f.purge() == 1);
  CHECK(f.list(f.ada, EnquiryState::declined).empty());
  f.clock.advance(89 * 24h - 1ms);
  CHECK(f.purge() == 0);
  f.clock.advance(1ms);
  CHECK(f.purge() == 1);
  CHECK(f.purge() == 0);
  CHECK(code(f.read([&](Snapshot& db) { return enquiry(db, f.ada, all[3].id); })) == "not_found");
  f.clock.advance(4000 * 24h);
  CHECK(f.purge() == 0);
  CHECK(f.list(f.ada, EnquiryState::open).size() == 1);
  CHECK(f.list(f.ada, EnquiryState::waiting).size() == 1);
  CHECK(f.list(f.ada, EnquiryState::admitted).size() == 1);

  // What stays are times and outcomes; the trail says how many went, and of whom nothing.
  CHECK(f.number(
            "SELECT count(*) FROM enquiry WHERE purged_at IS NOT NULL AND number = '' AND ask_for = '' AND "
            "best_time = '' AND session_id IS NULL") == 2);
  CHECK(f.number("SELECT calls FROM enquiry WHERE id = $1", all[3].id) == 1);
  CHECK(f.number("SELECT count(*) FROM enquiry_step WHERE enquiry_id IN ($1, $2)", all[3].id, all[4].id) ==
        0);
  CHECK(f.read([](Snapshot& db) {
    return db.all<std::string>("SELECT detail FROM audit WHERE action = 'enquiry.purge' ORDER BY id");
  }) == std::vector<std::string>{R"({"count":1})", R"({"count":1})"});
}

TEST_CASE("a long list is purged in steps") {
  FrontDoor f;
  f.write([&](Transaction& tx) {
    for (int i = 0; i < 250; ++i)
      tx.run(
          "INSERT INTO enquiry (site_id, whom, number, ask_for, voicemail, asked_at, state, state_at) "
          "VALUES ($1, 'other', 'x', 'y', FALSE, $2, $3, $2)",
          f.site, f.now(), i % 2 ? "referred" : "declined");
  });
  f.clock.advance(90 * 24h);
  CHECK(f.purge() == 200);
  CHECK(f.purge() == 50);
  CHECK(f.purge() == 0);
}

TEST_CASE("the schema refuses what the rules would") {
  FrontDoor f;
  const auto insert = [&](const char* columns, const char* values) {
    const std::string sql = std::string(
                                "INSERT INTO enquiry (site_id, whom, number, ask_for, voicemail, asked_at, "
                                "state_at") +
                            columns + ") VALUES ($1, 'oneself', 'x', 'y', TRUE, 5, 5" + values + ")";
    try {
      f.write([&](Transaction& tx) { tx.run(sql, f.site); });
      return true;
    } catch (const store::Violation&) {
      return false;
    }
  };
  CHECK(insert("", ""));
  CHECK_FALSE(insert(", state", ", 'admitted'"));                // of nobody
  CHECK_FALSE(insert(", state", ", 'called'"));                  // no such word
  CHECK_FALSE(insert(", calls", ", 1"));                         // at no time
  CHECK_FALSE(insert(", first_call_at, calls", ", 4, 1"));       // before anybody asked
  CHECK_FALSE(insert(", purged_at", ", 6"));                     // while it is open
  CHECK_FALSE(insert(", state, purged_at", ", 'declined', 6"));  // with the person still in it
}

namespace {

// The routes with callers known by the number of their person; nobody without one.
struct Served : FrontDoor {
  access::Context context{store, clock, std::string(32, 'k')};
  api::Table table;
  std::map<std::int64_t, api::Identity> callers;

  Served() {
    people::routes(table, context);
    table.clock_by([this] { return clock.now(); });
    table.authenticate_by([this](const api::Request& request) -> Task<Result<std::optional<api::Identity>>> {
      const auto found = callers.find(std::atoll(std::string(request.header("authorization")).c_str()));
      co_return found == callers.end() ? std::optional<api::Identity>() : std::optional(found->second);
    });
    for (const auto& who : {cora, ada, fred, ana_user}) callers[who.person.value] = who;
  }
  api::Response call(std::optional<api::Identity> who, api::Method method, const std::string& target,
                     std::string body = {}, const std::string& tag = {}) {
    api::Request request;
    request.method = method;
    request.target = target;
    request.body = std::move(body);
    request.remote = "192.0.2.7";
    request.id = "r1";
    if (who) request.headers.emplace_back("Authorization", std::to_string(who->person.value));
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!tag.empty()) request.headers.emplace_back("If-Match", "\"" + tag + "\"");
    return test::run(table.answer(request));
  }
};

constexpr const char* asking =
    R"({"whom":"other","number":"555 010 0199","ask_for":"Ned","voicemail":false,"site":)";

}  // namespace

TEST_CASE("anyone may ask, and of where they asked from nothing can be read anywhere") {
  Served f;
  const std::string body = asking + std::to_string(f.site.value) + "}";
  const auto asked = f.call({}, api::Method::post, "/api/v1/enquiries", body);
  CHECK(asked.status == 200);
  CHECK(asked.body.find("Ned") == std::string::npos);
  CHECK(f.call(f.ana_user, api::Method::post, "/api/v1/enquiries", body).status ==
        200);  // who is not looked at
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'enquiry.ask' AND account_id IS NULL") == 1);
  CHECK(f.number("SELECT count(*) FROM throttle WHERE key LIKE 'enquiry address %'") == 1);
  CHECK(f.number("SELECT count(*) FROM throttle WHERE key LIKE '%192.0.2.7%'") == 0);
  CHECK(f.call({}, api::Method::post, "/api/v1/enquiries", R"({"whom":"other"})").status == 422);
  CHECK(f.call({}, api::Method::get, "/api/v1/enquiry-sites").body ==
        R"({"items":[{"site":)" + std::to_string(f.site.value) + R"(,"name":"Riverside"}]})");
  CHECK(f.call({}, api::Method::get, "/api/v1/enquiries").status == 401);
  CHECK(f.call(f.ana_user, api::Method::get, "/api/v1/enquiries").status == 403);
}

TEST_CASE("an enquiry is worked on over HTTP with the version that was seen, and each look is recorded") {
  Served f;
  f.call({}, api::Method::post, "/api/v1/enquiries", asking + std::to_string(f.site.value) + "}");
  const auto list = f.call(f.fred, api::Method::get, "/api/v1/enquiries");
  REQUIRE(list.status == 200);
  const auto id = boost::json::parse(list.body).at("items").at(0).at("id").as_int64();
  const std::string one = "/api/v1/enquiries/" + std::to_string(id);
  CHECK(f.call(f.fred, api::Method::get, one).status == 200);
  CHECK(f.call(f.fred, api::Method::get, one).status == 200);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'enquiry.view'") == 1);
  CHECK(f.number("SELECT count(*) FROM audit WHERE action = 'enquiry.list'") == 1);

  CHECK(f.call(f.fred, api::Method::post, one + "/calls", R"({"outcome":"reached"})").status == 428);
  const auto called = f.call(f.fred, api::Method::post, one + "/calls", R"({"outcome":"reached"})", "1");
  CHECK(called.status == 200);
  CHECK(f.call(f.cora, api::Method::post, one + "/decide", R"({"outcome":"declined","note":"x"})", "1")
            .status == 412);
  const auto voicemail = f.call(f.cora, api::Method::post, one + "/calls", R"({"outcome":"voicemail"})", "2");
  CHECK(voicemail.status == 422);
  CHECK(f.call(f.cora, api::Method::post, one + "/decide", R"({"outcome":"declined","note":"x"})", "2")
            .status == 200);

  const auto keeping = f.call(f.fred, api::Method::get, "/api/v1/enquiry-keeping");
  CHECK(keeping.body == R"({"referred_days":90,"declined_days":90})");
  const auto tag = digest_of(EnquiryKeeping{{90}, {90}});
  const std::string longer = R"({"referred_days":365,"declined_days":30})";
  CHECK(f.call(f.fred, api::Method::put, "/api/v1/enquiry-keeping", longer, tag).status == 403);
  CHECK(f.call(f.ada, api::Method::put, "/api/v1/enquiry-keeping", longer, tag).body == longer);
  CHECK(f.call(f.ada, api::Method::put, "/api/v1/enquiry-keeping", longer, tag).status == 412);
}
