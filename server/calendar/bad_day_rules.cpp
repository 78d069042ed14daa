#include "calendar/bad_day_rules.hpp"

#include <algorithm>

namespace circled::calendar::rules {

std::vector<Substitute> ranked(std::vector<Substitute> free, std::size_t most) {
  std::sort(free.begin(), free.end(), [](const Substitute& a, const Substitute& b) {
    if (a.facilitates != b.facilitates) return a.facilitates;
    if (a.caseload != b.caseload) return a.caseload > b.caseload;
    return a.staff < b.staff;
  });
  if (free.size() > most) free.resize(most);
  return free;
}

std::vector<FieldError> check_time(const BadDay& day, Instant now) {
  if (day.until <= day.from || day.until - day.from > longest_bad_day)
    return {{"/until", "out_of_range", "This must be after 'from', by 14 days at the most."}};
  if (day.until <= now) return {{"/until", "in_the_past", "This time has passed."}};
  return {};
}

std::vector<FieldError> check(const BadDay& day, const Decision& decision, const Session& session) {
  std::vector<FieldError> errors;
  const auto wrong = [&](const char* pointer, const char* code, const char* message) {
    errors.push_back({pointer, code, message});
  };
  const auto out = [&](Out what, std::int64_t id) { return day.what == what && day.id == id; };
  switch (decision.action) {
    case Remedy::substitute:
      if (day.what != Out::staff)
        wrong("/action", "not_for_this", "Somebody else comes only where a staff member is out.");
      else if (!decision.staff)
        wrong("/staff", "required", "Say who comes.");
      else if (out(Out::staff, decision.staff->value))
        wrong("/staff", "still_out", "This must be somebody else.");
      break;
    case Remedy::room:
      if (!decision.room)
        wrong("/room", "required", "Say which room.");
      else if (out(Out::room, decision.room->value))
        wrong("/room", "still_out", "This must be another room.");
      break;
    case Remedy::move: {
      if (!decision.starts_at) {
        wrong("/starts_at", "required", "Say when.");
        break;
      }
      const Instant ends_at = *decision.starts_at + (session.ends_at - session.starts_at);
      const auto room = decision.room ? decision.room : session.room;
      const bool elsewhere = day.what == Out::room && !(room && out(Out::room, room->value));
      if (*decision.starts_at < day.until && ends_at > day.from && !elsewhere)
        wrong("/starts_at", "still_out", "This lies in the same time.");
      break;
    }
    case Remedy::telehealth:
      if (!decision.link && session.link.empty())
        wrong("/link", "required", "This session has no link: give one.");
      break;
    case Remedy::cancel:
    case Remedy::leave: break;
  }
  return errors;
}

std::vector<StaffId> with_substitute(const Session& session, StaffId out, StaffId substitute) {
  const bool leads = !session.facilitators.empty() && session.facilitators.front().staff == out;
  std::vector<StaffId> all;
  if (leads) all.push_back(substitute);
  for (const auto& each : session.facilitators)
    if (each.staff != out && !(leads && each.staff == substitute)) all.push_back(each.staff);
  if (std::find(all.begin(), all.end(), substitute) == all.end()) all.push_back(substitute);
  return all;
}

}  // namespace circled::calendar::rules
