"""What clinicians approve of what intake does."""

from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.screening import RuleSet
from services.intake.store.shipped_protocol import shipped_protocol
from services.intake.store.shipped_rules import shipped_rules
from shared.versions.kind import Kind

SCREENING = Kind("screening", RuleSet.read, shipped_rules)
FOLLOW_UP = Kind("follow_up", FollowUpProtocol.read, shipped_protocol)
