"""What every service is, before anything of it runs."""

from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry import trace

from shared.service import Service
from shared.settings import Settings

routes = APIRouter(prefix="/r")


@routes.get("/{token}")
async def own_page(token: str) -> dict[str, int]:
    return {"letters": len(token)}


def service(*routers: APIRouter) -> Service:
    return Service(name="intake", title="Intake", home=Path(__file__).parent, routers=routers, reactions=())


@pytest.fixture
def settings(monkeypatch) -> Settings:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/none")
    return Settings(environment="development")


async def test_no_collector_that_the_environment_names_is_told_a_patients_path(monkeypatch, settings):
    told = []

    class Collector(trace.TracerProvider):
        def get_tracer(self, *names, **more):
            told.append(names)
            return trace.NoOpTracer()

    monkeypatch.setattr(trace, "_TRACER_PROVIDER", Collector())
    app = service(routes).build(settings, messaging=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        answer = await client.get("/r/secret")

    assert answer.json() == {"letters": 6}
    assert told == []


def test_routes_of_programs_are_tried_before_all_others(settings):
    programs = APIRouter(prefix="/api/things")
    programs.get("")(own_page)

    app = service(routes, programs).build(settings, messaging=False)

    paths = [getattr(route, "path", "") for route in app.router.routes]
    assert paths.index("/api/things") < paths.index("/r/{token}")
