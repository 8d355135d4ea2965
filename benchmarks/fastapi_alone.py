"""The reference of `benchmarks.requests`: the same JSON in and out of FastAPI, one worker, and nothing behind it."""

import sys

import uvicorn
from fastapi import FastAPI, Response

from services.intake.api.models import ConsultationRequestIn, ConsultationRequestOut

EXAMPLE = ConsultationRequestOut.model_config["json_schema_extra"]["examples"][0]  # type: ignore[index,call-overload]
app = FastAPI()


@app.get("/health/messaging")
async def well() -> None: ...


@app.post("/api/consultation-requests", status_code=201, response_model=ConsultationRequestOut)
async def submit(sent: ConsultationRequestIn) -> Response:
    view = ConsultationRequestOut.model_validate({**EXAMPLE, "appointment": None, "reference": sent.name[:8]})
    return Response(view.model_dump_json(), 201, {"Location": view.links.status}, "application/json")


def main() -> None:
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False)


if __name__ == "__main__":
    main()
