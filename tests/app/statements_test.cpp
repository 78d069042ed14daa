// No statement of the server reads a whole big table: each is explained by SQLite's planner on the demo's
// data, after every route has been asked at least once.
#include <doctest/doctest.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <mutex>
#include <regex>

#include "access/purge.hpp"
#include "aftercare/import.hpp"
#include "aftercare/occurrence.hpp"
#include "aftercare/plan.hpp"
#include "aftercare/self_check_ask.hpp"
#include "aftercare/support.hpp"
#include "aftercare/went.hpp"
#include "app/house.hpp"
#include "app/outside_feeds.hpp"
#include "attendance/check_in.hpp"
#include "attendance/follow_up.hpp"
#include "attendance/open_sheets.hpp"
#include "calendar/hold.hpp"
#include "calendar/offer.hpp"
#include "calendar/series.hpp"
#include "live/stream.hpp"
#include "people/enquiry.hpp"
#include "reminders/answer_link.hpp"
#include "reminders/dispatcher.hpp"
#include "reminders/outbox.hpp"
#include "reminders/reminder.hpp"
#include "reminders/reply.hpp"
#include "reminders/signature.hpp"
#include "store/sqlite_connection.hpp"

using namespace circled;
using api::Method;

namespace {

std::mutex mutex;
std::set<std::string> prepared;

void remember(std::string_view sql) {
  std::lock_guard lock(mutex);
  prepared.emplace(sql);
}

// Tables that grow with the years; the others are a few hundred rows for ever.
const std::set<std::string> big{"session",        "participant",    "facilitator",
                                "busy",           "reminder",       "stream_event",
                                "audit",          "client",         "occurrence",
                                "meeting",        "person",         "episode",
                                "phase",          "stay",           "sign_in",
                                "commitment",     "assignment",     "sheet",
                                "stream",         "idempotency",    "hold",
                                "hold_owner",     "outside_busy",   "care_level",
                                "clearance",      "keep_apart",     "client_tag",
                                "episode_hold",   "message",        "text_reply",
                                "call",           "waitlist",       "task",
                                "make_up",        "enrolment",      "disclosure",
                                "consent",        "sheet_version",  "enquiry",
                                "enquiry_step",   "on_call",        "support_request",
                                "support_asked",  "aftercare_plan", "plan_version",
                                "plan_goal",      "self_check",     "self_check_trigger",
                                "self_check_ask", "client_trigger", "push_subscription",
                                "record_opening", "text_choice"};

// How statements begin that may walk along a whole index, and why.
const std::map<std::string, std::string> allowed{
    {"SELECT count(*) FROM reminder WHERE state = 'pending'", "metrics: a partial index, on the report pool"},
    {"SELECT count(*) FROM reminder WHERE state = 'sending'", "metrics: a partial index, on the report pool"},
    {"SELECT count(*) FROM reminder WHERE state = 'sent'", "metrics: a partial index, on the report pool"},
    {"INSERT INTO reminder_replan (person_id) SELECT client_id FROM episode WHERE discharged_on IS NULL",
     "a rule for everybody: whoever is in care, by a partial index"},
    {"SELECT e.client_id, e.admitted_on, s.zone FROM episode e JOIN client c ON c.person_id = e.client_id ",
     "follow-up: whoever is in care, by a partial index, in the background"},
    {"SELECT e.client_id FROM phase f JOIN episode e ON e.id = f.episode_id WHERE f.until_on IS NULL",
     "plans: whoever is in care, by a partial index, in the background"},
};

bool is_allowed(const std::string& sql) {
  return std::ranges::any_of(allowed, [&](const auto& each) { return sql.starts_with(each.first); });
}

// Table names by the names a statement gives them.
std::map<std::string, std::string> names(const std::string& sql) {
  std::map<std::string, std::string> found;
  static const std::regex clause(R"((?:FROM|JOIN|UPDATE|INTO|,)\s+([a-z_]+)(?:\s+(?:AS\s+)?([a-z_]+))?)");
  for (std::sregex_iterator it(sql.begin(), sql.end(), clause), end; it != end; ++it) {
    found[(*it)[1]] = (*it)[1];
    if ((*it)[2].matched) found[(*it)[2]] = (*it)[1];
  }
  return found;
}

// The lines of the plan that walk over all of a big table, or all of one of its indexes.
std::vector<std::string> scans(SQLite::Database& database, const std::string& sql) {
  std::vector<std::string> found;
  const auto called = names(sql);
  SQLite::Statement plan(database, "EXPLAIN QUERY PLAN " + sql);
  while (plan.executeStep()) {
    const std::string line = plan.getColumn(3).getString();
    if (!line.starts_with("SCAN ")) continue;
    const std::string name = line.substr(5, line.find(' ', 5) - 5);
    const auto table = called.find(name);
    if (table != called.end() && big.contains(table->second)) found.push_back(line);
  }
  return found;
}

// A client's plan, its templates and progress, their visits, and how they say they are.
void ask_plans(test::House& house, ClientId client, StaffId counselor) {
  const auto alex = house.token("alex"), phone = house.token(client);
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response.body.empty() ? boost::json::value() : boost::json::parse(response.body);
  };
  const std::string terms = R"("self_checks":{"limit":8,"rise":3,"days":[1,3],"at":"18:00"}})";
  const auto made =
      good(house.ask(alex, Method::post, "/api/v1/plan-templates",
                     R"({"name":"Statements","goals":[{"kind":"meetings","per_week":2}],)" + terms));
  const std::string one = "/api/v1/plan-templates/" + n(made.at("id").as_int64());
  for (const std::string& target : {std::string("/api/v1/plan-templates"), one})
    good(house.ask(alex, Method::get, target));
  good(house.ask(alex, Method::put, one,
                 R"({"name":"Statements","goals":[{"kind":"visits","every_days":7}],)" + terms, "1"));
  const std::string theirs = "/api/v1/clients/" + n(client.value);
  good(house.ask(alex, Method::get, theirs + "/plan/draft?from=" + n(made.at("id").as_int64())));
  const auto group = house.number("SELECT min(id) FROM therapy_group");
  const auto before = good(house.ask(alex, Method::get, theirs + "/plan")).at("version").as_int64();
  const auto written = good(house.ask(alex, Method::put, theirs + "/plan",
                                      R"({"counselor":)" + n(counselor.value) +
                                          R"(,"safe_contact":"","goals":[{"kind":"visits","every_days":7},)" +
                                          R"({"kind":"meetings","per_week":2},{"kind":"group","group":)" +
                                          n(group) + "}]," + terms,
                                      n(before)));
  good(house.ask(phone, Method::post, "/api/v1/my/plan/agree", "", n(written.at("version").as_int64())));
  good(house.ask(phone, Method::put, "/api/v1/my/plan/shows-progress", R"({"shows_progress":true})"));
  const auto said = good(house.ask(phone, Method::post, "/api/v1/my/self-checks",
                                   R"({"craving":9,"mood":2,"triggers":["Payday"],"note":"x"})"));
  const std::string after = "/self-checks?after=" + n(said.at("check").at("id").as_int64());
  for (const std::string& what : {std::string("/plan"), std::string("/plan/versions"),
                                  std::string("/plan/progress"), std::string("/self-checks"), after})
    good(house.ask(alex, Method::get, theirs + what));
  for (const std::string& what : {std::string("/plan"), std::string("/progress"), std::string("/visit"),
                                  std::string("/triggers"), after})
    good(house.ask(phone, Method::get, "/api/v1/my" + what));
  CHECK(
      house.ask(phone, Method::post, "/api/v1/my/visit", R"({"starts_at":"2030-01-01T03:00:00Z"})").status ==
      409);
  const auto trigger = house.number("SELECT min(id) FROM client_trigger WHERE client_id = $1", client);
  good(house.ask(phone, Method::delete_, "/api/v1/my/triggers/" + n(trigger)));
  good(house.ask(alex, Method::delete_, one));
}

// When people can be booked, free slots, and holds.
void ask_availability(test::House& house, std::int64_t site, std::int64_t service, StaffId counselor,
                      ClientId client) {
  const auto alex = house.token("alex"), cora = house.token("cora");
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto ask = [&](const std::string& token, Method method, const std::string& target,
                       const std::string& body = {}, const std::string& tag = {}) {
    auto response = house.ask(token, method, target, body, tag);
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response;
  };
  const auto answer = [&](const api::Response& response) { return boost::json::parse(response.body); };
  // The ETag of what stands there, for the change that follows.
  const auto tag = [&](const std::string& target) {
    const auto response = ask(cora, Method::get, target);
    for (const auto& [name, text] : response.headers)
      if (name == "ETag") return text.substr(1, text.size() - 2);
    return std::string();
  };

  const std::string hours = "/api/v1/sites/" + n(site) + "/hours";
  const auto shut = answer(ask(alex, Method::put, hours,
                               R"({"hours":[{"weekday":0,"from":"08:00","until":"20:00"}]})", tag(hours)));
  CHECK(!shut.at("troubled").as_array().empty());
  const auto open = answer(ask(alex, Method::put, hours, R"({"hours":[]})", tag(hours)));
  CHECK(open.at("troubled").as_array().empty());

  const std::string days = R"("from_on":"2026-03-11","until_on":"2026-03-11","name":"Storm"})";
  for (const std::string& where : {std::string("{"), R"({"site":)" + n(site) + ","}) {
    const auto closed = answer(ask(alex, Method::post, "/api/v1/closures", where + days));
    CHECK(!closed.at("troubled").as_array().empty());
    for (const std::string& of : {std::string(), "&site=" + n(site)})
      ask(cora, Method::get, "/api/v1/closures?from=2026-03-01&until=2026-03-31" + of);
    CHECK(house.ask(cora, Method::delete_, "/api/v1/closures/1").status == 403);
    ask(alex, Method::delete_, "/api/v1/closures/" + n(closed.at("closure").at("id").as_int64()));
  }

  const std::string member = "/api/v1/staff/" + n(counselor.value);
  ask(cora, Method::put, member + "/availability",
      R"({"blocks":[{"weekday":0,"from":"12:00","until":"13:00","kind":"lunch"}]})",
      tag(member + "/availability"));
  ask(alex, Method::put, member + "/availability",
      R"({"hours":[{"site":)" + n(site) + R"(,"weekday":0,"from":"08:00","until":"00:00"}]})",
      tag(member + "/availability"));
  ask(alex, Method::put, member + "/availability", R"({"hours":[]})", tag(member + "/availability"));
  ask(alex, Method::put, member + "/credentials", R"({"credentials":[{"credential":"lcsw"}]})",
      tag(member + "/availability"));
  const auto off =
      answer(ask(cora, Method::post, member + "/exceptions",
                 R"({"kind":"off","from":"2026-03-20T12:00:00Z","until":"2026-03-20T13:00:00Z"})"));
  ask(cora, Method::delete_,
      member + "/exceptions/" + n(off.at("availability").at("exceptions").at(0).at("id").as_int64()));
  const std::string credential = "/api/v1/services/" + n(service) + "/credential";
  ask(alex, Method::put, credential, R"({"credential":"lcsw"})", tag(credential));
  ask(alex, Method::put, credential, R"({"credential":""})", tag(credential));
  ask(cora, Method::get, "/api/v1/troubled-sessions");
  ask(cora, Method::get, "/api/v1/troubled-sessions?staff=" + n(counselor.value));
  CHECK(house.ask(cora, Method::get, "/api/v1/troubled-sessions?staff=1").status == 404);

  const std::string search =
      "/api/v1/slots?from=2026-03-16T12:00:00Z&until=2026-04-16T12:00:00Z&"
      "duration_minutes=50&limit=2&site=" +
      n(site) + "&service=" + n(service) + "&staff=" + n(counselor.value) + "&client=" + n(client.value);
  const auto slots = answer(ask(cora, Method::get, search + "&seats=1&zone=Asia/Kolkata"));
  CHECK(slots.at("items").as_array().size() == 2);
  ask(cora, Method::get, search + "&rank=fewest_gaps");
  const auto near = answer(ask(cora, Method::get, search + "&rank=same_counselor"));
  ask(cora, Method::get, search + "&rank=same_counselor&after=" + std::string(near.at("next").as_string()));

  const auto& slot = near.at("items").at(0);
  const auto hold = ask(cora, Method::post, "/api/v1/holds",
                        R"({"duration_minutes":50,"site":)" + n(site) + R"(,"client":)" + n(client.value) +
                            R"(,"facilitators":)" + boost::json::serialize(slot.at("staff")) +
                            R"(,"starts_at":)" + boost::json::serialize(slot.at("starts_at")) + "}");
  CHECK(hold.status == 201);
  ask(cora, Method::delete_, "/api/v1/holds/" + n(answer(hold).at("id").as_int64()));
}

