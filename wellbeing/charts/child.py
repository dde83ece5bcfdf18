"""Pictures are made in a child process: the drawing holds the interpreter lock."""

import json
import os
import subprocess
import sys
from pathlib import Path

from wellbeing.domain.errors import WellbeingError

LONGEST_WAIT = 30
"""Seconds a picture may take."""

_ROOT = Path(__file__).resolve().parents[2]
# The child needs to find its fonts and libraries; it needs no setting of ours.
_PASSED_ON = ("HOME", "LANG", "PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMPDIR")


class PictureError(WellbeingError):
    """A chart could not be drawn as a picture."""

    def __init__(self) -> None:
        super().__init__(
            "The picture could not be made. Try again in a moment; the chart and "
            "its table on the screen show the same figures."
        )


def made_by(module: str, order: object, begins: bytes) -> bytes:
    """Let a module of ours make a file from an order, in a process of its own.

    Args:
        module: is given the order as JSON on standard input and writes the file.
        order: what to draw, as JSON values.
        begins: the first bytes of every file of the kind.

    Raises:
        PictureError: it failed, took too long, or made something else.
    """
    try:
        done = subprocess.run(  # noqa: S603 (a module of ours)
            [sys.executable, "-m", module],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=LONGEST_WAIT,
            check=True,
            cwd=_ROOT,
            env={k: os.environ[k] for k in _PASSED_ON if k in os.environ},
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PictureError from error
    if not done.stdout.startswith(begins):
        raise PictureError
    return done.stdout
