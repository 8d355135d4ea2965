"""What every test under load does at its end: wait until nothing waits, let the auditor look, say the figures."""

from collections.abc import Callable

from operations.auditing.findings import Findings
from tests.faults.clinic import Clinic
from tests.faults.load import Load

RATE = 10.0
"""Beginnings a second: what leaves two cores some room beside nine servers that are started again and again."""
DRAINED_WITHIN = 120.0
"""Seconds after the fault until nothing waits. The longest lease is that of an e-mail in a dead sender's hands, 30."""


async def assert_kept(
    clinic: Clinic, load: Load, say: Callable[..., None], *, within: float = DRAINED_WITHIN, **figures: object
) -> None:
    """Nothing lost, doubled or misordered, no overlap, no dead letter, and all of it drained, e-mails included."""
    findings = await clinic.audit(within=within, ledger=load.ledger.path)
    dead_letters = await clinic.dead_letters()
    drained = f"{findings.drained_after:.0f} s" if findings.drained_after is not None else "not"
    say(
        **figures,
        **load.figures(),
        **counted(findings),
        dead_letters=dead_letters,
        drained=drained,
        waited_last=", ".join(findings.waited_last) or "nothing",
    )
    assert findings.kept, f"{findings}\n{dict(load.troubles)}"
    assert dead_letters == 0


def counted(findings: Findings) -> dict[str, int]:
    """Contradictions by their kind."""
    of = {"lost": ("I1", "I2", "I3"), "doubled": ("I4",), "overlaps": ("I5",), "misordered": ("I6",), "mail": ("I7",)}
    return {kind: sum(one.violated for name in names for one in findings.of(name)) for kind, names in of.items()}
