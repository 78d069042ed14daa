#include "aftercare/meeting_list.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <unordered_map>

#include "aftercare/list_row.hpp"
#include "aftercare/list_text.hpp"

namespace circled::aftercare {
namespace {

Error defect(std::string code, std::string detail) {
  return {ErrorKind::invalid, std::move(code), std::move(detail), {}, {}, 0};
}

// Why these bytes cannot be JSON text at all; nothing when they may be.
std::optional<Error> look_over(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return defect("empty_file", "The file is empty.");
  if (const auto at = first_invalid_utf8(text))
    return defect("not_utf8", "The file is not UTF-8 text: byte " + std::to_string(*at + 1) +
                                  " is no part of a character. Convert it first (iconv -t UTF-8).");
  if (text[first] == '<')
    return defect("web_page", "The file is a web page (HTML or XML), not the JSON of a meeting list.");
  return std::nullopt;
}

Result<boost::json::value> read_json(std::string_view text) {
  boost::json::stream_parser parser;
  boost::system::error_code error;
  const std::size_t read = parser.write_some(text, error);
  if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
    error = boost::json::error::extra_data;
  if (error) {
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(read), '\n') + 1;
    return defect("not_json",
                  "The file is not JSON: " + error.message() + ", in line " + std::to_string(line) + ".");
  }
  parser.finish(error);
  if (error)
    return defect("cut_short", "The file ends in the middle of the list (after " +
                                   std::to_string(text.size()) + " bytes): it was not downloaded whole.");
  return parser.release();
}

// By the first item that looks like one or the other; the first items may be junk.
std::optional<ListFormat> detect(const boost::json::array& items) {
  for (const auto& item : items) {
    const auto* object = item.if_object();
    if (!object) continue;
    if (object->contains("id_bigint") || object->contains("weekday_tinyint")) return ListFormat::bmlt;
    if (object->contains("slug") || (object->contains("name") && object->contains("time")))
      return ListFormat::meeting_guide;
  }
  return std::nullopt;
}

using KeysTaken = std::unordered_map<std::string, std::int64_t>;  // of the meetings taken → their row

// A key must be the list's only one: which of two was meant, nobody can tell at the next import.
void refuse_repeated(ListRow& row, const KeysTaken& keys) {
  for (const auto& meeting : row.meetings) {
    const auto found = keys.find(meeting.key);
    if (found == keys.end()) continue;
    row.reason = "its id '" + meeting.key + "' is that of row " + std::to_string(found->second) + " already";
    return;
  }
}

void take(ParsedList& list, ListRow&& row, KeysTaken& keys) {
  const std::int64_t number = ++list.rows;
  if (row.reason.empty()) refuse_repeated(row, keys);
  if (!row.reason.empty()) {
    list.refused.push_back({number, std::move(row.key), std::move(row.name), std::move(row.reason)});
    return;
  }
  ++list.taken;
  if (row.without_end) ++list.without_end;
  for (auto& meeting : row.meetings) {
    keys.emplace(meeting.key, number);
    list.meetings.push_back(std::move(meeting));
  }
}

}  // namespace

Result<ParsedList> parse_list(std::string_view bytes, const std::optional<Zone>& zone) {
  if (bytes.size() > longest_file)
    return Error{
        ErrorKind::too_large, "too_large", "The file is larger than 64 MB: no meeting list is.", {}, {}, 0};
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (auto wrong = look_over(bytes)) return *wrong;
  const auto json = read_json(bytes);
  if (!json) return json.error();
  const auto* items = json->if_array();
  if (!items) return defect("not_a_list", "The file holds no list: its JSON is not an array of meetings.");
  if (items->empty()) return defect("empty_list", "The list in the file is empty.");
  const auto format = detect(*items);
  if (!format)
    return defect("unknown_format",
                  "The file is neither BMLT semantic JSON (id_bigint, weekday_tinyint, …) nor "
                  "Meeting Guide JSON (slug, day, time, …).");
  ParsedList list;
  list.format = *format;
  KeysTaken keys;
  for (const auto& item : *items) {
    ListRow row;
    if (const auto* object = item.if_object())
      row = *format == ListFormat::bmlt ? read_bmlt(*object, zone) : read_meeting_guide(*object, zone);
    else
      row.reason = "it is no JSON object";
    take(list, std::move(row), keys);
  }
  return list;
}

}  // namespace circled::aftercare