// A device's, as its browser gives it.
const std::string subscription =
    R"({"endpoint":"https://push.example/x","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjy)"
    R"(Pjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"})";

// How people are reminded, where they can be written to, what became of it, and whom to call.
void ask_reminders(test::House& house, std::int64_t group, std::int64_t session, ClientId client) {
  const auto alex = house.token("alex"), cora = house.token("cora"), fran = house.token("fran");
  const auto phone = house.token(client);
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response.body.empty() ? json::value() : boost::json::parse(response.body);
  };
  const std::string record = "/api/v1/clients/" + n(client.value);
  const std::string rule = R"({"offsets_minutes":[1440,15],"channels":["sms","email"],"wait_minutes":20,)"
                           R"("quiet":{"from":"22:00","until":"07:00"},"language":"es",)"
                           R"("words":[{"language":"es","text":"T, {when}"}]})";
  struct Rule {
    std::string token, path;
  };
  for (const auto& [token, path] :
       {Rule{alex, "/api/v1/reminder-rules/programme"},
        Rule{alex, "/api/v1/groups/" + n(group) + "/reminder-rule"}, Rule{cora, record + "/reminder-rule"}}) {
    const auto now = good(house.ask(token, Method::get, path));
    good(house.ask(token, Method::put, path, rule, n(now.at("version").as_int64())));
  }
  for (const auto& [token, under] : {Rule{phone, "/api/v1/my"}, Rule{cora, record}}) {
    const auto now = good(house.ask(token, Method::get, under + "/reminder-settings"));
    good(house.ask(token, Method::put, under + "/reminder-settings", rule,
                   n(now.at("own").at("version").as_int64())));
    good(house.ask(token, Method::post, under + "/addresses/sms", R"({"address":"+12125550123"})"));
    CHECK(house.ask(token, Method::post, under + "/addresses/sms/verify", R"({"code":"AAAAAA"})").status ==
          409);
    good(house.ask(token, Method::post, under + "/addresses/email", R"({"address":"a@example.org"})"));
    good(house.ask(token, Method::delete_, under + "/addresses/email"));
    CHECK(
        house.ask(token, Method::post, under + "/addresses/live", R"({"address":"a@example.org"})").status ==
        404);
  }
  good(house.ask(phone, Method::get, "/api/v1/my/push"));
  good(house.ask(phone, Method::put, "/api/v1/my/push", subscription));
  good(house.ask(phone, Method::delete_, "/api/v1/my/push"));
  CHECK(house.ask("", Method::post, "/api/v1/gateway/messages", R"({"id":"1","from":"+1212","text":"1"})")
            .status == 401);
  house.store
      ->write_now(
          "test",
          [&](Transaction& tx) -> Result<bool> {
            tx.run("UPDATE channel_address SET verified_at = 0, stopped_at = NULL WHERE channel = 'sms'");
            return true;
          })
      .value();
  int told = 0;
  for (const char* text : {"1", "2", "3", "what?", "stop", "start"}) {
    const std::string body = R"({"id":"m)" + n(++told) + R"(","from":"+12125550123","text":")" + text + "\"}";
    good(house.ask(
        "", Method::post, "/api/v1/gateway/messages", body, {},
        {{"Circled-Signature", reminders::sign("a secret of both sides", body, house.clock.now())}}));
  }
  const std::string of_session =
      "/api/v1/sessions/" + n(session) + "/clients/" + n(client.value) + "/reminders";
  good(house.ask(cora, Method::get, of_session));
  const auto occurrence = house.number("SELECT max(id) FROM occurrence");
  const auto whose = house.number("SELECT client_id FROM occurrence WHERE id = $1", occurrence);
  good(house.ask(alex, Method::get,
                 "/api/v1/occurrences/" + n(occurrence) + "/clients/" + n(whose) + "/reminders"));
  good(house.ask(fran, Method::get, "/api/v1/reminders/days?from=2026-03-08&until=2026-03-12"));
  CHECK(house.ask(fran, Method::get, "/api/v1/reminders/days?from=2026-03-08&until=2026-05-12").status ==
        422);
  good(house.ask(fran, Method::get, "/api/v1/reminders?day=2026-03-10&limit=2"));
  good(house.ask(fran, Method::get, "/api/v1/reminders?day=2026-03-10&state=sent"));
  const auto list = good(house.ask(fran, Method::get, "/api/v1/calls?limit=1"));
  CHECK(!list.at("items").as_array().empty());
  if (list.as_object().contains("next") && list.at("next").is_string())
    good(house.ask(fran, Method::get, "/api/v1/calls?after=" + std::string(list.at("next").as_string())));
  const auto& first = list.at("items").at(0);
  const std::string call = R"("session":)" + n(first.at("session").as_int64()) + R"(,"client":)" +
                           n(first.at("client").as_int64());
  CHECK(house.ask(fran, Method::post, "/api/v1/calls", "{" + call + R"(,"outcome":"voicemail"})").status ==
        422);
  good(house.ask(fran, Method::put, "/api/v1/clients/" + n(first.at("client").as_int64()) + "/voicemail",
                 R"({"allowed":true})"));
  good(house.ask(fran, Method::post, "/api/v1/calls", "{" + call + R"(,"outcome":"no_answer"})"));
  good(house.ask(fran, Method::post, "/api/v1/calls",
                 "{" + call + R"(,"outcome":"reached","answer":"confirmed","note":"will come"})"));
}

// Groups, their series, and who is in them; by cora, in a room of the site. Answers the group.
std::int64_t ask_groups(test::House& house, std::int64_t site, std::int64_t service, StaffId cora_id,
                        std::int64_t client) {
  const auto cora = house.token("cora");
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body);
  };
  const auto made = good(house.ask(
      cora, Method::post, "/api/v1/groups",
      R"({"name":"Evening","alias":"Your group","admission":"rolling","smallest":1,"largest":8,"admits":)"
      R"({"phases":["treatment"],"levels":[],"tags":[]},"topics":["A","B"],"site":)" +
          n(site) + R"(,"service":)" + n(service) + "}"));
  const std::int64_t id = made.at("id").as_int64();
  const std::string group = "/api/v1/groups/" + n(id);
  good(house.ask(cora, Method::get, "/api/v1/groups"));
  good(house.ask(cora, Method::get, group));
  good(house.ask(cora, Method::patch, group, R"({"topics":["B","C"]})", "1"));
  const std::string series = R"({"group":)" + n(id) + R"(,"site":)" + n(site) +
                             R"(,"starts_on":"2026-03-14","time":"21:00","duration_minutes":60,)"
                             R"("rule":"FREQ=WEEKLY;BYDAY=SU","facilitators":[)" +
                             n(cora_id.value) + "]}";
  good(house.ask(cora, Method::post, "/api/v1/series/preview", series));
  const auto applied = good(house.ask(cora, Method::post, "/api/v1/series", series)).at("series");
  const std::string one = "/api/v1/series/" + n(applied.at("id").as_int64());
  good(house.ask(cora, Method::get, one));
  good(house.ask(cora, Method::get, group + "/series"));
  good(
      house.ask(cora, Method::get, group + "/sessions?from=2026-03-01T00:00:00Z&until=2026-05-01T00:00:00Z"));
  const auto enrolled =
      good(house.ask(cora, Method::post, group + "/enrolments", R"({"client":)" + n(client) + "}"));
  good(house.ask(cora, Method::get, group + "/enrolments"));
  const std::string enrolment = "/api/v1/enrolments/" + n(enrolled.at("id").as_int64());
  good(house.ask(cora, Method::patch, enrolment, R"({"until":"2026-04-30"})"));
  good(house.ask(cora, Method::patch, enrolment, R"({"open":true})"));

  const std::int64_t first = house.number("SELECT min(id) FROM session WHERE group_id = $1", id);
  const std::string session = "/api/v1/sessions/" + n(first);
  good(house.ask(cora, Method::post, session + "/preview", R"({"starts_at":"2026-03-16T18:00:00Z"})"));
  const auto version = n(house.number("SELECT version FROM session WHERE id = $1", first));
  good(house.ask(cora, Method::put, session + "/guests",
                 R"({"guests":[{"name":"Ines","role":"interpreter"}]})", version));
  good(house.ask(cora, Method::get, session + "/guests"));

  // Later ones, so that the series is split; in place; and to its end.
  const std::int64_t third =
      house.number("SELECT id FROM session WHERE group_id = $1 ORDER BY starts_at LIMIT 1 OFFSET 2", id);
  const auto edit = [&](const std::string& of, const std::string& body) {
    const auto seen = good(house.ask(cora, Method::post, of + "/preview", body));
    return good(house.ask(cora, Method::post, of + "/edit", body, std::string(seen.at("digest").as_string())))
        .at("series");
  };
  const auto later = edit(one, R"({"time":"20:30","from":)" + n(third) + "}");
  const std::string two = "/api/v1/series/" + n(later.at("id").as_int64());
  edit(two, R"({"rule":"FREQ=WEEKLY;BYDAY=SU;COUNT=5","duration_minutes":75})");
  const auto original =
      house.number("SELECT original_at FROM session WHERE series_id = $1 ORDER BY original_at LIMIT 1",
                   later.at("id").as_int64());
  const std::string instance = R"({"original_at":")" + to_string(from_millis(original)) + R"("})";
  good(house.ask(cora, Method::post, two + "/skip", instance));
  good(house.ask(cora, Method::post, two + "/put-back", instance));
  good(house.ask(cora, Method::post, group + "/pause", {}, "2"));
  good(house.ask(cora, Method::post, group + "/resume", {}, "3"));
  edit(two, R"({"end":true})");
  good(house.ask(cora, Method::patch, enrolment, R"({"until":"2026-03-09"})"));
  return id;
}

// A group of two, and one of it again.
void ask_split_and_merge(test::House& house, std::int64_t site, std::int64_t group, StaffId cora_id,
                         std::int64_t client) {
  const auto cora = house.token("cora");
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body);
  };
  const std::string first = "/api/v1/groups/" + n(group);
  good(house.ask(cora, Method::post, first + "/enrolments", R"({"client":)" + n(client) + "}"));
  const auto made =
      good(house.ask(cora, Method::post, first + "/split",
                     R"({"name":"Night","alias":"Your group","clients":[)" + n(client) + "]}",
                     n(house.number("SELECT version FROM therapy_group WHERE id = $1", group))));
  const std::string night = n(made.at("group").at("id").as_int64());
  good(house.ask(cora, Method::post, "/api/v1/series",
                 R"({"group":)" + night + R"(,"site":)" + n(site) +
                     R"(,"starts_on":"2026-03-14","time":"22:00","duration_minutes":60,)"
                     R"("rule":"FREQ=WEEKLY;BYDAY=SA","facilitators":[)" +
                     n(cora_id.value) + "]}"));
  const std::string merge = "/api/v1/groups/" + night + "/merge", into = R"({"into":)" + n(group) + "}";
  const auto seen = good(house.ask(cora, Method::post, merge + "/preview", into));
  good(house.ask(cora, Method::post, merge, into, std::string(seen.at("digest").as_string())));
}

