"""The screening rules that come with the service: version 1 of every clinic, until a clinician approves one."""

import tomllib
from functools import cache
from pathlib import Path

from services.intake.domain.screening import RuleSet

_FILE = Path(__file__).parents[1] / "rules" / "screening_1.toml"


@cache
def shipped_rules() -> RuleSet:
    """Raises RuleSetBroken, and whatever a file that is missing or no TOML raises: then the service is not whole."""
    return RuleSet.read(tomllib.loads(_FILE.read_text()))
