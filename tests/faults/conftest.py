"""One clinic of two replicas on Apache Kafka for all examples that want it, and what they have measured, said at the end."""

import os
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from operations.embedded.kafka_jars import temporary_kafka
from tests.faults.clinic import UNFENCED, Clinic, running_clinic
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.faults.under_fire import RATE

SEED = "CHAIRSIDE_FAULT_SEED"
FIGURES: list[str] = []


@pytest.fixture(scope="session")
async def replicated(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """Each example leaves it whole and drained."""
    home = tmp_path_factory.mktemp("replicated") / "home"
    async with running_clinic(home, broker=temporary_kafka, replicas=2, settings=UNFENCED) as clinic:
        yield clinic


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """What the clients of one example know of their commands."""
    return Ledger(tmp_path / "ledger.jsonl")


@pytest.fixture
def load(replicated: Clinic, ledger: Ledger, seed: int) -> Load:
    return Load(replicated.addresses.public_url, ledger, rate=RATE, seed=seed)


@pytest.fixture
def seed() -> int:
    """Of whatever is left to chance; CHAIRSIDE_FAULT_SEED replays a run that failed."""
    return int(os.environ.get(SEED) or secrets.randbelow(2**32))


@pytest.fixture
def say(request: pytest.FixtureRequest, seed: int) -> Callable[..., None]:
    """`say(kills=25, lost=0)`: figures that stand at the end of the run, also of one that passed."""

    def say(**figures: object) -> None:
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
        FIGURES.append(f"{request.node.name}: {told} ({SEED}={seed})")

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("under fire")
        for line in FIGURES:
            terminalreporter.line(line)