// A counselor, a room and a site that are out, one after the other.
void ask_bad_days(test::House& house, std::int64_t site, std::int64_t service, StaffId cora_id,
                  ClientId client) {
  const auto alex = house.token("alex");
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body);
  };
  const auto room = house.number("SELECT min(id) FROM room WHERE site_id = $1", site),
             theo = house.number("SELECT person_id FROM account WHERE login = 'theo'");
  const auto book = [&](const std::string& starts) {
    return n(good(house.ask(alex, Method::post, "/api/v1/sessions",
                            R"({"kind":"one_on_one","service":)" + n(service) + R"(,"site":)" + n(site) +
                                R"(,"starts_at":")" + starts + R"(","duration_minutes":30,"facilitators":[)" +
                                n(cora_id.value) + R"(],"clients":[)" + n(client.value) + R"(],"room":)" +
                                n(room) + "}"))
                 .at("id")
                 .as_int64());
  };
  const auto rearrange = [&](const char* what, std::int64_t id, const std::string& decisions) {
    const std::string day = R"({"what":")" + std::string(what) + R"(","id":)" + n(id) +
                            R"(,"from":"2026-05-24T12:00:00Z","until":"2026-05-24T20:00:00Z")";
    const auto seen = good(house.ask(alex, Method::post, "/api/v1/bad-days/preview", day + "}"));
    good(house.ask(alex, Method::post, "/api/v1/bad-days", day + R"(,"decisions":)" + decisions + "}",
                   std::string(seen.at("digest").as_string())));
  };
  const auto first = book("2026-05-24T13:00:00Z"), second = book("2026-05-24T15:00:00Z"),
             third = book("2026-05-24T17:00:00Z");
  rearrange("staff", cora_id.value,
            R"([{"action":"substitute","session":)" + first + R"(,"staff":)" + n(theo) +
                R"(},{"action":"move","starts_at":"2026-05-31T15:00:00Z","session":)" + second + "}]");
  rearrange("room", room,
            R"([{"action":"telehealth","link":"https://meet.example.org/y","session":)" + first + "}]");
  rearrange("site", site, R"([{"action":"cancel","session":)" + third + R"(}],"record_absence":true)");
}

// One client at one session, what clients book by themselves, and a seat that is given back.
void ask_seats(test::House& house, std::int64_t site, std::int64_t service, StaffId cora_id,
               ClientId client) {
  const auto alex = house.token("alex"), phone = house.token(client);
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto ask = [&](const std::string& token, Method method, const std::string& target,
                       const std::string& body = {}, const std::string& tag = {}) {
    auto response = house.ask(token, method, target, body, tag);
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response;
  };
  const auto id_of = [](const api::Response& response) {
    return boost::json::parse(response.body).at("id").as_int64();
  };
  const auto group =
      n(id_of(ask(alex, Method::post, "/api/v1/groups",
                  R"({"name":"Once","alias":"Appointment","admission":"rolling","smallest":1,)"
                  R"("largest":3,"admits":{"phases":[],"levels":[],"tags":[]},"topics":[],"site":)" +
                      n(site) + R"(,"service":)" + n(service) + "}")));
  ask(alex, Method::post, "/api/v1/series",
      R"({"starts_on":"2026-06-01","time":"06:00","duration_minutes":30,"rule":"FREQ=WEEKLY;COUNT=2","group":)" +
          group + R"(,"site":)" + n(site) + R"(,"facilitators":[)" + n(cora_id.value) + "]}");
  const auto session = n(house.number("SELECT min(id) FROM session WHERE group_id = $1", std::stoll(group)));
  std::vector<std::int64_t> others{0};
  for (int i = 0; i < 3; ++i)
    others.push_back(house.number(
        "SELECT min(e.client_id) FROM episode e JOIN phase p ON p.episode_id = e.id AND p.until_on IS NULL "
        "WHERE e.discharged_on IS NULL AND p.phase = 'treatment' AND e.client_id <> $1 AND e.client_id > $2",
        client, others.back()));
  others.erase(others.begin());
  const std::string list = "/api/v1/sessions/" + session + "/participants";
  const auto add = [&](std::int64_t id) {
    ask(alex, Method::post, list, R"({"override":{"reason":"a demo"},"client":)" + n(id) + "}");
  };
  for (const auto id : others) add(id);
  ask(alex, Method::delete_, list + "/" + n(others[0]));
  add(client.value);
  const std::string mine = "/api/v1/my/appointments";
  ask(phone, Method::post, mine + "/" + session + "/cant-come");
  ask(phone, Method::post, mine + "/" + session + "/confirm");
  ask(alex, Method::post, "/api/v1/groups/" + group + "/waitlist", R"({"client":)" + n(others[0]) + "}");
  ask(phone, Method::post, mine + "/" + session + "/cant-come");

  const std::string booking = "/api/v1/services/" + n(service) + "/self-booking";
  const auto seen = ask(alex, Method::get, booking);
  for (const auto& [name, text] : seen.headers)
    if (name == "ETag")
      ask(alex, Method::put, booking, R"({"clients_book":true})", text.substr(1, text.size() - 2));
  // Three of these ahead are enough; what the demo and the questions above have booked is out of the way.
  house.store
      ->write_now(
          "test",
          [&](Transaction& tx) -> Result<std::int64_t> {
            return tx.run(
                "UPDATE participant SET starts_at = 0 WHERE client_id = $1 AND session_id IN (SELECT id "
                "FROM session WHERE id > 0 AND kind = 'one_on_one' AND service_id = $2)",
                client, service);
          })
      .value();
  ask(phone, Method::get, "/api/v1/my/services");
  const auto slots = boost::json::parse(
      ask(phone, Method::get, "/api/v1/my/slots?from=2026-06-08T00:00:00Z&until=2026-06-20T00:00:00Z&limit=2")
          .body);
  REQUIRE(!slots.at("items").as_array().empty());
  const auto booked =
      id_of(ask(phone, Method::post, mine,
                R"({"starts_at":)" + boost::json::serialize(slots.at("items").at(0).at("starts_at")) + "}"));
  ask(phone, Method::post, mine + "/" + n(booked) + "/cant-come");
}

// Who asks for help: two of them, of whom one is admitted and the other is not.
void ask_about_enquiries(test::House& house, std::int64_t site, std::int64_t service, StaffId cora_id) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto alex = house.token("alex"), fran = house.token("fran");
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response;
  };
  const std::string all = "/api/v1/enquiries";
  good(house.ask("", Method::get, "/api/v1/enquiry-sites"));
  for (const char* name : {"Maria", "Ned"})
    good(house.ask("", Method::post, all,
                   R"({"whom":"oneself","number":"555 010 0123","voicemail":true,"ask_for":")" +
                       std::string(name) + R"(","site":)" + n(site) + "}"));
  const auto list =
      boost::json::parse(good(house.ask(fran, Method::get, all + "?limit=1")).body).at("items").as_array();
  good(house.ask(fran, Method::get, all + "?after=" + n(list.at(0).at("id").as_int64())));
  const auto first = house.number("SELECT max(id) FROM enquiry WHERE ask_for = 'Maria'"),
             other = house.number("SELECT max(id) FROM enquiry WHERE ask_for = 'Ned'");
  const std::string one = all + "/" + n(first);
  good(house.ask(fran, Method::get, one));
  good(house.ask(fran, Method::post, one + "/calls", R"({"outcome":"reached"})", "1"));
  const auto session =
      boost::json::parse(
          good(house.ask(fran, Method::post, "/api/v1/sessions",
                         R"({"kind":"group","seats":1,"service":)" + n(service) + R"(,"site":)" + n(site) +
                             R"(,"starts_at":"2026-06-07T13:00:00Z","duration_minutes":30,)"
                             R"("facilitators":[)" +
                             n(cora_id.value) + R"(],"clients":[]})"))
              .body)
          .at("id")
          .as_int64();
  good(house.ask(fran, Method::post, one + "/assessment", R"({"session":)" + n(session) + "}", "2"));
  good(house.ask(alex, Method::post, one + "/admit",
                 R"({"new_client":{"preferred_name":"Maria","family_name":"","phase":"treatment","site":)" +
                     n(site) + "}}",
                 "3"));
  good(house.ask(fran, Method::post, all + "/" + n(other) + "/decide",
                 R"({"outcome":"referred","note":"to the county"})", "1"));
  good(house.ask(fran, Method::get, all + "?state=referred"));
  const auto keeping = good(house.ask(fran, Method::get, "/api/v1/enquiry-keeping"));
  for (const auto& [name, text] : keeping.headers)
    if (name == "ETag")
      good(house.ask(alex, Method::put, "/api/v1/enquiry-keeping",
                     R"({"referred_days":30,"declined_days":30})", text.substr(1, text.size() - 2)));
}

// The course of a client's care, who is cora's and in the house since a moment ago.
void ask_about_care(test::House& house, const std::string& client) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto alex = house.token("alex"), cora = house.token("cora");
  const std::int64_t cora_id = house.number("SELECT person_id FROM account WHERE login = 'cora'"),
                     theo_id = house.number("SELECT person_id FROM account WHERE login = 'theo'"),
                     site = house.number("SELECT min(id) FROM site"),
                     other = house.number("SELECT min(person_id) FROM client");
  const auto good = [&](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response;
  };
  const auto etag = [&](const api::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "ETag") return value.substr(1, value.size() - 2);
    return std::string();
  };
  const std::string record = "/api/v1/clients/" + client;
  auto tag = etag(good(house.ask(cora, Method::get, record + "/care")));
  tag = etag(good(house.ask(cora, Method::put, record + "/tags", R"({"tags":["es"]})", tag)));
  good(house.ask(cora, Method::put, record + "/born-on", R"({"born_on":"1990-05-01"})", tag));
  good(house.ask(
      cora, Method::post, "/api/v1/clients/duplicates",
      R"({"preferred_name":"New","family_name":"One","born_on":"1990-05-01","phone":"555 010 0123"})"));
  good(house.ask(alex, Method::post, record + "/keep-apart",
                 R"({"reason":"a threat","other":)" + n(other) + "}"));
  good(house.ask(cora, Method::get, record + "/keep-apart"));
  good(house.ask(alex, Method::delete_, record + "/keep-apart/" + n(other)));

  // A clinician of hers; clearing is nobody else's.
  house.store
      ->write_now("test",
                  [&](Transaction& tx) -> Result<bool> {
                    const auto cleo = test::add_staff(tx, SiteId(site), "Cleo Clinician", "clinician");
                    tx.run("INSERT INTO account (person_id, login) VALUES ($1, 'cleo')", cleo);
                    test::assign(tx, cleo, ClientId(std::stoll(client)));
                    return true;
                  })
      .value();
  const auto cleo = house.token("cleo");
  good(house.ask(cora, Method::post, "/api/v1/sessions",
                 R"({"kind":"one_on_one","service":)" + n(house.number("SELECT min(id) FROM service")) +
                     R"(,"site":)" + n(site) +
                     R"(,"starts_at":"2026-05-20T15:00:00Z","duration_minutes":30,)" + R"("facilitators":[)" +
                     n(cora_id) + R"(],"clients":[)" + client + "]}"));
  good(house.ask(cora, Method::post, record + "/move", R"({"phase":"detox","level":"3.7"})"));
  good(house.ask(cleo, Method::post, record + "/clearance", "{}"));
  good(house.ask(cleo, Method::post, record + "/clearance/withdraw"));
  good(house.ask(cora, Method::post, record + "/hold?preview=true", R"({"kind":"pass","keep_seats":false})"));
  good(house.ask(cora, Method::post, record + "/hold", R"({"kind":"pass","keep_seats":true})"));
  good(house.ask(cora, Method::delete_, record + "/hold"));
  good(house.ask(cora, Method::post, record + "/discharge?preview=true", R"({"type":"completed"})"));
  good(house.ask(cora, Method::post, record + "/discharge", R"({"type":"completed"})"));
  good(house.ask(cora, Method::post, record + "/readmission", R"({"phase":"treatment","level":"1"})"));
  good(house.ask(alex, Method::post, "/api/v1/staff/" + n(cora_id) + "/hand-over?preview=true",
                 R"({"to":)" + n(theo_id) + "}"));
  good(house.ask(alex, Method::post, "/api/v1/staff/" + n(theo_id) + "/hand-over",
                 R"({"clients":[)" + client + R"(],"to":)" + n(cora_id) + "}"));
}

