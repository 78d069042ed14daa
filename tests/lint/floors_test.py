#!/usr/bin/env python3
"""Plants violations in a small house and expects scripts/lint_floors.py to find exactly those."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).resolve().parents[2] / "scripts/lint_floors.py"


class Floors(unittest.TestCase):
    def lint(self, files):
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                file = Path(root, "server", name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            done = subprocess.run([sys.executable, CHECKER, root], stdout=subprocess.PIPE, text=True)
        lines = done.stdout.splitlines()
        self.assertEqual(done.returncode, 1 if lines else 0)
        return lines

    def test_down_is_allowed_at_any_distance(self):
        self.assertEqual([], self.lint({
            "main.cpp": '#include "app/app.hpp"\n',
            "app/app.cpp": '#include "net/listener.hpp"\n#include "feeds/feed.hpp"\n',
            "attendance/rules.cpp": '#include "attendance/rules.hpp"\n#include "base/time.hpp"\n',
            "access/account.cpp": '#include "live/stream.hpp"\n#include "store/store.hpp"\n',
            "base/task.hpp": "#include <boost/asio/awaitable.hpp>\n",
            "net/http.cpp": "#include <boost/beast/http.hpp>\n#include <boost/asio/ip/tcp.hpp>\n",
        }))

    def test_up_and_sideways_are_refused(self):
        lines = self.lint({
            "store/store.cpp": '#include <vector>\n#include "api/route.hpp"\n',
            "live/stream.cpp": '#include "access/account.hpp"\n',
            "places/site.cpp": '  #  include "people/client.hpp"\n',
            "net/http.cpp": '#include "live/hub.hpp"\n',
        })
        self.assertEqual([line.split(" (")[0] for line in lines], [
            "server/live/stream.cpp:1: room live may not include room access",
            "server/net/http.cpp:1: room net may not include room live",
            "server/places/site.cpp:1: room places may not include room people",
            "server/store/store.cpp:2: room store may not include room api",
        ])

    def test_libraries_stay_in_their_rooms(self):
        lines = self.lint({
            "api/route.hpp": "#include <boost/beast/http.hpp>\n",
            "calendar/session.cpp": "#include <sqlite3.h>\n",
            "base/clock.cpp": "#include <fstream>\n#include <boost/asio/steady_timer.hpp>\n",
        })
        self.assertEqual(4, len(lines), lines)

    def test_a_new_room_needs_a_floor(self):
        self.assertEqual(1, len(self.lint({"util/string.hpp": "\n"})))

    def test_an_include_names_its_room(self):
        self.assertEqual(1, len(self.lint({"base/time.cpp": '#include "time.hpp"\n'})))


if __name__ == "__main__":
    unittest.main()
