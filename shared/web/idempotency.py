"""The same request twice has one effect and one answer.

    async def do(tx: Transaction) -> Answer:
        request = await submit_request(tx, command)
        return Answer.json(201, view, location=f"/api/consultation-requests/{request.id}")

    answer = await answers.once(database.alone, key, do)
    return answer.response()

The key is inserted in the effect's own transaction. Of two requests at once the second waits at the primary key: when
the first commits it finds the answer, when the first rolls back it goes ahead itself. While the first hangs it waits
longer than for any other lock: an error would only make somebody press a third time.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import asyncpg
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.database import Transaction
from shared.keyring.ciphers import ServiceCipher
from shared.web.form_key import FIELD, FormKeys
from shared.web.problems import FieldError, Problem

IDEMPOTENCY_SQL = Path(__file__).with_name("sql") / "0001_idempotency.sql"
HEADER = "Idempotency-Key"
ANSWER_KEPT = timedelta(hours=24)
KEY_KEPT = timedelta(days=400)
"""As long as the outbox: so long a repeat is recognised, even when its answer is gone."""
LOOKS = 8
"""How often the second looks whether the first has ended. Each look lasts `lock_timeout` (3 s), all together longer than
a transaction may hang and shorter than the front door waits (30 s); in between the connection is somebody else's."""
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


class KeyMalformed(Problem):
    status = 422
    title = "The Idempotency-Key cannot be used"
    what_to_do = "Send a fresh random value, such as a UUID, of 8 to 200 visible ASCII characters."


class KeyUsedForAnother(Problem):
    status = 422
    title = "This key was used for another request"
    what_to_do = "Send a new request with a new key. The first one was done and is not changed by this."


class AnswerGone(Problem):
    status = 409
    title = "This was already done, more than a day ago"
    what_to_do = "It was not done again. Look the result up, or use a new key if you mean a new request."


class StillInHand(Problem):
    status = 503
    title = "We are still working on what you sent"
    what_to_do = (
        "It has reached us. If you hear nothing within a minute, send the same once more: it is never done twice."
    )

    def __init__(self) -> None:
        super().__init__(retry_after=30)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who asked, under which key, for what. `body_hash` covers method, path and body."""

    client: str
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be given twice."""

    status: int
    body: bytes = b""
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, model: BaseModel, *, location: str | None = None) -> "Answer":
        headers = {"Location": location} if location else {}
        return cls(status, model.model_dump_json().encode(), headers=headers)

    @classmethod
    def see_other(cls, location: str) -> "Answer":
        """The answer to a form: 303 to the page that shows the result."""
        return cls(303, media_type="", headers={"Location": location})

    def response(self) -> Response:
        if self.status == 303:
            return RedirectResponse(self.headers["Location"], status_code=303)
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(self.body, self.status, headers=headers, media_type=self.media_type or None)

    def to_bytes(self) -> bytes:
        head = json.dumps([self.status, self.media_type, dict(self.headers)]).encode()
        return head + b"\n" + self.body

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Answer":
        head, _, body = raw.partition(b"\n")
        status, media_type, headers = json.loads(head)
        return cls(status, body, media_type, headers)


Work = Callable[[Transaction], Awaitable[Answer]]
Transact = Callable[[Work], Awaitable[Answer]]


class Answers:
    """The answers of one service, sealed while they are kept."""

    def __init__(self, cipher: ServiceCipher) -> None:
        self._cipher = cipher

    async def once(self, transact: Transact, key: RequestKey, do: Work) -> Answer:
        """The answer of `do`, or the one it gave when this request came first, in a transaction that holds both.

        `transact` is `database.alone`, or `database.together` where `do` may share it with others.
        Raises KeyUsedForAnother, AnswerGone; StillInHand when the first has not ended in all the time there is.
        """

        async def first_time_only(tx: Transaction) -> Answer:
            if (earlier := await self.earlier(tx, key)) is not None:
                return earlier
            answer = await do(tx)
            await self.keep(tx, key, answer)
            return answer

        for _ in range(LOOKS):
            with suppress(StillInHand):
                return await transact(first_time_only)
        raise StillInHand

    async def earlier(self, tx: Transaction, key: RequestKey) -> Answer | None:
        """None when this is the first time: then do it, and `keep` the answer in the same transaction.

        Raises KeyUsedForAnother, AnswerGone; StillInHand when the same key is being answered elsewhere, and that has
        not ended within `lock_timeout`.
        """
        try:
            first = await tx.fetchval(
                """
                insert into idempotency (client, key, body_hash, created_at)
                values ($1, $2, $3, $4)
                    on conflict (client, key) do nothing
                returning true
                """,
                key.client,
                key.key,
                key.body_hash,
                tx.now,
            )
        except asyncpg.LockNotAvailableError:
            raise StillInHand from None
        if first:
            return None
        row = await tx.fetchrow(
            "select body_hash, answer, created_at from idempotency where client = $1 and key = $2", key.client, key.key
        )
        if row is not None and row["body_hash"] != key.body_hash:
            raise KeyUsedForAnother
        if row is None or row["answer"] is None or tx.now - row["created_at"] >= ANSWER_KEPT:
            raise AnswerGone
        return Answer.from_bytes(self._cipher.open(row["answer"], _context(key)))

    async def keep(self, tx: Transaction, key: RequestKey, answer: Answer) -> None:
        """Beside the effect, before the commit."""
        await tx.execute(
            "update idempotency set answer = $3 where client = $1 and key = $2",
            key.client,
            key.key,
            self._cipher.seal(answer.to_bytes(), _context(key)),
        )


async def forget_answers(tx: Transaction, most: int = 1000) -> int:
    """For a timer: empties answers older than ANSWER_KEPT and removes keys older than KEY_KEPT. Says how many rows."""
    emptied = await tx.execute(
        """
        update idempotency set answer = null
         where (client, key) in (
               select client, key from idempotency
                where created_at <= $1 and answer is not null
                limit $2 for update skip locked)
        """,
        tx.now - ANSWER_KEPT,
        most,
    )
    removed = await tx.execute(
        """
        delete from idempotency
         where (client, key) in (
               select client, key from idempotency where created_at <= $1 limit $2 for update skip locked)
        """,
        tx.now - KEY_KEPT,
        most,
    )
    return int(emptied.split()[-1]) + int(removed.split()[-1])


async def header_key(request: Request, client: str = "public") -> RequestKey | None:
    """The key of a JSON call, or None when it sent none. Raises KeyMalformed.

    `client` says whose key it is, such as `staff:<id>`; callers that cannot be told apart share `public`, where only
    the same body gets an earlier answer.
    """
    values = request.headers.getlist(HEADER)
    if not values:
        return None
    if len(values) > 1 or not _KEY.fullmatch(values[0]):
        raise KeyMalformed(errors=[FieldError("Send one key of 8 to 200 visible ASCII characters.", parameter=HEADER)])
    return RequestKey(client, values[0], _hash(request, await request.body()))


async def form_key(request: Request, keys: FormKeys, client: str = "form") -> RequestKey:
    """The key of an HTML form. Raises FormKeyRefused, FormTooOld."""
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    key = keys.check(next((value for name, value in fields if name == FIELD), ""))
    typed = sorted((name, value) for name, value in fields if name != FIELD)
    return RequestKey(client, key, _hash(request, urlencode(typed).encode()))


def _hash(request: Request, body: bytes) -> bytes:
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(target.encode() + body).digest()


def _context(key: RequestKey) -> str:
    return f"idempotency:{key.client}:{key.key}"
