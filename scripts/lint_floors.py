#!/usr/bin/env python3
"""Checks that includes under server/ go down only: who may know whom, floor by floor.

    scripts/lint_floors.py [folder of the project]

Prints one line for each violation and exits 1 when there is any.
"""
import re
import sys
from pathlib import Path

# A room and the rooms right below it. Arrows are transitive: who may include calendar may include
# whatever calendar may include. A room that is not here may not exist.
FLOORS = {
    "main": ["app"],  # server/main.cpp
    "app": ["net", "reports", "feeds", "disclosures"],
    "net": ["api"],
    "reports": ["attendance", "aftercare"],
    "feeds": ["attendance", "aftercare"],
    "disclosures": ["attendance", "aftercare"],
    "attendance": ["calendar"],
    "aftercare": ["calendar"],
    "calendar": ["reminders"],
    "reminders": ["tasks", "push"],
    "tasks": ["people", "places"],
    "people": ["access", "places"],  # everybody belongs to a site
    "places": ["access"],
    "access": ["api", "live", "store"],
    "live": ["api", "store"],  # a stream belongs to a caller, and its refusals are problems
    "api": ["base"],
    "store": ["base"],
    "push": ["base"],
    "base": [],
}

# Headers of others that only some rooms may include, and why.
ONLY_IN = [
    (r"boost/beast\b", {"net"}, "Beast costs every includer 20 s"),
    (r"boost/asio/(ip|ssl|local)\b", {"net", "app"}, "sockets end where requests begin"),
    (r"sqlite3\.h|SQLiteCpp/", {"store"}, "there is to be a second engine"),
]

# base has words and no I/O. task.hpp and wait.cpp name Asio for what every coroutine is; asio.cpp compiles the
# library itself, once.
NO_IO = re.compile(r"boost/asio|(fstream|iostream|filesystem|unistd\.h|fcntl\.h|poll\.h)$|sys/|netinet/|arpa/|spdlog/|curl/")
NO_IO_EXCEPT = {"base/task.hpp", "base/wait.cpp", "base/asio.cpp"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def below(room, seen=None):
    """The room itself and every room it may include."""
    seen = set() if seen is None else seen
    if room not in seen:
        seen.add(room)
        for lower in FLOORS[room]:
            below(lower, seen)
    return seen


def check_include(path, room, quote, name):
    """What is wrong with this include in a file of this room, or nothing."""
    target = name.split("/")[0]
    if target in FLOORS and "/" in name:
        if target not in below(room):
            yield f"room {room} may not include room {target} ({name})"
    elif quote == '"':
        yield f'"{name}" names no room: write "room/file.hpp", and <…> for what is not ours'
    for pattern, rooms, why in ONLY_IN:
        if re.match(pattern, name) and room not in rooms:
            yield f"room {room} may not include <{name}>, only {' and '.join(sorted(rooms))} may: {why}"
    if room == "base" and NO_IO.match(name) and path not in NO_IO_EXCEPT:
        yield f"room base may not include <{name}>: it does no I/O"


def check_file(server, file):
    path = file.relative_to(server).as_posix()
    room = path.split("/")[0] if "/" in path else file.stem
    if room not in FLOORS:
        what = "TypeScript only" if room == "web" else "no floor in scripts/lint_floors.py"
        return [(1, f"room {room} has {what}")]
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if match := INCLUDE.match(line):
            found += [(number, problem) for problem in check_include(path, room, *match.groups())]
    return found


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)
    server = root / "server"
    problems = 0
    for file in sorted(server.rglob("*.?pp")):
        if "node_modules" in file.parts:
            continue
        for number, problem in check_file(server, file):
            print(f"{file.relative_to(root)}:{number}: {problem}")
            problems += 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
