"""The composition root: settings become a context."""

from datetime import UTC, datetime
from functools import cache

from wellbeing.content.load import weekly_questions
from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.services.context import Context
from wellbeing.settings import Settings, read_settings
from wellbeing.storage.engine import open_engine
from wellbeing.storage.schema import is_current, upgrade_engine


def system_clock() -> datetime:
    """Return this instant in UTC; the only reading of the system's clock."""
    return datetime.now(UTC)


def make_context(settings: Settings) -> Context:
    """Open the database of the settings; it is neither read nor changed yet."""
    return Context(
        engine=open_engine(settings.database_url),
        settings=settings,
        questions=weekly_questions(),
        now=system_clock,
    )


def migrated_context(settings: Settings) -> Context:
    """Open the database of the settings and bring it to the newest schema.

    Raises:
        DatabaseUnusableError: it cannot be opened or written, or is too new.
    """
    ctx = make_context(settings)
    try:
        upgrade_engine(ctx.engine)
    except BaseException:
        ctx.engine.dispose()
        raise
    return ctx


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
    return ctx
