// From days of care and minutes attended to a week's verdict. Pure.
//
// What a week asks of a client is a policy of the level of care: rows with days from which they hold
// (hours_policy.hpp), never code. Every day of the week is asked for by one rule, or says why by none; the
// week's requirement is each rule's, by its days. Only minutes that were credited count, never what was
// planned, and never an outside meeting.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "attendance/rules.hpp"
#include "base/zone.hpp"

namespace circled::attendance {

// Of a week some of whose days are not asked for (admission, discharge, hold, closure): required by days, or
// no verdict at all.
enum class PartialWeek { prorated, not_judged };
BOOST_DESCRIBE_ENUM(PartialWeek, prorated, not_judged)

// What a level of care asks of everybody of an age, for a week.
struct CareRule {
  CareRuleId id;
  std::string jurisdiction;  // "US-IL"; empty: where a site's own has none
  std::string level;         // of care, in the programme's words: "2.1"
  std::int64_t youngest;     // completed years
  std::optional<std::int64_t> oldest;
  Minutes least_minutes;                // of services that count
  std::optional<Minutes> most_minutes;  // still within the level; more is `over`
  std::int64_t least_days;              // on which something was attended
  Minutes least_individual_minutes;     // of least_minutes, one-on-one
  Minutes least_group_minutes;          // of least_minutes, in groups
  PartialWeek partial_week;
  Date from;
  std::optional<Date> until;  // the last day
  std::string source;         // the paragraph it comes from
  std::string checked;        // what of the source was read by whom shipped it, and what was not
};
BOOST_DESCRIBE_STRUCT(CareRule, (),
                      (id, jurisdiction, level, youngest, oldest, least_minutes, most_minutes, least_days,
                       least_individual_minutes, least_group_minutes, partial_week, from, until, source,
                       checked))

// How a week stands. `over` is more than the level may have, and never `missed`; `at_risk` may yet be met, by
// sessions that are not booked or sheets that say nothing yet.
enum class HoursVerdict { at_risk, missed, over, on_track, met, not_judged };
BOOST_DESCRIBE_ENUM(HoursVerdict, at_risk, missed, over, on_track, met, not_judged)

// Why a day is not asked for, and a week not judged.
enum class NotAsked { not_in_care, on_hold, closed, no_level, no_rule, age_not_known };
BOOST_DESCRIBE_ENUM(NotAsked, not_in_care, on_hold, closed, no_level, no_rule, age_not_known)

struct HoursParts {
  Minutes minutes{0};
  Minutes individual_minutes{0};
  Minutes group_minutes{0};
  std::int64_t days = 0;
  bool operator==(const HoursParts&) const = default;
};
BOOST_DESCRIBE_STRUCT(HoursParts, (), (minutes, individual_minutes, group_minutes, days))

namespace rules {

// Seven days on the wall of a site, with the instants at which they and the week after begin: 167 or 169
// hours where clocks change.
struct Week {
  Date first;
  std::array<Instant, 8> begins;
  Instant from() const { return begins.front(); }
  Instant until() const { return begins.back(); }
};
// The week that holds this day; `starts` is the weekday it begins on, 0 = Sunday.
Week week_of(Date day, std::int64_t starts, const Zone& zone);

// Days of a client's stay. The day of admission is asked for, the day of discharge is not; a level ends on
// the day on which the next one begins, as in people/episode.hpp.
struct InCare {
  Date admitted_on;
  std::optional<Date> discharged_on;
};
struct AtLevel {
  std::string level;
  Date from;
  std::optional<Date> until;
};
struct OnHold {
  Instant from;
  std::optional<Instant> until;
};
struct CareFacts {
  std::optional<Date> born_on;
  std::vector<InCare> episodes;
  std::vector<AtLevel> levels;
  std::vector<OnHold> holds;
};

// The rule that asks something of a client of that level and age on that day: the jurisdiction's own if it
// has one, else the one that holds everywhere. Without an age, only a rule for every age.
struct Asked {
  const CareRule* rule = nullptr;  // nothing: see `why`
  std::optional<NotAsked> why = {};
};
Asked rule_for(std::span<const CareRule> all, std::string_view jurisdiction, std::string_view level,
               std::optional<int> age, Date day);

// Each day of the week. A day of which any part is on hold is not asked for; `closed` says on which days the
// site is. The rules must outlive the answer.
std::array<Asked, 7> care_days(const Week& week, const CareFacts& facts, const std::array<bool, 7>& closed,
                               std::span<const CareRule> all, std::string_view jurisdiction);

struct Required {
  std::optional<NotAsked> not_judged;  // why there is no verdict
  std::int64_t asked_days = 0;         // of seven
  HoursParts parts = {};               // rounded down: nobody misses a week by a part of a minute
  std::optional<Minutes> most = {};
  std::vector<const CareRule*> by = {};  // in order of day
};
// Each rule's least by its days, of seven. The most is a week's and does not shrink with the days that are
// not asked for; between two levels it is weighed by their days, and there is none if one of them has none.
Required required(const std::array<Asked, 7>& days);

// One place on one roll, of a service that counts.
struct Place {
  Instant starts_at;
  Instant ends_at;
  calendar::Kind kind;
  calendar::Verdict verdict;
  calendar::Answer answer;
  std::optional<Minutes> credited;
};

struct Figures {
  HoursParts credited;   // attended
  HoursParts unmarked;   // has begun, and its sheet says nothing yet
  HoursParts scheduled;  // to come, and not declined by the client
  // Days on which any of the three is.
  std::int64_t days_in_all = 0;
};
// Of the places that begin within the week. A session belongs to the week it begins in, a make-up to that of
// its own.
Figures sum(const Week& week, std::span<const Place> places, Instant now);

HoursVerdict verdict(const Required& required, const Figures& figures, const Week& week, Instant now);

}  // namespace rules
}  // namespace circled::attendance
