"""Charts: frozen data in, plain Vega-Lite and words out; nothing is computed here."""
