# Everything that is done with this repository. `make` alone lists it.

PYTHON ?= python3
BIN = .venv/bin
DEMO = sqlite:///data/demo.db
# For every platform and every Python that can run this, not only for the one at hand.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header
# What requirements.lock holds already.
BESIDE = $$(sed -nE 's/^([A-Za-z0-9_.-]+)(\[[a-z]+\])?==.*/--no-emit-package \1/p' \
  requirements.txt)
define LOCKED
# Made by `make lock` from requirements.txt beside it; a test holds the two equal.
endef
export LOCKED

# Much of a test is waiting for a browser or a server: one more than there are processors.
WORKERS ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 3) + 1)))

.PHONY: help env test-env lock run demo test check coverage bench trials screenshots clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

env: .venv/.env-done ## Make .venv with what runs

test-env: .venv/.test-env-done ## Add to .venv what tests and checks need

lock: env ## Write the lock files anew: the pins of requirements.txt, with hashes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	echo "$$LOCKED" > requirements.lock
	$(LOCK) requirements.txt >> requirements.lock
	echo "$$LOCKED" > tests/requirements.lock
	echo "-r ../requirements.lock" >> tests/requirements.lock
	$(LOCK) tests/requirements.txt --no-emit-package httpx2-jsfetch \
	  $(BESIDE) >> tests/requirements.lock
	for extra in pdf spss; do \
	  echo "$$LOCKED" | sed "s/ts\.txt/ts-$$extra.txt/" > requirements-$$extra.lock; \
	  $(LOCK) requirements-$$extra.txt -c requirements.txt $(BESIDE) \
	    >> requirements-$$extra.lock || exit 1; \
	done

run: env ## Start the app on the database of the settings
	$(BIN)/python -m wellbeing serve

demo: env ## Start the app with an invented clinic, in data/demo.db
	WELLBEING_DATABASE_URL=$(DEMO) $(BIN)/python -m wellbeing demo --if-empty
	WELLBEING_DATABASE_URL=$(DEMO) $(BIN)/python -m wellbeing serve

test: check ## Check everything, then run every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=25

check: test-env ## Lint, types and import contracts only
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: test-env ## Run every test and show the lines that none reaches
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term-missing

bench: test-env ## Measure: each file of benchmarks/
	@for file in benchmarks/[!_]*.py; do \
	  echo "== $$file"; \
	  $(BIN)/python -m "benchmarks.$$(basename "$$file" .py)" || exit 1; \
	done

trials: test-env ## Run what is too long for every run: each file of trials/
	@for file in trials/[!_]*.py; do \
	  echo "== $$file"; \
	  $(BIN)/python -m "trials.$$(basename "$$file" .py)" || exit 1; \
	done

screenshots: test-env ## Take the pictures in docs/ anew
	$(BIN)/python -m tests.browser.screenshots

clean: ## Remove .venv, caches and the demo; never data/wellbeing.db
	rm -rf .venv .coverage .coverage.* htmlcov
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -f data/demo.db data/demo.db-shm data/demo.db-wal data/demo.releases.db
	find pages wellbeing tests benchmarks trials -name __pycache__ \
	  -prune -exec rm -rf {} +

.venv/.env-done: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Wellbeing needs Python 3.11 or newer, and $(PYTHON) is missing or older." \
	    "Install one (Debian: apt-get install python3 python3-venv)," \
	    "or name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments: its venv module is missing." \
	    "Install it (Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements.lock
	@touch $@

.venv/.test-env-done: .venv/.env-done tests/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r tests/requirements.lock
	@touch $@
