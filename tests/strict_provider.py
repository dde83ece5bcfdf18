"""Two providers that others wrote: a lax one in Python and a strict one in C."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import RSAKey

from tests.openid_provider import CLIENT, SECRET
from tests.servers import free_port

PERSON, PASSWORD = "alice", "lantern gravel otter"
_ADMIN = {"username": "admin", "password": "password"}  # what its own tables begin with
_TABLES = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
_SECONDS = 20
_CONFIG = """
port={port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:{port}"
login_url="login.html"
api_prefix="api"
static_files_path="{folder}/pages"
log_mode="console"
log_level="ERROR"
cookie_secure=0
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
use_secure_connection=false
secure_connection_key_file=""
secure_connection_pem_file=""
hash_algorithm="SHA512"
database={{ type="sqlite3"; path="{folder}/glewlwyd.db"; }};
static_files_mime_types=(
{{ extension=".html"; mime_type="text/html" }},
{{ extension=".css"; mime_type="text/css" }},
{{ extension=".js"; mime_type="application/javascript" }},
{{ extension=".json"; mime_type="application/json" }}
)
"""
# A page of ours in front of its interface: its own needs more than it comes with.
_PAGE = """<!doctype html><html lang="en"><title>Strict</title><h1>Strict</h1>
<form><label>Name <input name="username"></label>
<label>Password <input name="password" type="password"></label>
<button>Sign in there</button></form><button id="out">Sign out there</button>
<script>
const asked = new URLSearchParams(location.search), back = asked.get("callback_url");
const send = (method, path, body) => fetch("/api/auth/" + path, {
  method, body: body && JSON.stringify(body),
  headers: {"content-type": "application/json"}});
document.querySelector("form").onsubmit = async (event) => {
  event.preventDefault();
  const typed = Object.fromEntries(new FormData(event.target));
  if (!(await send("POST", "", typed)).ok) { document.title = "Wrong"; return; }
  await send("PUT", "grant/" + asked.get("client_id"), {scope: "openid"});
  location = back + "&g_continue";
};
document.querySelector("#out").onclick = async () => {
  await send("DELETE", "");
  location = back;
};
</script></html>"""


@contextmanager
def lax_provider(folder: Path) -> Iterator[str]:
    """Run oidc-provider-mock, which takes any client and any name; give its issuer."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    with _running([*command, "--port", str(port)], folder / "lax.log"):
        issuer = f"http://127.0.0.1:{port}"
        _wait_for(f"{issuer}/.well-known/openid-configuration")
        yield issuer


@contextmanager
def strict_provider(folder: Path, app: str) -> Iterator[str]:
    """Run Debian's glewlwyd: it asks for PKCE and knows one client and one person.

    Args:
        folder: where it keeps its database.
        app: the address of ours that it may send people back to.

    Yields:
        Its issuer.
    """
    program = shutil.which("glewlwyd")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("needs glewlwyd (Debian: apt-get install glewlwyd)")
        pytest.skip("needs glewlwyd (Debian: apt-get install glewlwyd)")
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    (folder / "pages").mkdir()
    (folder / "pages" / "login.html").write_text(_PAGE, "utf-8")
    with sqlite3.connect(folder / "glewlwyd.db") as db:
        # Debian's tables name this one otherwise than the program that reads it.
        wrong = '"post_logout_redirect_uri":{"multiple":false'
        right = '"post_logout_redirect_uris":{"multiple":true'
        db.executescript(_TABLES.read_text("utf-8").replace(wrong, right))
    db.close()
    config = folder / "glewlwyd.conf"
    config.write_text(_CONFIG.format(port=port, folder=folder), "utf-8")
    with _running([program, f"--config-file={config}"], folder / "strict.log"):
        _wait_for(f"{home}/config")
        _fill(home, app)
        yield f"{home}/api/oidc"


def _fill(home: str, app: str) -> None:
    key = RSAKey.generate_key(2048)
    flows = ("token", "id-token", "none", "password", "client", "device", "refresh")
    oidc = {
        "iss": f"{home}/api/oidc",
        "jwt-type": "rsa",
        "jwt-key-size": "256",
        "key": key.as_pem(private=True).decode(),
        "cert": key.as_pem(private=False).decode(),
        "access-token-duration": 3600,
        "refresh-token-duration": 3600,
        "code-duration": 60,
        "allow-non-oidc": False,
        "auth-type-code-enabled": True,
        **{f"auth-type-{name}-enabled": False for name in flows},
        "subject-type": "public",
        "pkce-allowed": True,
        "pkce-required": True,
        "allowed-scope": ["openid", "profile", "email"],
        "session-management-allowed": True,
        "session-cookie-name": "GLEWLWYD2_OIDC_SESSION",
        "session-cookie-expiration": 3600,
    }
    client = {
        "client_id": CLIENT,
        "name": "Wellbeing",
        "confidential": True,
        "enabled": True,
        "client_secret": SECRET,
        "redirect_uri": [f"{app}/sign-in/back/uni"],
        "post_logout_redirect_uris": [f"{app}/sign-in"],
        "authorization_type": ["code"],
        "token_endpoint_auth_method": ["client_secret_basic"],
        "scope": ["openid"],
    }
    person = {
        "username": PERSON,
        "name": "Alice",
        "password": PASSWORD,
        "enabled": True,
        "scope": ["openid"],
    }
    plugin = {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect"}
    with requests.Session() as admin:
        _send(admin, f"{home}/api/auth/", _ADMIN)
        _send(admin, f"{home}/api/client/", client)
        _send(admin, f"{home}/api/user/", person)
        _send(admin, f"{home}/api/mod/plugin/", plugin | {"parameters": oidc})


def _send(admin: requests.Session, address: str, what: dict[str, Any]) -> None:
    answer = admin.post(address, json=what, timeout=_SECONDS)
    if not answer.ok:
        raise RuntimeError(address, answer.text)


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield
    except BaseException as error:
        error.add_note(log.read_text("utf-8", "replace")[-2000:])
        raise
    finally:
        process.kill()
        process.wait()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            if requests.get(address, timeout=1).ok:
                return
        except requests.RequestException:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)
