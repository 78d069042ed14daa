#include "calendar/slots_rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <tuple>

#include "calendar/minutes.hpp"

using namespace circled;
using namespace circled::calendar;
using namespace circled::calendar::rules;
using test::minute;
using test::minutes_until;
using test::span;

namespace {

// Sessions of 50 minutes with breaks of 10, every quarter of an hour, within 0 … 480.
SlotQuestion question() {
  SlotQuestion q;
  q.range = span(0, 480);
  q.duration = Minutes(50);
  q.pause = Minutes(10);
  for (int m = 0; m < 480; m += 15) q.marks.push_back(minute(m));
  q.days = {minute(0), minute(480)};
  q.limit = 1000;
  return q;
}

StaffFree staff(std::int64_t id, Spans available, Spans taken = {}) {
  StaffFree free;
  free.id = StaffId(id);
  free.available = std::move(available);
  free.taken = std::move(taken);
  return free;
}

// "15:1 30:2": start and who, and the room where there is one.
std::string slots_of(const SlotQuestion& q) {
  std::string text;
  for (const auto& slot : find_slots(q)) {
    text += (text.empty() ? "" : " ") + std::to_string(minutes_until(slot.place.starts_at)) + ":";
    for (const auto id : slot.staff) text += (text.back() == ':' ? "" : "+") + std::to_string(id.value);
    if (slot.room) text += "@" + std::to_string(slot.room->value);
  }
  return text;
}

}  // namespace

TEST_CASE("a session ends when hours do; its break need not") {
  auto q = question();
  q.staff = {staff(1, {span(60, 125)})};
  // 60–110 and 75–125; from 90 it would last until 140.
  CHECK(slots_of(q) == "60:1 75:1");
}

TEST_CASE("back to back with what is taken, the break on both sides") {
  auto q = question();
  // Taken 60–120 with its break, and 180–240.
  q.staff = {staff(1, {span(0, 240)}, {span(60, 120), span(180, 240)})};
  CHECK(slots_of(q) == "0:1 120:1");
  q.pause = Minutes(0);
  CHECK(slots_of(q) == "0:1 120:1");
  q.duration = Minutes(45);
  CHECK(slots_of(q) == "0:1 15:1 120:1 135:1");
}

TEST_CASE("slots start within the range and on its marks, and may end beyond") {
  auto q = question();
  q.range = span(20, 46);
  q.staff = {staff(1, {span(0, 480)})};
  CHECK(slots_of(q) == "30:1 45:1");
  q.range = span(45, 45);
  CHECK(slots_of(q) == "");
}

TEST_CASE("an interval that crosses midnight is one") {
  auto q = question();
  q.range = span(1380, 1500);
  q.days = {minute(0), minute(1440), minute(2880)};
  q.marks = {minute(1380), minute(1410), minute(1440), minute(1470)};
  q.staff = {staff(1, {span(1380, 1500)})};
  CHECK(slots_of(q) == "1380:1 1410:1 1440:1");
}

TEST_CASE("any one of them, the soonest first, at one time in the order of the question") {
  auto q = question();
  q.staff = {staff(5, {span(60, 125)}), staff(3, {span(45, 110)})};
  CHECK(slots_of(q) == "45:3 60:5 60:3 75:5");
}

TEST_CASE("all together, where everybody and the client are free") {
  auto q = question();
  q.together = true;
  q.staff = {staff(5, {span(0, 240)}, {span(0, 60)}), staff(3, {span(30, 300)}, {span(180, 240)})};
  CHECK(slots_of(q) == "60:5+3 75:5+3 90:5+3 105:5+3 120:5+3");
  q.client_taken = {span(60, 105)};
  CHECK(slots_of(q) == "105:5+3 120:5+3");
}

TEST_CASE("the first room that is free; none is free, no slot") {
  auto q = question();
  q.staff = {staff(1, {span(0, 180)})};
  q.rooms = {{RoomId(7), {span(0, 75)}}, {RoomId(8), {span(60, 480)}}};
  // Small until 75 and large from 60 are taken: at 0 the large one, from 75 the small.
  CHECK(slots_of(q) == "0:1@8 75:1@7 90:1@7 105:1@7 120:1@7");
  q.rooms.emplace();
  CHECK(slots_of(q) == "");
}

