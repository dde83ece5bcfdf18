"""The composition root: settings become a context."""

from datetime import UTC, datetime
from functools import cache

from wellbeing.content.load import weekly_questions
from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.services.context import Context
from wellbeing.services.sign_in_file import read_providers
from wellbeing.settings import Settings, read_settings
from wellbeing.storage.engine import open_engine
from wellbeing.storage.release_engine import open_door, open_writer
from wellbeing.storage.schema import RELEASES, is_current, upgrade_engine


def system_clock() -> datetime:
    """Return this instant in UTC; the only reading of the system's clock."""
    return datetime.now(UTC)


def make_context(settings: Settings) -> Context:
    """Open the databases of the settings; they are neither read nor changed yet."""
    urls = settings.database_url, settings.releases_url
    return Context(
        engine=open_engine(settings.database_url),
        releases=open_writer(*urls),
        door=open_door(*urls),
        settings=settings,
        questions=weekly_questions(),
        now=system_clock,
        providers=read_providers(settings),
    )


def migrated_context(settings: Settings) -> Context:
    """Open the databases of the settings and bring them to the newest schema.

    Raises:
        DatabaseUnusableError: it cannot be opened or written, or is too new.
    """
    ctx = make_context(settings)
    try:
        upgrade_engine(ctx.engine)
        upgrade_engine(ctx.releases, RELEASES)
    except BaseException:
        ctx.dispose()
        raise
    return ctx


def is_ready(ctx: Context) -> bool:
    """Tell whether the database answers, and has the schema that is needed.

    Raises:
        DatabaseUnusableError: it does not answer.
    """
    return is_current(ctx.engine)


@cache
def process_context() -> Context:
    """Return the context of this process, made at its first use.

    Raises:
        DatabaseUnusableError: the database has not been migrated yet.
        SettingsError: a setting cannot be used.
    """
    ctx = make_context(read_settings())
    if not is_current(ctx.engine):
        sentence = "The database is not ready. Start the app with: make run"
        raise DatabaseUnusableError(sentence)
    upgrade_engine(ctx.releases, RELEASES)
    return ctx
