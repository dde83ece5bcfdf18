"""What the log says: what happened, where and of which kind; never what was said.

A message of a library, and that of an exception, can hold what somebody typed, so
neither is written: the place in the code tells what it was.
"""

import json
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import streamlit.logger

from wellbeing.domain.errors import DatabaseUnusableError
from wellbeing.settings import ROOT, LogForm, SettingsError

OURS = "wellbeing"
EXTRAS = ("route", "status")
"""What a record of ours may carry besides its sentence."""
_TELLING = (DatabaseUnusableError, SettingsError)
"""Errors whose sentence is about the machine alone."""
_FRAMES = 12
_LOG = logging.getLogger(__name__)


class Form(logging.Formatter):
    """One line for each record: the same fields in either form."""

    def __init__(self, form: LogForm) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        told = fields_of(record)
        if self._form is LogForm.JSON:
            return json.dumps(told, ensure_ascii=False)
        time, level, event = (told.pop(name) for name in ("time", "level", "event"))
        rest = " ".join(f"{name}={_plain(value)}" for name, value in told.items())
        return f"{time} {level:<7} {event} ({rest})".replace("\n", " ")


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what may be told of a record.

    Returns:
        ``time`` (UTC, whole seconds), ``level``, ``event`` (a sentence of ours),
        ``where`` (the place in the code); for a failure ``kinds`` (of the exception
        and of what caused it) and ``frames`` (our own places, the innermost last);
        ``route`` and ``status`` of a request that failed.
    """
    then = datetime.fromtimestamp(record.created, UTC)
    told: dict[str, Any] = {
        "time": f"{then:%Y-%m-%dT%H:%M:%SZ}",
        "level": record.levelname,
        "event": _event(record),
        "where": f"{_short(record.pathname)}:{record.lineno} {record.funcName}",
    }
    told |= {n: getattr(record, n) for n in EXTRAS if hasattr(record, n)}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        told["kinds"] = list(dict.fromkeys(kind_of(e) for e in _chain(error)))
        told["frames"] = [f for e in _chain(error) for f in _own_frames(e)][:_FRAMES]
    return told


def _event(record: logging.LogRecord) -> str:
    if not _is_ours(record):
        return "A library reported something"
    given = record.args if isinstance(record.args, tuple) else ()
    words = tuple(_word(arg) for arg in given)
    return str(record.msg) % words if words else str(record.msg)


def _word(argument: object) -> object:
    if isinstance(argument, BaseException):
        telling = isinstance(argument, _TELLING)
        return str(argument) if telling else kind_of(argument)
    return argument


def kind_of(error: BaseException) -> str:
    """Return the kind of an exception; of one of ours about the machine, all of it."""
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, _TELLING) else name


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, what it holds, and what caused it, each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        cause = one.__cause__
        if cause is None and not one.__suppress_context__:
            cause = one.__context__
        if cause is not None:
            waiting.append(cause)
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(one.exceptions)


def _own_frames(error: BaseException) -> list[str]:
    walked = traceback.walk_tb(error.__traceback__)
    places = ((frame.f_code, line) for frame, line in walked)
    return [
        f"{_short(code.co_filename)}:{line} {code.co_name}"
        for code, line in places
        if Path(code.co_filename).is_relative_to(ROOT)
        and "site-packages" not in code.co_filename
    ]


def _short(file: str) -> str:
    """Return a file's path as it stands in its package, without the machine's."""
    path = Path(file)
    if "site-packages" in path.parts:
        return str(Path(*path.parts[path.parts.index("site-packages") + 1 :]))
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def _plain(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == OURS


def _counts(record: logging.LogRecord) -> bool:
    # Below a warning libraries tell who connects from where, and to what.
    return record.levelno >= (logging.INFO if _is_ours(record) else logging.WARNING)


def write_log(form: LogForm, stream: IO[str] | None = None) -> None:
    """Let every line of this process be written in one form, to standard error.

    Streamlit and uvicorn write theirs by handlers of their own; these are taken away.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Form(form))
    handler.addFilter(_counts)
    root = logging.getLogger()
    root.handlers = [handler]
    logging.getLogger(OURS).setLevel(logging.INFO)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            _take_over(logger)
    # Streamlit asks it for a handler whenever one of its parts is loaded later.
    streamlit.logger.setup_formatter = _take_over
    warnings.showwarning = _note_warning
    sys.excepthook = _note_fault
    threading.excepthook = _note_fault_of_thread
    sys.unraisablehook = _note_unraisable


def _take_over(logger: logging.Logger) -> None:
    logger.handlers = []
    logger.propagate = True


def _note_warning(
    message: Warning | str,  # noqa: ARG001 (it may hold a value)
    category: type[Warning],
    filename: str,
    lineno: int,
    *_: object,
    **__: object,
) -> None:
    _LOG.warning("%s at %s:%d", category.__name__, _short(filename), lineno)


def _note_fault(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _LOG.critical("The process fails", exc_info=(kind, error, trace))


def _note_fault_of_thread(fault: threading.ExceptHookArgs) -> None:
    if fault.exc_value is not None:
        _LOG.error("A thread failed", exc_info=fault.exc_value)


def _note_unraisable(fault: Any) -> None:  # noqa: ANN401 (its type has no name)
    _LOG.error("Something failed where nobody can be told", exc_info=fault.exc_value)
