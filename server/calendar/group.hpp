// Groups: what lasts while sessions come and go. A group says whom it admits and how large it may be; its
// series (series.hpp) produce its sessions, its enrolments (enrolment.hpp) say who is expected at them.
#pragma once
#include <optional>
#include <vector>

#include "calendar/session.hpp"

namespace circled::calendar {

// Open: anybody it admits drops in. Rolling: may be joined at any time. Closed: fixed once it has begun.
enum class Admission { open, rolling, closed };
BOOST_DESCRIBE_ENUM(Admission, open, rolling, closed)

// Paused: its coming sessions do not take place until it goes on. Ended: for good; where it is decided that a
// group ends on a day to come, from that day on.
enum class GroupState { running, paused, ended };
BOOST_DESCRIBE_ENUM(GroupState, running, paused, ended)

// Whom a group admits; empty lists and absent bounds ask for nothing. Ages are in completed years.
struct Admits {
  List<people::Phase, 3> phases;  // one of these
  List<Text<1, 20>, 20> levels;   // one of these levels of care
  List<Text<1, 40>, 20> tags;     // all of these
  std::optional<Number<0, 120>> youngest;
  std::optional<Number<0, 120>> oldest;
};
BOOST_DESCRIBE_STRUCT(Admits, (), (phases, levels, tags, youngest, oldest))

struct NewGroup {
  SiteId site;
  ServiceId service;
  Text<1, 100> name;
  Text<1, 60> alias;  // all that a client's screen says of it: no programme, no substance
  Admission admission;
  Number<1, 500> smallest;
  Number<1, 500> largest;
  std::optional<Number<1, 500>> clients_per_facilitator;
  Admits admits;
  List<Text<1, 200>, 200> topics;  // the curriculum, taken round and round
};
BOOST_DESCRIBE_STRUCT(NewGroup, (),
                      (site, service, name, alias, admission, smallest, largest, clients_per_facilitator,
                       admits, topics))

// What is left out stays.
struct GroupChange {
  std::optional<Text<1, 100>> name;
  std::optional<Text<1, 60>> alias;
  std::optional<Admission> admission;
  std::optional<Number<1, 500>> smallest;
  std::optional<Number<1, 500>> largest;
  std::optional<Number<1, 500>> clients_per_facilitator;
  std::optional<Admits> admits;
  std::optional<List<Text<1, 200>, 200>> topics;
};
BOOST_DESCRIBE_STRUCT(GroupChange, (),
                      (name, alias, admission, smallest, largest, clients_per_facilitator, admits, topics))

struct GroupRow {
  GroupId id;
  SiteId site;
  std::string zone;  // the site's
  ServiceId service;
  std::string service_name;
  std::string name;
  std::string alias;
  Admission admission;
  std::int64_t smallest;
  std::int64_t largest;
  std::optional<std::int64_t> clients_per_facilitator;
  GroupState state;
  std::optional<Date>
      ends_on;  // the first day without it, where that is decided; none of its dates lie later
  std::int64_t version;
  std::int64_t enrolled;  // today or from a later day on
};
BOOST_DESCRIBE_STRUCT(GroupRow, (),
                      (id, site, zone, service, service_name, name, alias, admission, smallest, largest,
                       clients_per_facilitator, state, ends_on, version, enrolled))

struct Group : GroupRow {
  Admits admits;
  std::vector<std::string> topics;
};
BOOST_DESCRIBE_STRUCT(Group, (GroupRow), (admits, topics))

// Groups of a site, in order of name, without what they admit.
std::vector<GroupRow> groups(Snapshot& db, SiteId site, Instant now);

// For staff of its site, supervisors and administrators. Errors: not_found.
Result<Group> group(Snapshot& db, const api::Identity& who, GroupId id, Instant now);

// Staff of the site, supervisors and administrators.
bool may_see(const api::Identity& who, SiteId site);
// Whether the caller may change groups of this site: those who treat clients there, supervisors,
// administrators.
bool may_change(const api::Identity& who, SiteId site);

// Errors: forbidden, invalid (site, service, sizes, /name taken).
Result<Group> add_group(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                        const NewGroup& group, Instant now);

// Sizes and admission count for whoever joins from now on; nobody is put out. New topics are given to the
// sessions to come. Errors: not_found, forbidden, precondition_failed, invalid, conflict (ended).
Result<Group> change_group(Transaction& tx, const api::Identity& who, const access::Actor& actor, GroupId id,
                           std::int64_t version, const GroupChange& change, Instant now);

// For the operations of this room: a group that the caller may change. Errors: not_found, forbidden.
Result<Group> group_to_change(Snapshot& db, const api::Identity& who, GroupId id, Instant now);
// One that has not ended, too; `version`, if given, is what the caller has seen. Errors: also
// precondition_failed, conflict (ended).
Result<Group> lasting_group(Snapshot& db, const api::Identity& who, GroupId id, Instant now,
                            std::optional<std::int64_t> version = {});

// The next topic of each coming session of the group, in order of start: the curriculum goes on after the
// last session that has begun. A topic that somebody gave by hand stays, and takes none of the curriculum's.
void give_topics(Transaction& tx, GroupId id, Instant now);

}  // namespace circled::calendar
