// Meetings that staff type in, alumni groups among them, and closing any meeting: one that staff have marked
// closed stays closed whatever its list says, until staff open it again. Clients who chose a meeting are told
// of every change of its time or place.
#pragma once
#include "access/audit.hpp"
#include "aftercare/meeting.hpp"

namespace circled::aftercare {

// Those typed in are a list of this name.
inline constexpr std::string_view own_list = "Typed in by staff";

struct NewMeeting {
  Text<1, 200> name;
  Text<1, 200> rule;  // RRULE as base/recurrence.hpp takes it, on one weekday: "FREQ=MONTHLY;BYDAY=1FR"
  Date starts_on;     // from this day on; what the rule counts, it counts from here
  TimeOfDay time;
  Number<5, 720> duration_minutes;
  std::optional<Text<1, 60>> zone;  // IANA; the zone of the caller's site when left out
  std::optional<Text<0, 200>> place, address;
  std::optional<Text<0, 100>> town;
  std::optional<Text<0, 500>> notes;
  std::optional<Text<0, 500>> online_url;  // http or https
  bool in_person;
  std::optional<Text<0, 200>> types;  // "open,alumni": words of meeting_types.hpp, or others
  std::optional<Real<-90'000, 90'000>> latitude;
  std::optional<Real<-180'000, 180'000>> longitude;
};
BOOST_DESCRIBE_STRUCT(NewMeeting, (),
                      (name, rule, starts_on, time, duration_minutes, zone, place, address, town, notes,
                       online_url, in_person, types, latitude, longitude))

// Errors: invalid (/rule, /zone, /online_url, /types, /latitude; nowhere: neither a place nor an address to
// join at).
Result<Meeting> add_meeting(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                            const NewMeeting& wanted, Instant now);

// `seen` is the digest of the meeting as the caller saw it. Errors: not_found, changed_meanwhile, conflict
// (from_a_list: what a list says is the list's), and those of add_meeting.
Result<Meeting> edit_meeting(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                             MeetingId id, std::string_view seen, const NewMeeting& wanted, Instant now);

// The same again changes nothing. Errors: not_found.
Result<Meeting> close_meeting(Transaction& tx, const api::Identity& who, const access::Actor& actor,
                              MeetingId id, Instant now);
Result<Meeting> reopen_meeting(Transaction& tx, const access::Actor& actor, MeetingId id, Instant now);

}  // namespace circled::aftercare
