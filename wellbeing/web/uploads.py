"""How much of what somebody loads up the process holds in memory at once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import Scope
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from wellbeing.domain.people import Viewer
from wellbeing.web.limits import LARGEST_BODY

PATH = "/_stcore/upload_file"
MOST_HELD = 22 * 1024 * 1024
"""Bytes of one person's files, in all their tabs and sessions: four of 5 MB, and what
is on its way."""
_A_FILE = 4096
"""Bytes that any file counts for, however small it is."""


def held_for(tab: str) -> int:
    """Return the bytes that Streamlit holds for one of its sessions."""
    manager = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return 0
    files = list(manager.file_storage.get(tab, {}).values())
    return sum(len(one.data) + len(one.name) + len(one.type) + _A_FILE for one in files)


class Uploads:
    """What each person has loaded up and what is coming, counted while it is there.

    Streamlit keeps a file until its tab ends, whether or not a screen asked for it.
    """

    def __init__(self, held: Callable[[str], int] = held_for) -> None:
        self._held = held
        self._tabs: defaultdict[str, Counter[str]] = defaultdict(Counter)

    @contextmanager
    def place(self, viewer: Viewer, scope: Scope) -> Iterator[bool]:
        """Take a place for what a request brings; false: there is none for so much."""
        if scope["method"] != "PUT" or not scope["path"].startswith(PATH):
            yield True
            return
        whose, coming = str(viewer.person_id), _announced(scope)
        tab = scope["path"].removeprefix(PATH).strip("/").partition("/")[0]
        coming_to = self._tabs[whose]
        there = sum(map(self._held, coming_to)) + coming_to.total()
        fits = there + coming <= MOST_HELD
        coming_to[tab] += coming if fits else 0
        try:
            yield fits
        finally:
            coming_to[tab] -= coming if fits else 0
            for one in [tab for tab, size in coming_to.items() if not size]:
                if not self._held(one):
                    del coming_to[one]
            if not coming_to:
                self._tabs.pop(whose, None)


def _announced(scope: Scope) -> int:
    # The edge has refused what is no number; without one it may be as much as it takes.
    return int(dict(scope["headers"]).get(b"content-length", LARGEST_BODY))
