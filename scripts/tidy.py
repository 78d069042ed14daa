#!/usr/bin/env python3
"""Runs clang-tidy (.clang-tidy) over the given .cpp files, within a time budget.

    scripts/tidy.py SECONDS FILE…

clang reads g++'s compile commands of build/apart (scripts/lint), with two differences: it cannot read
g++'s precompiled header, so it reads the same header as text; and what it alone cannot parse is mentioned,
not refused, because g++ is the compiler. What the budget does not reach is listed. Exits 1 when there are findings.
"""
import json
import os
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = ROOT / "build/apart/compile_commands.json"
TIDY = ROOT / "build/tidy"

FINDING = re.compile(r"^(\S+?:\d+:\d+: (?:warning|error): .*\[(?:bugprone|clang-diagnostic)-[\w.,-]+\])$")


def for_clang(command):
    """The compile command, with g++'s precompiled header replaced by its source text."""
    words = []
    for word in shlex.split(command):
        if word.endswith("cmake_pch.hxx"):
            # A copy, so that no .gch lies beside it.
            copy = TIDY / f"{Path(word).parent.name}_pch.hxx"
            copy.write_text(Path(word).read_text())
            word = str(copy)
        if word not in ("-Winvalid-pch", "-Werror", "-Wno-tsan"):
            words.append(word)
    return words


def prepare():
    TIDY.mkdir(parents=True, exist_ok=True)
    commands = json.loads(COMMANDS.read_text())
    for entry in commands:
        entry["arguments"] = for_clang(entry.pop("command"))
    (TIDY / "compile_commands.json").write_text(json.dumps(commands))
    return {os.path.realpath(entry["file"]) for entry in commands}


def check(file, deadline):
    """The output of clang-tidy, or None when there was no time for it."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    try:
        return subprocess.run(["clang-tidy", "--quiet", "-p", TIDY, file], cwd=ROOT, timeout=left,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    except subprocess.TimeoutExpired:
        return None


def main():
    deadline = time.monotonic() + float(sys.argv[1])
    known = prepare()
    files = [file for file in sys.argv[2:] if os.path.realpath(ROOT / file) in known]
    findings, unread, late = set(), {}, []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, output in zip(files, pool.map(lambda file: check(file, deadline), files)):
            if output is None:
                late.append(file)
                continue
            for line in output.replace(f"{ROOT}/", "").splitlines():
                if FINDING.match(line):
                    if "[clang-diagnostic-" in line:
                        unread.setdefault(file, line)
                    else:
                        findings.add(line)
    for line in sorted(findings):
        print(line)
    for file, line in sorted(unread.items()):
        print(f"note: clang does not understand all of {file}: {line}")
    if late:
        print(f"note: no time left for {' '.join(late)}; scripts/lint --all takes it")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
