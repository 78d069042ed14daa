#include "aftercare/list_row.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>

#include "aftercare/list_text.hpp"

namespace circled::aftercare {
namespace {

std::optional<double> real(const std::string& text) {
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string scalar(const boost::json::object& item, std::string_view member) {
  const auto* found = item.if_contains(member);
  if (!found || found->is_null() || found->is_structured()) return {};
  if (const auto* text = found->if_string()) return std::string(*text);
  return boost::json::serialize(*found);
}

std::string field(const boost::json::object& item, std::string_view member, std::size_t max) {
  return clean(scalar(item, member), max);
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator, std::size_t max) {
  std::string all;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!all.empty()) all += separator;
    all += part;
  }
  return clean(all, max);
}

std::optional<TimeOfDay> clock_time(std::string_view text) {
  const bool short_hour = text.size() > 1 && text[1] == ':';
  return parse_time_of_day(short_hour ? "0" + std::string(text) : std::string(text));
}

bool read_name(ListRow& row, std::string key, std::string name) {
  row.key = std::move(key);
  row.name = std::move(name);
  if (row.key.empty())
    row.reason = "it has no id of its own";
  else if (row.name.empty())
    row.reason = "it has no name";
  return row.reason.empty();
}

bool read_start(ListRow& row, MeetingRow& meeting, std::string_view time) {
  const auto start = clock_time(time);
  if (time.empty())
    row.reason = "it has no start time";
  else if (!start)
    row.reason = "its start '" + clean(time, 40) + "' is no time of day";
  else
    meeting.time = *start;
  return row.reason.empty();
}

bool read_zone(ListRow& row, MeetingRow& meeting, std::string_view name, const std::optional<Zone>& zone) {
  if (name.empty() && !zone)
    row.reason = "it names no time zone, and none is given for the list";
  else if (!name.empty() && !Zone::named(name))
    row.reason = "there is no time zone '" + clean(name, 60) + "'";
  else
    meeting.zone = name.empty() ? zone->name() : name;
  return row.reason.empty();
}

void read_position(MeetingRow& meeting, const boost::json::object& item) {
  const auto latitude = real(scalar(item, "latitude")), longitude = real(scalar(item, "longitude"));
  if (!latitude || !longitude || (*latitude == 0 && *longitude == 0)) return;
  // Written so that NaN fails too.
  if (!(*latitude >= -90 && *latitude <= 90 && *longitude >= -180 && *longitude <= 180)) return;
  meeting.latitude = latitude;
  meeting.longitude = longitude;
}

}  // namespace circled::aftercare
