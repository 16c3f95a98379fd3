# Every target does its own set-up: a fresh clone, python3.11 and make are enough.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup postgres browser demo test test-all bench bench-large bench-cdm bench-coverage bench-library regression icu check format docs docs-check lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*  ## /\1|/' | awk -F'|' '{printf "  make %-11s %s\n", $$1, $$2}'

# Two stamps: a changed lock installs the locked packages again, a changed pyproject.toml only our own.
$(VENV)/locked.stamp: requirements/dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed; or name another: make PYTHON=python3.12 setup" >&2; exit 2; }
	@echo "making $(VENV) with what requirements/dev.txt pins"; $(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a venv; on Debian: apt-get install python3.11-venv" >&2; exit 2; }
	@$(PIP) install --quiet --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/ready.stamp: $(VENV)/locked.stamp pyproject.toml
	@$(PIP) install --quiet --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Compiled here: some machines forbid Python to write bytecode as it runs, and the engine's kernels take half a minute.
setup: $(VENV)/ready.stamp  ## make .venv with the locked packages and sequela itself
	@$(BIN)/python -m compileall -q src
	@ls src/sequela/engine/kernels/__pycache__/machine.walk*.nbi >/dev/null 2>&1 || echo "compiling the engine for this machine, once: about half a minute"
	@$(BIN)/python -m sequela.engine.warming

demo: setup  ## assess a published and a synthetic course
	$(BIN)/python demo/demo.py

# The tests of OMOP databases start a PostgreSQL of their own; without Debian's package they are skipped.
postgres: export DEBIAN_FRONTEND = noninteractive
postgres:  ## install Debian's PostgreSQL for the tests, where it is missing and root asks
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { apt-get install -qq -y --no-install-recommends postgresql || { apt-get update -qq && apt-get install -qq -y \
		--no-install-recommends postgresql; }; } >/dev/null 2>&1; } || echo "no PostgreSQL here: its tests will be skipped"

# The tests of pages look at them in Debian's Chromium; without it they are skipped.
browser: export DEBIAN_FRONTEND = noninteractive
browser:  ## install Debian's Chromium for the tests, where it is missing and root asks
	@command -v chromium >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& { apt-get install -qq -y --no-install-recommends chromium || { apt-get update -qq && apt-get install -qq -y \
		--no-install-recommends chromium; }; } >/dev/null 2>&1; } || echo "no Chromium here: its tests will be skipped"

test: check postgres browser  ## check, then every test that is not slow
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow"

test-all: check postgres browser  ## check, then every test
	$(BIN)/python -m pytest -n $(WORKERS)

bench: setup  ## measure start-up, reading, the engine, one assessment
	$(BIN)/python -m benchmarks

bench-large: setup  ## the same, and the engine at 50,000 dense episodes
	$(BIN)/python -m benchmarks --large

bench-coverage: setup  ## do the intervals hold what they say? a thousand simulated databases, counted
	$(BIN)/python -m benchmarks.coverage

bench-library: setup  ## how fast a library of a hundred thousand records answers
	$(BIN)/python -m benchmarks.library

bench-cdm: setup  ## the same for a whole OMOP database: a million persons, made first
	$(BIN)/python -m benchmarks.cdm

regression: setup  ## count alarms on synthetic courses anew, for docs/reference
	$(BIN)/python -m benchmarks.regression

icu: setup  ## count what fires in the MIMIC-IV demonstration patients, for docs/reference
	$(BIN)/python -m benchmarks.icu

check: setup  ## ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## let ruff write what it can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup  ## write docs/reference anew
	$(BIN)/python docs/generate.py

docs-check: setup  ## fail when docs/reference is not what the code says
	$(BIN)/python docs/generate.py --check

# No setting of one machine (mirrors, folders of wheels) may reach the locks.
lock: export PIP_CONFIG_FILE = /dev/null
lock: COMPILE = env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_CONSTRAINT \
	$(VENV)/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links
lock:  ## pin the requirements anew, with hashes
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip --disable-pip-version-check install --quiet --quiet pip-tools==7.6.2
	$(COMPILE) --all-build-deps --output-file requirements/runtime.txt pyproject.toml
	$(COMPILE) --output-file requirements/dev.txt requirements/runtime.txt requirements/dev.in

clean:  ## remove .venv and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
