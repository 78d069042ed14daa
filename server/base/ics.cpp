#include "base/ics.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/ics_line.hpp"
#include "base/ics_time.hpp"
#include "base/recurrence.hpp"

namespace circled::ics {
namespace {

using std::chrono::days;

constexpr days longest{400};

// A moment with the clock it is read from; nothing: the reader's.
struct Stamp {
  Moment moment;
  std::optional<Zone> zone;
};

// A VEVENT as it stands in the text.
struct Block {
  std::size_t line = 0;
  std::string uid, summary;
  std::optional<Stamp> start, end, recurrence_id;
  std::optional<Duration> duration;
  std::vector<std::string> rules;
  std::vector<Stamp> added, excluded;  // RDATE, EXDATE
  bool cancelled = false, transparent = false;
  std::string cannot;  // why it cannot be taken
};

Error too_large(std::string what) { return {ErrorKind::too_large, "too_large", std::move(what), {}, {}, 0}; }

// Fills in the block's properties. What it does not know it passes over.
class BlockReader {
 public:
  explicit BlockReader(Block& block) : block_(block) {}

  std::optional<Error> take(const Line& line) {
    if (line.name == "UID") block_.uid = unescaped(line.value);
    if (line.name == "SUMMARY") block_.summary = unescaped(line.value);
    if (line.name == "STATUS") block_.cancelled = line.value == "CANCELLED";
    if (line.name == "TRANSP") block_.transparent = line.value == "TRANSPARENT";
    if (line.name == "RRULE") block_.rules.push_back(line.value);
    if (line.name == "EXRULE") cannot("EXRULE is not supported");
    if (line.name == "DTSTART") return one(line, block_.start);
    if (line.name == "DTEND") return one(line, block_.end);
    if (line.name == "RDATE") return several(line, block_.added);
    if (line.name == "EXDATE") return several(line, block_.excluded);
    if (line.name == "RECURRENCE-ID") {
      if (!line.parameter("RANGE").empty()) cannot("it changes all that follow one of a series (RANGE)");
      return one(line, block_.recurrence_id);
    }
    if (line.name == "DURATION") {
      block_.duration = parse_duration(line.value);
      if (!block_.duration)
        return damaged(line.number, "bad_duration", "this is no duration such as PT1H30M.");
    }
    return std::nullopt;
  }

 private:
  void cannot(std::string why) {
    if (block_.cannot.empty()) block_.cannot = std::move(why);
  }

  std::optional<Error> one(const Line& line, std::optional<Stamp>& out) {
    std::vector<Stamp> found;
    if (auto wrong = several(line, found)) return wrong;
    if (found.size() != 1)
      return damaged(line.number, "bad_time", std::string(line.name) + " takes one time.");
    out = found.front();
    return std::nullopt;
  }

  std::optional<Error> several(const Line& line, std::vector<Stamp>& out) {
    const bool days_only = line.parameter("VALUE") == "DATE";
    if (line.parameter("VALUE") == "PERIOD") {
      cannot(line.name + " with periods is not supported");
      return std::nullopt;
    }
    std::optional<Zone> zone;
    if (const auto name = line.parameter("TZID"); !name.empty() && !(zone = zone_called(name)))
      cannot("there is no time zone called '" + std::string(name.substr(0, 60)) + "'");
    std::string_view rest = line.value;
    for (;;) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const auto moment = parse_moment(rest.substr(0, comma));
      if (!moment || (days_only && !moment->is_day))
        return damaged(line.number, "bad_time",
                       line.name + " must be a " +
                           (days_only ? "date such as 20260310." : "date or time such as 20260310T180000."));
      out.push_back({*moment, zone});
      if (comma == rest.size()) return std::nullopt;
      rest.remove_prefix(comma + 1);
    }
  }

