// What a plan of aftercare may ask for, when a visit is due by it, and how the weeks so far have gone. Pure:
// `now` and the zone, the one where the client lives, are arguments.
//
// Progress is "12 of 14 weeks" for each goal: how many weeks it was met in, of those that can be judged.
// There are no streaks, for a streak shames whoever comes back; the running week is not judged, and no week
// of which any day was on hold or outside aftercare.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "base/bounded.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/zone.hpp"

namespace circled::aftercare {

enum class GoalKind {
  visits,    // to the counselor, every so many days
  meetings,  // so many a week
  group,     // enrolled in one, and coming
  text,      // in words; nobody judges it
};
BOOST_DESCRIBE_ENUM(GoalKind, visits, meetings, group, text)

struct PlanGoal {
  GoalKind kind;
  std::optional<Number<1, 92>> every_days;       // visits
  std::optional<Date> until;                     // visits: so often before this day; absent: for ever
  std::optional<Number<1, 92>> then_every_days;  // visits: and so often from it on; absent: no more
  std::optional<Number<1, 21>> per_week;         // meetings
  std::optional<GroupId> group;                  // group
  std::optional<Text<1, 300>> words;             // text
};
BOOST_DESCRIBE_STRUCT(PlanGoal, (), (kind, every_days, until, then_every_days, per_week, group, words))

struct TemplateGoal {
  GoalKind kind;
  std::optional<Number<1, 92>> every_days;
  std::optional<Number<1, 60>> months;  // visits: so long
  std::optional<Number<1, 92>> then_every_days;
  std::optional<Number<1, 21>> per_week;
  std::optional<GroupId> group;  // absent: chosen when a plan is made
  std::optional<Text<1, 300>> words;
};
BOOST_DESCRIBE_STRUCT(TemplateGoal, (), (kind, every_days, months, then_every_days, per_week, group, words))

// When the client is asked how they are, and what of the answers somebody should look at (self_check.hpp).
struct SelfCheckTerms {
  Number<1, 10> limit;                // a craving of this or more
  std::optional<Number<1, 10>> rise;  // the last three on average so much above the seven before
  List<Number<0, 6>, 7> days;         // weekdays, 0 = Sunday; none: not asked
  TimeOfDay at;                       // where the client lives
};
BOOST_DESCRIBE_STRUCT(SelfCheckTerms, (), (limit, rise, days, at))

namespace rules {

// Of whoever has no plan.
SelfCheckTerms usual_terms();
// Weekdays as the database keeps them: one bit each, Sunday's is 1.
std::int64_t day_mask(std::span<const Number<0, 6>> weekdays);
List<Number<0, 6>, 7> days_of(std::int64_t mask);

// Every field that a goal of its kind lacks or has too much, and a second goal of visits, or of meetings.
std::vector<FieldError> wrong(std::span<const PlanGoal> goals);
std::vector<FieldError> wrong(std::span<const TemplateGoal> goals);

// The same day so many months on; the month's last where it has no such day.
Date months_after(Date day, std::int64_t months);
// A template's goals for a plan that begins on this day. A group that is to be chosen is left open.
std::vector<PlanGoal> goals_from(std::span<const TemplateGoal> goals, Date start);

// The day by which the next visit is to be, when the last was on `last`; nothing: none is asked for any more.
std::optional<Date> visit_due(const PlanGoal& visits, Date last);

// --- progress ------------------------------------------------------------------------------------

// What the client had agreed to, from then on.
struct Agreed {
  Instant at;
  std::vector<PlanGoal> goals;
};
struct Stretch {
  Instant from;
  std::optional<Instant> until;
};
struct Gone {  // to a meeting
  Instant at;
  bool verified;  // by staff; else the client said so
};
BOOST_DESCRIBE_STRUCT(Gone, (), (at, verified))
enum class Turned { came, missed, neither };
struct GroupTurn {  // one session of a group
  GroupId group;
  Instant at;
  Turned how;
};

struct Lived {
  std::vector<Agreed> agreed;      // in order of time
  std::vector<Stretch> aftercare;  // the phase, of this stay
  std::vector<Stretch> holds;
  std::vector<Instant> visits;  // each in order of time
  std::vector<Gone> meetings;
  std::vector<GroupTurn> groups;
};

enum class WeekState { met, missed, not_judged };
BOOST_DESCRIBE_ENUM(WeekState, met, missed, not_judged)

struct ProgressWeek {
  Date first;  // a Monday
  WeekState state;
};
BOOST_DESCRIBE_STRUCT(ProgressWeek, (), (first, state))

struct Progress {
  std::int64_t met = 0;
  std::int64_t judged = 0;
  std::vector<ProgressWeek> weeks;  // the latest first
  std::int64_t gone = 0;            // meetings, in the weeks judged
  std::int64_t verified = 0;        // of them
};

// How this goal of the plan in force went: in each week it is what the client had agreed to when it began. A
// year of weeks at the most.
Progress progress(const PlanGoal& goal, const Lived& lived, const Zone& zone, Instant now);

}  // namespace rules
}  // namespace circled::aftercare
