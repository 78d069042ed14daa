// An episode: one stay, from admission to discharge, with its phases, its levels of care and what interrupts
// it. A client has one open episode at the most; whoever comes back begins another, and takes nothing along.
//
// These operations change the person's facts alone. What follows from them in the calendar is calendar's
// (calendar/course.hpp), in the same transaction: routes call those.
#pragma once
#include "people/clearance.hpp"
#include "people/client.hpp"

namespace circled::people {

enum class Discharge { completed, transferred, against_advice, administrative, incarcerated, died };
BOOST_DESCRIBE_ENUM(Discharge, completed, transferred, against_advice, administrative, incarcerated, died)

// Days on the wall of the client's site. A period ends on the day on which the next one begins.
struct PhasePeriod {
  Phase phase;
  Date from;
  std::optional<Date> until;
};
BOOST_DESCRIBE_STRUCT(PhasePeriod, (), (phase, from, until))

struct LevelPeriod {
  std::string level;
  Date from;
  std::optional<Date> until;
};
BOOST_DESCRIBE_STRUCT(LevelPeriod, (), (level, from, until))

enum class HoldKind { hospital, jail, pass, other };
BOOST_DESCRIBE_ENUM(HoldKind, hospital, jail, pass, other)

using EpisodeHoldId = Id<struct EpisodeHoldTag>;

struct EpisodeHold {
  EpisodeHoldId id;
  HoldKind kind;
  Instant from_at;
  std::optional<Instant> until_at;  // absent: nobody knows yet
  bool keeps_seats;
};
BOOST_DESCRIBE_STRUCT(EpisodeHold, (), (id, kind, from_at, until_at, keeps_seats))

struct EpisodeRow {
  EpisodeId id;
  Date admitted_on;
  std::optional<Date> discharged_on;
  std::optional<Discharge> discharge;
};
BOOST_DESCRIBE_STRUCT(EpisodeRow, (), (id, admitted_on, discharged_on, discharge))

struct Episode : EpisodeRow {
  std::vector<PhasePeriod> phases;  // these four: newest first
  std::vector<LevelPeriod> levels;
  std::vector<EpisodeHold> holds;
  std::vector<Clearance> clearances;
};
BOOST_DESCRIBE_STRUCT(Episode, (EpisodeRow), (phases, levels, holds, clearances))

struct Care {
  ClientId client;
  std::optional<Date> born_on;
  std::vector<std::string> tags;   // sorted
  std::optional<Episode> episode;  // the latest, open or not
};
BOOST_DESCRIBE_STRUCT(Care, (), (client, born_on, tags, episode))

struct Tags {
  List<Text<1, 40>, 20> tags;
};
BOOST_DESCRIBE_STRUCT(Tags, (), (tags))

struct Birth {
  std::optional<Date> born_on;  // absent: not known
};
BOOST_DESCRIBE_STRUCT(Birth, (), (born_on))

struct NewHold {
  HoldKind kind;
  std::optional<Instant> until;
  bool keep_seats;
};
BOOST_DESCRIBE_STRUCT(NewHold, (), (kind, until, keep_seats))

// For who treats the client: counselors and clinicians within reach, supervisors, administrators.
// Errors: not_found, forbidden (front desk).
Result<Care> care(Snapshot& db, const api::Identity& who, ClientId client, Instant now);
// What an edit must have seen: a digest of all of it.
std::string version(const Care& care);

// The words in lower case, each once. `seen` is the version of the care the caller has seen; the same callers
// and errors as `care`, and precondition_failed, with the care as it now is.
Result<Care> set_tags(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                      std::string_view seen, const Tags& tags, Instant now);
// Errors: also invalid (/born_on: in the future).
Result<Care> set_born_on(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                         ClientId client, std::string_view seen, const Birth& birth, Instant now);

std::optional<EpisodeId> open_episode(Snapshot& db, ClientId client);
std::optional<Episode> latest_episode(Snapshot& db, ClientId client);

// How the last stay of a client ended who is not in care any more; nothing: in care, or never admitted yet.
std::optional<Discharge> discharged(Snapshot& db, ClientId client);

// Whether the caller may change the client's course: the callers of `care`. Answers the open episode.
// Errors: not_found, forbidden, conflict (no_episode).
Result<EpisodeId> episode_to_change(Snapshot& db, const api::Identity& who, ClientId client, Instant now);

// The operations below: as episode_to_change, and what each names.

// Errors: conflict (same_level).
Result<void> change_level(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          ClientId client, std::string_view level, Instant now);

// Ends the episode, with its phase, level and hold.
Result<void> discharge(Transaction& tx, const api::Identity& who, const access::Actor& actor, ClientId client,
                       Discharge type, Instant now);

// Begins a new episode of a client who has been discharged. Errors: not no_episode but conflict
// (already_admitted).
Result<EpisodeId> readmit(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                          ClientId client, Phase phase, std::optional<std::string_view> level, Instant now);

// From now on. `may_…` answers the open episode and refuses what the operation would.
// Errors: invalid (/until: in the past), conflict (on_hold).
Result<EpisodeId> may_begin_hold(Snapshot& db, const api::Identity& who, ClientId client, const NewHold& hold,
                                 Instant now);
Result<EpisodeHold> begin_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               ClientId client, const NewHold& hold, Instant now);

// The client is back. `may_…` answers the hold that would end. Errors: conflict (not_on_hold).
Result<EpisodeHold> may_end_hold(Snapshot& db, const api::Identity& who, ClientId client, Instant now);
Result<EpisodeHold> end_hold(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             ClientId client, Instant now);

// For the operations of this room. What a client without an open episode is answered with.
Error not_admitted();
// "Look again", to the dashboards of the client's site.
void tell_of(Transaction& tx, ClientId client);
// The day it is at the client's site.
Date today_of(Snapshot& db, ClientId client, Instant now);

}  // namespace circled::people