  Block& block_;
};

// The events' blocks, out of the components around them and without the alarms within.
Result<std::vector<Block>> blocks_of(const std::vector<Line>& lines) {
  std::vector<Block> blocks;
  std::vector<std::pair<std::string, std::size_t>> open;  // name, number of its line
  bool any = false;
  for (const Line& line : lines) {
    if (line.name == "BEGIN") {
      if (open.empty() && line.value != "VCALENDAR")
        return damaged(line.number, "not_a_calendar", "a calendar begins with BEGIN:VCALENDAR.");
      if (open.size() > 8) return damaged(line.number, "too_deep", "too many components within each other.");
      open.emplace_back(line.value, line.number);
      any = true;
      if (open.size() == 2 && line.value == "VEVENT") {
        if (blocks.size() == most_events)
          return too_large("The calendar holds more than " + std::to_string(most_events) + " events.");
        blocks.emplace_back().line = line.number;
      }
    } else if (line.name == "END") {
      if (open.empty()) return damaged(line.number, "unbalanced", "this END ends nothing.");
      if (open.back().first != line.value)
        return damaged(
            line.number, "unbalanced",
            "this END is not that of what began in line " + std::to_string(open.back().second) + ".");
      open.pop_back();
    } else if (open.empty()) {
      return damaged(line.number, "not_a_calendar", "a calendar begins with BEGIN:VCALENDAR.");
    } else if (open.size() == 2 && open.back().first == "VEVENT") {
      if (auto wrong = BlockReader(blocks.back()).take(line)) return *wrong;
    }
  }
  if (!open.empty())
    return damaged(open.back().second, "unbalanced", "what begins here has no end; the file is cut short.");
  if (!any) return damaged(1, "not_a_calendar", "there is no calendar in it.");
  return blocks;
}

// A yearly rule that names no more than a month is every twelfth month, which Recurrence knows; any other is
// left as it is, to be refused by name.
std::string in_months(std::string_view rule, WallTime start) {
  const std::chrono::year_month_day first{std::chrono::floor<days>(start)};
  std::string rest;
  bool yearly = false, by_weekday = false, by_month = false;
  int interval = 1;
  for (std::string_view left = rule; !left.empty();) {
    const std::size_t end = std::min(left.find(';'), left.size());
    const std::string_view part = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals),
                           value = part.substr(std::min(equals + 1, part.size()));
    if (name == "FREQ" && value == "YEARLY") {
      yearly = true;
      continue;
    }
    if (name == "INTERVAL") {
      interval = std::atoi(std::string(value).c_str());
      continue;
    }
    if (name == "BYMONTH") {
      if (value != std::to_string(static_cast<unsigned>(first.month()))) return std::string(rule);
      by_month = true;
      continue;
    }
    if (name == "BYDAY") by_weekday = true;
    rest += ";" + std::string(part);
  }
  // Without a month, weekdays are those of the year.
  if (!yearly || (by_weekday && !by_month) || interval < 1 || interval > 30) return std::string(rule);
  return "FREQ=MONTHLY;INTERVAL=" + std::to_string(12 * interval) + rest;
}

// Places blocks on the time line.
class Reader {
 public:
  Reader(const Zone& zone, Instant from, Instant until) : zone_(zone), from_(from), until_(until) {}

  Result<Calendar> read(const std::vector<Block>& blocks) {
    for (const Block& block : blocks)
      if (block.recurrence_id) replaced_[block.uid].push_back(*block.recurrence_id);
    for (const Block& block : blocks) {
      if (std::string why = take(block); !why.empty())
        calendar_.not_taken.push_back({block.line, block.uid, block.summary, std::move(why)});
      if (calendar_.events.size() > most_events)
        return too_large("The calendar's rules make more than " + std::to_string(most_events) + " events.");
    }
    std::ranges::stable_sort(calendar_.events, {}, &Event::from);
    return std::move(calendar_);
  }

 private:
  // Empty, or why it cannot be taken.
  std::string take(const Block& block) {
    if (block.cancelled) return {};
    if (!block.cannot.empty()) return block.cannot;
    if (block.uid.empty()) return "it has no UID";
    if (!block.start) return "it has no DTSTART";
    if (block.rules.size() > 1) return "it has more than one RRULE";
    const bool all_day = block.start->moment.is_day;
    if (block.end && block.end->moment.is_day != all_day)
      return "one of its DTSTART and DTEND is a day, the other a time";
    const std::string wrong = all_day ? take_days(block) : take_times(block);
    return wrong;
  }

  std::string take_days(const Block& block) {
    const Date first = std::chrono::floor<days>(block.start->moment.wall);
    days length{1};
    if (block.end) length = std::chrono::floor<days>(block.end->moment.wall) - first;
    if (block.duration) length = block.duration->days;
    if (length == days(0)) length = days(1);  // a common slip: the end is the day after the last
    if (length < days(1)) return "it ends before it begins";
    if (length > longest) return "it lasts longer than " + std::to_string(longest.count()) + " days";
    std::set<WallTime> starts;
    if (auto wrong = expand(block, Zone::utc(), length, starts); !wrong.empty()) return wrong;
    for (const WallTime start : starts) {
      const Date day = std::chrono::floor<days>(start);
      Event event{block.line, block.uid, block.summary,    true, day, day + length - days(1),
                  {},         {},        block.transparent};
      event.from = zone_.start_of(day);
      event.until = zone_.start_of(day + length);
      add(std::move(event));
    }
    return {};
  }

