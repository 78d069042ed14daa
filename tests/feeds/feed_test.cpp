// Calendar feeds by their routes, read back by libical.
#include "feeds/feed.hpp"

#include <doctest/doctest.h>
#include <libical/ical.h>

#include <map>
#include <memory>

#include "calendar/course.hpp"
#include "calendar/series.hpp"
#include "feeds/routes.hpp"
#include "support/programme.hpp"
#include "support/run.hpp"
#include "support/text.hpp"

using namespace circled;
using namespace circled::api;
using calendar::Booking;
using test::contains;

namespace {

struct Served : test::CalendarFixture {
  access::Context context{store, clock, "a key of more than sixteen bytes"};
  Table table;
  std::map<std::int64_t, Identity> callers;

  Served() {
    feeds::routes(table, context);
    table.clock_by([this] { return clock.now(); });
    table.authenticate_by([this](const Request& request) -> Task<Result<std::optional<Identity>>> {
      const auto found = callers.find(std::atoll(std::string(request.header("authorization")).c_str()));
      co_return found == callers.end() ? std::optional<Identity>() : std::optional(found->second);
    });
    for (const Identity& who : {cora, otto, ada, fred, ana_user}) callers[who.person.value] = who;
    callers[ben.value] = test::identity(write([this](Transaction& tx) { return test::add_account(tx, ben); }),
                                        ben, Role::client, {});
  }

  Response call(PersonId who, Method method, std::string target, std::string body = {},
                std::string known = {}) {
    Request request;
    request.method = method;
    request.target = std::move(target);
    request.body = std::move(body);
    request.remote = "192.0.2.7";
    request.id = "r1";
    if (who) request.headers.emplace_back("Authorization", std::to_string(who.value));
    if (!request.body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!known.empty()) request.headers.emplace_back("If-None-Match", std::move(known));
    return test::run(table.answer(request));
  }

  // A new feed's path.
  std::string make(PersonId who, std::string body = "{}") {
    const auto made = call(who, Method::post, "/api/v1/my/feed", std::move(body));
    INFO(made.body);
    REQUIRE(made.status == 201);
    return std::string(boost::json::parse(made.body).at("path").as_string());
  }
  std::string text(const std::string& path) {
    const auto got = call({}, Method::get, path);
    INFO(got.body);
    REQUIRE(got.status == 200);
    return got.body;
  }
};

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

struct Event {
  std::string uid, summary, place, starts, ends, status;
  int sequence;
};

std::vector<Event> parsed(const std::string& text) {
  const std::unique_ptr<icalcomponent, void (*)(icalcomponent*)> calendar(
      icalparser_parse_string(text.c_str()), icalcomponent_free);
  REQUIRE(calendar);
  REQUIRE(icalcomponent_count_errors(calendar.get()) == 0);
  const auto or_empty = [](const char* found) { return std::string(found ? found : ""); };
  std::vector<Event> events;
  for (auto* each = icalcomponent_get_first_component(calendar.get(), ICAL_VEVENT_COMPONENT); each;
       each = icalcomponent_get_next_component(calendar.get(), ICAL_VEVENT_COMPONENT)) {
    REQUIRE(icalcomponent_get_first_property(each, ICAL_DTSTAMP_PROPERTY));
    events.push_back(
        {or_empty(icalcomponent_get_uid(each)), or_empty(icalcomponent_get_summary(each)),
         or_empty(icalcomponent_get_location(each)), icaltime_as_ical_string(icalcomponent_get_dtstart(each)),
         icaltime_as_ical_string(icalcomponent_get_dtend(each)),
         icalenum_status_to_string(icalcomponent_get_status(each)), icalcomponent_get_sequence(each)});
  }
  return events;
}

using std::chrono::hours;

}  // namespace

