// Somebody in aftercare, and two meetings to choose from.
#pragma once
#include <doctest/doctest.h>

#include "aftercare/commitment.hpp"
#include "aftercare/lists.hpp"
#include "aftercare/occurrence.hpp"
#include "aftercare/plan.hpp"
#include "aftercare/self_check_ask.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace circled::test {

using namespace aftercare;

// Stands at Tuesday 2026-03-10 12:00 UTC. Ana is in aftercare, Ben in treatment. Meeting 1 is on
// Sundays at 10:00 in New York, which is 14:00 UTC in summer time.
struct Aftercare : test::Programme {
  Aftercare() {
    handle();
    write([this](Transaction& tx) {
      enter(tx, ana, "aftercare");
      enter(tx, ben, "treatment");
    });
    list({item(1, 1, "10:00", "Sunday Light"), item(2, 2, "19:00")});
    meeting = test::meeting_of(*this, 1);
  }

  static void handle() {
    reminders::handle_subjects(reminders::SubjectKind::occurrence, occurrence_subjects());
    reminders::handle_subjects(reminders::SubjectKind::check_in, self_check_subjects());
  }

  static void enter(Transaction& tx, ClientId client, std::string_view phase) {
    const auto episode = tx.one<EpisodeId>(
        "INSERT INTO episode (client_id, admitted_on) VALUES ($1, 20000) RETURNING id", client);
    tx.run("INSERT INTO phase (episode_id, phase, from_on) VALUES ($1, $2, 20000)", *episode, phase);
  }

  ImportReport list(const std::vector<boost::json::object>& items) {
    return test::import(*this, test::file_of(items)).value();
  }

  Result<Commitment> choose(ClientId client, MeetingId id) {
    return store.write_now("test", [&](Transaction& tx) { return commit(tx, {}, client, id, now()); });
  }
  Result<void> give_up(ClientId client, CommitmentId id) {
    return store.write_now("test", [&](Transaction& tx) { return withdraw(tx, {}, client, id, now()); });
  }
  std::int64_t extend() {
    return store.write_now("test", [&](Transaction& tx) { return extend_once(tx, now()); }).value();
  }
  std::vector<std::string> starts(std::string_view status = "planned") {
    return read([&](Snapshot& db) {
      std::vector<std::string> found;
      for (const auto t :
           db.all<Instant>("SELECT starts_at FROM occurrence WHERE status = $1 ORDER BY starts_at", status))
        found.push_back(to_string(t));
      return found;
    });
  }
  std::int64_t pending() {
    return number("SELECT COUNT(*) FROM reminder WHERE subject_kind = 'occurrence' AND state = 'pending'");
  }
  // Kinds of Ana's events so far, in order.
  std::vector<std::string> events() {
    return read([&](Snapshot& db) {
      std::vector<std::string> kinds;
      for (const auto& body :
           db.all<std::string>("SELECT body FROM stream_event WHERE person_id = $1 ORDER BY seq", ana))
        kinds.emplace_back(boost::json::parse("{" + body + "}").at("kind").as_string());
      return kinds;
    });
  }

  MeetingId meeting;
};

}  // namespace circled::test