// The waiting lists of a group with one seat, and of one of its sessions; four clients want to get in.
void ask_about_waiting(test::House& house) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto alex = house.token("alex");
  const std::int64_t site = house.number("SELECT min(id) FROM site"),
                     service = house.number("SELECT min(id) FROM service"),
                     theo = house.number("SELECT person_id FROM account WHERE login = 'theo'");
  const auto good = [&](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body.empty() ? "null" : response.body);
  };
  std::vector<ClientId> wanting;
  for (int i = 0; i < 4; ++i)
    wanting.emplace_back(
        house.number("SELECT e.client_id FROM episode e JOIN phase p ON p.episode_id = e.id "
                     "AND p.until_on IS NULL AND p.phase = 'treatment' WHERE e.discharged_on IS NULL "
                     "ORDER BY e.client_id LIMIT 1 OFFSET $1",
                     std::int64_t(i)));
  const auto group = n(
      good(
          house.ask(
              alex, Method::post, "/api/v1/groups",
              R"({"name":"Small","alias":"Your group","admission":"rolling",)"
              R"("smallest":1,"largest":1,"topics":[],"admits":{"phases":[],"levels":[],"tags":[]},"site":)" +
                  n(site) + R"(,"service":)" + n(service) + "}"))
          .at("id")
          .as_int64());
  good(house.ask(alex, Method::post, "/api/v1/series",
                 R"({"starts_on":"2026-04-05","time":"20:30","duration_minutes":60,"rule":"FREQ=WEEKLY",)"
                 R"("site":)" +
                     n(site) + R"(,"group":)" + group + R"(,"facilitators":[)" + n(theo) + "]}"));
  const auto session = n(house.number("SELECT min(id) FROM session WHERE group_id = $1", std::stoll(group)));
  const std::string of_group = "/api/v1/groups/" + group + "/waitlist",
                    of_session = "/api/v1/sessions/" + session + "/waitlist";
  const auto put = [&](const std::string& list, ClientId client, const std::string& more = {}) {
    return n(good(house.ask(alex, Method::post, list, R"({"client":)" + n(client.value) + more + "}"))
                 .at("id")
                 .as_int64());
  };
  const auto first = put(of_group, wanting[0]), second = put(of_group, wanting[1]);
  put(of_group, wanting[1], R"(,"priority":true,"reason":"a court's order")");
  const auto third = put(of_session, wanting[2]);
  good(house.ask(alex, Method::get, of_group));
  good(house.ask(alex, Method::get, of_session));
  const auto phone = house.token(wanting[3]), other_phone = house.token(wanting[1]);
  const auto own = n(good(house.ask(phone, Method::post, "/api/v1/my/waitlist", R"({"group":)" + group + "}"))
                         .at("id")
                         .as_int64());
  good(house.ask(phone, Method::get, "/api/v1/my/waitlist"));
  good(house.ask(phone, Method::delete_, "/api/v1/my/waitlist/" + own));
  good(house.ask(alex, Method::post, "/api/v1/waitlist/" + first + "/decline"));
  good(house.ask(other_phone, Method::post, "/api/v1/my/offers/" + second + "/decline"));
  // The seat at the session was free in the end, and is held.
  good(house.ask(alex, Method::post, "/api/v1/waitlist/" + third + "/accept"));
  const auto again = put(of_group, wanting[0]);
  good(house.ask(alex, Method::delete_, "/api/v1/waitlist/" + again));
  good(house.ask(alex, Method::patch, "/api/v1/groups/" + group, R"({"largest":3})",
                 n(house.number("SELECT version FROM therapy_group WHERE id = $1", std::stoll(group)))));
  const auto last = put(of_group, wanting[1]);
  CHECK(house.ask(other_phone, Method::post, "/api/v1/my/offers/" + last + "/accept").status < 500);
}

// Checking in: by the app, online, at a kiosk and at the desk. It is noon.
void ask_about_checking_in(test::House& house, std::int64_t site, std::int64_t service, StaffId cora_id,
                           std::int64_t theo) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto alex = house.token("alex"), cora = house.token("cora"), fran = house.token("fran");
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body.empty() ? "null" : response.body);
  };
  const ClientId client(good(house.ask(cora, Method::post, "/api/v1/clients",
                                       R"({"preferred_name":"Ines","family_name":"Two","phase":"treatment",)"
                                       R"("assign_to":)" +
                                           n(cora_id.value) + R"(,"site":)" + n(site) + "}"))
                            .at("id")
                            .as_int64());
  // In the house and online, and overridden: theo may have something else at noon.
  const auto session =
      good(house.ask(alex, Method::post, "/api/v1/sessions",
                     R"({"kind":"one_on_one","service":)" + n(service) + R"(,"site":)" + n(site) +
                         R"(,"room":)" +
                         n(house.number("SELECT min(id) FROM room WHERE site_id = $1", site)) +
                         R"(,"starts_at":"2026-03-10T16:05:00Z","duration_minutes":30,"facilitators":[)" +
                         n(theo) + R"(],"clients":[)" + n(client.value) +
                         R"(],"link":"https://meet.example.org/z","override":{"reason":"for the test"}})"))
          .at("id")
          .as_int64();
  const auto phone = house.token(client);
  const std::string mine = "/api/v1/my/appointments/" + n(session),
                    desk = "/api/v1/sessions/" + n(session) + "/arrivals",
                    of_client = "/api/v1/clients/" + n(client.value) + "/cards";
  good(house.ask(fran, Method::post, desk, R"({"client":)" + n(client.value) + "}"));
  good(house.ask(fran, Method::get, desk));
  good(house.ask(fran, Method::delete_, desk + "/" + n(client.value)));
  // A group that has begun; somebody comes who is not expected.
  const auto running =
      good(house.ask(alex, Method::post, "/api/v1/sessions",
                     R"({"kind":"group","service":)" + n(service) + R"(,"site":)" + n(site) +
                         R"(,"starts_at":")" + to_string(house.clock.now() - std::chrono::minutes(5)) +
                         R"(","duration_minutes":30,"facilitators":[)" + n(theo) +
                         R"(],"clients":[],"override":{"reason":"for the test"}})"));
  good(house.ask(fran, Method::post,
                 "/api/v1/sessions/" + n(running.at("id").as_int64()) + "/arrivals/walk-in",
                 R"({"client":)" + n(client.value) + "}"));

  const auto made = good(
      house.ask(alex, Method::post, "/api/v1/kiosks", R"({"name":"Front door","site":)" + n(site) + "}"));
  const std::string kiosk_id = n(made.at("kiosk").at("id").as_int64());
  good(house.ask(alex, Method::get, "/api/v1/kiosks"));
  const auto code = good(house.ask(alex, Method::post, "/api/v1/kiosks/" + kiosk_id + "/codes"));
  const auto kiosk = std::string(
      good(house.ask("", Method::post, "/api/v1/kiosk/enrol",
                     R"({"keep":"token","code":)" + boost::json::serialize(code.at("code")) + "}"))
          .at("token")
          .as_string());
  good(house.ask(kiosk, Method::get, "/api/v1/kiosk"));
  const auto show = [&](const boost::json::value& number, const boost::json::value& pin) {
    return std::string(
        good(house.ask(kiosk, Method::post, "/api/v1/kiosk/check-in",
                       boost::json::serialize(boost::json::object{{"number", number}, {"pin", pin}})))
            .at("outcome")
            .as_string());
  };
  auto card = good(house.ask(fran, Method::post, of_client));
  const auto id = [&] { return "/api/v1/cards/" + n(card.at("card").at("id").as_int64()); };
  CHECK(show("12345672", "4711") == "not_accepted");
  CHECK(show(card.at("card").at("number"), card.at("pin")) == "checked_in");
  for (int i = 0; i < 5; ++i)
    show(card.at("card").at("number"), card.at("pin").as_string() == "4711" ? "4712" : "4711");
  good(house.ask(fran, Method::post, id() + "/unlock"));
  good(house.ask(fran, Method::post, id() + "/pin"));
  card = good(house.ask(fran, Method::post, id() + "/replace"));
  good(house.ask(fran, Method::post, id() + "/block", R"({"why":"lost"})"));
  CHECK(good(house.ask(fran, Method::get, of_client)).at("items").as_array().size() == 2);
  good(house.ask(alex, Method::post, "/api/v1/kiosks/" + kiosk_id + "/revoke"));

  good(house.ask(phone, Method::post, mine + "/check-in"));
  good(house.ask(phone, Method::post, mine + "/join", R"({"town":"Troy","call_back":"555 010 0123"})"));
}

