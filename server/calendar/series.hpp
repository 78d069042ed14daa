// Series: the rule that produces the sessions of a group, or of one client with a counselor.
//
// A series keeps wall time, zone and RRULE (base/recurrence.hpp). Every instance within the horizon is a
// session with an id of its own from the day the series is made; a job extends the horizon. Which instance a
// session is stands in `original_at`, wherever it was moved to; what differs from its series in one session
// is that session's own and stays when the series changes. Instances that do not take place are skips, with
// the reason, and can be put back: under the same id, if they ever had one.
//
//   one session            calendar::change, calendar::cancel (session.hpp)
//   this and following     edit() from that session: the series is split; ids of sessions stay
//   all to come            edit() from the next one that has not started
//
// Every edit is a list of sessions and what becomes of each. Asked as a preview it says so and ends there;
// applied, it computes the list anew and refuses if it is not the one that was seen.
#pragma once
#include <optional>
#include <vector>

#include "calendar/group.hpp"
#include "calendar/preview.hpp"

namespace circled::calendar {

// How far ahead sessions exist.
inline constexpr std::chrono::weeks series_horizon{26};

// What is to become of dates that collide, or of a closed day's.
struct Deciding {
  std::optional<Override> override;  // book over collisions; supervisors, audited
  std::optional<bool>
      leave_out_conflicts;  // a new date that collides is skipped, an existing one stays as it is
};
BOOST_DESCRIBE_STRUCT(Deciding, (), (override, leave_out_conflicts))

struct NewSeries : Deciding {
  std::optional<GroupId> group;      // of a group …
  std::optional<ClientId> client;    // … or a standing one-on-one with this client; one of the two
  std::optional<ServiceId> service;  // of a one-on-one; a group has its own
  SiteId site;
  std::optional<Text<0, 200>> title;  // the group's or the service's name when left out
  std::optional<RoomId> room;
  std::optional<Text<0, 500>> link;
  Date starts_on;  // first day on which there may be an instance
  TimeOfDay time;  // on the site's wall
  Number<5, 720> duration_minutes;
  Text<1, 300> rule;  // RRULE
  List<StaffId, 20, 1> facilitators;
};
BOOST_DESCRIBE_STRUCT(NewSeries, (Deciding),
                      (group, client, service, site, title, room, link, starts_on, time, duration_minutes,
                       rule, facilitators))

// What is left out stays. `end` and the others exclude each other.
struct SeriesEdit : Deciding {
  std::optional<SessionId> from;  // this one and the following; all to come when left out
  std::optional<TimeOfDay> time;
  std::optional<Number<5, 720>> duration_minutes;
  std::optional<Text<1, 300>> rule;
  std::optional<RoomId> room;
  std::optional<Text<0, 200>> title;
  std::optional<Text<0, 500>> link;
  std::optional<List<StaffId, 20, 1>> facilitators;
  std::optional<Number<1, 500>> seats;
  std::optional<bool> end;  // these do not take place, and none after them
};
BOOST_DESCRIBE_STRUCT(SeriesEdit, (Deciding),
                      (from, time, duration_minutes, rule, room, title, link, facilitators, seats, end))

enum class SkipReason { closed, conflict, by_hand, paused };
BOOST_DESCRIBE_ENUM(SkipReason, closed, conflict, by_hand, paused)

struct Skip {
  Instant original_at;
  SkipReason why;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(Skip, (), (original_at, why, detail))

struct SeriesRow {
  SeriesId id;
  SiteId site;
  ServiceId service;
  std::optional<GroupId> group;
  std::optional<ClientId> client;
  std::string title;
  std::optional<RoomId> room;
  std::string link;
  Date starts_on;
  TimeOfDay time;
  std::int64_t duration_minutes;
  std::string zone;
  std::string rule;
  std::int64_t seats;
  std::optional<SeriesId> follows;  // the one it was split from
  Instant expanded_until;
  std::optional<Instant> until_at;  // no instance at or after this instant
  std::int64_t version;
};
BOOST_DESCRIBE_STRUCT(SeriesRow, (),
                      (id, site, service, group, client, title, room, link, starts_on, time, duration_minutes,
                       zone, rule, seats, follows, expanded_until, until_at, version))

struct Series : SeriesRow {
  std::vector<StaffId> facilitators;  // the first leads
  std::vector<Skip> skips;            // of now and later
};
BOOST_DESCRIBE_STRUCT(Series, (SeriesRow), (facilitators, skips))

// What applying answers: the series as it now is, and what became of each date.
struct Applied {
  Series series;
  std::vector<Affected> dates;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (series, dates))

// A group's for staff of its site, a client's for whom the client is within reach. Errors: not_found.
Result<Series> series(Snapshot& db, const api::Identity& who, SeriesId id, Instant now);
std::vector<SeriesRow> series_of_group(Snapshot& db, GroupId group);
std::vector<SeriesRow> series_of_client(Snapshot& db, ClientId client);

// Errors: invalid (each wrong field; the rule's part by name; /rule never: no instance within two years),
// forbidden, conflict (booking_conflict with the preview).
Result<Preview> preview_series(Snapshot& db, const api::Identity& who, const NewSeries& series, Instant now);
Result<Applied> add_series(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                           const NewSeries& series, Instant now);

Result<Preview> preview_edit(Snapshot& db, const api::Identity& who, SeriesId id, const SeriesEdit& edit,
                             Instant now);
// `digest` is that of the preview the caller has seen. Errors: as add_series; precondition_failed with the
// preview of now; conflict (ended).
Result<Applied> apply_edit(Transaction& tx, const api::Identity& who, const access::Actor& actor, SeriesId id,
                           const SeriesEdit& edit, std::string_view digest, Instant now);

// Takes one instance out, or puts back what was taken out. Errors: not_found, forbidden, conflict
// (already_started, booking_conflict), invalid.
Result<Series> skip(Transaction& tx, const api::Identity& who, const access::Actor& actor, SeriesId id,
                    Instant original_at, Instant now);
Result<Series> put_back(Transaction& tx, const api::Identity& who, const access::Actor& actor, SeriesId id,
                        Instant original_at, Instant now);

// Notes that an instance does not take place; a reason that stands there is replaced.
void write_skip(Transaction& tx, SeriesId series, const Skip& skip, Instant now);

// Makes the sessions that the horizon has reached, of a few series; answers of how many. What collides is
// skipped, and those who lead it are told.
Result<std::int64_t> extend_series_once(Transaction& tx, Instant now);

// Takes what the series of a group have coming out, or puts back what was taken out so.
Result<Group> pause_group(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                          std::int64_t version, Instant now);
Result<Group> resume_group(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                           std::int64_t version, Instant now);

}  // namespace circled::calendar
