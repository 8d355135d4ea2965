# One command each. `make` alone says what there is. Needs Python 3.11+ and make; the rest is set up in .venv and .tools.

PYTHON ?= python3
UV_VERSION := 0.13.9
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := .venv/bin
# Python is started hundreds of times by what stands below. What it has compiled once it keeps, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE
# Tests side by side, each with servers of its own; a file stays on one, and those that wait for servers come first, so that
# none is left alone at the end. One more than the cores of a small machine: each waits for its servers a little.
WORKERS ?= 3
# A Chromium and a whole product each; and where their tests stand, so that nothing else is looked at.
BROWSERS ?= 2
IN_BROWSER := */tests/browser/test_*.py test_*in_browser.py
BESIDE := --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup up demo test test-kafka test-browser check faults faults-short bench docs clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/ready ## Python packages, exactly as locked

.venv/ready: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --quiet
	@touch $@

# Only where uv is missing: a pinned one, in a folder of its own.
.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chairside needs Python 3.11 or newer; set PYTHON=/path/to/it")'
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

up: setup ## the whole product on this machine, with a demo clinic; Ctrl-C stops it
	@exec $(RUN)/chairside up $(ARGS)

demo: setup ## play a patient's and a clinic's day through the running product
	@exec $(RUN)/chairside demo $(ARGS)

test: setup ## all tests that need only Python, on real Postgres and a real broker
	$(RUN)/pytest -n $(WORKERS) $(BESIDE) -m "not kafka and not browser and not faults_long" $(ARGS)

test-kafka: setup ## what is about delivery, on Apache Kafka (KAFKA_BOOTSTRAP_SERVERS, or Java 17+ and Maven)
	CHAIRSIDE_TEST_BROKER=kafka $(RUN)/python -m tests.on_kafka $(RUN)/pytest -n $(WORKERS) $(BESIDE) -m "(broker or kafka) and not browser and not faults" $(ARGS)

test-browser: setup chromium ## journeys in Chromium
	$(RUN)/pytest -n $(BROWSERS) $(BESIDE) -o python_files="$(IN_BROWSER)" -m browser $(ARGS)

# The machine's own. Where there is none, root on Debian gets it from there; anybody else is asked to install one.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	     && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; } \
	|| { echo "No Chromium on this machine. Install one, then run this again." >&2; exit 1; }

check: setup ## format, lint, types, imports, committed documents
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/lint-imports
	@$(MAKE) --no-print-directory --jobs 2 types documents

.PHONY: types documents
types: setup
	$(RUN)/basedpyright

# While types are checked, the other processor collects all tests: every file of theirs can be read, and what is compiled here
# each worker of the tests that run next finds compiled.
documents: setup
	$(RUN)/pytest -q -m documents

faults: setup ## bad days under load, on Apache Kafka with two replicas of every service: the long set
	$(RUN)/pytest tests/faults -m "faults and not faults_short" $(ARGS)

faults-short: setup ## the same in minutes
	$(RUN)/pytest tests/faults -m "faults and not faults_long" $(ARGS)

bench: setup ## speeds beside their references, on Apache Kafka
	$(RUN)/python -m benchmarks $(ARGS)

docs: setup ## event schemas, AsyncAPI, OpenAPI and the table of settings, from the code
	$(RUN)/python -m operations.documents

clean: ## remove what setup and up have made here, the demo's data included
	@# As root, the data of PostgreSQL may lie elsewhere, behind a link.
	[ ! -L .chairside/postgres ] || rm -rf "$$(readlink -f .chairside/postgres)"
	rm -rf .venv .tools .chairside
