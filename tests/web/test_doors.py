"""Many who sign in at once: few are hashed for, and everybody else goes on."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Lock

import httpx2
import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from starlette.applications import Starlette

from tests.clinic import PASSWORD
from tests.servers import email_of
from tests.web.conftest import HOME
from wellbeing.services import passwords, private_texts
from wellbeing.web import doors
from wellbeing.web.app import MIDDLEWARE, ROUTES
from wellbeing.web.requests import form_proof

MANY = 45  # more than the threads of the pool that everything else shares
KEY = "of-a-form"


class Crowd:
    """Counts who is inside at the same time; nobody goes on before there are enough."""

    def __init__(self, enough):
        self.now = self.most = 0
        self.full, self._enough, self._lock = Event(), enough, Lock()

    @contextmanager
    def one(self):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            if self.now >= self._enough:
                self.full.set()
        try:
            yield
        finally:
            with self._lock:
                self.now -= 1


class CountingHasher(PasswordHasher):
    """Argon2, and it waits until nobody else can come in."""

    def __init__(self, crowd, stay):
        super().__init__(time_cost=1, memory_cost=32, parallelism=4)
        self._crowd, self._stay = crowd, stay

    def hash(self, *args, **more):
        with self._crowd.one():
            self._stay()
            return super().hash(*args, **more)

    def verify(self, *_args):
        with self._crowd.one():
            self._stay()
        raise VerifyMismatchError


def test_never_more_than_three_passwords_are_hashed_at_once(monkeypatch):
    crowd = Crowd(enough=passwords.HASHED_AT_ONCE)

    def stay():
        assert crowd.full.wait(10)

    def derived(*_args, **_more):
        with crowd.one():
            stay()
        return bytes(private_texts.KEY)

    hasher = CountingHasher(crowd, stay)
    known = PasswordHasher(time_cost=1, memory_cost=32).hash(PASSWORD)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    # Kept for good otherwise, and what it gives here is no hash.
    monkeypatch.setattr(
        passwords, "_nobodys_hash", partial(passwords.hash_password, PASSWORD)
    )
    monkeypatch.setattr(private_texts, "hash_secret_raw", derived)
    works = [
        lambda: passwords.hash_password(PASSWORD),
        lambda: passwords.matches(known, PASSWORD),
        lambda: passwords.matches(None, PASSWORD),
        lambda: private_texts.password_secret(PASSWORD),
    ]
    with ThreadPoolExecutor(MANY) as pool:
        for done in [pool.submit(works[n % len(works)]) for n in range(MANY)]:
            done.result(20)
    assert crowd.most == passwords.HASHED_AT_ONCE == 3


async def answers_while_many_wait(crowd, wait):
    routes = Starlette(routes=ROUTES, middleware=MIDDLEWARE)
    transport = httpx2.ASGITransport(routes)
    async with httpx2.AsyncClient(transport=transport, base_url=HOME) as client:
        headers = {"origin": HOME, "cookie": f"wellbeing_form={KEY}"}

        def sign_in(n):
            sent = {"proof": form_proof(KEY), "email": email_of(f"x{n}")}
            sent["password"] = "not this one"
            return client.post("/sign-in", data=sent, headers=headers)

        waiting = [asyncio.create_task(sign_in(n)) for n in range(MANY)]
        try:
            assert await asyncio.to_thread(crowd.full.wait, 20)
            paths = ["/healthz", "/readyz", "/session", "/sign-in"]
            async with asyncio.timeout(20):
                others = [(await client.get(path)).status_code for path in paths]
            assert not any(one.done() for one in waiting)
        finally:
            wait.set()
        return others, [(await one).status_code for one in waiting]


@pytest.mark.usefixtures("ctx")
def test_who_waits_at_the_door_holds_up_nobody_else():
    crowd, wait = Crowd(enough=doors.AT_ONCE), Event()
    hasher = CountingHasher(crowd, lambda: wait.wait(30))
    known = PasswordHasher(time_cost=1, memory_cost=32).hash(PASSWORD)
    # Put back here: the fixture would do so after the quick hashing of ctx has ended.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_nobodys_hash", lambda: known)
        patch.setattr(passwords, "_HASHER", hasher)
        others, waited = asyncio.run(answers_while_many_wait(crowd, wait))
    assert others == [200, 200, 401, 200]
    assert waited == [401] * MANY
    assert crowd.most == doors.AT_ONCE < passwords.HASHED_AT_ONCE
