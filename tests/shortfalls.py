"""What cannot be tried in a run is not skipped in silence: the run says at its end how many cases, and why.

    @pytest.mark.needs("dead_members_expire")
    async def test_a_frozen_member_that_wakes_up_changes_nothing(scratch, broker): ...

Names are those of `shared.messaging.broker_kinds.BrokerKind`, about the broker of the run, and of MACHINE. Apache Kafka can do
all of it, and root may do all of it, so there every case runs.
"""

import os
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import fields

import pytest

from shared.messaging.broker_kinds import KAFKA, NOIDA, BrokerKind

UNTRIED = pytest.StashKey[Counter[str]]()
ABILITIES = {field.name for field in fields(BrokerKind)}


def _mounts() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False)
        if not tried.returncode:
            subprocess.run(["umount", folder], check=True)
    return not tried.returncode


MACHINE: dict[str, tuple[Callable[[], bool], str]] = {
    "mounts": (_mounts, "who runs this may not mount a small disk"),
}
_known: dict[str, str | None] = {}


def why_not(ability: str) -> str | None:
    """In words; None when it can be tried."""
    if ability in MACHINE:
        able, words = MACHINE[ability]
        if ability not in _known:
            _known[ability] = None if able() else words
        return _known[ability]
    kind = KAFKA if os.environ.get("CHAIRSIDE_TEST_BROKER") == "kafka" else NOIDA
    return None if getattr(kind, ability) else f"on {kind.title} {kind.shortfall(ability)}"


def pytest_configure(config: pytest.Config) -> None:
    config.stash[UNTRIED] = Counter()


@pytest.hookimpl(trylast=True)  # what was not asked for is gone by then
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    untried = []
    for item in items:
        needs = [mark.args[0] for mark in item.iter_markers("needs")]
        if unknown := set(needs) - ABILITIES - MACHINE.keys():
            raise pytest.UsageError(f"{item.nodeid} needs {', '.join(unknown)}, of which nobody says who can")
        if reasons := [why for ability in needs if (why := why_not(ability))]:
            untried.append(item)
            config.stash[UNTRIED][reasons[0]] += 1
    if untried:
        config.hook.pytest_deselected(items=untried)
        items[:] = [item for item in items if item not in untried]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the process that prints; each has collected the same."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["untried"] = dict(session.config.stash[UNTRIED])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: pytest.Session) -> None:
    node.config.stash[UNTRIED] = Counter(getattr(node, "workeroutput", {}).get("untried", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for why, count in sorted(config.stash[UNTRIED].items()):
        terminalreporter.write_line(f"not tried: {count} {'case' if count == 1 else 'cases'}, because {why}")
