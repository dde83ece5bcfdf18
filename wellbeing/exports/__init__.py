"""Research bundles: CSV, codebook, data package, and what other programs open."""
