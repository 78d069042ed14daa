#include "reminders/settings.hpp"

#include <algorithm>

#include "reminders/reminder.hpp"

namespace circled::reminders {

Effective effective(Snapshot& db, PersonId person, std::optional<GroupId> group, Instant now) {
  const Resolved found = resolve(db, person, group);
  const Manner& how = found.manner;
  Effective shown{{},           how.channels, how.wait.count(), {how.quiet.from, how.quiet.until},
                  how.language, {},           found.offsets,    found.channels,
                  found.wait,   found.quiet,  found.language,   found.words};
  for (const Minutes offset : how.offsets) shown.offsets_minutes.push_back(offset.count());
  std::sort(shown.offsets_minutes.rbegin(), shown.offsets_minutes.rend());
  const auto zone = zone_of(db, person);
  shown.example =
      reminder_text(SubjectKind::session, std::chrono::ceil<std::chrono::days>(now) + std::chrono::hours(22),
                    zone ? *zone : Zone::utc(), how);
  return shown;
}

Settings settings(Snapshot& db, PersonId person, const Ways& ways, Instant now) {
  Settings all{rule(db, Scope::person, person.value),
               effective(db, person, {}, now),
               addresses(db, person),
               {},
               usable_address(db, person, Channel::push, now).has_value()};
  for (const Channel channel : {Channel::push, Channel::email, Channel::sms})
    if (ways.open(channel)) all.ways.push_back(channel);
  return all;
}

}  // namespace circled::reminders
