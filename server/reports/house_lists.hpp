// Lists of what the house has, for files: its groups and who is in them, the outside meetings, the audit
// trail. Each goes on from a row.
#pragma once
#include "access/audit_list.hpp"
#include "calendar/group.hpp"
#include "reports/period.hpp"

namespace circled::reports {

struct GroupRow {
  GroupId group;
  std::string name;
  std::string alias;
  std::string service;
  calendar::Admission admission;
  calendar::GroupState state;
  std::optional<Date> ends_on;
  std::int64_t smallest;
  std::int64_t largest;
  std::int64_t enrolled;  // on the period's last day
  std::int64_t waiting;   // now, offered ones too
  std::int64_t sessions;  // of the period, that were not cancelled
};
BOOST_DESCRIBE_STRUCT(GroupRow, (),
                      (group, name, alias, service, admission, state, ends_on, smallest, largest, enrolled,
                       waiting, sessions))

struct EnrolmentRow {
  GroupId group;
  std::string group_name;
  EnrolmentId enrolment;
  ClientId client;
  std::string preferred_name;
  std::string family_name;
  Date from_on;
  std::optional<Date> until_on;
  bool mandatory;
  Instant made_at;
};
BOOST_DESCRIBE_STRUCT(EnrolmentRow, (),
                      (group, group_name, enrolment, client, preferred_name, family_name, from_on, until_on,
                       mandatory, made_at))

struct MeetingRow {
  MeetingId meeting;
  std::string list;
  std::string name;
  std::int64_t weekday;  // 0 = Sunday
  TimeOfDay time;        // on the wall of `zone`
  std::int64_t duration_minutes;
  std::string zone;
  std::string place;
  std::string address;
  std::string town;
  std::string notes;
  std::string online_url;
  bool in_person;
  std::string types;  // the list's own codes
};
BOOST_DESCRIBE_STRUCT(MeetingRow, (),
                      (meeting, list, name, weekday, time, duration_minutes, zone, place, address, town,
                       notes, online_url, in_person, types))

struct AuditRow {
  AuditId entry;
  Instant at;
  std::optional<AccountId> account;
  std::optional<std::string> account_name;
  std::string action;
  std::string subject_kind;
  std::int64_t subject;
  std::string detail;  // JSON
  std::string request_id;
};
BOOST_DESCRIBE_STRUCT(AuditRow, (),
                      (entry, at, account, account_name, action, subject_kind, subject, detail, request_id))

// The site's, ended ones too; of a member of staff, those with a session of theirs in the period.
std::vector<GroupRow> site_groups(Snapshot& db, const Period& period, const GroupRow* last,
                                  std::int64_t limit);
// That overlap the period, by group and first day; of a member of staff, those of their clients.
std::vector<EnrolmentRow> site_enrolments(Snapshot& db, const Period& period, const EnrolmentRow* last,
                                          std::int64_t limit);
// That are not gone, by weekday and time.
std::vector<MeetingRow> all_meetings(Snapshot& db, const MeetingRow* last, std::int64_t limit);
// Newest first.
std::vector<AuditRow> trail(Snapshot& db, const access::AuditQuery& query, const AuditRow* last,
                            std::int64_t limit);

}  // namespace circled::reports