TEST_CASE_FIXTURE(Served, "nobody has a feed until they ask for one") {
  CHECK(boost::json::parse(call(ana, Method::get, "/api/v1/my/feed").body).at("on") == false);
  CHECK(call(ana, Method::delete_, "/api/v1/my/feed").status == 404);
  CHECK(call({}, Method::post, "/api/v1/my/feed", "{}").status == 401);

  const auto made = call(ana, Method::post, "/api/v1/my/feed", "{}");
  CHECK(made.status == 201);
  CHECK(header(made, "Cache-Control") == "no-store");
  const std::string path(boost::json::parse(made.body).at("path").as_string());
  CHECK(path.starts_with("/feeds/"));
  CHECK(path.ends_with(".ics"));
  CHECK(path.size() - std::string("/feeds/.ics").size() == 32);  // 24 bytes, 192 bits
  CHECK(number("SELECT count(*) FROM feed WHERE token_hash = $1", sha256(path.substr(7, 32))) == 1);

  const auto state = boost::json::parse(call(ana, Method::get, "/api/v1/my/feed").body);
  CHECK(state.at("on") == true);
  CHECK(state.at("created_at") == "2026-03-10T12:00:00Z");
  CHECK(state.at("shows_place") == false);
  CHECK(!contains(boost::json::serialize(state), path.substr(7, 32)));
}

TEST_CASE_FIXTURE(Served, "a feed is a calendar, kept by its reader and asked for again") {
  const auto path = make(ana);
  const auto got = call({}, Method::get, path);
  CHECK(got.status == 200);
  CHECK(got.content_type == "text/calendar; charset=utf-8");
  CHECK(header(got, "Cache-Control") == "private, no-cache");
  const std::string etag = header(got, "ETag");
  CHECK(!etag.empty());
  CHECK(call({}, Method::get, path, {}, etag).status == 304);
  // Without the ending, too; and the line that is logged names the pattern.
  const auto bare = call({}, Method::get, path.substr(0, path.size() - 4));
  CHECK(bare.body == got.body);
  CHECK(bare.route == "GET /feeds/{token:text}");

  book(one_on_one(hours(24))).value();
  CHECK(call({}, Method::get, path, {}, etag).status == 200);
}

TEST_CASE_FIXTURE(Served, "a client's feed says that there is an appointment, and nothing else") {
  Booking group = one_on_one(hours(48));
  group.kind = calendar::Kind::group;
  group.title = {"Relapse prevention"};
  group.room = room;
  group.link = {"https://meet.example.org/relapse"};
  group.clients.push_back(ben);
  book(group).value();

  const std::string shown = text(make(ana));
  const auto events = parsed(shown);
  REQUIRE(events.size() == 1);
  CHECK(events[0].summary == "Appointment");
  CHECK(events[0].starts == "20260312T120000Z");
  CHECK(events[0].ends == "20260312T125000Z");
  CHECK(events[0].place == "");
  CHECK(events[0].status == "CONFIRMED");
  CHECK(events[0].sequence == 0);
  for (const char* secret : {"Ana", "Alvarez", "Ben", "Berg", "Cora", "Relapse", "relapse", "meet.example",
                             "Blue", "Riverside", "Counseling", "Circled", "circled"}) {
    CAPTURE(secret);
    CHECK(!contains(shown, secret));
  }
  CHECK(contains(shown, "X-WR-CALNAME:Appointments\r\n"));
  CHECK(contains(shown, "CLASS:PRIVATE\r\n"));

  // Where it is, to whoever asked for that.
  CHECK(parsed(text(make(ana, R"({"shows_place":true})"))).front().place == "Blue");
}