// Consents of one client and what is told on them; cora drafts, alex approves.
void ask_consents(test::House& house, const std::string& phone, ClientId client, StaffId cora_id) {
  const auto cora = house.token("cora"), alex = house.token("alex"), fran = house.token("fran");
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body.empty() ? "null" : response.body);
  };
  const std::string record = "/api/v1/clients/" + n(client.value), all = record + "/consents";
  const std::string paper =
      R"({"discloser":"Riverside","recipient":"Court","purpose":"Supervision","expires_when":"discharge",)"
      R"("kinds":["attendance","hours","phase","enrolment"],"signed_on":"2026-03-01","signed_by":"client"})";
  const auto id = [&] { return n(good(house.ask(cora, Method::post, all, paper)).at("id").as_int64()); };
  const std::string first = id(), second = id(), third = id();
  good(house.ask(cora, Method::put, all + "/" + first, paper, "1"));
  good(house.ask(cora, Method::get, all));
  good(house.ask(cora, Method::get, all + "/" + first + "/versions"));
  good(house.ask(fran, Method::get, record + "/who-may-be-told"));
  good(house.ask(phone, Method::get, "/api/v1/my/consents"));

  const std::string told = record + "/disclosures",
                    about = R"({"consent":)" + first +
                            R"(,"kinds":["attendance","hours","phase","enrolment"],)"
                            R"("from":"2026-02-01","until":"2026-03-10"})";
  const auto tag = [&](const std::string& target) {
    const auto response = house.ask(cora, Method::get, target);
    for (const auto& [name, text] : response.headers)
      if (name == "ETag") return text.substr(1, text.size() - 2);
    return std::string();
  };
  const auto draft = [&] {
    return "/api/v1/disclosures/" +
           n(good(house.ask(cora, Method::post, told, about)).at("disclosure").at("id").as_int64());
  };
  const std::string one = draft();
  for (const auto& who : {alex, cora})
    for (const char* which : {"?state=draft&limit=1", "?state=handed_out"})
      good(house.ask(who, Method::get, "/api/v1/disclosures" + std::string(which)));
  CHECK(!good(house.ask(alex, Method::get,
                        "/api/v1/disclosures?site=" +
                            n(house.number("SELECT site_id FROM client WHERE person_id = $1", client))))
             .at("items")
             .as_array()
             .empty());
  good(house.ask(alex, Method::post, one + "/approve", {}, tag(one)));
  good(house.ask(cora, Method::post, one + "/hand-out", {}, tag(one)));
  CHECK(house.ask(cora, Method::get, one + "/page?paper=a4").status == 200);
  good(house.ask(cora, Method::delete_, draft()));
  good(house.ask(cora, Method::post, told + "/exceptions",
                 R"({"basis":"child_abuse_report","recipient":"Child services","nature":"A report",)"
                 R"("told_at":"2026-03-10T12:00:00Z","told_by":)" +
                     n(cora_id.value) + "}"));
  good(house.ask(cora, Method::get, told));
  good(house.ask(alex, Method::get, "/api/v1/disclosures"));
  good(house.ask(phone, Method::get, "/api/v1/my/disclosures"));
  good(house.ask(cora, Method::post, all + "/" + second + "/end"));
  good(house.ask(cora, Method::post, all + "/" + third + "/revoke", "{}"));
  good(house.ask(phone, Method::post, "/api/v1/my/consents/" + first + "/revoke"));
}

// What is to be done, what a period came to, and the files of it.
void ask_about_work(test::House& house, StaffId cora_id, ClientId client) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto alex = house.token("alex"), cora = house.token("cora");
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response.body;
  };
  const auto opened = boost::json::parse(good(house.ask(
      cora, Method::post, "/api/v1/tasks", R"({"client":)" + n(client.value) + R"(,"reason":"call her"})")));
  const std::string task = "/api/v1/tasks/" + n(opened.at("id").as_int64());
  good(house.ask(cora, Method::post, task + "/snooze", R"({"until":"2026-03-12T12:00:00Z"})", "1"));
  good(house.ask(alex, Method::post, task + "/hand-over", R"({"staff":)" + n(cora_id.value) + "}", "2"));
  good(house.ask(cora, Method::post, task + "/finish", R"({"outcome":"done"})", "3"));
  good(house.ask(cora, Method::post, task + "/reopen", {}, "4"));
  for (const auto& [who, query] : {std::pair{cora, std::string()},
                                   {alex, std::string("?show=all&snoozed=true&limit=1")},
                                   {cora, "?client=" + n(client.value)}})
    good(house.ask(who, Method::get, "/api/v1/tasks" + query));
  good(house.ask(cora, Method::get, "/api/v1/follow-up-rules"));
  good(house.ask(alex, Method::put, "/api/v1/follow-up-rules", R"({"rule":"often_late","times":3,"days":30})",
                 "0"));

  const std::string period = "?from=2026-01-01&until=2026-03-31";
  const std::string narrower[] = {period, period + "&staff=" + n(cora_id.value),
                                  period + "&group=" + n(house.number("SELECT min(id) FROM therapy_group"))};
  for (const auto& about : narrower) {
    for (const char* what : {"/attendance", "/census", "/load", "/seats", "/hours", "/sheets", "/enquiries"})
      good(house.ask(alex, Method::get, "/api/v1/reports" + std::string(what) + about));
    for (const char* what :
         {"/attendance", "/sessions", "/clients", "/sheets", "/hours", "/groups", "/enrolments", "/waitlist",
          "/tasks", "/consents", "/disclosures", "/reminders", "/enquiries", "/occurrences"}) {
      const std::string csv =
          good(house.ask(alex, Method::get, "/api/v1/exports" + std::string(what) + about));
      const auto json = boost::json::parse(
          good(house.ask(alex, Method::get, "/api/v1/exports" + std::string(what) + about + "&format=json")));
      CHECK(std::ranges::count(csv, '\n') == std::ssize(json.as_array()) + 1);
    }
  }
  for (const char* what : {"/attendance", "/seats", "/hours", "/sheets"})
    good(house.ask(cora, Method::get, "/api/v1/reports" + std::string(what) + period));
  for (const char* what : {"/sheets", "/hours", "/groups", "/enrolments", "/waitlist", "/tasks", "/consents",
                           "/disclosures", "/reminders", "/occurrences"})
    good(house.ask(cora, Method::get, "/api/v1/exports" + std::string(what) + period));
  for (const char* what : {"/audit", "/audit?subject_kind=client&subject_id=1", "/meetings"})
    good(house.ask(alex, Method::get, "/api/v1/exports" + std::string(what)));
  CHECK(house.ask(cora, Method::get, "/api/v1/exports/clients" + period).status == 403);
  const std::string record = "/api/v1/clients/" + n(client.value) + "/attendance" + period;
  CHECK(good(house.ask(cora, Method::get, record)).find("\r\n") != std::string::npos);
}

// Asking to talk: the numbers, the rota, and a request from its beginning to its end.
void ask_support(test::House& house, std::int64_t site, StaffId cora_id, ClientId client) {
  const auto alex = house.token("alex"), cora = house.token("cora"), phone = house.token(client);
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response.body.empty() ? boost::json::value() : boost::json::parse(response.body);
  };
  good(house.ask({}, Method::get, "/api/v1/help"));
  const std::string help = "/api/v1/sites/" + n(site) + "/help";
  const auto settings = house.ask(alex, Method::get, help);
  std::string tag;
  for (const auto& [name, text] : settings.headers)
    if (name == "ETag") tag = text.substr(1, text.size() - 2);
  good(house.ask(alex, Method::put, help, settings.body, tag));

  const std::string rota = "/api/v1/sites/" + n(site) + "/on-call";
  const auto shift =
      good(house.ask(alex, Method::post, rota,
                     R"({"from":"2026-03-20T15:00:00Z","until":"2026-03-21T00:00:00Z","primary":)" +
                         n(cora_id.value) + "}"));
  const std::string one = "/api/v1/on-call/" + n(shift.at("id").as_int64());
  good(house.ask(
      alex, Method::put, one,
      R"({"from":"2026-03-20T15:00:00Z","until":"2026-03-21T01:00:00Z","primary":)" + n(cora_id.value) + "}",
      "1"));
  good(house.ask(cora, Method::get, rota));

  const std::string own = "/api/v1/my/support-requests", all = "/api/v1/support-requests";
  for (const bool taken_back : {true, false}) {
    good(house.ask(phone, Method::get, "/api/v1/my/support"));
    const auto asked = good(house.ask(phone, Method::post, own));
    const std::string id = n(asked.at("request").at("id").as_int64());
    for (const auto& who : {alex, cora}) good(house.ask(who, Method::get, all));
    if (taken_back) {
      good(house.ask(phone, Method::post, own + "/" + id + "/withdraw"));
      continue;
    }
    good(house.ask(cora, Method::post, all + "/" + id + "/see"));
    good(house.ask(cora, Method::post, all + "/" + id + "/close", R"({"outcome":"talked"})"));
    good(house.ask(phone, Method::post, own + "/" + id + "/withdraw"));
  }
  good(house.ask(phone, Method::post, own));  // nobody comes: see work_by_itself
  good(house.ask(alex, Method::delete_, one));
}

// Hours, the rules they are judged by, and make-ups: one that staff book, and one that the client does.
void ask_hours(test::House& house, std::int64_t site, StaffId cora_id, ClientId client) {
  const auto alex = house.token("alex"), cora = house.token("cora"), phone = house.token(client);
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body);
  };
  for (const auto& who : {alex, cora}) {
    const auto page = good(house.ask(who, Method::get, "/api/v1/hours?limit=2"));
    good(house.ask(who, Method::get,
                   "/api/v1/hours?limit=2&week=2026-03-03&site=" + n(site) +
                       "&after=" + std::string(page.at("next").as_string())));
  }
  const std::string record = "/api/v1/clients/" + n(client.value);
  good(house.ask(cora, Method::get, record + "/hours?from=2026-03-01&until=2026-03-20"));
  good(house.ask(alex, Method::get, "/api/v1/care-rules"));
  const auto rule = good(house.ask(alex, Method::post, "/api/v1/care-rules",
                                   R"({"level":"2.1","youngest":18,"least_minutes":600,"from":"2026-06-01",)"
                                   R"("source":"The licence"})"));
  good(house.ask(alex, Method::post, "/api/v1/care-rules/" + n(rule.at("id").as_int64()) + "/end",
                 R"({"until":"2026-06-30"})"));
  const std::string policy = "/api/v1/sites/" + n(site) + "/care-policy";
  const auto seen = house.ask(cora, Method::get, policy);
  std::string tag;
  for (const auto& [name, text] : seen.headers)
    if (name == "ETag") tag = text.substr(1, text.size() - 2);
  good(house.ask(alex, Method::put, policy, R"({"jurisdiction":"","week_starts":1,"make_up_days":14})", tag));

  // Two sessions of no group on two nights to come, and one that the client missed.
  const auto service = house.number("SELECT id FROM service WHERE code = 'counseling'");
  const auto book = [&](const std::string& starts, const std::string& clients) {
    return good(house.ask(alex, Method::post, "/api/v1/sessions",
                          R"({"kind":"group","seats":9,"service":)" + n(service) + R"(,"site":)" + n(site) +
                              R"(,"starts_at":")" + starts + R"(","duration_minutes":15,"facilitators":[)" +
                              n(cora_id.value) + R"(],"clients":[)" + clients + "]}"))
        .at("id")
        .as_int64();
  };
  const auto first = book("2026-03-17T02:00:00Z", ""), second = book("2026-03-18T02:00:00Z", ""),
             missed = book("2026-03-10T16:30:00Z", n(client.value));
  const std::string absence = record + "/absences/" + n(missed), mine = "/api/v1/my/missed/" + n(missed);
  const auto seat = [&](std::int64_t session) { return R"({"session":)" + n(session) + "}"; };
  house.clock.advance(std::chrono::hours(1));
  good(house.ask(cora, Method::put, "/api/v1/sessions/" + n(missed) + "/attendance",
                 R"({"marks":[{"client":)" + n(client.value) + R"(,"verdict":"unexcused"}]})",
                 n(house.number("SELECT version FROM session WHERE id = $1", missed))));
  good(house.ask(cora, Method::get, record + "/absences"));
  good(house.ask(cora, Method::get, absence + "/make-ups"));
  good(house.ask(cora, Method::post, absence + "/make-up", seat(first)));
  good(house.ask(cora, Method::delete_, absence + "/make-up"));
  good(house.ask(phone, Method::get, "/api/v1/my/missed"));
  good(house.ask(phone, Method::get, mine + "/make-ups"));
  good(house.ask(phone, Method::post, mine + "/make-up", seat(second)));
  good(house.ask(phone, Method::delete_, mine + "/make-up"));
  good(house.ask(cora, Method::post, "/api/v1/sessions/" + n(first) + "/participants",
                 R"({"client":)" + n(client.value) + "}"));
  // Of a one-on-one, singles that are booked with the client.
  const auto alone = house.number(
      "SELECT p.session_id FROM participant p JOIN session s ON s.id = p.session_id WHERE s.kind = "
      "'one_on_one' AND p.verdict = 'unexcused' AND p.starts_at > $1 ORDER BY p.session_id LIMIT 1",
      house.clock.now() - std::chrono::days(13));
  const auto whose = house.number("SELECT client_id FROM participant WHERE session_id = $1", alone);
  good(house.ask(alex, Method::get, "/api/v1/clients/" + n(whose) + "/absences/" + n(alone) + "/make-ups"));
}

