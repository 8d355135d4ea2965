"""A front end behind a link to questions: it draws what it is told to, and chooses the mildest that is offered."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.integration.intake.conftest import Intake


@dataclass
class LinkFrontEnd:
    """`told` is the last answer; `headers` go with every call."""

    intake: Intake
    address: str
    headers: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    async def open(self) -> "LinkFrontEnd":
        answer = await self.get()
        assert answer.status_code == 200, answer.text
        self.told = answer.json()
        return self

    @property
    def question(self) -> dict[str, Any]:
        return self.told["next"]

    async def walk_to(self, question: str = "", value: str = "") -> "LinkFrontEnd":
        """Answers what comes, until this is asked; to the end without it."""
        while self.told["next"] and self.question["question"] != question:
            values = {one["name"]: _mildest(one, value) for one in self.question["fields"]}
            answer = await self.say(self.question["question"], values, self.question["revision"])
            assert answer.status_code == 200, answer.text
            self.told = answer.json()
        return self

    async def get(self, step: str = "", **params: str) -> httpx.Response:
        return await self.intake.http.get(f"{self.address}{step}", headers=self.headers, params=params)

    async def say(self, question: str, values: Any, revision: int = 0, key: str = "") -> httpx.Response:
        return await self.intake.http.post(
            f"{self.address}/{question}",
            json={"values": values, "revision": revision},
            headers={**self.headers, **({"Idempotency-Key": key} if key else {})},
        )


def _mildest(drawn: dict[str, Any], value: str) -> str:
    values: list[str] = [option["value"] for option in drawn["options"]]
    return value if value in values else "no" if "no" in values else values[0]
