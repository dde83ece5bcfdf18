"""Settings that hold a secret may stand in a file that others cannot read."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

_GROUP_WRITES, _OTHERS = 0o020, 0o007


def from_file(value: str) -> str:
    """Return a setting; of ``file:///PATH``, the first line of that file.

    The group may read it, as a service does whose settings root owns, and no more.

    Raises:
        ValueError: the file cannot be read, or others on this machine can open it. Its
            message ends the sentence that begins with the name of the setting.
    """
    parts = urlsplit(value)
    if parts.scheme != "file":
        return value
    file = Path(unquote(parts.path))
    try:
        with file.open(encoding="utf-8") as opened:
            open_to_others = file.stat().st_mode & (_GROUP_WRITES | _OTHERS)
            first = opened.readline().strip()
    except (OSError, UnicodeDecodeError):
        message = "the file that it names cannot be read"
        raise ValueError(message) from None
    if open_to_others:
        message = (
            "the file that it names is open to other users of this machine; take "
            "their rights away (chmod g-w,o-rwx)"
        )
        raise ValueError(message)
    return first
