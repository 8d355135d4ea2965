"""Every page and every route of a service is found at the front door, and no two services claim one path."""

import re
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from shared.database.roles import SERVICES

CADDYFILE = Path("deploy/Caddyfile").read_text(encoding="utf-8")


def matched_by(name: str) -> list[str]:
    """The patterns of one named matcher of the door."""
    found = re.search(rf"^\t@{name} path (.+)$", CADDYFILE, re.MULTILINE)
    assert found, f"the door has no matcher {name}"
    return found[1].split()


def is_matched(path: str, name: str) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in matched_by(name))


def paths_of(service: str) -> set[str]:
    app = FastAPI()
    for router in import_module(f"services.{service}.app").SERVICE.routers:
        app.include_router(router)
    return {context.path for context in iter_route_contexts(app.router.routes) if context.path}


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_serves_leads_to_it_and_to_no_other(service):
    served = [path for path in paths_of(service) if not is_matched(path, "inside")]

    assert served
    for path in served:
        assert [name for name in SERVICES if is_matched(path, name)] == [service], path