TEST_CASE("who may not lead, or not any more, leads no slot; who helps needs nothing") {
  auto q = question();
  q.staff = {staff(1, {span(0, 90)}), staff(2, {span(0, 90)})};
  q.staff[0].leads_until = minute(15);
  CHECK(slots_of(q) == "0:1 0:2 15:2 30:2");
  q.staff[1].leads_until = Instant{} - Minutes(1);
  CHECK(slots_of(q) == "0:1");
  q.together = true;
  CHECK(slots_of(q) == "0:1+2");
}

TEST_CASE("the counselor whom the client knows comes first, whenever") {
  auto q = question();
  q.rank = Rank::same_counselor;
  q.staff = {staff(1, {span(0, 60)}), staff(2, {span(240, 300)}), staff(3, {span(120, 180)})};
  q.staff[0].nearness = 100;
  q.staff[1].nearness = 0;
  q.staff[2].nearness = 50;
  CHECK(slots_of(q) == "240:2 120:3 0:1");
}

TEST_CASE("fewest gaps: what stands beside another session goes before what leaves holes") {
  auto q = question();
  q.rank = Rank::fewest_gaps;
  SUBCASE("in one day") {
    // One session 120–180. At 60 and 180 nothing lies between; at 45 and 195 a quarter of an hour does.
    q.staff = {staff(1, {span(30, 270)}, {span(120, 180)})};
    CHECK(slots_of(q) == "60:1 180:1 45:1 195:1 30:1 210:1");
  }
  SUBCASE("between two there is least where they leave least") {
    // 0–60 and 195–255 are taken: 135 minutes between, of which any slot there leaves 75.
    q.staff = {staff(1, {span(0, 330)}, {span(0, 60), span(195, 255)})};
    const auto found = find_slots(q);
    REQUIRE(found.size() > 2);
    CHECK(found[0].place.key == Milliseconds(Minutes(75)).count());
    CHECK(minutes_until(found[0].place.starts_at) == 60);
    // At 270, behind both, 135 between and 15 before it.
    CHECK(minutes_until(found.back().place.starts_at) == 270);
    CHECK(found.back().place.key == Milliseconds(Minutes(150)).count());
  }
  SUBCASE("lunch is no gap") {
    q.staff = {staff(1, {span(0, 120), span(180, 300)}, {span(60, 120)})};
    const auto found = find_slots(q);
    CHECK(minutes_until(found[0].place.starts_at) == 0);
    CHECK(minutes_until(found[1].place.starts_at) == 180);
    CHECK(found[1].place.key == 0);
  }
  SUBCASE("a day that would hold nothing else comes last") {
    q.days = {minute(0), minute(240), minute(480)};
    q.staff = {staff(1, {span(0, 230), span(240, 480)}, {span(300, 360)})};
    const auto found = find_slots(q);
    CHECK(minutes_until(found[0].place.starts_at) == 240);
    CHECK(minutes_until(found[1].place.starts_at) == 360);
    // 230 minutes less the 50 it takes of them: its break is after hours. All earlier ones leave 170.
    CHECK(found.back().place.key == Milliseconds(Minutes(180)).count());
    CHECK(minutes_until(found.back().place.starts_at) == 180);
  }
}

