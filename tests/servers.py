"""The real app on a free port, and a clinic in which everybody can sign in."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.clinic import PASSWORD, Clock, open_context
from tests.databases import copy_sqlite, fold, refill_sqlite, sqlite_url
from tests.quick_hashing import quick_argon2
from wellbeing.bootstrap import make_context
from wellbeing.domain.ids import PersonId, TeamId
from wellbeing.domain.people import Role, Viewer
from wellbeing.domain.weeks import Week
from wellbeing.services import accounts, invitations, people, setup
from wellbeing.services.context import Context
from wellbeing.services.setup import NewClinic
from wellbeing.settings import ROOT, Settings
from wellbeing.storage import account_queries, clinic_queries

BEGAN = datetime(2026, 1, 5, 10, tzinfo=UTC)
"""When the clinic was set up: before any test, so that everybody is a member."""
ROLES = {
    "ada": Role.ADMINISTRATOR,
    "alice": Role.CLINICIAN,
    "bob": Role.CLINICIAN,
    "dora": Role.LEAD,
    "rita": Role.RESEARCHER,
}
"""Who there is: each with one role, PASSWORD, and an address at example.org."""
_START_SECONDS = 60


def email_of(name: str) -> str:
    """Return the e-mail address of somebody of the cast."""
    return f"{name}@example.org"


def fill_with_cast(file: Path) -> None:
    """Set up a clinic in a migrated SQLite file; alice and bob belong to North."""
    ctx = open_context(sqlite_url(file), Clock(BEGAN))
    link = setup.new_setup_link(ctx) or ""
    wanted = NewClinic(
        name="Riverside",
        country="DE",
        time_zone="Europe/Berlin",
        administrator="Ada",
        email=email_of("ada"),
        password=PASSWORD,
        checks_in=False,
    )
    entrance = setup.set_up(ctx, link.rsplit("/", 1)[-1], wanted)
    ada = accounts.viewer_of_token(ctx, entrance.token)
    north = people.add_team(ctx, ada, "North").team_id
    for name in [name for name in ROLES if name != "ada"]:
        invitation = invitations.invite(ctx, ada, _added(ctx, ada, name, north))
        token = invitation.rsplit("/", 1)[-1]
        accepted = invitations.accept_invitation(ctx, token, PASSWORD)
        accounts.sign_out(ctx, accepted.token)
    accounts.sign_out_everywhere(ctx, ada)
    ctx.dispose()
    fold(file)


def _added(ctx: Context, ada: Viewer, name: str, north: TeamId) -> PersonId:
    role = ROLES[name]
    return people.add_person(
        ctx,
        ada,
        name=name.capitalize(),
        email=email_of(name),
        roles=[role],
        team_id=north if role is Role.CLINICIAN else None,
        from_week=Week.of(BEGAN.date()),
        leads=[north] if role is Role.LEAD else [],
    )


def token_of(ctx: Context, name: str) -> str:
    """Begin a session as after a sign-in with all that is asked; return its token."""
    with ctx.writing() as db:
        clinic = clinic_queries.the_clinic(db)
        assert clinic is not None
        account = account_queries.account(db, clinic.clinic_id, email_of(name))
        assert account is not None
        own = clinic.clinic_id, account.person_id
        return accounts.begin_session(ctx, db, *own, proved=True)


def viewer_named(ctx: Context, name: str) -> Viewer:
    """Begin a session of somebody and return who they are."""
    return accounts.viewer_of_token(ctx, token_of(ctx, name))


@dataclass(kw_only=True)
class RunningApp:
    """The app as a process of its own, and what tests need to know of it.

    Attributes:
        ctx: the same database, seen from the test's process.
        environment: settings beyond the database and the port.
    """

    port: int
    folder: Path
    ctx: Context
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address that people open, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the process has printed so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, host: str = "") -> None:
        """Start the process and wait until it answers.

        Args:
            host: what requests must be for, when a public address is set.
        """
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")},
            "WELLBEING_DATABASE_URL": str(self.ctx.settings.database_url),
            "WELLBEING_PORT": str(self.port),
            **self.environment,
        }
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers(host):
            if not self.alive or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(self.log)
            time.sleep(0.1)

    def begin_anew(self, template: Path) -> None:
        """Put back the database and empty the log; start the process if it is gone."""
        self.ctx.dispose()  # a test may have changed a connection
        refill_sqlite(template, Path(self.ctx.engine.url.database or ""))
        os.truncate(self.folder / "log", 0)
        if not self.alive:
            self.start()

    def kill(self) -> None:
        """End the process at once; what was saved must survive it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self, host: str) -> bool:
        wanted = Request(f"{self.url}/healthz", headers={"host": host} if host else {})  # noqa: S310 (our own)
        try:
            with urlopen(wanted, timeout=5) as answer:  # noqa: S310 (our own)
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False


def running(
    template: Path, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[RunningApp]:
    """Start the app on a copy of a database; end it when the fixture ends."""
    file = folder / "wellbeing.db"
    copy_sqlite(template, file)
    ctx = make_context(Settings(database_url=sqlite_url(file)))
    yield from running_on(ctx, folder, environment)
    ctx.dispose()


def running_on(
    ctx: Context, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[RunningApp]:
    """Start the app on the database of a context; end it when the fixture ends."""
    app = RunningApp(
        port=free_port(), folder=folder, ctx=ctx, environment=environment or {}
    )
    try:
        app.start()
        yield app
    finally:
        app.kill()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def cast_template(sqlite_template, tmp_path_factory) -> Path:
    """A file with the clinic and its people, to copy."""
    file = tmp_path_factory.mktemp("cast") / "wellbeing.db"
    copy_sqlite(sqlite_template, file)
    fill_with_cast(file)
    return file


@pytest.fixture(scope="session")
def quick_cast_template(sqlite_template, tmp_path_factory) -> Path:
    """The same for tests in whose process hashing is quick: it opens nothing else."""
    file = tmp_path_factory.mktemp("quick_cast") / "wellbeing.db"
    copy_sqlite(sqlite_template, file)
    with quick_argon2():
        fill_with_cast(file)
    return file


@pytest.fixture(scope="session")
def running_app(cast_template, tmp_path_factory) -> Iterator[RunningApp]:
    """The app with the cast, started once for all tests of a worker."""
    yield from running(cast_template, tmp_path_factory.mktemp("running"))


@pytest.fixture
def fresh_app(cast_template, tmp_path) -> Iterator[RunningApp]:
    """The app with the cast, just started, for one test."""
    yield from running(cast_template, tmp_path)
