"""The rules of urgency as they are shipped: the newest file of `rules/`."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from tomllib import loads

from pydantic import BaseModel, ConfigDict, PositiveInt

from services.scheduling.domain.urgency import UrgencyRules
from shared.events.risk import RiskLevel
from shared.events.values import Urgency

SHIPPED = Path(__file__).parents[1] / "rules" / "urgency_1.toml"


class _File(BaseModel):
    """Hours. A word that is not known here is a mistake, and is refused."""

    model_config = ConfigDict(extra="forbid")

    version: PositiveInt
    risk: Mapping[RiskLevel, PositiveInt]
    urgency: Mapping[Urgency, PositiveInt]


@cache
def urgency_rules() -> UrgencyRules:
    """Raises ValidationError, naming the line of the file that is wrong."""
    said = _File.model_validate(loads(SHIPPED.read_text(encoding="utf-8")))
    return UrgencyRules(
        said.version,
        {level: timedelta(hours=hours) for level, hours in said.risk.items()},
        {urgency: timedelta(hours=hours) for urgency, hours in said.urgency.items()},
    )