// The terms of attendance, and a group's sheet from its walk-ins to its amendment.
void ask_attendance(test::House& house, std::int64_t service, std::int64_t site) {
  const auto alex = house.token("alex"), theo = house.token("theo");
  const StaffId theo_id(house.number("SELECT person_id FROM account WHERE login = 'theo'"));
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body);
  };
  const auto tag = [&](const std::string& target) {
    const auto response = house.ask(alex, Method::get, target);
    for (const auto& [name, text] : response.headers)
      if (name == "ETag") return text.substr(1, text.size() - 2);
    return std::string();
  };
  const std::string terms =
      R"("terms":{"grace_minutes":5,"breaks":[{"after_minutes":45,"minutes":10}],"excuse_notice_hours":24,)"
      R"("excuses_mandatory":false,"close_within_hours":24,"documentation_days":14,"co_signature":true})";
  const std::string of_group =
      "/api/v1/groups/" + n(house.number("SELECT min(id) FROM therapy_group")) + "/attendance-policy";
  for (const std::string& target : {std::string("/api/v1/attendance/policy"), of_group})
    for (int again = 0; again < 2; ++again)
      good(house.ask(alex, Method::put, target, R"({"from":"2026-03-11",)" + terms + "}", tag(target)));
  for (const char* of :
       {"", "?mine=true", "?signature_missing=true", "?signature_missing=true&mine=true&limit=1"})
    good(house.ask(theo, Method::get, std::string("/api/v1/attendance/open-sheets") + of));

  const ClientId hers(house.number(
      "SELECT client_id FROM assignment WHERE staff_id = $1 AND until_at IS NULL ORDER BY client_id LIMIT 1",
      theo_id)),
      another(house.number("SELECT max(client_id) FROM assignment WHERE staff_id = $1 AND until_at IS NULL",
                           theo_id));
  const auto booked = good(house.ask(
      alex, Method::post, "/api/v1/sessions",
      R"({"kind":"group","seats":5,"service":)" + n(service) + R"(,"site":)" + n(site) +
          R"(,"starts_at":"2026-03-10T15:45:00Z","duration_minutes":10,"facilitators":[)" + n(theo_id.value) +
          R"(],"clients":[)" + n(hers.value) + R"(],"override":{"reason":"there is a test"}})"));
  const std::string session = "/api/v1/sessions/" + n(booked.at("id").as_int64()),
                    sheet = session + "/attendance";
  const auto at_version = [&] { return tag(sheet); };
  const std::string came = R"({"client":)" + n(another.value) + "}";
  good(house.ask(theo, Method::post, sheet + "/walk-in", came, at_version()));
  good(house.ask(theo, Method::post, sheet + "/undo", "{}", at_version()));
  CHECK(house.ask(theo, Method::post, sheet + "/walk-in", R"({"name":"Nobody Here"})", at_version()).status ==
        422);
  good(house.ask(theo, Method::put, sheet, R"({"marks":[],"all_present":true,"close":true})", at_version()));
  CHECK(house.ask(theo, Method::post, sheet + "/sign", R"({"password":"wrong"})", at_version()).status ==
        422);
  good(house.ask(theo, Method::post, sheet + "/sign", R"({"password":"a password of four words"})",
                 at_version()));
  good(house.ask(alex, Method::post, sheet + "/amend",
                 R"({"reason":"one more was there","marks":[],"walk_ins":[)" + came + "]}", at_version()));
  good(house.ask(theo, Method::get, sheet + "/history"));
  good(house.ask(theo, Method::get, sheet + "/history?limit=1&after=1000000"));
  CHECK(good(house.ask(theo, Method::get, sheet + "/versions")).at("items").as_array().size() == 2);
}

