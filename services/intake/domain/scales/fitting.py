"""Which scales fit which reasons. A proposal for a clinician to confirm: no source settles it."""

from collections.abc import Collection

from services.intake.domain.reasons import Reason
from services.intake.domain.scales.audit_c import AUDIT_C
from services.intake.domain.scales.dast_10 import DAST_10
from services.intake.domain.scales.gad_7 import GAD_7
from services.intake.domain.scales.pain_nrs import PAIN_NRS
from services.intake.domain.scales.pcl_5 import PCL_5
from services.intake.domain.scales.phq_9 import PHQ_9
from services.intake.domain.scales.scale import Scale, ScaleCode
from services.intake.domain.scales.totals_only import BPI, MADRS, QIDS, Y_BOCS

ASKED = (PHQ_9, GAD_7, PCL_5, PAIN_NRS, AUDIT_C, DAST_10)
"""In the order in which a patient who gets several of them meets them."""
SCALES: dict[ScaleCode, Scale] = {scale.code: scale for scale in (*ASKED, Y_BOCS, MADRS, BPI, QIDS)}

_FITTING: dict[Reason, tuple[Scale, ...]] = {
    Reason.DEPRESSION: (PHQ_9, MADRS, QIDS),
    Reason.ANXIETY: (GAD_7,),
    Reason.PTSD: (PCL_5, PHQ_9),
    Reason.OCD: (PHQ_9, Y_BOCS),
    Reason.SUICIDAL_IDEATION: (PHQ_9,),
    Reason.SUBSTANCE_USE: (AUDIT_C, DAST_10),
    Reason.CHRONIC_PAIN: (PAIN_NRS, BPI),
}


def scales_for(reasons: Collection[Reason]) -> tuple[Scale, ...]:
    """Those that the patient is asked, each once."""
    return tuple(scale for scale in SCALES.values() if scale.items and _fits(scale, reasons))


def totals_for(reasons: Collection[Reason]) -> tuple[Scale, ...]:
    """Those of which staff may enter the total of a paper form."""
    return tuple(scale for scale in SCALES.values() if not scale.items and _fits(scale, reasons))


def _fits(scale: Scale, reasons: Collection[Reason]) -> bool:
    return any(scale in _FITTING[reason] for reason in reasons)
