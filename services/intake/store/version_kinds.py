"""Of what there are versions: how each kind is read, which one came with the service, and where they are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.screening import RuleSet
from services.intake.domain.versions import Content
from services.intake.store.shipped_protocol import shipped_protocol
from services.intake.store.shipped_rules import shipped_rules


@dataclass(frozen=True, slots=True)
class Kind(Generic[Content]):
    """`table` begins the names of its two tables. `read` raises VersionBroken."""

    table: str
    read: Callable[[Mapping[str, Any]], Content]
    shipped: Callable[[], Content]


SCREENING = Kind("screening", RuleSet.read, shipped_rules)
FOLLOW_UP = Kind("follow_up", FollowUpProtocol.read, shipped_protocol)