TEST_CASE_FIXTURE(Served, "a member of staff's feed names service, group and room, and no client") {
  Booking single = one_on_one(hours(24));
  single.title = {"Ana A., second talk"};
  single.room = small_room;
  book(single).value();
  Booking group = one_on_one(hours(48));
  group.kind = calendar::Kind::group;
  group.title = {"Relapse prevention"};
  group.room = room;
  group.clients.push_back(ben);
  book(group).value();

  const std::string shown = text(make(counselor));
  const auto events = parsed(shown);
  REQUIRE(events.size() == 2);
  CHECK(events[0].summary == "Counseling");
  CHECK(events[0].place == "Small");
  CHECK(events[1].summary == "Relapse prevention");
  CHECK(events[1].place == "Blue");
  for (const char* secret : {"Ana", "Alvarez", "Ben", "Berg", "A.,"}) {
    CAPTURE(secret);
    CHECK(!contains(shown, secret));
  }
  CHECK(parsed(text(make(other_counselor))).empty());
}

TEST_CASE_FIXTURE(Served, "an edit of a series is a change of each of its dates, and says when") {
  const auto path = make(ana), staff_path = make(counselor);
  calendar::NewSeries wanted{};
  wanted.client = ana;
  wanted.service = counseling;
  wanted.site = site;
  wanted.starts_on = *parse_date("2026-03-12");
  wanted.time = *parse_time_of_day("10:00");
  wanted.duration_minutes = {50};
  wanted.rule = "FREQ=WEEKLY;COUNT=3";
  wanted.facilitators.push_back(counselor);
  write([&](Transaction& tx) { return calendar::add_series(tx, cora, actor, wanted, now()); }).value();
  CHECK(!contains(text(path), "LAST-MODIFIED:20260310T130000Z"));
  clock.advance(hours(1));
  const auto edit = [&](const calendar::SeriesEdit& change) {
    const auto id = SeriesId(number("SELECT max(id) FROM series"));
    const auto seen =
        read([&](Snapshot& db) { return calendar::preview_edit(db, cora, id, change, now()); }).value();
    write([&](Transaction& tx) {
      return calendar::apply_edit(tx, cora, actor, id, change, seen.digest, now());
    }).value();
  };
  const auto times = [&](const std::string& feed, const std::string& line) {
    const std::string all = text(feed);
    int count = 0;
    for (auto at = all.find(line); at != std::string::npos; at = all.find(line, at + 1)) ++count;
    return count;
  };
  calendar::SeriesEdit later{};
  later.time = *parse_time_of_day("11:00");
  edit(later);
  CHECK(times(path, "LAST-MODIFIED:20260310T130000Z") == 3);
  CHECK(times(staff_path, "LAST-MODIFIED:20260310T130000Z") == 3);
  clock.advance(hours(1));
  calendar::SeriesEdit end{};
  end.end = true;
  edit(end);
  CHECK(times(path, "STATUS:CANCELLED") == 3);
  CHECK(times(path, "LAST-MODIFIED:20260310T140000Z") == 3);
}

TEST_CASE_FIXTURE(
    Served, "a session that moves keeps its UID and raises its SEQUENCE; one that is off stays, as off") {
  const auto path = make(ana), staff_path = make(counselor);
  const auto booked = book(one_on_one(hours(24))).value();
  const auto before = parsed(text(path)).at(0), staff_before = parsed(text(staff_path)).at(0);
  CHECK(before.sequence == 0);
  CHECK(before.uid.starts_with("session-" + std::to_string(booked.id.value) + "@"));
  CHECK(contains(text(path), "DTSTAMP:20260310T120000Z\r\n"));

  clock.advance(hours(1));
  calendar::Change move{};
  move.starts_at = clock.now() + hours(30);
  const auto moved = write([&](Transaction& tx) {
                       return calendar::change(tx, cora, actor, booked.id, booked.version, move, now());
                     }).value();
  const auto after = parsed(text(path)).at(0), staff_after = parsed(text(staff_path)).at(0);
  CHECK(after.uid == before.uid);
  CHECK(after.sequence > before.sequence);
  CHECK(after.starts == "20260311T190000Z");
  CHECK(staff_after.uid == staff_before.uid);
  CHECK(staff_after.sequence > staff_before.sequence);
  CHECK(contains(text(path), "LAST-MODIFIED:20260310T130000Z\r\n"));

  // What a client says about coming is no change of the calendar's.
  const std::string as_it_was = text(path);
  clock.advance(Minutes(10));
  write([&](Transaction& tx) {
    return calendar::answer(tx, actor, booked.id, ana, calendar::Answer::confirmed, now());
  }).value();
  CHECK(text(path) == as_it_was);

  write([&](Transaction& tx) {
    return calendar::cancel(tx, cora, actor, booked.id, moved.version, {}, now());
  }).value();
  const auto off = parsed(text(path)).at(0), staff_off = parsed(text(staff_path)).at(0);
  CHECK(off.uid == before.uid);
  CHECK(off.status == "CANCELLED");
  CHECK(off.sequence > after.sequence);
  CHECK(staff_off.status == "CANCELLED");
  CHECK(staff_off.sequence > staff_after.sequence);
}

