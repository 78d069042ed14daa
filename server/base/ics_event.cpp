#include "base/ics_event.hpp"

#include "base/ics_line.hpp"
#include "base/token.hpp"

namespace circled::ics {
namespace {

// "20260310T180000Z" (§3.3.5).
std::string in_utc(Instant t) {
  std::string text = to_string(std::chrono::floor<Seconds>(t));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

void write_event(std::string& out, const Entry& event) {
  write_line(out, "BEGIN", "VEVENT");
  write_line(out, "UID", escaped(event.uid));
  write_line(out, "SEQUENCE", std::to_string(event.sequence));
  write_line(out, "DTSTAMP", in_utc(event.changed_at));
  write_line(out, "LAST-MODIFIED", in_utc(event.changed_at));
  write_line(out, "DTSTART", in_utc(event.starts_at));
  write_line(out, "DTEND", in_utc(event.ends_at));
  write_line(out, "SUMMARY", escaped(event.summary));
  if (!event.place.empty()) write_line(out, "LOCATION", escaped(event.place));
  write_line(out, "STATUS", event.cancelled ? "CANCELLED" : "CONFIRMED");
  write_line(out, "CLASS", "PRIVATE");
  write_line(out, "END", "VEVENT");
}

}  // namespace

std::string write_calendar(std::string_view name, const std::vector<Entry>& events) {
  std::string out;
  write_line(out, "BEGIN", "VCALENDAR");
  write_line(out, "VERSION", "2.0");
  // Some programs show it: so it names nobody.
  write_line(out, "PRODID", "-//Calendar//Feed//EN");
  write_line(out, "CALSCALE", "GREGORIAN");
  write_line(out, "X-WR-CALNAME", escaped(name));
  write_line(out, "X-PUBLISHED-TTL", "PT1H");
  for (const Entry& event : events) write_event(out, event);
  write_line(out, "END", "VCALENDAR");
  return out;
}

std::string uid_host(std::string_view key) { return keyed_hash(key, "feed uid").substr(0, 16); }

}  // namespace circled::ics
