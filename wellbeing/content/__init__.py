"""Our own wording as TOML, and the typed functions that read it."""