TEST_CASE_FIXTURE(Served, "from thirty days back to 180 days ahead") {
  write([this](Transaction& tx) {
    for (const int day : {-31, -29, 179, 181}) {
      const auto starts = now() + std::chrono::days(day);
      const auto id = *tx.one<SessionId>(
          "INSERT INTO session (site_id, service_id, kind, title, starts_at, ends_at, seats, created_at) "
          "VALUES ($1, $2, 'one_on_one', 't', $3, $4, 1, 0) RETURNING id",
          site, counseling, starts, starts + hours(1));
      tx.run(
          "INSERT INTO participant (session_id, client_id, starts_at, source) VALUES ($1, $2, $3, 'booking')",
          id, ana, starts);
    }
  });
  const auto events = parsed(text(make(ana)));
  REQUIRE(events.size() == 2);
  CHECK(events[0].starts == "20260209T120000Z");
  CHECK(events[1].starts == "20260905T120000Z");
}

TEST_CASE_FIXTURE(Served, "meetings that a client has chosen are meetings, while they are in aftercare") {
  write([this](Transaction& tx) {
    const auto episode = *tx.one<EpisodeId>(
        "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", ana);
    tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, 'aftercare', 20000)", episode);
    const auto list = *tx.one<std::int64_t>(
        "INSERT INTO meeting_list (name, format, imported_at) VALUES ('l', 'bmlt', 0) RETURNING id");
    const auto meeting = *tx.one<MeetingId>(
        "INSERT INTO meeting (list_id, key, name, weekday, time, duration_minutes, zone, place, address, "
        "town, notes, "
        "search_text, online_url, in_person, types) VALUES ($1, 'k', 'Sunday Light', 0, 600, 60, 'Etc/UTC', "
        "'Grace "
        "Church', 'a', 't', 'n', 's', '', TRUE, '') RETURNING id",
        list);
    const auto commitment = *tx.one<CommitmentId>(
        "INSERT INTO commitment (client_id, meeting_id, rule, made_at, expanded_until) VALUES ($1, $2, 'r', "
        "$3, 0) "
        "RETURNING id",
        ana, meeting, now());
    for (const int day : {1, 8})
      tx.run(
          "INSERT INTO occurrence (commitment_id, client_id, starts_at, ends_at, version, status) VALUES "
          "($1, $2, $3, $4, 2, $5)",
          commitment, ana, now() + std::chrono::days(day), now() + std::chrono::days(day) + hours(1),
          std::string(day == 8 ? "cancelled" : "planned"));
  });
  const auto path = make(ana);
  const std::string shown = text(path);
  const auto events = parsed(shown);
  REQUIRE(events.size() == 2);
  CHECK(events[0].summary == "Meeting");
  CHECK(events[0].status == "CONFIRMED");
  CHECK(events[1].status == "CANCELLED");
  CHECK(events[1].sequence > events[0].sequence);  // of the same version, and called off
  CHECK(!contains(shown, "Light"));
  CHECK(!contains(shown, "Grace"));

  write([this](Transaction& tx) { tx.run("UPDATE phase SET phase = 'treatment'"); });
  CHECK(parsed(text(path)).empty());
}

