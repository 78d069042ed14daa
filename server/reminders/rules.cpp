#include "reminders/rules.hpp"

#include <algorithm>

#include "people/client.hpp"

namespace circled::reminders {
namespace {

constexpr Minutes step{15};  // the finest difference between any two zones' clocks today

struct Wall {
  Date day;
  Seconds time;  // since that day's midnight, as the clock shows it
};

Wall wall(Instant t, const Zone& zone) {
  const WallTime shown = zone.wall(t);
  const Date day = std::chrono::floor<std::chrono::days>(shown);
  return {day, shown - day};
}

bool within(Seconds time, QuietHours quiet) {
  const Seconds from = quiet.from.since_midnight, until = quiet.until.since_midnight;
  return from <= until ? time > from && time < until : time > from || time < until;
}

// The instant the wall shows `time` on `day`; where clocks skip it, the nearest before or after.
Instant at(Date day, TimeOfDay time, const Zone& zone, Minutes when_skipped) {
  WallTime shown = day + time.since_midnight;
  for (;; shown += when_skipped)
    if (auto found = zone.instant(shown)) return *found;
}

}  // namespace

bool is_quiet(Instant t, const Zone& zone, QuietHours quiet) { return within(wall(t, zone).time, quiet); }

Instant before_quiet(Instant t, const Zone& zone, QuietHours quiet) {
  const auto [day, time] = wall(t, zone);
  if (!within(time, quiet)) return t;
  const Date began = time > quiet.from.since_midnight ? day : day - std::chrono::days(1);
  return std::min(t, at(began, quiet.from, zone, -step));
}

Instant after_quiet(Instant t, const Zone& zone, QuietHours quiet) {
  const auto [day, time] = wall(t, zone);
  if (!within(time, quiet)) return t;
  const Date ends = time < quiet.until.since_midnight ? day : day + std::chrono::days(1);
  return std::max(t, at(ends, quiet.until, zone, step));
}

std::vector<Due> due_times(Instant starts_at, Instant now, const Zone& receiver,
                           std::span<const Minutes> offsets, QuietHours quiet) {
  std::vector<Due> due;
  for (const Minutes offset : offsets) {
    const Instant at = before_quiet(starts_at - offset, receiver, quiet);
    if (at > now) due.push_back({offset, at});
  }
  std::sort(due.begin(), due.end(),
            [](const Due& a, const Due& b) { return a.at != b.at ? a.at < b.at : a.offset < b.offset; });
  due.erase(std::unique(due.begin(), due.end(), [](const Due& a, const Due& b) { return a.at == b.at; }),
            due.end());
  return due;
}

Instant told_at(Instant now, Instant starts_at, const Zone& receiver, QuietHours quiet) {
  const Instant ends = after_quiet(now, receiver, quiet);
  return starts_at < ends + std::chrono::hours(2) ? now : ends;
}

Seconds late_by(Instant due, Instant now) {
  const auto late = std::chrono::floor<Seconds>(now - due);
  return late < Minutes(1) ? Seconds(0) : late;
}

Instant next_channel_at(Instant sent, Minutes offset, Minutes wait) {
  return sent + std::max(Minutes(1), std::min(wait, offset / 4));
}

Minutes back_off(std::int64_t attempts) {
  return std::min(longest_back_off,
                  Minutes(1) * (std::int64_t{1} << std::min<std::int64_t>(attempts - 1, 10)));
}

std::string text(Instant starts_at, const Zone& zone, Language language, std::string_view words) {
  return fill(words.empty() ? phrases(language).reminder : words,
              {{"when", spoken(starts_at, zone, language)}});
}

std::string word(std::string_view text) {
  std::string bare = people::fold(text);
  std::erase_if(
      bare, [](char c) { return c == '.' || c == '!' || c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  return bare;
}

Meant meaning(std::string_view text) {
  const std::string said = word(text);
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), said) != words.end();
  };
  // What carriers take for a wish to be left alone, in both languages; they stop at it too, so it must not
  // mean anything else.
  if (is({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke", "alto", "parar"}))
    return Meant::stop;
  if (is({"start", "unstop"})) return Meant::start;
  if (is({"1", "y", "yes", "si", "sí", "sÍ"})) return Meant::confirm;
  if (is({"2", "n", "no"})) return Meant::cant_come;
  if (is({"3", "late", "tarde"})) return Meant::running_late;
  if (is({"a", "b", "c"})) return Meant::choose;
  return Meant::other;
}

}  // namespace circled::reminders
