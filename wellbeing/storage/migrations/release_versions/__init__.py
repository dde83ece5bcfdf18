"""The numbered migrations of the release tables."""
