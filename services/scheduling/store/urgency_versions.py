"""How soon a consultation must be, in versions that a clinician approves; the first came with the service as a proposal."""

from functools import cache
from pathlib import Path
from tomllib import loads

from services.scheduling.domain.urgency_rules import UrgencyRules
from shared.versions.kind import Kind

_FILE = Path(__file__).parents[1] / "rules" / "urgency_1.toml"


@cache
def shipped_urgency() -> UrgencyRules:
    """Raises UrgencyRulesBroken, and whatever a file that is missing or no TOML raises: then the service is not whole."""
    return UrgencyRules.read(loads(_FILE.read_text(encoding="utf-8")))


URGENCY = Kind("urgency", UrgencyRules.read, shipped_urgency)
