"""Where a process of ours connects to, written down by the process itself.

Its folder goes onto PYTHONPATH: Python runs the file in it before anything else, in
every process that is started, children included.
"""

from ipaddress import ip_address
from pathlib import Path

_WATCH = """
import socket
import sys
import uvloop

_EVENTS = {"connect": 1, "sendto": 1, "sendmsg": 1}
_LOOK_UPS = {"getaddrinfo", "gethostbyname", "gethostbyaddr"}


def note(what, where):
    with open(FILE, "a", encoding="utf-8") as file:
        print(what, where, sep="\\t", file=file)


def heard(event, said):
    name = event.removeprefix("socket.")
    if name == event or name not in _EVENTS.keys() | _LOOK_UPS:
        return
    if name in _LOOK_UPS:
        note(name, said[0])
    elif said[0].family in (socket.AF_INET, socket.AF_INET6) and said[1]:
        note(name, said[1][0])


def told(name):
    # libuv connects by itself, and Python hears nothing of it.
    own = getattr(uvloop.Loop, name)

    def asked(self, *given, **more):
        where = more.get("host") or more.get("remote_addr")
        first = next((one for one in given if isinstance(one, (str, tuple))), None)
        where = where or first
        note(name, where[0] if isinstance(where, tuple) else where)
        return own(self, *given, **more)

    setattr(uvloop.Loop, name, asked)


for each in ("create_connection", "create_datagram_endpoint", "getaddrinfo"):
    told(each)
sys.addaudithook(heard)
note("begins", "")
"""


def watch(folder: Path) -> dict[str, str]:
    """Return the variables with which a process writes down where it connects to."""
    script = _WATCH.replace("FILE", repr(str(folder / "connections")))
    (folder / "sitecustomize.py").write_text(script, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def contacted(folder: Path) -> list[tuple[str, str]]:
    """Return what was done, and with which host, in order; a process says "begins"."""
    lines = (folder / "connections").read_text(encoding="utf-8").splitlines()
    return [
        (what, where) for what, _, where in (line.partition("\t") for line in lines)
    ]


def is_here(host: str) -> bool:
    """Tell whether a host, as a program names it, is this machine itself."""
    if host in {"", "None", "localhost"}:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
