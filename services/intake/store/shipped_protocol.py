"""The protocol of follow-up scales that comes with the service: a proposal, until a clinician approves one."""

import tomllib
from functools import cache
from pathlib import Path

from services.intake.domain.questionnaire.protocol import FollowUpProtocol

_FILE = Path(__file__).parents[1] / "rules" / "follow_up_1.toml"


@cache
def shipped_protocol() -> FollowUpProtocol:
    """Raises ProtocolBroken, and whatever a file that is missing or no TOML raises: then the service is not whole."""
    return FollowUpProtocol.read(tomllib.loads(_FILE.read_text()))
