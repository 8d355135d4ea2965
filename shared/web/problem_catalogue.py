"""Every problem that the product may tell, with what to do about it: where the `type` of a problem leads.

One file made from the code of all services (`make docs`), because none of them knows the others.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shared.web.problems import Description

FILE = Path(__file__).with_name("problems.json")


@cache
def problem_catalogue() -> Mapping[str, Description]:
    """By name, in the order of names."""
    return {one["slug"]: Description(**one) for one in json.loads(FILE.read_text(encoding="utf-8"))}
