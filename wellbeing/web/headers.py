"""Security headers, on every response."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit

STREAMLIT_FILES = Path(streamlit.__file__).parent / "static"


@cache
def security_headers(*, https: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that every response carries.

    The content security policy allows no host but ours and no inline script but
    those of Streamlit's own page, which are named by their hash.
    """
    page = (STREAMLIT_FILES / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in inline
    )
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "media-src 'self' blob:; frame-src 'self'; manifest-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    if https:
        headers["strict-transport-security"] = "max-age=31536000"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())
