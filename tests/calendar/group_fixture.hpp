// A group with a weekly series, for tests of what lasts.
#pragma once
#include "calendar/enrolment.hpp"
#include "calendar/series.hpp"
#include "support/programme.hpp"

namespace circled::test {

// "Tuesdays": Cora leads it in the Blue room (10 seats), on Tuesdays at 18:00 for 90 minutes. It is Tuesday
// 2026-03-10, 08:00 in New York; the first instance is today.
struct GroupFixture : CalendarFixture {
  GroupId group;

  GroupFixture() { group = add_group("Tuesdays").value().id; }

  Result<calendar::Group> add_group(const char* name, std::int64_t largest = 8,
                                    std::vector<const char*> topics = {}) {
    calendar::NewGroup g{};
    g.site = site;
    g.service = counseling;
    g.name = name;
    g.alias = "Your group";
    g.admission = calendar::Admission::rolling;
    g.smallest = {1};
    g.largest = {largest};
    for (const auto* topic : topics) g.topics.push_back(topic);
    return write([&](Transaction& tx) { return calendar::add_group(tx, cora, actor, g, now()); });
  }

  // A stay in treatment, which a group asks of a client.
  void admit(ClientId client, people::Phase phase = people::Phase::treatment) {
    write([&](Transaction& tx) {
      const auto episode = *tx.one<EpisodeId>(
          "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", client);
      tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, $2, 20000)", episode, phase);
    });
  }

  calendar::NewSeries tuesdays() const {
    calendar::NewSeries s{};
    s.group = group;
    s.site = site;
    s.room = room;
    s.starts_on = day("2026-03-10");
    s.time = *parse_time_of_day("18:00");
    s.duration_minutes = {90};
    s.rule = "FREQ=WEEKLY;BYDAY=TU";
    s.facilitators.push_back(counselor);
    return s;
  }

  static Date day(std::string_view text) { return *parse_date(text); }
  static Instant at(std::string_view text) { return *parse_instant(text); }

  Result<calendar::Applied> add(const calendar::NewSeries& s, const api::Identity& who) {
    return write([&](Transaction& tx) { return calendar::add_series(tx, who, actor, s, now()); });
  }
  calendar::Series add_tuesdays() { return add(tuesdays(), cora).value().series; }

  Result<calendar::Preview> preview(SeriesId id, const calendar::SeriesEdit& edit) {
    return read([&](Snapshot& db) { return calendar::preview_edit(db, cora, id, edit, now()); });
  }
  Result<calendar::Applied> apply(SeriesId id, const calendar::SeriesEdit& edit, std::string_view digest,
                                  const api::Identity& who) {
    return write(
        [&](Transaction& tx) { return calendar::apply_edit(tx, who, actor, id, edit, digest, now()); });
  }
  // Previews and applies.
  Result<calendar::Applied> edit(SeriesId id, const calendar::SeriesEdit& edit) {
    const auto seen = preview(id, edit);
    if (!seen) return seen.error();
    return apply(id, edit, seen->digest, cora);
  }

  Result<calendar::Enrolment> enrol(ClientId client, const char* from = nullptr,
                                    const char* until = nullptr) {
    calendar::NewEnrolment e{};
    e.client = client;
    if (from) e.from = day(from);
    if (until) e.until = day(until);
    return write([&](Transaction& tx) { return calendar::enrol(tx, cora, actor, group, e, now()); });
  }

  struct Row {
    SessionId id;
    SeriesId series;
    Instant original_at, starts_at;
    std::string status;
    BOOST_DESCRIBE_CLASS(Row, (), (id, series, original_at, starts_at, status), (), ())
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows() {
    return read([](Snapshot& db) {
      return db.all<Row>(
          "SELECT id, COALESCE(series_id, 0), original_at, starts_at, status FROM session "
          "WHERE original_at IS NOT NULL ORDER BY starts_at, id");
    });
  }
  SessionId session_at(std::string_view start) {
    return SessionId(number("SELECT id FROM session WHERE starts_at = $1", at(start)));
  }
  std::int64_t scheduled() { return number("SELECT count(*) FROM session WHERE status = 'scheduled'"); }
};

// Carl and Dora are there too; all four are Cora's and in treatment.
struct FourInTreatment : GroupFixture {
  ClientId carl, dora;

  FourInTreatment() {
    write([this](Transaction& tx) {
      carl = add_client(tx, site, "Carl");
      dora = add_client(tx, site, "Dora");
      assign(tx, counselor, carl);
      assign(tx, counselor, dora);
    });
    for (const auto client : {ana, ben, carl, dora}) admit(client);
  }
};

}  // namespace circled::test
