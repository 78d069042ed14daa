#include "calendar/slots_rules.hpp"

#include <algorithm>
#include <memory>

namespace circled::calendar::rules {
namespace {

// How much of some spans lies before an instant, for instants that are asked in order.
class Meter {
 public:
  explicit Meter(const Spans& spans) : spans_(spans) {}
  Milliseconds up_to(Instant t) {
    for (; at_ < spans_.size() && spans_[at_].until <= t; ++at_)
      before_ += spans_[at_].until - spans_[at_].from;
    if (at_ < spans_.size() && spans_[at_].from < t) return before_ + (t - spans_[at_].from);
    return before_;
  }

 private:
  const Spans& spans_;
  std::size_t at_ = 0;
  Milliseconds before_{};
};

// The idle time that a slot leaves in one person's day. Instants are asked in order. Distances are measured
// in free time, of which `up_to` answers how much lies before an instant: it never falls.
class Idle {
 public:
  Idle(const StaffFree& staff, const std::vector<Instant>& days)
      : free_(without(staff.available, staff.taken)), begin_(free_), end_(free_) {
    Meter meter(free_);
    auto taken = staff.taken.begin();
    for (std::size_t i = 0; i + 1 < days.size(); ++i) {
      Day day{days[i + 1], false, {}, {}};
      day.from = meter.up_to(days[i]);
      while (taken != staff.taken.end() && taken->until <= days[i]) ++taken;
      for (auto each = taken; each != staff.taken.end() && each->from < day.end; ++each) {
        if (!day.engaged) day.from = meter.up_to(std::max(each->from, days[i]));
        day.until = meter.up_to(std::min(each->until, day.end));
        day.engaged = true;
      }
      if (!day.engaged) day.until = meter.up_to(day.end);
      days_.push_back(day);
    }
  }
  Idle(const Idle&) = delete;

  Milliseconds left_by(Span slot) {
    const Day& day = on(slot.from);
    const Milliseconds begin = begin_.up_to(slot.from), end = end_.up_to(slot.until);
    return std::max(day.until, end) - std::min(day.from, begin) - (end - begin);
  }

  // No slot of that length on the day of `from` leaves less: it fills its own length at the most.
  Milliseconds least_left(Instant from, Milliseconds length) {
    const Day& day = on(from);
    return std::max(Milliseconds(0), day.until - day.from - length);
  }

 private:
  struct Day {
    Instant end;
    bool engaged;              // something is taken on it
    Milliseconds from, until;  // from the first to the last thing taken, or all of the day
  };
  const Day& on(Instant t) {
    while (day_ + 1 < days_.size() && days_[day_].end <= t) ++day_;
    return days_[day_];
  }

  const Spans free_;
  Meter begin_, end_;
  std::vector<Day> days_;
  std::size_t day_ = 0;
};

// Those who would meet: one of the staff, or all.
struct Team {
  std::vector<const StaffFree*> members;
  std::int64_t number;
};

std::vector<Team> teams(const SlotQuestion& q) {
  std::vector<Team> teams;
  if (q.together) teams.push_back({{}, 0});
  for (std::size_t i = 0; i < q.staff.size(); ++i) {
    if (!q.together) teams.push_back({{}, static_cast<std::int64_t>(i)});
    teams.back().members.push_back(&q.staff[i]);
  }
  return teams;
}

// When a session can begin in which somebody or something takes part that is taken at these times.
Spans untaken(const SlotQuestion& q, const Spans& taken) {
  const Spans around{{q.range.from, q.range.until + q.duration + q.pause}};
  return beginnings(without(around, taken), q.duration + q.pause);
}

// The best so far, the worst of them on top.
class Best {
 public:
  explicit Best(const SlotQuestion& q) : q_(q) {}
  bool takes(const SlotPlace& place) const {
    return places_.size() < q_.limit || (!places_.empty() && place < places_.front());
  }
  void put(const SlotPlace& place) {
    if (q_.after && place <= *q_.after) return;
    places_.push_back(place);
    std::push_heap(places_.begin(), places_.end());
    if (places_.size() <= q_.limit) return;
    std::pop_heap(places_.begin(), places_.end());
    places_.pop_back();
  }
  std::vector<SlotPlace> in_order() && {
    std::sort_heap(places_.begin(), places_.end());
    return std::move(places_);
  }

 private:
  const SlotQuestion& q_;
  std::vector<SlotPlace> places_;
};

std::int64_t nearness(const Team& team) {
  std::int64_t least = team.members.front()->nearness;
  for (const auto* member : team.members) least = std::min(least, member->nearness);
  return least;
}

// The slots of one team, offered in order of start. Most days hold none that could be among the best: they
// are passed over.
void offer(const SlotQuestion& q, const Team& team, const Spans& starts, Best& best) {
  std::vector<std::unique_ptr<Idle>> idle;
  if (q.rank == Rank::fewest_gaps)
    for (const auto* member : team.members) idle.push_back(std::make_unique<Idle>(*member, q.days));
  const std::int64_t near = q.rank == Rank::same_counselor ? nearness(team) : 0;
  const Milliseconds length = q.duration + q.pause;
  auto mark = q.marks.begin();
  Instant judged;  // until then the days have been found worth looking through
  for (const Span& window : starts) {
    mark = std::lower_bound(mark, q.marks.end(), window.from);
    while (mark != q.marks.end() && *mark < window.until) {
      SlotPlace place{near, *mark, team.number};
      if (!idle.empty() && *mark >= judged) {
        judged = *std::upper_bound(q.days.begin(), q.days.end() - 1, *mark);
        for (const auto& each : idle) place.key += each->least_left(*mark, length).count();
        if (judged > *mark && !best.takes(place)) {
          mark = std::lower_bound(mark, q.marks.end(), judged);
          continue;
        }
        place.key = near;
      }
      for (const auto& each : idle) place.key += each->left_by({*mark, *mark + length}).count();
      if (best.takes(place))
        best.put(place);
      else if (idle.empty())
        return;  // what comes later is no better
      ++mark;
    }
  }
}

}  // namespace

std::vector<FreeSlot> find_slots(const SlotQuestion& q) {
  Spans common_starts = common(untaken(q, q.client_taken), {q.range});
  std::vector<Spans> room_starts;
  if (q.rooms) {
    std::vector<Span> any;
    for (const RoomFree& room : *q.rooms) {
      room_starts.push_back(untaken(q, room.taken));
      any.insert(any.end(), room_starts.back().begin(), room_starts.back().end());
    }
    common_starts = common(common_starts, merged(std::move(any)));
  }
  const std::vector<Team> all = teams(q);
  Best best(q);
  for (const Team& team : all) {
    Spans starts = common_starts;
    for (const StaffFree* member : team.members) {
      starts = common(starts, beginnings(member->available, q.duration));
      starts = common(starts, untaken(q, member->taken));
    }
    offer(q, team, common(starts, {{q.range.from, team.members.front()->leads_until}}), best);
  }
  std::vector<FreeSlot> found;
  for (const SlotPlace& place : std::move(best).in_order()) {
    FreeSlot slot{place, {}, {}};
    for (const StaffFree* member : all[static_cast<std::size_t>(place.team)].members)
      slot.staff.push_back(member->id);
    for (std::size_t i = 0; i < room_starts.size() && !slot.room; ++i)
      if (touches(room_starts[i], {place.starts_at, place.starts_at + Milliseconds(1)}))
        slot.room = (*q.rooms)[i].id;
    found.push_back(std::move(slot));
  }
  return found;
}

}  // namespace circled::calendar::rules
