# Two commands matter: `make app` serves the dashboard, `make test` checks everything. `make help` lists the rest.
# Packages come from wherever your pip is set up to look; their versions and hashes are in requirements.lock.

PYTHON ?= python3
WORKERS ?= 2
PORT ?=
BIN := .venv/bin
READY := .venv/.ready
UV := uv==0.13.9

.DEFAULT_GOAL := help
.PHONY: help app run test soak lint bench lock clean
.DELETE_ON_ERROR:

help:  ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' Makefile

app: run  ## Set up, run the ETL over seeds/ and serve the dashboard (PORT=8600 chooses the port)
	@$(BIN)/ainews app $(if $(PORT),--port $(PORT))

# Status 4 means published although a required source failed: what came in is worth serving.
run: $(READY)  ## Set up and run the ETL: seeds in, one checked snapshot out
	@$(BIN)/ainews run || test $$? -eq 4

# A file stays on one worker, so that what it builds is built once (marks for groups are lost on pytest 9.2: pytest-xdist#1386). Files go in
# their own order, in which those with a browser come first: by number of tests they would come last, and one worker would wait for them.
test: $(READY)  ## Set up and run the whole suite: style, types, logic, the wheel and a real browser (WORKERS=2)
	@$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

soak: $(READY)  ## Run the long proofs at full length: kills, readers during refreshes, properties over ten times as many examples
	$(BIN)/python -m pytest -m "soak or hypothesis" --soak -n $(WORKERS)

lint: $(READY)  ## Format the code, fix what can be fixed, check the types
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy

bench: $(READY)  ## Measure speed and scale against what people would use instead; report and plots go to data/bench/ (LARGE=1: for hours)
	@$(BIN)/python tests/browser/chromium.py
	@$(BIN)/python -m tests.bench $(if $(LARGE),--large)

# The versions already locked stay unless UPGRADE=1. The header that names the command is left out, and so is any index address.
lock:  ## Resolve pyproject.toml into requirements.lock (UPGRADE=1 moves to the newest releases)
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/pip" install --quiet "$(UV)"; \
	"$$tools/bin/uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet $(if $(UPGRADE),--upgrade) --output-file requirements.lock

clean:  ## Remove the environment, caches and builds; data/ stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist tests/browser/output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last, so that an interrupted installation is begun again.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "AI News Trends needs Python 3.11 or newer, and '$(PYTHON)' is not. Install one and name it: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "Installing the pinned packages into .venv (once, about a minute) ..."
	@rm -f $(READY)
	@$(PYTHON) -m venv .venv || { \
	  echo "The venv module is incomplete; on Debian and Ubuntu install the package python3-venv, then try again." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