TEST_CASE_FIXTURE(Served,
                  "an address that was revoked, one that never was, and a disabled account's look alike") {
  const auto old_path = make(ana);
  const auto path = make(ana);  // takes the old one's place
  CHECK(number("SELECT count(*) FROM feed") == 1);
  const auto unknown = call({}, Method::get, "/feeds/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics");
  CHECK(unknown.status == 404);
  CHECK(call({}, Method::get, old_path).body == unknown.body);
  CHECK(call({}, Method::get, path).status == 200);

  write([this](Transaction& tx) { tx.run("UPDATE account SET disabled_at = 1 WHERE person_id = $1", ana); });
  CHECK(call({}, Method::get, path).body == unknown.body);
  write(
      [this](Transaction& tx) { tx.run("UPDATE account SET disabled_at = NULL WHERE person_id = $1", ana); });
  CHECK(call({}, Method::get, path).status == 200);

  const auto staff_path = make(other_counselor);
  write([this](Transaction& tx) {
    tx.run("UPDATE staff SET active = FALSE WHERE person_id = $1", other_counselor);
  });
  CHECK(call({}, Method::get, staff_path).body == unknown.body);

  CHECK(call(ana, Method::delete_, "/api/v1/my/feed").status == 204);
  CHECK(call({}, Method::get, path).body == unknown.body);
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'feed.make'") == 3);
  CHECK(number("SELECT count(*) FROM audit WHERE action = 'feed.end' AND subject_kind = 'client'") == 1);
}

TEST_CASE_FIXTURE(Served, "staff who reach a client may end the client's feed") {
  const auto path = make(ana);
  const std::string target = "/api/v1/clients/" + std::to_string(ana.value) + "/feed";
  CHECK(call(other_counselor, Method::delete_, target).status == 404);
  CHECK(call(ben, Method::delete_, target).status == 403);
  CHECK(call({}, Method::get, path).status == 200);
  CHECK(call(counselor, Method::delete_, target).status == 204);
  CHECK(call({}, Method::get, path).status == 404);
  CHECK(call(counselor, Method::delete_, target).status == 204);
  CHECK(call(counselor, Method::delete_, "/api/v1/clients/999/feed").status == 404);
}

TEST_CASE_FIXTURE(
    Served, "whoever asks for what is no feed again and again waits; who asks for one that is does not") {
  const auto path = make(ana);
  for (int i = 0; i < 31; ++i)
    CHECK(call({}, Method::get, "/feeds/no-such-token-" + std::to_string(i)).status == 404);
  const auto told = call({}, Method::get, "/feeds/another");
  CHECK(told.status == 429);
  CHECK(header(told, "Retry-After") == "1");
  CHECK(call({}, Method::get, path).status == 200);
  clock.advance(std::chrono::seconds(2));
  CHECK(call({}, Method::get, "/feeds/another").status == 404);
}

TEST_CASE("a discharge lists the client's feed, and ends it") {
  Served f;
  feeds::handle_discharge();
  f.write([&](Transaction& tx) {
    const auto episode = *tx.one<EpisodeId>(
        "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", f.ana);
    tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, 'aftercare', 20000)", episode);
  });
  const std::string path = f.make(f.ana);
  const auto discharge = [&](bool preview) {
    return f.write([&](Transaction& tx) {
      return calendar::discharge(tx, f.cora, f.actor, f.ana, people::Discharge::completed, {preview, {}},
                                 f.now());
    });
  };
  const auto lists_feed = [](const calendar::Course& course) {
    return std::any_of(course.ends.begin(), course.ends.end(), [](const calendar::CourseItem& item) {
      return item.matter == calendar::Matter::feed;
    });
  };
  CHECK(lists_feed(discharge(true).value()));
  CHECK(f.call({}, Method::get, path).status == 200);
  CHECK(lists_feed(discharge(false).value()));
  CHECK(f.call({}, Method::get, path).status == 404);
}