namespace {

// The same by counting minutes. `in` asks whether a minute lies in a list.
bool in(const Spans& spans, std::int64_t m) {
  for (const auto& s : spans)
    if (s.from <= minute(m) && minute(m) < s.until) return true;
  return false;
}
bool all_in(const Spans& spans, std::int64_t from, std::int64_t until) {
  for (auto m = from; m < until; ++m)
    if (!in(spans, m)) return false;
  return true;
}
bool none_in(const Spans& spans, std::int64_t from, std::int64_t until) {
  for (auto m = from; m < until; ++m)
    if (in(spans, m)) return false;
  return true;
}

std::int64_t idle_minutes(const SlotQuestion& q, const StaffFree& who, std::int64_t from,
                          std::int64_t until) {
  std::size_t day = 0;
  while (minutes_until(q.days[day + 1]) <= from) ++day;
  const std::int64_t begin = minutes_until(q.days[day]), end = minutes_until(q.days[day + 1]);
  std::int64_t first = end, last = begin;
  for (auto m = begin; m < end; ++m)
    if (in(who.taken, m)) first = std::min(first, m), last = std::max(last, m + 1);
  if (first == end) first = begin, last = end;  // nothing else that day
  std::int64_t idle = 0;
  for (auto m = std::min(first, from); m < std::max(last, until); ++m)
    if (in(who.available, m) && !in(who.taken, m) && (m < from || m >= until)) ++idle;
  return idle;
}

struct Naive {
  std::int64_t key, starts, team;
  std::optional<RoomId> room;
  auto order() const { return std::tie(key, starts, team); }
};

std::vector<Naive> naive(const SlotQuestion& q) {
  std::vector<Naive> found;
  const auto duration = q.duration / Minutes(1), whole = (q.duration + q.pause) / Minutes(1);
  const std::size_t teams = q.together ? 1 : q.staff.size();
  for (const auto mark : q.marks) {
    const auto t = minutes_until(mark);
    if (mark < q.range.from || mark >= q.range.until || !none_in(q.client_taken, t, t + whole)) continue;
    std::optional<RoomId> room;
    if (q.rooms) {
      for (const auto& each : *q.rooms)
        if (!room && none_in(each.taken, t, t + whole)) room = each.id;
      if (!room) continue;
    }
    for (std::size_t team = 0; team < teams; ++team) {
      bool fits = true;
      std::int64_t idle = 0, near = std::numeric_limits<std::int64_t>::max();
      for (std::size_t i = q.together ? 0 : team; i < (q.together ? q.staff.size() : team + 1); ++i) {
        const auto& who = q.staff[i];
        fits = fits && all_in(who.available, t, t + duration) && none_in(who.taken, t, t + whole);
        if (fits && q.rank == Rank::fewest_gaps) idle += idle_minutes(q, who, t, t + whole);
        near = std::min(near, who.nearness);
      }
      if (!fits) continue;
      const auto key = q.rank == Rank::fewest_gaps      ? Milliseconds(Minutes(idle)).count()
                       : q.rank == Rank::same_counselor ? near
                                                        : 0;
      found.push_back({key, t, static_cast<std::int64_t>(team), room});
    }
  }
  std::sort(found.begin(), found.end(), [](const Naive& a, const Naive& b) { return a.order() < b.order(); });
  return found;
}

}  // namespace

TEST_CASE("random calendars agree with a search minute by minute, page after page") {
  std::mt19937 random(2026);
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(n));
  };
  const auto any = [&](int most, std::int64_t longest) {
    std::vector<Span> spans;
    for (auto i = below(most + 1); i > 0; --i) {
      const auto from = below(1000);
      spans.push_back(span(from, from + 1 + below(longest)));
    }
    return merged(std::move(spans));
  };
  std::size_t seen = 0;
  for (int round = 0; round < 600; ++round) {
    CAPTURE(round);
    SlotQuestion q;
    const auto from = below(300);
    q.range = span(from, from + 1 + below(600));
    q.duration = Minutes(5 + below(60));
    q.pause = Minutes(below(20));
    for (std::int64_t m = 0; m < 1000; m += 5 + static_cast<std::int64_t>(round % 4) * 5)
      q.marks.push_back(minute(m));
    q.days = {minute(0), minute(400), minute(800), minute(1200)};
    q.together = round % 3 == 0;
    q.rank = static_cast<Rank>(below(3));
    for (std::int64_t i = 1 + below(q.together ? 3 : 5); i > 0; --i) {
      q.staff.push_back(staff(i, any(4, 500), any(6, 90)));
      q.staff.back().nearness = below(4);
    }
    if (round % 2 == 0) q.client_taken = any(5, 60);
    if (round % 5 == 0) q.rooms = {{RoomId(1), any(8, 100)}, {RoomId(2), any(8, 100)}};

    const auto expected = naive(q);
    seen += expected.size();
    q.limit = 1 + static_cast<std::size_t>(below(40));
    std::vector<FreeSlot> found;
    for (;;) {
      auto page = find_slots(q);
      CHECK(page.size() <= q.limit);
      std::move(page.begin(), page.end(), std::back_inserter(found));
      if (page.size() < q.limit) break;
      q.after = found.back().place;
    }
    REQUIRE(found.size() == expected.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found[i].place != SlotPlace{expected[i].key, minute(expected[i].starts), expected[i].team} ||
          found[i].room != expected[i].room)
        ++wrong;
    CHECK(wrong == 0);
  }
  CHECK(seen > 5000);
}
