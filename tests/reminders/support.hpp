// A programme with one kind of subject that the test itself plays: which version of it stands, and what
// was answered to it.
#pragma once
#include <map>
#include <mutex>

#include "reminders/dispatcher.hpp"
#include "reminders/list.hpp"
#include "support/result.hpp"
#include "support/store.hpp"

namespace circled::reminders {

struct Subjects : test::Programme {
  struct Told {
    std::int64_t subject;
    PersonId receiver;
    Answer answer;
  };
  // Both are used on the writer's thread, while the test waits for it.
  std::map<std::int64_t, std::int64_t> versions;  // no entry: off
  std::vector<Told> told;

  Subjects() {
    handle_subjects(SubjectKind::session,
                    {[this](Snapshot&, std::int64_t subject, PersonId) -> std::optional<std::int64_t> {
                       const auto found = versions.find(subject);
                       return found == versions.end() ? std::nullopt : std::optional(found->second);
                     },
                     [this](Transaction&, const access::Actor&, std::int64_t subject, PersonId receiver,
                            Answer answer, Instant) -> Result<void> {
                       told.push_back({subject, receiver, answer});
                       return {};
                     }});
  }
  ~Subjects() { handle_subjects(SubjectKind::session, {}); }

  Subject subject(std::int64_t id, Instant starts_at, std::int64_t version = 1) {
    versions[id] = version;
    return {SubjectKind::session, id, version, starts_at, Zone::named("America/New_York").value()};
  }
  void plan_for(const Subject& subject, PersonId receiver, const char* zone = "America/New_York") {
    const Zone quiet_in = Zone::named(zone).value();
    write([&](Transaction& tx) {
      Manners manners;
      plan(tx, manners, subject, {receiver, quiet_in}, now());
    });
  }
  // Plans the subject for Ana, as the rooms above do when they book.
  void plan_session(std::int64_t id, Instant starts_at, std::int64_t version = 1) {
    plan_for(subject(id, starts_at, version), ana);
  }
  Sent run(std::int64_t limit = 100) {
    return write([&](Transaction& tx) { return dispatch(tx, now(), limit); });
  }
  Result<Answered> say(ReminderId reminder, Answer answer_, PersonId who) {
    return write([&](Transaction& tx) { return answer(tx, {}, who, reminder, answer_, now()); });
  }
  // "1440:pending 120:sent", in the order of being due.
  std::string states(std::int64_t subject_id) {
    return read([&](Snapshot& db) {
      std::string text;
      db.each<std::tuple<std::int64_t, std::string>>(
          [&](const auto& row) {
            text += (text.empty() ? "" : " ") + std::to_string(std::get<0>(row)) + ":" + std::get<1>(row);
          },
          "SELECT offset_minutes, state FROM reminder WHERE subject_id = $1 ORDER BY version, due_at, id",
          subject_id);
      return text;
    });
  }
  ReminderId reminder(std::int64_t subject_id, std::int64_t offset) {
    return read([&](Snapshot& db) {
      return db
          .one<ReminderId>("SELECT id FROM reminder WHERE subject_id = $1 AND offset_minutes = $2",
                           subject_id, offset)
          .value();
    });
  }
  std::vector<std::string> stream(PersonId person) {
    return read([&](Snapshot& db) {
      return db.all<std::string>("SELECT body FROM stream_event WHERE person_id = $1 ORDER BY seq", person);
    });
  }
};

}  // namespace circled::reminders
