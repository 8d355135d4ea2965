"""Which tests stay on one worker when they run side by side: those of a file, and those of a folder that begin with the same
long day, which would be lived through once more for each worker."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/integration/audit",)


class ByFile(LoadFileScheduling):
    """Hands out files, and the folders of TOGETHER, whole."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(f"{place}/")), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile | None:
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
