"""What every test has: empty and migrated databases on each engine; no settings."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import databases

_SERVER_FOLDER = pytest.StashKey[Path]()
_IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
_MEMORY = Path("/dev/shm")  # noqa: S108 (pytest makes a folder of its own in it)
_ENOUGH = 4 * 2**30

settings.register_profile("default", deadline=None)
# A run of all tests has to stay short; trials and other profiles try more.
settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, max_examples=25
)
settings.load_profile("ci" if _IN_CI else "default")

# A developer's own settings must not lead a test to the developer's own data.
for _name in [name for name in os.environ if name.startswith("WELLBEING_")]:
    del os.environ[_name]

# Programs that tests start keep what Python compiled, or each compiles all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure(config):
    # Thousands of small databases need no disk. What is asked of it (to wait until all
    # is written) is asked all the same, and what survives a kill survives it here, too.
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    worker = getattr(config, "workerinput", None)
    folder = worker["server_folder"] if worker else databases.new_server_folder()
    config.stash[_SERVER_FOLDER] = Path(folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["server_folder"] = str(node.config.stash[_SERVER_FOLDER])


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        databases.remove_server(config.stash[_SERVER_FOLDER])


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def database_kind(request) -> str:
    """Each engine in turn; ``parametrize(..., indirect=True)`` picks one."""
    return request.param


@pytest.fixture
def database_url(request, database_kind, tmp_path) -> Iterator[str]:
    """A new, empty database."""
    if database_kind == "sqlite":
        yield databases.sqlite_url(tmp_path / "empty.db")
        return
    server = request.getfixturevalue("postgresql_server")
    with databases.postgresql_database(server) as url:
        yield url


@pytest.fixture
def migrated_database_url(request, database_kind, tmp_path) -> Iterator[str]:
    """A new database with the newest schema and nothing in it."""
    if database_kind == "sqlite":
        file = tmp_path / "wellbeing.db"
        databases.copy_sqlite(request.getfixturevalue("sqlite_template"), file)
        yield databases.sqlite_url(file)
        return
    yield request.getfixturevalue("postgresql_kept").empty()


@pytest.fixture(scope="session")
def postgresql_kept(postgresql_server, postgresql_template):
    """A database that is emptied for each test that asks for a migrated one."""
    kept = databases.KeptDatabase(postgresql_server, postgresql_template)
    yield kept
    kept.drop()


@pytest.fixture(scope="session")
def postgresql_server(pytestconfig) -> str:
    """The URL of the PostgreSQL server that all workers share."""
    try:
        return databases.server_url(pytestconfig.stash[_SERVER_FOLDER])
    except databases.NoServerError as error:
        if _IN_CI:
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def shared_folder(pytestconfig) -> Path:
    """A folder that all workers share, until the last of them ends."""
    return pytestconfig.stash[_SERVER_FOLDER]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("template") / "wellbeing.db"
    databases.make_sqlite_template(file)
    return file


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server) -> Iterator[str]:
    """The name of a migrated PostgreSQL database to copy."""
    with databases.postgresql_template(postgresql_server) as name:
        yield name
