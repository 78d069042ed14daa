#include "feeds/calendar_text.hpp"

#include "base/ics_line.hpp"

namespace circled::feeds {
namespace {

// "20260310T180000Z" (§3.3.5).
std::string in_utc(Instant t) {
  std::string text = to_string(std::chrono::floor<Seconds>(t));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

void write_event(std::string& out, const Event& event) {
  ics::write_line(out, "BEGIN", "VEVENT");
  ics::write_line(out, "UID", ics::escaped(event.uid));
  ics::write_line(out, "SEQUENCE", std::to_string(event.sequence));
  ics::write_line(out, "DTSTAMP", in_utc(event.changed_at));
  ics::write_line(out, "LAST-MODIFIED", in_utc(event.changed_at));
  ics::write_line(out, "DTSTART", in_utc(event.starts_at));
  ics::write_line(out, "DTEND", in_utc(event.ends_at));
  ics::write_line(out, "SUMMARY", ics::escaped(event.summary));
  if (!event.place.empty()) ics::write_line(out, "LOCATION", ics::escaped(event.place));
  ics::write_line(out, "STATUS", event.cancelled ? "CANCELLED" : "CONFIRMED");
  ics::write_line(out, "CLASS", "PRIVATE");
  ics::write_line(out, "END", "VEVENT");
}

}  // namespace

std::string write_calendar(std::string_view name, const std::vector<Event>& events) {
  std::string out;
  ics::write_line(out, "BEGIN", "VCALENDAR");
  ics::write_line(out, "VERSION", "2.0");
  // Some programs show it: so it names nobody.
  ics::write_line(out, "PRODID", "-//Calendar//Feed//EN");
  ics::write_line(out, "CALSCALE", "GREGORIAN");
  ics::write_line(out, "X-WR-CALNAME", ics::escaped(name));
  ics::write_line(out, "X-PUBLISHED-TTL", "PT1H");
  for (const Event& event : events) write_event(out, event);
  ics::write_line(out, "END", "VCALENDAR");
  return out;
}

}  // namespace circled::feeds
