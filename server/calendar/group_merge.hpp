// Two groups become one, or one becomes two, from a day on: whoever is enrolled goes from one to the other in
// one transaction, with seats, reminders and one word to each client.
#pragma once
#include "calendar/busy.hpp"
#include "calendar/enrolment.hpp"
#include "calendar/group.hpp"

namespace circled::calendar {

struct Merge {
  GroupId into;
  std::optional<Date> from;                 // today when left out
  std::optional<Override> override;         // of house rules and collisions; supervisors, audited
  std::optional<bool> leave_out_conflicts;  // not expected on dates on which a client is elsewhere
};
BOOST_DESCRIBE_STRUCT(Merge, (), (into, from, override, leave_out_conflicts))

// What speaks against a client in the other group. What the law says nobody overrides.
struct MergeObjection {
  std::string code;
  std::string message;
  bool overridable;
};
BOOST_DESCRIBE_STRUCT(MergeObjection, (), (code, message, overridable))

// One enrolment of the group that ends.
struct MergedClient {
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Date from;  // in the other group
  std::optional<Date> until;
  bool mandatory;
  bool already;  // in the other group in those days: left there as they are
  std::vector<MergeObjection> objections;
  std::vector<Conflict> conflicts;  // dates of the other group on which the client is elsewhere
};
BOOST_DESCRIBE_STRUCT(MergedClient, (),
                      (client, preferred_name, family_name, from, until, mandatory, already, objections,
                       conflicts))

struct MergePreview {
  GroupId group;
  GroupId into;
  Date from;
  std::vector<MergedClient> clients;  // in order of name
  std::vector<SeriesId> series;       // of the group, that end
  std::int64_t sessions;              // of the group, that do not take place
  std::string digest;                 // of all of this: the ETag that merging asks for
};
BOOST_DESCRIBE_STRUCT(MergePreview, (), (group, into, from, clients, series, sessions, digest))

// Whoever may change both groups. Errors: not_found, forbidden, invalid (/into, /from), conflict (ended).
Result<MergePreview> preview_merge(Snapshot& db, const api::Identity& who, GroupId group, const Merge& merge,
                                   Instant now);

// Ends the group on that day: until then it is what it was, but for whoever would stay longer, and none of
// its sessions takes place after it. Its clients are in the other group from that day; who waited for a seat
// waits for one there. Answers what was shown. Errors: as preview; precondition_failed (with `preview`, as it
// is now); conflict: not_eligible, booking_conflict, both with the `preview`; forbidden (override).
Result<MergePreview> merge_groups(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                                  GroupId group, const Merge& merge, std::string_view digest, Instant now);

struct Split {
  Text<1, 100> name;
  Text<1, 60> alias;
  List<ClientId, 500, 1> clients;
  std::optional<Date> from;  // today when left out
};
BOOST_DESCRIBE_STRUCT(Split, (), (name, alias, clients, from))

struct SplitGroup {
  Group group;  // the new one
  std::vector<Enrolment> enrolments;
  bool needs_series;  // true: it has no sessions until somebody makes a series
};
BOOST_DESCRIBE_STRUCT(SplitGroup, (), (group, enrolments, needs_series))

// A new group with the settings of this one, whatever state that is in, and these clients of it. The clients
// are let in as they were in the first: nobody judges them anew. `version` is the first group's.
// Errors: not_found, forbidden, precondition_failed, invalid (/name taken; /from; /clients/N: not in the
// group then, or repeated; /clients: more than its largest size), conflict (ended).
Result<SplitGroup> split_group(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                               GroupId group, std::int64_t version, const Split& split, Instant now);

}  // namespace circled::calendar
