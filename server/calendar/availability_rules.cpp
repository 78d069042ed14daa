#include "calendar/availability_rules.hpp"

#include <algorithm>

namespace circled::calendar::rules {
namespace {

constexpr Minutes whole_day(1440);

std::string in_words(BlockKind kind) {
  switch (kind) {
    case BlockKind::lunch: return " has lunch then.";
    case BlockKind::notes: return " writes notes then.";
    case BlockKind::team: return " is with the team then.";
    case BlockKind::supervision: return " is in supervision then.";
  }
  return {};
}

// The spans of one kind of what a person is away for.
Spans away(const StaffTimes& staff, ExceptionKind kind) {
  std::vector<Span> spans;
  for (const auto& each : staff.away)
    if (each.kind == kind) spans.push_back(each);
  return merged(std::move(spans));
}

void person_troubles(std::vector<Trouble>& found, const StaffTimes& staff, const Days& site_days,
                     Span session) {
  const auto add = [&](Why why, const std::string& words) {
    found.push_back({why, staff.id, staff.name + words});
  };
  if (touches(away(staff, ExceptionKind::leave), session)) add(Why::leave, " is on leave.");
  if (touches(away(staff, ExceptionKind::off), session)) add(Why::off, " is off then.");
  // Extra beats the week, its hours and its blocks alike, for as much of the session as it covers.
  const Spans left = without({session}, merged(staff.extra));
  const Days home_days(staff.home, session);
  if (staff.has_hours && !without(left, site_days.of(staff.hours)).empty())
    add(Why::outside_hours, " does not work here then.");
  for (const auto& block : staff.blocks)
    if (!common(left, home_days.of({block})).empty()) add(Why::block, in_words(block.kind));
  if (touches(merged(staff.elsewhere), session)) add(Why::elsewhere, " is busy elsewhere then.");
}

}  // namespace

Days::Days(const Zone& zone, Span range) : zone_(zone) {
  const Date last = zone.date(range.until) + std::chrono::days(1);
  for (Date date = zone.date(range.from); date <= last; date += std::chrono::days(1))
    days_.push_back({date, zone.start_of(date), true});
  for (std::size_t i = 0; i + 1 < days_.size(); ++i)
    days_[i].plain = days_[i + 1].start - days_[i].start == std::chrono::days(1);
}

Instant Days::at(std::size_t day, Minutes since_midnight) const {
  if (since_midnight >= whole_day) return days_[day + 1].start;
  if (days_[day].plain) return days_[day].start + since_midnight;
  for (Minutes m = since_midnight; m < whole_day; ++m)
    if (const auto instant = zone_.instant(WallTime(days_[day].date) + m)) return *instant;
  return days_[day + 1].start;
}

Spans Days::of(const std::vector<Weekly>& week) const {
  std::vector<Span> spans;
  for (std::size_t day = 0; day + 1 < days_.size(); ++day) {
    const auto weekday = std::chrono::weekday(days_[day].date).c_encoding();
    for (const Weekly& time : week)
      if (time.weekday == weekday) spans.push_back({at(day, time.from), at(day, time.until)});
  }
  return merged(std::move(spans));
}

Span Days::of(Date from, Date until) const {
  const auto start_of = [&](Date date) {
    const auto found = std::lower_bound(days_.begin(), days_.end(), date,
                                        [](const Day& day, Date d) { return day.date < d; });
    return found == days_.end() ? days_.back().start : found->start;
  };
  return {start_of(from), start_of(until + std::chrono::days(1))};
}

std::vector<Instant> Days::starts() const {
  std::vector<Instant> starts;
  for (const Day& day : days_) starts.push_back(day.start);
  return starts;
}

std::vector<Instant> Days::marks(Minutes step) const {
  std::vector<Instant> marks;
  for (std::size_t i = 0; i + 1 < days_.size(); ++i) {
    const Day& day = days_[i];
    if (day.plain) {
      for (Minutes m(0); m < whole_day; m += step) marks.push_back(day.start + m);
      continue;
    }
    // Clocks change: go by what they show, minute by minute, so that an hour that comes twice has all its
    // marks twice.
    for (Instant t = day.start; t < days_[i + 1].start; t += Minutes(1))
      if ((zone_.wall(t) - WallTime(day.date)) % step == Seconds(0)) marks.push_back(t);
  }
  return marks;
}

Spans open(const SiteTimes& site, const Days& days, Span range) {
  const Spans all{range};
  const Spans hours = site.hours.empty() ? all : common(days.of(site.hours), all);
  std::vector<Span> closed;
  for (const auto& closure : site.closures) closed.push_back(days.of(closure.from_on, closure.until_on));
  return without(hours, merged(std::move(closed)));
}

Spans available(const StaffTimes& staff, const Days& site_days, const Days& home_days, Span range) {
  const Spans all{range};
  Spans week = staff.has_hours ? site_days.of(staff.hours) : all;
  const std::vector<Weekly> blocks(staff.blocks.begin(), staff.blocks.end());
  week = without(week, home_days.of(blocks));
  week.insert(week.end(), staff.extra.begin(), staff.extra.end());
  std::vector<Span> gone(staff.away.begin(), staff.away.end());
  gone.insert(gone.end(), staff.elsewhere.begin(), staff.elsewhere.end());
  return common(without(merged(std::move(week)), merged(std::move(gone))), all);
}

std::optional<Instant> may_lead_until(const StaffTimes& staff, const std::string& credential,
                                      const Zone& zone) {
  if (credential.empty()) return Instant::max();
  for (const auto& held : staff.credentials) {
    if (held.credential != credential) continue;
    if (!held.until_on) return Instant::max();
    return zone.start_of(*held.until_on + std::chrono::days(1));
  }
  return std::nullopt;
}

std::vector<Trouble> troubles(const SiteTimes& site, const std::string& credential,
                              const std::vector<const StaffTimes*>& staff, Span session) {
  std::vector<Trouble> found;
  const Days site_days(site.zone, session);
  for (const auto& closure : site.closures)
    if (!common({session}, merged({site_days.of(closure.from_on, closure.until_on)})).empty())
      found.push_back({Why::site_closed, std::nullopt, "The site is closed: " + closure.name + "."});
  // Why it is closed on a day says enough about that day's hours.
  if (found.empty() && !site.hours.empty() && !covers(site_days.of(site.hours), session))
    found.push_back({Why::outside_site_hours, std::nullopt, "The site is not open then."});
  for (const StaffTimes* person : staff) {
    if (person == staff.front()) {
      const auto until = may_lead_until(*person, credential, site.zone);
      if (!until || *until <= session.from)
        found.push_back({Why::credential, person->id,
                         person->name + " may not lead this service: it needs '" + credential + "'."});
    }
    person_troubles(found, *person, site_days, session);
  }
  return found;
}

}  // namespace circled::calendar::rules
