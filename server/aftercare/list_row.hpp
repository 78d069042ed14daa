// One item of a meeting list, read into meetings or a reason against it. Private to the two readers
// and to meeting_list.cpp.
#pragma once
#include <boost/json/object.hpp>

#include "aftercare/meeting_list.hpp"

namespace circled::aftercare {

struct ListRow {
  std::string key;
  std::string name;
  std::vector<MeetingRow> meetings;
  bool without_end = false;
  std::string reason;  // not empty: refused, and `meetings` means nothing
};

ListRow read_bmlt(const boost::json::object& item, const std::optional<Zone>& zone);
ListRow read_meeting_guide(const boost::json::object& item, const std::optional<Zone>& zone);

// A member as text, for lists write numbers as text and text as numbers. Empty when it is absent, null
// or no scalar.
std::string scalar(const boost::json::object& item, std::string_view member);

// The member cleaned and cut to `max` code points.
std::string field(const boost::json::object& item, std::string_view member, std::size_t max);

// The parts that are not empty, with `separator` between them, cut to `max` code points.
std::string joined(const std::vector<std::string>& parts, std::string_view separator, std::size_t max);

// "9:30", "09:30" or "09:30:00".
std::optional<TimeOfDay> clock_time(std::string_view text);

// Sets key, name, time, zone and reason as far as both formats agree on them; false when refused.
bool read_name(ListRow& row, std::string key, std::string name);
bool read_start(ListRow& row, MeetingRow& meeting, std::string_view time);
bool read_zone(ListRow& row, MeetingRow& meeting, std::string_view name, const std::optional<Zone>& zone);

// Latitude and longitude, when both are there, in range and not the 0, 0 of an empty form.
void read_position(MeetingRow& meeting, const boost::json::object& item);

}  // namespace circled::aftercare
