// Meeting lists as their publishers give them away, read into rows of our own. Two formats:
//
//  * BMLT semantic JSON, the answer of `GetSearchResults` (Narcotics Anonymous root servers): an array
//    of objects with id_bigint, weekday_tinyint 1 = Sunday … 7 = Saturday, start_time HH:MM:SS.
//  * Meeting Guide JSON (github.com/code4recovery/spec): an array of objects with slug, name, day
//    0 = Sunday … 6 = Saturday or a list of days, time HH:MM, timezone.
//
// Real lists have real defects. A row that cannot be taken is refused with its reason and the others
// are taken; a file that is no list at all is one Error. Nothing here touches a database.
#pragma once
#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/zone.hpp"

namespace circled::aftercare {

enum class ListFormat { bmlt, meeting_guide };
BOOST_DESCRIBE_ENUM(ListFormat, bmlt, meeting_guide)

// One weekly meeting, cleaned: one-line plain text, lengths bounded.
struct MeetingRow {
  // The list's own id of it: id_bigint or slug. An item that meets on several days is several meetings,
  // keyed "slug#day"; one with a single day is keyed by its slug alone, so that moving it to another
  // day is a change of that meeting and not its end.
  std::string key;
  std::string name;
  int weekday = 0;  // 0 = Sunday
  TimeOfDay time;
  Minutes duration{60};
  std::string zone;     // IANA, as the list spells it
  std::string place;    // the venue's name
  std::string address;  // street, state and code; the town stands for itself
  std::string town;
  std::string notes;  // how to find the door, how to dial in, when it is closed
  std::optional<double> latitude, longitude;
  std::string online_url;  // http(s) or empty
  bool in_person = true;
  std::string types;        // comma-separated: our words, and the list's own codes where we have none
  std::string search_text;  // folded name, place, town, borough and county

  bool operator==(const MeetingRow&) const = default;
};

// Why a row was not taken. `row` counts the file's items from 1.
struct Refusal {
  std::int64_t row = 0;
  std::string key;  // as far as it has any
  std::string name;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (row, key, name, reason))

struct ParsedList {
  ListFormat format = ListFormat::bmlt;
  std::int64_t rows = 0;  // items in the file; each is either taken or refused
  std::int64_t taken = 0;
  std::int64_t without_end = 0;  // taken for 60 minutes, for want of a readable end
  std::vector<MeetingRow> meetings;
  std::vector<Refusal> refused;
};

inline constexpr std::size_t longest_file = 64 * 1024 * 1024;  // bytes

// `zone` is meant where a row names none; without it such rows are refused.
// Errors: too_large; invalid with the file's one defect in `detail`: empty_file, not_utf8, web_page,
// cut_short, not_json, not_a_list, empty_list, unknown_format.
Result<ParsedList> parse_list(std::string_view bytes, const std::optional<Zone>& zone);

}  // namespace circled::aftercare
