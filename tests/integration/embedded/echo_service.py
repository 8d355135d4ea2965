"""A service that answers with what it was asked, for tests of the front door: `echo_service.py NAME PORT [leaving|ready]`.

`?after=5` keeps it silent for so many seconds first; a live stream has begun by then.
"""

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route


def after(request):
    return float(request.query_params.get("after", 0))


async def events(silent):
    await asyncio.sleep(silent)
    for _ in range(1000):
        yield "event: changed\ndata:\n\n"
        await asyncio.sleep(0.5)


async def live(request):
    return StreamingResponse(events(after(request)), media_type="text/event-stream")


async def long(_):
    return HTMLResponse("<p>A long page</p>" * 200)


async def echo(request):
    body = await request.body()
    await asyncio.sleep(after(request))
    heard = {"service": sys.argv[1], "port": int(sys.argv[2]), "headers": dict(request.headers), "size": len(body)}
    return JSONResponse(heard, headers={"Server": "secret", "X-Powered-By": "secret"})


async def ready(_):
    return JSONResponse({}, 503 if "leaving" in sys.argv[3:] else 200)


app = Starlette(
    routes=[
        Route("/readyz", ready),
        Route("/staff/inbox/live", live),
        Route("/request/long", long),
        Route("/{path:path}", echo, methods=["GET", "POST"]),
    ]
)
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", proxy_headers=False)
