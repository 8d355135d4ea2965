"""What an audit found: for each sentence that must hold, how much was looked at and what contradicts it.

    findings = await audit(system, within=60)
    assert findings.kept, findings

A sentence that looked at nothing is not kept. `str(findings)` is a table, made for a failed assertion.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

INVARIANTS = {
    "I1": "Every acknowledged command has its state",
    "I2": "State and outbox say the same",
    "I3": "Every outbox row reached its topic, and nothing else did",
    "I4": "One effect per hearer and event",
    "I5": "Nothing is booked twice",
    "I6": "Versions never step back",
    "I7": "Every due message ended, and once",
    "I10": "Nothing waits",
}


class Verdict(StrEnum):
    KEPT = "kept"
    VIOLATED = "violated"
    NOT_YET = "not yet"
    """Nothing contradicts it, but some of it is still on its way."""
    UNCHECKED = "nothing to check"


def _verdict(checked: int, violated: int, not_yet: int) -> Verdict:
    if violated:
        return Verdict.VIOLATED
    if not_yet:
        return Verdict.NOT_YET
    return Verdict.KEPT if checked else Verdict.UNCHECKED


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence. `checked` counts what could be judged, `not_yet` what is still on its way. `examples` are ids."""

    invariant: str
    words: str
    checked: int
    violated: int = 0
    not_yet: int = 0
    examples: tuple[str, ...] = ()
    remark: str = ""
    """Something allowed that is worth knowing, such as how many records were repeated."""

    @property
    def verdict(self) -> Verdict:
        return _verdict(self.checked, self.violated, self.not_yet)


@dataclass(frozen=True, slots=True)
class Findings:
    """All of them, in the order of the invariants."""

    findings: tuple[Finding, ...]
    drained_after: float | None
    """Seconds until nothing waited any more; None when it did not come to that in time."""
    waited_last: tuple[str, ...] = ()
    """What waited at the look before."""

    @property
    def kept(self) -> bool:
        """Every invariant was looked at, and nothing contradicts any."""
        return all(self.verdict(invariant) is Verdict.KEPT for invariant in INVARIANTS)

    @property
    def violated(self) -> set[str]:
        """The invariants that do not hold, such as {"I3"}."""
        return {one.invariant for one in self.findings if one.violated}

    @property
    def unchecked(self) -> set[str]:
        """The invariants of which there was nothing to look at."""
        return {name for name in INVARIANTS if self.verdict(name) is Verdict.UNCHECKED}

    def of(self, invariant: str) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.invariant == invariant)

    def broken(self) -> tuple[Finding, ...]:
        """Every sentence that does not hold."""
        return tuple(one for one in self.findings if one.violated)

    def verdict(self, invariant: str) -> Verdict:
        """Of an invariant as a whole."""
        ours = self.of(invariant)
        return _verdict(
            sum(one.checked for one in ours), sum(one.violated for one in ours), sum(one.not_yet for one in ours)
        )

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kept": self.kept,
            "drained_after_seconds": self.drained_after,
            "waited_last": self.waited_last,
            "invariants": {
                name: {
                    "words": words,
                    "verdict": self.verdict(name),
                    "findings": [{**asdict(one), "verdict": one.verdict} for one in self.of(name)],
                }
                for name, words in INVARIANTS.items()
            },
        }

    def __str__(self) -> str:
        return "\n".join(_line(one) for one in _worst_first(self.findings))


_BY_WEIGHT = (Verdict.VIOLATED, Verdict.NOT_YET, Verdict.UNCHECKED, Verdict.KEPT)


def _worst_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: _BY_WEIGHT.index(one.verdict))


def _line(one: Finding) -> str:
    told = f"{one.verdict:>16}  {one.invariant:<3} {one.words}: {one.checked} checked"
    if one.violated:
        told += f", {one.violated} violated"
    if one.not_yet:
        told += f", {one.not_yet} not yet"
    return told + "".join(f" ({more})" for more in (one.remark, ", ".join(one.examples)) if more)
