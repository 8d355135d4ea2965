"""What the broker of a run cannot do is not tried on it, and the run says so at its end: how many cases, and why.

    @pytest.mark.needs("dead_members_expire")
    async def test_a_frozen_member_that_wakes_up_changes_nothing(scratch, broker): ...

The names are those of `shared.messaging.broker_kinds.BrokerKind`. Apache Kafka can do all of it, so there every case runs.
"""

import os
from collections import Counter
from dataclasses import fields

import pytest

from shared.messaging.broker_kinds import KAFKA, NOIDA, BrokerKind

UNTRIED = pytest.StashKey[Counter[str]]()
ABILITIES = {field.name for field in fields(BrokerKind)}


def kind_of_run() -> BrokerKind:
    """Of the fixture `broker`."""
    return KAFKA if os.environ.get("CHAIRSIDE_TEST_BROKER") == "kafka" else NOIDA


def pytest_configure(config: pytest.Config) -> None:
    config.stash[UNTRIED] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kind, untried = kind_of_run(), []
    for item in items:
        needs = [mark.args[0] for mark in item.iter_markers("needs")]
        if unknown := set(needs) - ABILITIES:
            raise pytest.UsageError(f"{item.nodeid} needs {', '.join(unknown)}, which no broker is said to do or not")
        if missing := [ability for ability in needs if not getattr(kind, ability)]:
            untried.append(item)
            config.stash[UNTRIED].update(missing[:1])
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
    kind = kind_of_run()
    for ability, count in sorted(config.stash[UNTRIED].items()):
        cases = "1 case" if count == 1 else f"{count} cases"
        terminalreporter.write_line(f"not tried on {kind.title}: {cases}, because {kind.shortfall(ability)}")
