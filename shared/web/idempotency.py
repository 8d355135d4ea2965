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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
    kept: bool = True
    """False where the same may be asked for again, since nothing was changed or what was done ends by itself."""

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
            await (self.keep(tx, key, answer) if answer.kept else self.forget(tx, key))
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
            first = await tx.with_others(_first_of_all, key)
        except asyncpg.LockNotAvailableError:
            raise StillInHand from None
        if first is None:
            return None
        if first.body_hash != key.body_hash:
            raise KeyUsedForAnother
        if first.answer is None or tx.now - first.created_at >= ANSWER_KEPT:
            raise AnswerGone
        return Answer.from_bytes(self._cipher.open(first.answer, _context(key)))

    async def given(self, tx: Transaction, key: RequestKey) -> Answer | None:
        """What was answered to whatever came first under this key; None when that is gone."""
        raw = await tx.fetchval(
            "select answer from idempotency where client = $1 and key = $2 and created_at > $3",
            key.client,
            key.key,
            tx.now - ANSWER_KEPT,
        )
        return Answer.from_bytes(self._cipher.open(raw, _context(key))) if raw else None

    async def keep(self, tx: Transaction, key: RequestKey, answer: Answer) -> None:
        """Beside the effect, before the commit."""
        await tx.with_others(_keep_all, (key, self._cipher.seal(answer.to_bytes(), _context(key))))

    async def forget(self, tx: Transaction, key: RequestKey) -> None:
        """As if the key had not come: whoever sends it again is served anew."""
        await tx.execute("delete from idempotency where client = $1 and key = $2", key.client, key.key)


@dataclass(frozen=True, slots=True)
class _First:
    """What came first under a key."""

    body_hash: bytes
    answer: bytes | None
    created_at: datetime


async def _first_of_all(tx: Transaction, keys: Sequence[RequestKey]) -> list[_First | None]:
    """None for a key that has not come before: it has come now.

    Of two that are the same one is the first. The other finds no answer yet and is refused, so that nothing of this
    transaction is kept and each is served in one of its own.
    """
    names = [key.client for key in keys], [key.key for key in keys]
    new = await tx.fetch(
        """
        insert into idempotency (client, key, body_hash, created_at)
        select client, key, body_hash, $4
          from unnest($1::text[], $2::text[], $3::bytea[]) as asked (client, key, body_hash)
         order by client, key -- so that two who ask for several never wait for each other
            on conflict (client, key) do nothing
        returning client, key
        """,
        *names,
        [key.body_hash for key in keys],
        tx.now,
    )
    unclaimed = {(row["client"], row["key"]) for row in new}
    if len(unclaimed) == len(keys):
        return [None] * len(keys)
    rows = await tx.fetch(
        """
        select client, key, body_hash, answer, created_at
          from idempotency
          join unnest($1::text[], $2::text[]) as asked (client, key) using (client, key)
        """,
        *names,
    )
    known = {(row["client"], row["key"]): _First(row["body_hash"], row["answer"], row["created_at"]) for row in rows}
    found: list[_First | None] = []
    for key in keys:
        name = key.client, key.key
        found.append(None if name in unclaimed else known[name])
        unclaimed.discard(name)
    return found


async def _keep_all(tx: Transaction, answers: Sequence[tuple[RequestKey, bytes]]) -> list[None]:
    await tx.execute(
        """
        update idempotency
           set answer = given.answer
          from unnest($1::text[], $2::text[], $3::bytea[]) as given (client, key, answer)
         where (idempotency.client, idempotency.key) = (given.client, given.key)
        """,
        [key.client for key, _ in answers],
        [key.key for key, _ in answers],
        [answer for _, answer in answers],
    )
    return [None] * len(answers)


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
    return RequestKey(_whose(request, client), values[0], _hash(request, await request.body()))


async def form_key(request: Request, keys: FormKeys, client: str = "form") -> RequestKey:
    """The key of an HTML form. Raises FormKeyRefused, FormTooOld."""
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    key = keys.check(next((value for name, value in fields if name == FIELD), ""))
    typed = sorted((name, value) for name, value in fields if name != FIELD)
    return RequestKey(_whose(request, client), key, _hash(request, urlencode(typed).encode()))


def _whose(request: Request, client: str) -> str:
    """Where there are several clinics, the same key at another one is another key: each answers with its own answers."""
    app = request.scope.get("app")
    return (getattr(app.state, "whose_keys", "") if app else "") + client


def _hash(request: Request, body: bytes) -> bytes:
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(target.encode() + body).digest()


def _context(key: RequestKey) -> str:
    return f"idempotency:{key.client}:{key.key}"
