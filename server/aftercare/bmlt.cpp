// BMLT semantic JSON. Field names and values: the root server's `GetFieldKeys` and its semantic
// workshop; venue_type 1 = in person, 2 = virtual, 3 = hybrid; older servers leave it empty and say it
// with the format codes VM and HY.
#include <algorithm>

#include "aftercare/list_row.hpp"
#include "aftercare/list_text.hpp"
#include "aftercare/meeting_types.hpp"

namespace circled::aftercare {
namespace {

bool read_weekday(ListRow& row, MeetingRow& meeting, const std::string& weekday) {
  if (weekday.empty())
    row.reason = "it has no weekday";
  else if (weekday.size() != 1 || weekday[0] < '1' || weekday[0] > '7')
    row.reason = "its weekday '" + clean(weekday, 40) + "' is not 1 (Sunday) to 7 (Saturday)";
  else
    meeting.weekday = weekday[0] - '1';
  return row.reason.empty();
}

void read_duration(ListRow& row, MeetingRow& meeting, const std::string& duration) {
  const auto length = clock_time(duration);
  row.without_end = !length || length->since_midnight == Minutes(0);
  if (!row.without_end) meeting.duration = length->since_midnight;
}

bool has_code(std::string_view codes, std::string_view code) {
  return ("," + std::string(codes) + ",").find("," + std::string(code) + ",") != std::string::npos;
}

void read_location(MeetingRow& meeting, const boost::json::object& item) {
  const std::string borough = field(item, "location_city_subsection", 100);
  const std::string county = field(item, "location_sub_province", 100);
  const std::string hood = field(item, "location_neighborhood", 100);
  meeting.place = field(item, "location_text", 200);
  meeting.town = field(item, "location_municipality", 100);
  if (meeting.town.empty()) meeting.town = borough.empty() ? county : borough;
  meeting.address = joined(
      {field(item, "location_street", 200),
       joined({field(item, "location_province", 60), field(item, "location_postal_code_1", 20)}, " ", 80)},
      ", ", 300);
  meeting.notes =
      joined({field(item, "location_info", 300), field(item, "comments", 300),
              field(item, "virtual_meeting_additional_info", 300), field(item, "phone_meeting_number", 60)},
             "; ", 500);
  meeting.search_text =
      fold(joined({meeting.name, meeting.place, meeting.town, borough, county, hood}, " ", 900));
}

void read_venue(MeetingRow& meeting, const boost::json::object& item) {
  meeting.online_url = clean_url(scalar(item, "virtual_meeting_link"));
  const std::string venue = scalar(item, "venue_type");
  meeting.in_person = venue == "1" || venue == "3" ||
                      (venue != "2" && (!has_code(meeting.types, "VM") || has_code(meeting.types, "HY")));
}

}  // namespace

ListRow read_bmlt(const boost::json::object& item, const std::optional<Zone>& zone) {
  ListRow row;
  MeetingRow meeting;
  if (!read_name(row, field(item, "id_bigint", 64), field(item, "meeting_name", 255))) return row;
  const std::string published = scalar(item, "published");
  if (published == "0" || published == "false") {
    row.reason = "it is not published";
    return row;
  }
  if (!read_weekday(row, meeting, field(item, "weekday_tinyint", 64)) ||
      !read_start(row, meeting, field(item, "start_time", 64)) ||
      !read_zone(row, meeting, field(item, "time_zone", 64), zone))
    return row;
  meeting.key = row.key;
  meeting.name = row.name;
  read_duration(row, meeting, field(item, "duration_time", 64));
  meeting.types = field(item, "formats", 200);
  read_venue(meeting, item);  // looks at the codes as they are
  meeting.types = named_types(ListFormat::bmlt, meeting.types);
  read_location(meeting, item);
  read_position(meeting, item);
  row.meetings.push_back(std::move(meeting));
  return row;
}

}  // namespace circled::aftercare
