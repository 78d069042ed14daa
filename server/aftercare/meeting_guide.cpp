// Meeting Guide JSON, as https://github.com/code4recovery/spec describes it. `attendance_option` is no
// part of that page, but the plugin most sites publish with writes it.
#include <algorithm>

#include "aftercare/list_row.hpp"
#include "aftercare/list_text.hpp"
#include "aftercare/meeting_types.hpp"

namespace circled::aftercare {
namespace {

// 0 … 6, or nothing.
std::optional<int> weekday(const boost::json::value& day) {
  if (const auto* number = day.if_int64(); number && *number >= 0 && *number <= 6)
    return static_cast<int>(*number);
  const auto* text = day.if_string();
  if (text && text->size() == 1 && text->front() >= '0' && text->front() <= '6') return text->front() - '0';
  return std::nullopt;
}

// The days in ascending order, each once; sets the reason when there is none, or one that is no day.
std::vector<int> read_days(ListRow& row, const boost::json::object& item) {
  std::vector<boost::json::value> given;
  const auto* day = item.if_contains("day");
  if (day && day->is_array())
    given.assign(day->get_array().begin(), day->get_array().end());
  else if (day && !day->is_null() && !(day->is_string() && day->get_string().empty()))
    given.push_back(*day);
  if (given.empty()) {
    row.reason =
        scalar(item, "time").empty() ? "it has no day and time: by appointment" : "it has no weekday";
    return {};
  }
  std::vector<int> days;
  for (const auto& one : given) {
    const auto number = weekday(one);
    if (!number) {
      row.reason = "its day " + clean(boost::json::serialize(one), 40) + " is not 0 (Sunday) to 6 (Saturday)";
      return {};
    }
    days.push_back(*number);
  }
  std::ranges::sort(days);
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

// An end before the start is on the next day. The spec's default is an hour.
void read_end(ListRow& row, MeetingRow& meeting, const std::string& text) {
  const auto end = clock_time(text);
  row.without_end = !end || *end == meeting.time;
  if (row.without_end) return;
  meeting.duration = end->since_midnight - meeting.time.since_midnight;
  if (meeting.duration < Minutes(0)) meeting.duration += Minutes(24 * 60);
}

std::vector<std::string> read_types(const boost::json::object& item) {
  std::vector<std::string> types;
  const auto* given = item.if_contains("types");
  if (!given || !given->is_array()) return types;
  for (const auto& type : given->get_array()) {
    if (!type.is_string()) continue;
    std::string code = clean(type.get_string(), 12);
    if (!code.empty() && code.find(',') == std::string::npos && types.size() < 30)
      types.push_back(std::move(code));
  }
  return types;
}

// The comma-separated parts of "4953 W Addison St, Chicago, IL 60641, USA".
std::vector<std::string> parts(const std::string& address) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at <= address.size();) {
    const auto comma = std::min(address.find(',', at), address.size());
    found.push_back(clean(address.substr(at, comma - at), 100));
    at = comma + 1;
  }
  return found;
}

void read_place(MeetingRow& meeting, const boost::json::object& item) {
  const std::string formatted = field(item, "formatted_address", 300);
  const std::string region = field(item, "region", 100);
  const auto from_town = parts(formatted);
  meeting.place = field(item, "location", 200);
  meeting.town = field(item, "city", 100);
  // "…, town, state and code, country"
  if (meeting.town.empty() && from_town.size() >= 3) meeting.town = from_town[from_town.size() - 3];
  meeting.address = formatted;
  if (formatted.empty())
    meeting.address = joined({field(item, "address", 200),
                              joined({field(item, "state", 60), field(item, "postal_code", 20)}, " ", 80)},
                             ", ", 300);
  meeting.notes = joined({field(item, "location_notes", 300), field(item, "notes", 300),
                          field(item, "conference_url_notes", 200), field(item, "conference_phone", 60),
                          field(item, "conference_phone_notes", 200)},
                         "; ", 500);
  meeting.search_text = fold(joined({meeting.name, meeting.place, meeting.town, region,
                                     field(item, "sub_region", 100), field(item, "group", 200)},
                                    " ", 900));
}

// Whether people meet in a room. An online meeting may give an approximate address, a town at most
// ("Chicago, IL, USA"); a room has a street, or four parts.
bool meets_in_person(const boost::json::object& item, const std::string& attendance, bool online,
                     bool closed) {
  if (attendance == "in_person" || attendance == "hybrid") return true;
  if (attendance == "online" || closed) return false;
  if (!online) return true;
  if (scalar(item, "approximate") == "yes") return false;
  return !field(item, "address", 200).empty() || parts(field(item, "formatted_address", 300)).size() >= 4;
}

// False when there is nowhere to go to: inactive, or closed for the time being.
bool read_venue(ListRow& row, MeetingRow& meeting, const boost::json::object& item) {
  const auto types = read_types(item);
  const auto has = [&](std::string_view code) { return std::ranges::find(types, code) != types.end(); };
  const std::string attendance = scalar(item, "attendance_option");
  meeting.types = named_types(ListFormat::meeting_guide, joined(types, ",", 200));
  meeting.online_url = clean_url(scalar(item, "conference_url"));
  const bool online = !meeting.online_url.empty() || has("ONL") || attendance == "online" ||
                      !field(item, "conference_phone", 60).empty();
  const bool closed = has("TC");
  if (attendance == "inactive")
    row.reason = "it is marked inactive";
  else if (closed && !online)
    row.reason = "it is marked temporarily closed (TC)";
  meeting.in_person = meets_in_person(item, attendance, online, closed);
  return row.reason.empty();
}

}  // namespace

ListRow read_meeting_guide(const boost::json::object& item, const std::optional<Zone>& zone) {
  ListRow row;
  MeetingRow meeting;
  if (!read_name(row, field(item, "slug", 100), field(item, "name", 255))) return row;
  const auto days = read_days(row, item);
  if (days.empty() || !read_start(row, meeting, field(item, "time", 64)) ||
      !read_zone(row, meeting, field(item, "timezone", 64), zone) || !read_venue(row, meeting, item))
    return row;
  meeting.name = row.name;
  read_end(row, meeting, field(item, "end_time", 64));
  read_place(meeting, item);
  read_position(meeting, item);
  for (const int day : days) {
    meeting.key = days.size() == 1 ? row.key : row.key + "#" + std::to_string(day);
    meeting.weekday = day;
    row.meetings.push_back(meeting);
  }
  return row;
}

}  // namespace circled::aftercare
