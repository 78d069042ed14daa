#!/usr/bin/python3
"""Our expansion of recurrence rules against python-dateutil's, around the hours that clocks skip and repeat.

    recurrence_dateutil_test.py EXPANDER     (tests/base/expand_rules.cpp; ctest passes it)

dateutil expands wall times without a zone. What the programme has agreed on beyond that is applied to them here,
with Python's zoneinfo: a wall time that does not exist is no instance and is not counted toward COUNT
(RFC 5545 §3.3.10); of one that exists twice, the first is meant (§3.3.5). CIRCLED_TEST_SEED varies the rules.
"""
import datetime
import multiprocessing
import os
import random
import subprocess
import sys
import unittest
from zoneinfo import ZoneInfo

try:
    from dateutil import rrule
except ImportError:
    print("left out: there is no python3-dateutil for", sys.executable)
    sys.exit(77)

EXPANDER = ""
SEED = int(os.environ.get("CIRCLED_TEST_SEED", "20260310"))
RULES = 5000
MOST = 24  # instances of one expansion that are compared

# Half an hour, the southern summer, clocks that go back for Ramadan, and a day that did not take place.
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca",
         "Pacific/Apia"]
UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

# A rule that never has an instance would otherwise be searched to the year 9999.
datetime.MAXYEAR = 2032


def edges_of(name):
    """The instants at which this zone's clocks go forward, and those at which they go back."""
    zone, forward, back = ZoneInfo(name), [], []
    offset = lambda at: at.astimezone(zone).utcoffset()
    day = datetime.datetime(2009, 6, 1, tzinfo=UTC)
    while day < datetime.datetime(2028, 1, 1, tzinfo=UTC):
        if offset(day) != offset(day + DAY):
            low, high = 0, 24 * 60  # the minute of the change
            while high - low > 1:
                middle = (low + high) // 2
                if offset(day + datetime.timedelta(minutes=middle)) == offset(day):
                    low = middle
                else:
                    high = middle
            at = day + datetime.timedelta(minutes=high)
            (forward if offset(day + DAY) > offset(day) else back).append(at)
        day += DAY
    return forward, back


def some(dice, words):
    return dice.sample(words, dice.randint(1, min(len(words), 4)))


class Rule:
    """A rule of the accepted set: in parts, to be written for either side."""

    def __init__(self, dice):
        self.frequency = dice.choice(["DAILY", "WEEKLY", "MONTHLY"])
        monthly = self.frequency == "MONTHLY"
        longest = {"DAILY": 45, "WEEKLY": 8, "MONTHLY": 5}[self.frequency]
        self.interval = dice.choice([1, 1, 1, 2, 3, dice.randint(1, longest)])
        self.month_days, self.weekdays, self.positions = [], [], []
        if monthly and dice.random() < 0.4:
            self.month_days = some(dice, [-31, -30, -15, -7, -2, -1] + list(range(1, 32)))
        if dice.random() < 0.5:
            ordinals = [""] + ([str(n) for n in (1, 2, 3, 4, 5, -1, -2, -3, -4, -5)] if monthly else [])
            self.weekdays = [dice.choice(ordinals) + day for day in some(dice, WEEKDAYS)]
        if monthly and (self.month_days or self.weekdays) and dice.random() < 0.4:
            self.positions = some(dice, [1, 2, 3, 4, -1, -2, -3, 7, -7])
        self.week_start = dice.choice(["", "", "MO", "SU"])
        self.end = dice.choice(["", "COUNT", "UNTIL"])
        self.count = dice.choice([1, 2, 3, 5, 10, 20, 40])

    def parts(self):
        yield "FREQ", self.frequency
        if self.interval != 1:
            yield "INTERVAL", str(self.interval)
        if self.month_days:
            yield "BYMONTHDAY", ",".join(map(str, self.month_days))
        if self.positions:
            yield "BYSETPOS", ",".join(map(str, self.positions))
        if self.week_start:
            yield "WKST", self.week_start

    def for_us(self, until):
        parts = dict(self.parts())
        if self.weekdays:
            parts["BYDAY"] = ",".join(self.weekdays)
        if self.end == "COUNT":
            parts["COUNT"] = str(self.count)
        if self.end == "UNTIL":
            parts["UNTIL"] = until
        return ";".join(f"{name}={value}" for name, value in parts.items())

    def for_dateutil(self):
        """Without its end, which is counted among real times and is applied below."""
        parts = dict(self.parts())
        weekdays = self.weekdays
        if any(len(day) > 2 for day in weekdays):
            # MO,2TU is Mondays and the second Tuesday (RFC 5545 §3.3.10). dateutil would take days that are
            # both; every Monday is the first to the fifth.
            weekdays = [n + day for day in weekdays for n in (["1", "2", "3", "4", "5"] if len(day) == 2 else [""])]
        if weekdays:
            parts["BYDAY"] = ",".join(weekdays)
        return ";".join(f"{name}={value}" for name, value in parts.items())


