#include "live/verify_streams.hpp"

namespace circled::live {

StreamsReport verify_streams(Snapshot& db) {
  StreamsReport report;
  report.streams = *db.one<std::int64_t>("SELECT count(*) FROM stream");
  report.events = *db.one<std::int64_t>("SELECT count(*) FROM stream_event");
  // Numbers are unique within a stream: as many as there should be, none beyond the last, is all of them.
  const auto broken = db.all<std::tuple<PersonId, std::int64_t>>(
      "SELECT s.person_id, count(e.seq) FROM stream AS s "
      "LEFT JOIN stream_event AS e ON e.person_id = s.person_id AND e.seq > s.pruned_seq "
      "GROUP BY s.person_id, s.last_seq, s.pruned_seq "
      "HAVING count(e.seq) <> s.last_seq - s.pruned_seq OR COALESCE(max(e.seq), s.last_seq) <> s.last_seq "
      "ORDER BY s.person_id LIMIT 100");
  for (const auto& [person, events] : broken)
    report.problems.push_back("the stream of person " + std::to_string(person.value) +
                              " has a gap, or does not end where it says: " + std::to_string(events) +
                              " events");
  const auto strays = db.all<PersonId>(
      "SELECT DISTINCT person_id FROM stream_event WHERE person_id NOT IN (SELECT person_id FROM stream) "
      "ORDER BY person_id LIMIT 100");
  for (const PersonId person : strays)
    report.problems.push_back("person " + std::to_string(person.value) + " has events and no stream");
  return report;
}

}  // namespace circled::live
