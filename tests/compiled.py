"""Statements that were compiled for one test's engine, used by the next one's."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

import sqlalchemy as sa

from wellbeing.services.context import Context

_MOST = 1500


class _Compiled:
    """What SQLAlchemy compiled for one kind of database, whichever engine asks."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: tuple[Any, ...]) -> Any:
        return self._kept.get(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        if len(self._kept) > _MOST:
            self._kept.clear()
        self._kept[key[1:]] = compiled


_OF: defaultdict[str, _Compiled] = defaultdict(_Compiled)


def share_compiled(ctx: Context) -> Context:
    """Let a context's engines use what was compiled for others of their kind.

    The app has one engine for as long as it runs; tests have thousands, and would
    spend a good part of their time on compiling the same statements for each.
    """
    for engine in (ctx.engine, ctx.releases, ctx.door.engine):
        if engine is not None:
            _share(engine)
    return ctx


def _share(engine: sa.Engine) -> None:
    # SQLAlchemy's keys begin with the dialect, of which every engine has its own.
    kept = _OF[f"{engine.dialect.name}+{engine.dialect.driver}"]
    engine.update_execution_options(compiled_cache=kept)