  std::string take_times(const Block& block) {
    const Zone zone = zone_of(*block.start);
    const Instant start = at(*block.start);
    Instant end = start;
    if (block.end) end = at(*block.end);
    if (block.duration)
      end = instant_of(wall(*block.start, zone) + block.duration->days, zone) + block.duration->time;
    if (end < start) return "it ends before it begins";
    if (end - start > longest) return "it lasts longer than " + std::to_string(longest.count()) + " days";
    std::set<WallTime> starts;
    if (auto wrong = expand(block, zone, end - start, starts); !wrong.empty()) return wrong;
    for (const WallTime each : starts) {
      const Instant from = instant_of(each, zone);
      add({block.line,
           block.uid,
           block.summary,
           false,
           {},
           {},
           from,
           from + (end - start),
           block.transparent});
    }
    return {};
  }

  // The wall times in `zone` at which it starts, without those that are left out or stand elsewhere as their
  // own; of a rule, those that may touch the range.
  std::string expand(const Block& block, const Zone& zone, Milliseconds length, std::set<WallTime>& starts) {
    const WallTime first = wall(*block.start, zone);
    if (block.rules.empty()) {
      starts.insert(first);
    } else {
      const auto rule = Recurrence::parse(in_months(block.rules.front(), first));
      if (!rule) {
        std::string why = rule.error().fields.front().message;
        if (why.ends_with('.')) why.pop_back();
        why.front() = 't';  // "This recurrence rule …"
        return why;
      }
      // A day of an all-day event is a day earlier or later where the reader is.
      for (const WallTime each :
           rule->expand(first, zone, from_ - length - days(1), until_ + days(1), most_instances))
        starts.insert(each);
      // DTSTART is an instance also where the rule does not fit it (§3.8.5.3).
      starts.insert(first);
    }
    for (const Stamp& stamp : block.added) starts.insert(wall(stamp, zone));
    const auto leave_out = [&](const Stamp& stamp) {
      if (!stamp.moment.is_day || block.start->moment.is_day) {
        starts.erase(wall(stamp, zone));
        return;
      }
      // A day alone means whatever is on that day.
      std::erase_if(starts,
                    [&](WallTime each) { return std::chrono::floor<days>(each) == stamp.moment.wall; });
    };
    for (const Stamp& stamp : block.excluded) leave_out(stamp);
    if (!block.recurrence_id)
      if (const auto found = replaced_.find(block.uid); found != replaced_.end())
        for (const Stamp& stamp : found->second) leave_out(stamp);
    return {};
  }

  Zone zone_of(const Stamp& stamp) const {
    return stamp.moment.is_utc ? Zone::utc() : stamp.zone.value_or(zone_);
  }
  Instant at(const Stamp& stamp) const { return instant_of(stamp.moment.wall, zone_of(stamp)); }
  // What the clocks of `zone` show then; a day is a day everywhere.
  WallTime wall(const Stamp& stamp, const Zone& zone) const {
    const Zone own = zone_of(stamp);
    return stamp.moment.is_day || own == zone ? stamp.moment.wall : zone.wall(at(stamp));
  }

  void add(Event event) {
    if (event.from < until_ && event.until >= from_ && calendar_.events.size() <= most_events)
      calendar_.events.push_back(std::move(event));
  }

  const Zone zone_;
  const Instant from_, until_;
  std::map<std::string, std::vector<Stamp>> replaced_;  // by UID: the instances that stand by themselves
  Calendar calendar_;
};

}  // namespace

Result<Calendar> read(std::string_view text, const Zone& zone, Instant from, Instant until) {
  if (text.size() > largest_text) return too_large("The calendar is larger than 5 MB.");
  const auto lines = read_lines(text);
  if (!lines) return lines.error();
  const auto blocks = blocks_of(*lines);
  if (!blocks) return blocks.error();
  return Reader(zone, from, until).read(*blocks);
}

}  // namespace circled::ics
