"""A crash point kills exactly where and when a test asked for it, and is nothing otherwise."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
from shared.crash_points import crash_point
for number in range(1, 5):
    crash_point("after_publish_before_mark")
    print(number, flush=True)
"""


def passes_before_death(crash_at: str | None) -> tuple[int, int]:
    environment = {name: value for name, value in os.environ.items() if name != "CRASH_AT"}
    if crash_at:
        environment["CRASH_AT"] = crash_at
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    return len(done.stdout.splitlines()), done.returncode


@pytest.mark.parametrize(
    ("crash_at", "outcome"),
    [
        (None, (4, 0)),
        ("somewhere_else", (4, 0)),
        ("after_publish_before_mark", (0, -9)),
        ("after_publish_before_mark:3", (2, -9)),
    ],
)
def test_the_process_dies_at_the_point_that_was_named(crash_at, outcome):
    assert passes_before_death(crash_at) == outcome
