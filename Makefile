# Everything here runs inside .venv, made on first use; only Python 3.11 or newer and make are needed.

PYTHON ?= python3

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PINNING := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make requirements'
COMPILE := $(PINNING) pyproject.toml --extra build --extra semantic
COMPILE_CLIENTS := $(PINNING) --group clients

# Compiled files, scripts and links in .venv know where it stands: after a move it is made anew.
$(shell test ! -f .venv/.place || test "$$(cat .venv/.place)" = "$$(pwd)" || rm -rf .venv)

.DEFAULT_GOAL := help
.PHONY: help run test format migration openapi clients bench bench-matching bench-quick bench-compare names requirements install install-dev

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

run: .venv/.runtime ## Serve on http://127.0.0.1:8000 with a Postgres of its own and the demo's data
	@exec $(BIN)/onrecord serve --demo

test: .venv/.dev .venv/.clients ## Check format, lint, types and floors, then run all tests, with coverage but for fuzzing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy app bench tests
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term --ignore=tests/fuzzing
	$(BIN)/python -m pytest -n 2 tests/fuzzing

format: .venv/.dev ## Format all files, and mend what the linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migration: .venv/.dev ## Draft a migration from the tables: make migration m="add the place"
	@test -n "$(m)" || { echo 'Say what it does: make migration m="add the place"' >&2; exit 2; }
	$(BIN)/onrecord migrate
	$(BIN)/alembic revision --autogenerate -m "$(m)"

openapi: .venv/.runtime ## Write docs/openapi.json
	$(BIN)/onrecord openapi --output docs/openapi.json

bench: .venv/.dev .venv/.bench .venv/.postgraphile ## Measure with a million statements, and write the tables of docs/performance.md
	$(BIN)/python -m bench

bench-quick: .venv/.dev .venv/.bench .venv/.postgraphile ## Measure with fewer, and fail where a target is missed
	$(BIN)/python -m bench --quick

bench-compare: .venv/.dev .venv/.bench ## Measure two commits side by side: make bench-compare old=main new=HEAD
	@test -n "$(old)" || { echo 'Say which: make bench-compare old=main new=HEAD' >&2; exit 2; }
	$(BIN)/python -m bench.compare $(old) $(new)

bench-matching: .venv/.dev .venv/.bench ## Score claim matching on public sets: make bench-matching data=FOLDER
	$(BIN)/python -m bench.matching $(or $(data),../shared/data/retrieval) --no-model
	$(BIN)/python -m bench.matching $(or $(data),../shared/data/retrieval)

names: .venv/.runtime ## Install the dictionary of names that ONRECORD_NAME_DICTIONARY switches on
	$(PIP) install --no-deps --require-hashes -r requirements-names.txt

clients: .venv/.dev .venv/.clients ## Lint the OpenAPI document, and prove it by generated clients
	$(BIN)/python -m pytest -n 2 tests/clients tests/house/test_openapi.py

requirements: .venv/.dev ## Pin what pyproject.toml names, with hashes
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --extra dev --output-file requirements-dev.txt
	$(COMPILE_CLIENTS) --output-file requirements-clients.txt
	$(PINNING) --group bench --output-file requirements-bench.txt
	$(PINNING) --group names --no-deps --output-file requirements-names.txt

install: .venv/.runtime ## Make .venv with all that serving needs

install-dev: .venv/.dev ## Make .venv with all that testing needs

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "onrecord needs Python 3.11 or newer, and $(PYTHON) isn't one: try make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
		exit 1; }
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv
	@pwd > .venv/.place
	@touch $@

.venv/.runtime: requirements.txt pyproject.toml | .venv/.made
	@echo "Installing what serving needs ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/.runtime
	@echo "Installing what testing needs ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.bench: requirements-bench.txt | .venv/.dev
	@echo "Installing what measuring needs ..."
	@$(PIP) install --require-hashes -r requirements-bench.txt
	@touch $@

.venv/.postgraphile: bench/postgraphile/package-lock.json bench/postgraphile/graphile.config.mjs | .venv/.bench
	@echo "Installing PostGraphile, to measure beside ..."
	@mkdir -p .venv/postgraphile
	@cp bench/postgraphile/* bench/postgraphile/.npmrc .venv/postgraphile
	@$(BIN)/npm --prefix .venv/postgraphile ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.venv/.clients: requirements-clients.txt tests/clients/package-lock.json | .venv/.made
	@echo "Installing what generating clients needs ..."
	@$(PYTHON) -m venv .venv/clients
	@.venv/clients/bin/python -m pip --quiet --disable-pip-version-check install \
		--require-hashes -r requirements-clients.txt
	@cp tests/clients/package.json tests/clients/package-lock.json tests/clients/.npmrc .venv/clients
	@.venv/clients/bin/npm --prefix .venv/clients ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
