"""The reference of `benchmarks.requests`: the same JSON in and out of FastAPI, one worker, and nothing behind it."""

import sys

import uvicorn
from fastapi import FastAPI, Response

from services.intake.api.models import ConsultationRequestIn, ConsultationRequestOut

ANSWER = {
    "state": "received",
    "requested_at": "2026-06-15T18:00:00Z",
    "appointment": None,
    "can_withdraw": True,
    "urgent_help": None,
    "links": {
        "status": "/api/consultation-requests/0123456789abcdefghij",
        "withdrawal": "/api/consultation-requests/0123456789abcdefghij/withdrawal",
        "change_ticket": "/api/consultation-requests/0123456789abcdefghij/change-ticket",
        "page": "http://127.0.0.1:8080/r/0123456789abcdefghij",
    },
}
app = FastAPI()


@app.get("/health/messaging")
async def well() -> None: ...


@app.post("/api/consultation-requests", status_code=201, response_model=ConsultationRequestOut)
async def submit(sent: ConsultationRequestIn) -> Response:
    view = ConsultationRequestOut.model_validate({**ANSWER, "reference": sent.name[:8]})
    return Response(view.model_dump_json(), 201, {"Location": view.links.status}, "application/json")


def main() -> None:
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False)


if __name__ == "__main__":
    main()
