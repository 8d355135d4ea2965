from collections.abc import AsyncIterator

import pytest

from tests.conftest import forgetful_postgres
from tests.faults.clinic import running_clinic
from tests.integration.audit.played import Copy, Day, play


@pytest.fixture(scope="package")
async def day(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Day]:
    """One day for all tests, see tests/workers.py; each looks at a copy of its own."""
    async with running_clinic(tmp_path_factory.mktemp("clinic") / "home", postgres=forgetful_postgres) as clinic:
        yield await play(clinic)


@pytest.fixture
async def copy(day: Day) -> AsyncIterator[Copy]:
    async with day.copy() as copy:
        yield copy