class Case:
    """A rule that starts at a wall time near an edge of a zone's clocks."""

    def __init__(self, dice, rule, zone, edge):
        self.rule, self.zone = rule, ZoneInfo(zone)
        before = (edge - datetime.timedelta(seconds=1)).astimezone(self.zone).replace(tzinfo=None)
        after = edge.astimezone(self.zone).replace(tzinfo=None)
        # Mostly at a time of day that the edge skips or repeats; Apia skipped all of them once.
        low, high = min(before, after), max(before, after)
        minutes = dice.choice([dice.randrange(int((high - low).total_seconds() // 60) + 1), 0, 90, -30, 600])
        when = (low + datetime.timedelta(minutes=minutes)).replace(second=0)
        stretch = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 30}[rule.frequency] * rule.interval
        self.start = when - datetime.timedelta(days=dice.choice([0, stretch, dice.randint(0, 4 * stretch), 7 * stretch]))
        self.since = self.instant(self.start) or self.start.replace(tzinfo=UTC)
        # What is asked for begins before the start, at it, or in the middle.
        self.since += DAY * dice.choice([-3, -3, 0, dice.randint(0, 60)])
        self.until = self.since + DAY * dice.choice([731, 731, dice.randint(1, 200)])
        last = self.start + DAY * dice.randint(0, 9 * stretch)
        self.last = dice.choice([last.date(), last, last.replace(tzinfo=UTC)])

    def instant(self, wall):
        """The one instant at which the clocks show it; of two, the first; None when they never do."""
        at = wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        return at if at.astimezone(self.zone).replace(tzinfo=None) == wall else None

    def is_repeated(self, wall):
        first, second = (wall.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
        return first > second

    def line(self, name):
        write = lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")
        form = "%Y%m%d" if type(self.last) is datetime.date else "%Y%m%dT%H%M%S" + ("Z" if self.last.tzinfo else "")
        return "\t".join([name, write(self.start), write(self.since), write(self.until), str(MOST),
                          self.rule.for_us(self.last.strftime(form))])

    def is_after_end(self, wall, at):
        if self.rule.end != "UNTIL":
            return False
        if type(self.last) is datetime.date:
            return wall.date() > self.last
        return at > self.last if self.last.tzinfo else wall > self.last

    def expected(self):
        found, counted = [], 0
        for wall in rrule.rrulestr(self.rule.for_dateutil(), dtstart=self.start):
            at = self.instant(wall)
            # Clocks never go back by more than a day, so the search may end.
            if wall.replace(tzinfo=UTC) > self.until + 2 * DAY:
                break
            if at is None:
                continue
            counted += 1
            if at >= self.until or self.is_after_end(wall, at) or (self.rule.end == "COUNT" and counted > self.rule.count):
                break
            if at >= self.since:
                found.append(f"{int(wall.replace(tzinfo=UTC).timestamp())}/{int(at.timestamp())}")
            if len(found) == MOST:
                break
        return " ".join(found)


def expectation(case):
    return case.expected()


class Expansion(unittest.TestCase):
    maxDiff = None

    def test_our_expansion_is_dateutils_at_both_edges_of_six_zones(self):
        dice = random.Random(SEED)
        edges = {zone: edges_of(zone) for zone in ZONES}
        cases, lines = [], []
        for _ in range(RULES):
            rule = Rule(dice)
            for zone in ZONES:
                for side in edges[zone]:
                    cases.append(Case(dice, rule, zone, dice.choice(side)))
                    lines.append(cases[-1].line(zone))
        done = subprocess.run([EXPANDER], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True, check=True)
        ours = done.stdout.split("\n")[:-1]
        self.assertEqual(len(ours), len(lines))
        with multiprocessing.Pool() as pool:
            theirs = pool.map(expectation, cases, chunksize=500)

        different = [f"{line}\n  ours   {a}\n  theirs {b}" for line, a, b in zip(lines, ours, theirs) if a != b]
        self.assertEqual([], different[:5], f"{len(different)} of {len(lines)} differ (seed {SEED})")
        # That there was something to compare: most rules have instances, and the edges were hit.
        self.assertGreater(sum(1 for line in theirs if line), len(lines) * 0.6)
        hit = sum(1 for case in cases if case.instant(case.start) is None)
        self.assertGreater(hit, len(cases) * 0.02, "hardly any start falls into a gap")
        hit = sum(1 for case in cases if case.is_repeated(case.start))
        self.assertGreater(hit, len(cases) * 0.02, "hardly any start falls into an hour that comes twice")

    def test_the_edges_are_where_they_are_known_to_be(self):
        known = {
            "America/New_York": ("2026-03-08T07:00", "2026-11-01T06:00"),
            "Europe/Berlin": ("2026-03-29T01:00", "2026-10-25T01:00"),
            "Australia/Lord_Howe": ("2026-10-03T15:30", "2026-04-04T15:00"),
            "Pacific/Apia": ("2011-12-30T10:00", "2021-04-03T14:00"),
        }
        for zone, (forward, back) in known.items():
            found = [[at.strftime("%Y-%m-%dT%H:%M") for at in side] for side in edges_of(zone)]
            self.assertIn(forward, found[0], zone)
            self.assertIn(back, found[1], zone)


if __name__ == "__main__":
    EXPANDER = sys.argv.pop(1)
    unittest.main()
