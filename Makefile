# The commands to know: make run · test · lint · types · bench · dev. Everything they need is installed by them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: run dev pictures test test-units test-phone test-torture test-browser test-browsers lint format types bench lock clean

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE := 1
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
APP_SOURCES := $(shell find pwa service_worker tools -type f -not -name '*.gen.*' 2>/dev/null) vite.config.ts vite.sw.config.ts

run: .make/venv .make/dist
	@$(BIN)/python -m tools.run

dev: .make/venv .make/dist
	@$(BIN)/python -m tools.run --reload

test: test-units test-phone test-torture test-browser

test-units: .make/dev
	$(BIN)/python -m pytest tests/house tests/server tests/contract -q -n auto --dist worksteal

test-phone: .make/node
	npx vitest run

test-torture: .make/dev
	$(BIN)/python -m pytest tests/torture -q

# A real browser on a busy machine is late now and then: one more try, and the summary says who needed it.
test-browser: .make/dev .make/dist
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m pytest tests/e2e -q --reruns 1 --rerun-show-tracebacks

# The main story in Firefox and WebKitGTK, where they can be had; says so where not.
test-browsers: .make/dev .make/dist
	$(BIN)/python -m tools.other_browsers
	$(BIN)/python -m pytest tests/browsers -q --reruns 1 --rerun-show-tracebacks

lint: .make/dev .make/node
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	npx eslint --max-warnings 0 pwa service_worker tests tools
	npx prettier --check --log-level warn pwa service_worker tests tools '*.ts'
	npx vue-tsc --build

format: .make/dev .make/node
	ruff check --fix .
	ruff format .
	npx prettier --write --log-level warn pwa service_worker tests tools '*.ts'

# The phone's types come from the server's OpenAPI; CI fails when they are not current.
types: .make/dev .make/node
	$(BIN)/python -m flask --app server.cli openapi > service_worker/api/openapi.gen.json
	npx openapi-typescript service_worker/api/openapi.gen.json --output service_worker/api/schema.gen.ts >/dev/null

bench: .make/dev .make/dist
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m tests.load.bench

# The pictures in README and guides, made again.
pictures: .make/dev .make/dist
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m tools.screenshots

lock: .make/dev
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv node_modules dist .make

.make/venv: requirements.txt
	@mkdir -p .make
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	@touch $@

.make/dev: .make/venv requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@

.make/node: .make/venv package-lock.json
	npm ci --no-audit --no-fund --loglevel error
	@touch $@

.make/dist: .make/node $(APP_SOURCES)
	npm run --silent build
	@touch $@