// Asks every route once, so that every statement behind one is prepared.
// Outside meetings: searched, typed in, closed; lists that are fetched; and what became of a chosen one.
void ask_meetings(test::House& house, const std::string& phone, const std::string& alex,
                  const std::string& commitment) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [&](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response.body.empty() ? boost::json::value() : boost::json::parse(response.body);
  };
  for (const char* body : {R"({"latitude":40.7,"longitude":-74.0,"within_km":200})",
                           R"({"latitude":40.7,"longitude":-74.0,"soon":true,"types":"open"})"})
    good(house.ask(phone, Method::post, "/api/v1/meetings/search", body));
  const std::string typed =
      R"({"name":"Alumni","rule":"FREQ=MONTHLY;BYDAY=1FR","starts_on":"2026-03-01","time":"19:00",)"
      R"("duration_minutes":60,"place":"Room 2","in_person":true})";
  const auto made = good(house.ask(alex, Method::post, "/api/v1/meetings", typed));
  const std::string one = "/api/v1/meetings/" + n(made.at("id").as_int64());
  const auto seen = house.ask(alex, Method::get, one);
  for (const auto& [name, tag] : seen.headers)
    if (name == "ETag") good(house.ask(alex, Method::put, one, typed, tag.substr(1, tag.size() - 2)));
  for (const char* what : {"/close", "/reopen"}) good(house.ask(alex, Method::post, one + what));

  const auto feed = good(house.ask(alex, Method::post, "/api/v1/meeting-feeds",
                                   R"({"name":"Area","url":"https://lists.example/x"})"));
  const std::string feeds = "/api/v1/meeting-feeds", area = feeds + "/" + n(feed.at("id").as_int64());
  app::OutsideFeeds fetching("lists", app::fetch_meetings(*house.store, house.clock, [](const auto&...) {
                               return Result<app::Fetched>(conflict("not_fetched", "no"));
                             }));
  CHECK(fetching.run_once() == 1);
  good(house.ask(alex, Method::get, feeds));
  good(house.ask(alex, Method::get, area + "/runs"));
  good(house.ask(alex, Method::post, area + "/fetch", "{}"));
  good(house.ask(alex, Method::delete_, area));

  good(house.ask(phone, Method::post, "/api/v1/my/commitments/" + commitment + "/seen"));
  const auto past = house.number(
      "SELECT max(id) FROM occurrence WHERE starts_at < $1 AND verified_by IS NULL AND status = 'planned'",
      house.clock.now());
  const ClientId client(house.number("SELECT client_id FROM occurrence WHERE id = $1", past));
  good(house.ask(house.token(client), Method::post, "/api/v1/my/occurrences/" + n(past) + "/went",
                 R"({"went":"yes"})"));
  const std::string theirs = "/api/v1/clients/" + n(client.value) + "/occurrences";
  good(house.ask(alex, Method::get, theirs));
  const std::string proof = theirs + "/" + n(past) + "/verification";
  good(house.ask(alex, Method::put, proof, R"({"by":"told","told_by":"Sam"})"));
  good(house.ask(alex, Method::delete_, proof));
}

// Accounts of staff, the trail by everything it is asked by, records opened without being assigned, and what
// administrators change about places and services.
void ask_settings(test::House& house, ClientId client, std::int64_t site) {
  const auto alex = house.token("alex");
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto good = [](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return response.body.empty() ? boost::json::value() : boost::json::parse(response.body);
  };
  const auto tag = [&](const std::string& target) {
    for (const auto& [name, value] : house.ask(alex, Method::get, target).headers)
      if (name == "ETag") return value.substr(1, value.size() - 2);
    return std::string();
  };

  good(house.ask(alex, Method::get, "/api/v1/staff-accounts"));
  const auto added = good(house.ask(alex, Method::post, "/api/v1/staff",
                                    R"({"name":"Sia","role":"counselor","site":)" + n(site) + "}"))
                         .at("id")
                         .as_int64();
  const std::string theirs = "/api/v1/staff/" + n(added);
  good(house.ask(alex, Method::post, theirs + "/account", R"({"login":"sia"})"));
  const auto code = good(house.ask(alex, Method::post, theirs + "/password-codes")).at("code");
  good(house.ask("", Method::post, "/api/v1/password-codes/use",
                 R"({"login":"sia","password":"a password of four words","code":)" +
                     boost::json::serialize(code) + "}"));
  CHECK(
      house
          .ask("", Method::post, "/api/v1/password-codes/use", R"({"login":"sia","password":"x","code":"y"})")
          .status == 401);
  good(house.ask(house.token("sia"), Method::put, "/api/v1/my/password",
                 R"({"password":"a password of four words","new_password":"another one of four words"})"));
  good(house.ask(alex, Method::put, theirs, R"({"name":"Sia","role":"clinician","site":)" + n(site) + "}",
                 tag(theirs + "/account")));
  const auto sia = house.token("sia");

  // She has nothing to do with this client.
  house.store
      ->write_now("test",
                  [&](Transaction& tx) -> Result<bool> {
                    tx.run("UPDATE client SET born_on = 1 WHERE person_id = $1", client);
                    return true;
                  })
      .value();
  const std::string openings = "/api/v1/record-openings";
  const auto opened =
      good(house.ask(sia, Method::post, openings,
                     R"({"name":"New One","born_on":"1970-01-02","reason":"In a crisis at the door"})"));
  const std::string opening = openings + "/" + n(opened.at("opening").as_int64());
  CHECK(house.ask(sia, Method::post, openings, R"({"card":"12345672","reason":"In a crisis at the door"})")
            .status == 404);
  const std::string record = "/api/v1/clients/" + n(client.value);
  for (const std::string& target : {record, record + "/care", "/api/v1/tasks?client=" + n(client.value)})
    good(house.ask(sia, Method::get, target));
  good(house.ask(sia, Method::get, openings));
  good(house.ask(sia, Method::post, opening + "/end"));
  for (const char* show : {"to_review", "all"})
    good(house.ask(alex, Method::get, openings + "?show=" + show));
  good(house.ask(alex, Method::post, opening + "/review", R"({"finding":"in_order"})"));

  good(house.ask(alex, Method::get, theirs + "/sign-ins"));
  const auto sign_in = house.number(
      "SELECT max(s.id) FROM sign_in s JOIN account a ON a.id = s.account_id "
      "WHERE a.login = 'sia' AND s.revoked_at IS NULL");
  good(house.ask(alex, Method::delete_, theirs + "/sign-ins/" + n(sign_in)));
  good(house.ask(alex, Method::delete_, theirs + "/sign-ins"));
  for (const char* what : {"/deactivate", "/reactivate"})
    good(house.ask(alex, Method::post, theirs + what, "", tag(theirs + "/account")));

  const std::string of_client = "subject_kind=client&subject_id=" + n(client.value);
  const std::string days = "from=2026-03-01T00:00:00Z&until=2027-03-01T00:00:00Z";
  const auto first = house.number("SELECT max(id) FROM audit");
  for (const std::string& query : {std::string("limit=2"), "limit=2&after=" + n(first), of_client,
                                   of_client + "&views=true", of_client + "&person=" + n(added),
                                   "person=" + n(added) + "&" + days, days, days + "&action=record.open"}) {
    good(house.ask(alex, Method::get, "/api/v1/audit?" + query));
  }
  CHECK(house.ask(alex, Method::get, "/api/v1/exports/audit?person=" + n(added) + "&" + days).status == 200);

  const std::string place = "/api/v1/sites/" + n(site);
  const auto settings = good(house.ask(alex, Method::get, place)).at("settings");
  good(house.ask(alex, Method::put, place, boost::json::serialize(settings), tag(place)));
  const std::string room =
      "/api/v1/rooms/" +
      n(good(house.ask(alex, Method::post, place + "/rooms", R"({"name":"Attic","seats":4})"))
            .at("id")
            .as_int64());
  good(house.ask(alex, Method::put, room, R"({"name":"Attic","seats":5})", tag(room)));
  for (const char* what : {"/retire", "/reopen"})
    good(house.ask(alex, Method::post, room + what, "", tag(room)));
  const std::string service =
      "/api/v1/services/" +
      n(good(house.ask(alex, Method::post, "/api/v1/services",
                       R"({"name":"Walk","neutral_name":"Appointment","counts":false})"))
            .at("id")
            .as_int64());
  good(house.ask(alex, Method::put, service,
                 R"({"name":"A walk","neutral_name":"Appointment","counts":false})", tag(service)));
}

void ask_everything(test::House& house) {
  const auto n = [](std::int64_t id) { return std::to_string(id); };
  const auto now = house.clock.now();
  const auto alex = house.token("alex"), cora = house.token("cora"), fran = house.token("fran");
  const StaffId cora_id(house.number("SELECT person_id FROM account WHERE login = 'cora'"));
  const ClientId hers(house.number(
      "SELECT client_id FROM assignment WHERE staff_id = $1 AND until_at IS NULL ORDER BY client_id LIMIT 1",
      cora_id));
  const ClientId in_aftercare(
      house.number("SELECT client_id FROM commitment WHERE ended_at IS NULL ORDER BY id LIMIT 1"));
  const auto phone = house.token(hers), other_phone = house.token(in_aftercare);
  const std::int64_t site = house.number("SELECT id FROM site"),
                     service = house.number("SELECT min(id) FROM service");
  const auto good = [&](const api::Response& response) {
    CAPTURE(response.route);
    CAPTURE(response.body);
    CHECK(response.status < 400);
    return boost::json::parse(response.body.empty() ? "null" : response.body);
  };
  const auto version = [&](std::int64_t session) {
    return n(house.number("SELECT version FROM session WHERE id = $1", session));
  };

  for (const char* target : {"/healthz", "/readyz", "/metrics", "/api/openapi.json", "/api/docs"})
    CHECK(house.ask("", Method::get, target).status == 200);
  for (const char* target :
       {"/api/v1/me", "/api/v1/sign-ins?limit=2", "/api/v1/sites", "/api/v1/services", "/api/v1/staff",
        "/api/v1/audit?limit=5", "/api/v1/meetings?text=hall&weekday=2&from=22:00&until=02:00",
        "/api/v1/meetings?limit=2", "/api/v1/meetings?soon=true", "/api/v1/meeting-lists",
        "/api/v1/reminders/attention"})
    good(house.ask(alex, Method::get, target));
  good(house.ask(alex, Method::get, "/api/v1/staff?site=" + n(site)));
  good(house.ask(alex, Method::get, "/api/v1/audit?subject_kind=client&subject_id=" + n(hers.value)));
  good(house.ask(cora, Method::get, "/api/v1/reminders/attention"));
  good(house.ask(fran, Method::get, "/api/v1/reminders/attention"));
  good(house.ask(alex, Method::get, "/api/v1/meetings/" + n(house.number("SELECT min(id) FROM meeting"))));

  // Places and people.
  const auto new_site = good(house.ask(alex, Method::post, "/api/v1/sites",
                                       R"({"name":"North","zone":"America/Chicago","break_minutes":5})"));
  const std::string rooms = "/api/v1/sites/" + n(new_site.at("id").as_int64()) + "/rooms";
  const auto room =
      good(house.ask(alex, Method::post, rooms, R"({"name":"Blue","seats":9})")).at("id").as_int64();
  good(house.ask(alex, Method::get, rooms));
  good(
      house.ask(alex, Method::post, "/api/v1/staff",
                R"({"name":"Nia North","role":"counselor","site":)" + n(new_site.at("id").as_int64()) + "}"));
  for (const auto& who : {alex, cora, fran}) {
    const auto found =
        good(house.ask(who, Method::post, "/api/v1/clients/search", R"({"text":"a","limit":1})"));
    if (found.as_object().contains("next"))
      good(house.ask(who, Method::post, "/api/v1/clients/search",
                     R"({"text":"a","limit":1,"after":)" + boost::json::serialize(found.at("next")) + "}"));
    good(house.ask(who, Method::post, "/api/v1/clients/search", "{}"));
  }
  const std::string added =
      n(good(house.ask(
                 cora, Method::post, "/api/v1/clients",
                 R"({"preferred_name":"New","family_name":"One","phase":"detox","site":)" + n(site) + "}"))
            .at("id")
            .as_int64());
  const std::string record = "/api/v1/clients/" + n(hers.value);
  for (const auto& who : {alex, cora, fran}) good(house.ask(who, Method::get, record));
  good(house.ask(cora, Method::post, "/api/v1/clients/" + added + "/phase", R"({"phase":"treatment"})"));
  good(house.ask(
      alex, Method::post, "/api/v1/clients/" + added + "/assignments",
      R"({"staff":)" + n(house.number("SELECT person_id FROM account WHERE login = 'theo'")) + "}"));

  const auto group = ask_groups(house, site, service, cora_id, std::stoll(added));
  ask_split_and_merge(house, site, group, cora_id, std::stoll(added));
  ask_about_care(house, added);
  ask_about_waiting(house);
  ask_settings(house, ClientId(std::stoll(added)), site);

  // Enrolment and signing in and out.
  const auto code =
      good(house.ask(cora, Method::post, "/api/v1/clients/" + added + "/enrolment-codes", "{}"));
  good(house.ask(
      "", Method::post, "/api/v1/devices",
      R"({"device":"phone","keep":"token","code":)" + boost::json::serialize(code.at("code")) + "}"));
  good(house.ask(cora, Method::delete_, "/api/v1/clients/" + added + "/sign-ins"));
  const auto hash = access::make_password("theo", "a password of four words").value();
  house.store
      ->write_now("test",
                  [&](Transaction& tx) {
                    return access::set_password(tx, {}, *access::find_account(tx, "theo"), hash, now);
                  })
      .value();
  const std::string right = R"({"login":"theo","password":"a password of four words")";
  good(house.ask("", Method::post, "/api/v1/sign-in", right + "}"));
  CHECK(house.ask("", Method::post, "/api/v1/sign-in", R"({"login":"theo","password":"wrong"})").status ==
        401);
  const auto theo =
      std::string(good(house.ask("", Method::post, "/api/v1/tokens", right + R"(,"device":"script"})"))
                      .at("token")
                      .as_string());
  const auto own = good(house.ask(theo, Method::get, "/api/v1/sign-ins"));
  for (const auto& sign_in : own.at("items").as_array())
    if (!sign_in.at("current").as_bool())
      good(house.ask(theo, Method::delete_, "/api/v1/sign-ins/" + n(sign_in.at("id").as_int64())));
  good(house.ask(theo, Method::post, "/api/v1/sign-out"));

  // The calendar.
  const std::string range = "from=2026-03-01T00:00:00Z&until=2026-03-20T00:00:00Z&limit=2";
  const auto page = good(house.ask(cora, Method::get, "/api/v1/sessions?" + range));
  good(house.ask(cora, Method::get,
                 "/api/v1/sessions?" + range + "&after=" + std::string(page.at("next").as_string())));
  good(house.ask(cora, Method::get, "/api/v1/sessions?" + range + "&staff=" + n(cora_id.value)));
  const auto book = [&](const std::string& starts, const std::string& more) {
    return house.ask(cora, Method::post, "/api/v1/sessions",
                     R"({"kind":"one_on_one","service":)" + n(service) + R"(,"site":)" + n(site) +
                         R"(,"starts_at":")" + starts + R"(","duration_minutes":30,"facilitators":[)" +
                         n(cora_id.value) + R"(],"clients":[)" + n(hers.value) + "]" + more + "}");
  };
  const auto booked = good(book("2026-03-15T15:00:00Z", "")).at("id").as_int64();
  CHECK(book("2026-03-15T15:10:00Z", "").status == 409);
  const std::string session = "/api/v1/sessions/" + n(booked);
  good(house.ask(cora, Method::get, session));
  good(house.ask(cora, Method::get, session + "/roster"));
  good(house.ask(cora, Method::patch, session, R"({"starts_at":"2026-03-15T18:00:00Z"})", version(booked)));
  for (const char* answer : {"/confirm", "/running-late", "/cant-come"})
    good(house.ask(phone, Method::post, "/api/v1/my/appointments/" + n(booked) + answer));
  good(house.ask(cora, Method::post, session + "/cancel", "{}", version(booked)));
  good(house.ask(phone, Method::get, "/api/v1/my/appointments"));
  CHECK(room > 0);

  ask_availability(house, site, service, cora_id, hers);
  ask_about_enquiries(house, site, service, cora_id);
  ask_bad_days(house, site, service, cora_id, hers);
  ask_seats(house, site, service, cora_id, hers);

  ask_about_checking_in(house, site, service, cora_id,
                        house.number("SELECT person_id FROM account WHERE login = 'theo'"));

  // The roll of one that has begun.
  const auto begun = good(book("2026-03-10T15:45:00Z", R"(,"link":"https://meet.example.org/x")"));
  CHECK(begun.at("id").as_int64() > 0);
  const auto number = begun.at("id").as_int64();
  const std::string sheet = "/api/v1/sessions/" + n(number) + "/attendance";
  good(house.ask(cora, Method::get, sheet));
  CHECK(house.ask(cora, Method::post, sheet + "/close", "{}", version(number)).status == 409);
  good(house.ask(cora, Method::put, sheet,
                 R"({"marks":[{"client":)" + n(hers.value) +
                     R"(,"verdict":"attended","stays":[{"arrived_at":"2026-03-10T15:35:00Z"}]}]})",
                 version(number)));
  good(house.ask(cora, Method::post, sheet + "/close", "{}", version(number)));
  good(
      house.ask(alex, Method::post, sheet + "/reopen", R"({"reason":"a slip of the pen"})", version(number)));

  ask_about_work(house, cora_id, hers);
  ask_consents(house, phone, hers, cora_id);
  ask_attendance(house, service, site);
  ask_hours(house, site, cora_id, hers);
  ask_reminders(house, group, booked, hers);
  ask_support(house, site, cora_id, hers);

  // Aftercare and reminders.
  for (const char* target : {"/api/v1/my/goal", "/api/v1/my/commitments", "/api/v1/my/occurrences",
                             "/api/v1/my/reminders?limit=1"})
    good(house.ask(other_phone, Method::get, target));
  good(house.ask(other_phone, Method::put, "/api/v1/my/goal", R"({"meetings_per_week":2})"));
  const auto free_meeting = house.number(
      "SELECT id FROM meeting WHERE id NOT IN (SELECT meeting_id FROM commitment WHERE client_id = $1) LIMIT "
      "1",
      in_aftercare);
  const auto made = good(house.ask(other_phone, Method::post, "/api/v1/my/commitments",
                                   R"({"meeting":)" + n(free_meeting) + "}"));
  ask_meetings(house, other_phone, alex, n(made.at("id").as_int64()));
  good(house.ask(other_phone, Method::delete_, "/api/v1/my/commitments/" + n(made.at("id").as_int64())));
  const std::string theirs = "/api/v1/clients/" + n(in_aftercare.value);
  for (const char* what : {"/commitments", "/reminders?limit=1"})
    good(house.ask(alex, Method::get, theirs + what));
  good(house.ask(cora, Method::get, record + "/reminders"));
  ask_plans(house, in_aftercare, StaffId(house.number("SELECT person_id FROM account WHERE login = 'alex'")));
  for (const char* answer : {"confirm", "running-late", "cant-come"}) {
    const auto sent = house.number(
        "SELECT r.id FROM reminder r JOIN session s ON s.id = r.subject_id WHERE r.subject_kind = 'session' "
        "AND "
        "r.state IN ('sent', 'acknowledged') AND s.starts_at > $1 AND s.status = 'scheduled' ORDER BY r.id "
        "LIMIT 1",
        now);
    const ClientId receiver(house.number("SELECT receiver_id FROM reminder WHERE id = $1", sent));
    good(house.ask(house.token(receiver), Method::post, "/api/v1/my/reminders/" + n(sent) + "/" + answer));
  }

  // Calendars from elsewhere: taken in, changed, and forgotten.
  const auto holiday = [](const std::string& day) {
    return R"("text":"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Holiday\nDTSTART:)" + day +
           R"(\nEND:VEVENT\nEND:VCALENDAR\n"})";
  };
  for (const char* day : {"20260703", "20260704"})
    good(house.ask(alex, Method::post, "/api/v1/closures/import", R"({"source":"holidays",)" + holiday(day)));
  const std::string outside = "/api/v1/staff/" + n(cora_id.value) + "/outside-calendar";
  good(house.ask(cora, Method::put, outside, "{" + holiday("20260703")));
  good(house.ask(cora, Method::get, outside));
  const auto fetch = [&](Result<app::Fetched> fetched) {
    good(house.ask(cora, Method::put, outside, R"({"url":"https://calendar.example/x"})"));
    app::OutsideFeeds feeds("calendars", app::fetch_calendars(*house.store, house.clock,
                                                              [&](const auto&...) { return fetched; }));
    CHECK(feeds.run_once() == 1);
  };
  fetch(app::Fetched{true, "", "BEGIN:VCALENDAR\nEND:VCALENDAR\n"});
  fetch(conflict("not_fetched", "no"));
  good(house.ask(cora, Method::delete_, outside));

  // Calendar feeds, of somebody in aftercare, too.
  for (const auto& who : {phone, other_phone, cora}) {
    const auto feed = good(house.ask(who, Method::post, "/api/v1/my/feed", R"({"shows_place":true})"));
    good(house.ask(who, Method::get, "/api/v1/my/feed"));
    CHECK(house.ask("", Method::get, std::string(feed.at("path").as_string())).status == 200);
  }
  CHECK(house.ask("", Method::get, "/feeds/none-of-ours").status == 404);
  good(house.ask(cora, Method::delete_, "/api/v1/my/feed"));
  good(house.ask(cora, Method::delete_, record + "/feed"));
}

// What the server does without being asked.
void work_by_itself(test::House& house) {
  auto& store = *house.store;
  const auto now = house.clock.now();
  house.clock.advance(std::chrono::hours(26));
  reminders::Dispatcher dispatcher(*house.context);
  CHECK(dispatcher.run_once().sent > 0);
  dispatcher.next();
  const PersonId receiver(house.number("SELECT person_id FROM stream ORDER BY last_seq DESC LIMIT 1"));
  store
      .write_now("test",
                 [&](Transaction& tx) -> Result<bool> {
                   for (const auto channel :
                        {reminders::Channel::email, reminders::Channel::email, reminders::Channel::sms})
                     reminders::post_to(tx, receiver, channel, "a", reminders::Purpose::notice, "b",
                                        house.clock.now() + std::chrono::hours(1), house.clock.now());
                   return true;
                 })
      .value();
  // What a client has not seen goes to a device of theirs that can be woken.
  const auto unseen = house.number(
      "SELECT max(r.id) FROM reminder r JOIN client c ON c.person_id = r.receiver_id WHERE r.state = 'sent' "
      "AND r.channel = 'live' AND r.subject_kind = 'session' AND r.answer IS NULL AND r.starts_at > $1",
      house.clock.now());
  const auto device =
      house.token(ClientId(house.number("SELECT receiver_id FROM reminder WHERE id = $1", unseen)));
  CHECK(house.ask(device, Method::put, "/api/v1/my/push", subscription).status == 200);
  store
      .write_now(
          "test",
          [&](Transaction& tx) -> Result<bool> {
            return tx.run(
                       "INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, channel, "
                       "offset_minutes, starts_at, zone, due_at, try_at) SELECT subject_kind, subject_id, "
                       "version, receiver_id, 'push', offset_minutes, starts_at, zone, $2, $2 FROM reminder "
                       "WHERE id = $1",
                       unseen, house.clock.now()) == 1;
          })
      .value();
  CHECK(dispatcher.run_once().handed_over > 0);
  bool woken = false;
  // Mail and texts: some go out, some are refused, some are never settled.
  int sent = 0;
  reminders::Outbox outbox(
      *house.context,
      {[&](const auto&, const auto&) {
         return reminders::Delivery{++sent % 2 == 0 ? reminders::Delivery::sent : reminders::Delivery::later,
                                    "ok"};
       },
       [&](const auto&, const auto&) {
         return reminders::Delivery{reminders::Delivery::refused, "no", Seconds(0), true};
       },
       [&](const auto& letter, const auto&) {
         woken = true;
         return reminders::Delivery{reminders::Delivery::refused, "no", Seconds(0), false, letter.devices};
       }});
  CHECK(outbox.run_once() > 0);
  CHECK(woken);
  outbox.next();
  dispatcher.run_once();
  const auto write = [&](auto f) { return store.write_now("test", f).value(); };
  // What comes back by text message, of somebody who was asked about an appointment, an offer and other
  // times.
  const SessionId ahead(house.number(
      "SELECT min(s.id) FROM session s JOIN participant p ON p.session_id = s.id WHERE s.starts_at > $1 AND "
      "s.kind = 'one_on_one' AND s.status = 'scheduled'",
      house.clock.now()));
  const ClientId texter(house.number("SELECT client_id FROM participant WHERE session_id = $1", ahead));
  std::string token;
  write([&](Transaction& tx) -> Result<bool> {
    tx.run("DELETE FROM channel_address WHERE person_id = $1", texter);
    tx.run(
        "INSERT INTO channel_address (person_id, channel, address, verified_at) VALUES ($1, 'sms', "
        "'+19995550100', 0)",
        texter);
    const auto by_mail = *tx.one<ReminderId>(
        "INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, channel, offset_minutes, "
        "starts_at, zone, due_at, try_at, state, sent_at) SELECT 'session', id, told_version, $2, 'email', "
        "7, "
        "starts_at, 'Etc/UTC', $3, $3, 'sent', $3 FROM session WHERE id = $1 RETURNING id",
        ahead, texter, house.clock.now());
    const auto link = reminders::answer_link("o", house.context->key, by_mail, reminders::Language::es);
    token = link.substr(link.find('#') + 1);
    int said = 0;
    const auto say = [&](std::string_view words) {
      reminders::receive(tx, {"m" + std::to_string(++said), std::string("+19995550100"), std::string(words)},
                         house.clock.now());
    };
    tx.run(
        "INSERT INTO reminder (subject_kind, subject_id, version, receiver_id, channel, offset_minutes, "
        "starts_at, zone, due_at, try_at, state, sent_at) SELECT 'session', id, told_version, $2, 'sms', 7, "
        "starts_at, 'Etc/UTC', $3, $3, 'sent', $3 FROM session WHERE id = $1",
        ahead, texter, house.clock.now());
    for (const auto* words : {"2", "a", "1"}) say(words);
    tx.run(
        "INSERT INTO text_choice (person_id, letter, session_id, starts_at, until_at) VALUES ($1, 'c', $2, "
        "5, "
        "$3)",
        texter, ahead, house.clock.now() + std::chrono::hours(1));
    say("c");
    tx.run(
        "INSERT INTO message (channel, address, person_id, purpose, text, made_at, try_at, give_up_at, "
        "state, "
        "settled_at, topic, topic_id) VALUES ('sms', '+19995550100', $1, 'notice', '', 0, 0, 1, 'sent', $2, "
        "'offer', 999999)",
        texter, house.clock.now() + std::chrono::hours(1));
    for (const auto* words : {"1", "hello", "stop", "start"}) say(words);
    return true;
  });
  CHECK(house.ask("", Method::post, "/api/v1/answer-link", R"({"token":")" + token + R"("})").status == 200);
  CHECK(house
            .ask("", Method::post, "/api/v1/answer-link/answer",
                 R"({"token":")" + token + R"(","answer":"confirmed"})")
            .status == 200);
  write([&](Transaction& tx) -> Result<bool> {
    reminders::acknowledge(tx, receiver, 1'000'000, now);
    live::keep_acknowledged(tx, SignInId(1), 5);
    live::keep_watching(tx, SignInId(1), now);
    live::prune_once(tx, now + std::chrono::hours(24 * 40));
    access::purge::run_once(tx, now + std::chrono::hours(24 * 40));
    calendar::purge_holds(tx, now);
    reminders::replan_once(tx, now).value();
    reminders::purge_messages(tx, now + std::chrono::hours(24 * 60)).value();
    attendance::purge_whereabouts(tx, now + std::chrono::hours(24 * 40));
    CHECK(people::purge_enquiries(tx, now + std::chrono::hours(24 * 40)) == 2);
    calendar::extend_series_once(tx, now + std::chrono::hours(24 * 14)).value();
    calendar::offer_once(tx, now + std::chrono::hours(24));
    attendance::follow_up_absent(tx, now + std::chrono::hours(24 * 30)).value();
    aftercare::miss_plans_once(tx, now).value();
    aftercare::extend_asks_once(tx, now + std::chrono::hours(24 * 14)).value();
    attendance::tell_open_once(tx, now + std::chrono::hours(48)).value();
    aftercare::ask_once(tx, now).value();
    for (int step = 1; step <= 4; ++step) aftercare::escalate_once(tx, now + std::chrono::hours(step));
    return aftercare::extend_once(tx, now + std::chrono::hours(24 * 14)).has_value();
  });
  store.read_now([&](Snapshot& db) {
    live::stream_ends(db, receiver);
    live::events_after(db, receiver, 1, 10);
    return live::signed_in_until(db, SignInId(1), now).has_value();
  });
  const std::string list =
      R"([{"slug":"sunrise-reflections","name":"Sunrise Reflections","day":2,"time":"07:30","timezone":"America/New_York"}])";
  aftercare::ImportOptions options;
  options.name = "riverton-meetings.json";
  options.allow_shrink = true;
  CHECK(aftercare::import_meetings(store, house.clock, {}, list, options).value().gone > 0);
}

}  // namespace

TEST_CASE("every route answers on the demo's data, and no statement reads the whole of a big table") {
  if (test::on_postgres()) return test::only_on_sqlite("it asks SQLite's planner");
  test::House house;
  // From here on; filling the demo may take its time.
  house.store.reset();
  store::on_prepare = remember;
  house.store = app::open_store(*house.folder, house.options);
  house.rewire();

  ask_everything(house);
  work_by_itself(house);
  for (const auto& row : house.table.rows()) {
    CAPTURE(row->name);
    CHECK(house.called.contains(row->name));
  }
  house.store.reset();
  store::on_prepare = nullptr;

  SQLite::Database database((house.options.data / "circled.sqlite3").string(), SQLite::OPEN_READONLY);
  std::size_t explained = 0;
  for (const auto& sql : prepared) {
    static const std::regex statement(R"(^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b)");
    if (!std::regex_search(sql, statement) || is_allowed(sql)) continue;
    ++explained;
    CAPTURE(sql);
    for (const auto& line : scans(database, sql)) CHECK_MESSAGE(false, line);
  }
  CHECK(explained > 100);
}
