# Two commands do everything: `make demo` and `make test`. The rest are their parts.

SANDBOX_PORT ?= 4566
SANDBOX_DIR ?= .sandbox
export SANDBOX_PORT SANDBOX_DIR

VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.sandbox-requirements
DEV_STAMP := $(VENV)/.dev-requirements
DOCS_STAMP := $(VENV)/.docs-requirements
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN)
# molecule and the tests start a sandbox of their own beside the one that may be up
TEST_PORT = $(shell $(BIN)/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')

SCENARIOS = default partial

# a virtual environment with the other end of the supported versions of Ansible
OTHER := .venv/other
# the oldest boto3 that requirements.txt allows, before the newer one on the path
LOWEST := .venv/lowest
WITH_LOWEST = PYTHONPATH=$(CURDIR)/$(LOWEST)
# what Ansible Galaxy imports collections with; it pins packages that others want newer
IMPORTER = $(VENV)/importer
# where other people's clients of AWS meet the sandbox; what they pin is not held to what we want
CONFORMANCE = $(VENV)/conformance
SMOKE_MODULES := dms_endpoint or glue_crawler or lf_tag or redshift_data or redshift_privileges or scheduler

.PHONY: help demo up down test test-all lint molecule lowest smoke smoke-here sanity unit docs changelog bench bench-load sandbox-operations conformance iam-minimal live soak clean

help:
	@echo "make demo   deploy the warehouse into a local sandbox and see rows flow through it"
	@echo "make test   lint, molecule scenarios, ansible-test, unit and module tests"
	@echo "make up     start the sandbox alone          make down   stop it, remove its state"
	@echo "make lint | molecule | lowest | smoke | sanity | unit the parts of make test"
	@echo "make test-all  all of make test on the oldest and the newest Ansible"
	@echo "make conformance  other people's clients against the sandbox, and the grammar of Redshift's documentation"
	@echo "make iam-minimal  every role's permissions against what it asks for, on the whole road"
	@echo "make live   the modules' tests in a real account; says first what it makes and costs"
	@echo "make soak   many more random histories of the load   make bench | bench-load   the timings"
	@echo "make sandbox-operations  docs/sandbox-operations.md anew"
	@echo "make docs   the modules', filters' and roles' documentation as HTML   make changelog   CHANGELOG.md anew"

demo: up
	@$(BIN)/python -m demo

up: $(RUN_STAMP)
	@$(BIN)/python -m sandbox up

# the scenarios' sandboxes too, should an interrupted `make molecule` have left one
down:
	@if [ ! -x $(BIN)/python ]; then echo "No sandbox: .venv was never made."; exit; fi; \
	$(BIN)/python -m sandbox down; \
	for left in .ansible/sandbox-of-*; do \
		if [ -d "$$left" ]; then SANDBOX_DIR="$$left" $(BIN)/python -m sandbox down; fi; \
	done

# The middle ones wait for each other's servers more than they compute. pytest is the last: its
# closing line is the whole run's.
test: lint
	$(MAKE) --jobs $(WORKERS) molecule lowest smoke sanity
	$(MAKE) unit

test-all: test
	@./other-end.sh $(VENV) $(OTHER)
	@test -x $(OTHER)/bin/python || { echo "make: only one end of Ansible was tested" >&2; exit 1; }
	$(MAKE) VENV=$(OTHER) lint molecule sanity unit

# the last copies what Ansible finds in the virtual environment, where git would say that all is ignored
lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/ansible-lint --offline
	$(BIN)/antsibull-changelog lint
	GIT_CEILING_DIRECTORIES=$(CURDIR)/$(VENV) $(BIN)/antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck .

molecule: $(SCENARIOS:%=molecule-%)

molecule-%: $(DEV_STAMP)
	SANDBOX_PORT=$(TEST_PORT) $(BIN)/molecule test --scenario-name $*

unit: $(DEV_STAMP)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup

# every module against scripted answers, whose requests the oldest boto3 must know
lowest: $(DEV_STAMP) $(LOWEST)/.requirements
	@$(WITH_LOWEST) $(BIN)/python -c 'import boto3; print("boto3", boto3.__version__)'
	$(WITH_LOWEST) $(BIN)/python -m pytest tests/unit/plugins/modules tests/unit/plugins/module_utils

# the site and the load, and some modules, on the other end, with the oldest boto3
smoke: $(RUN_STAMP) $(LOWEST)/.requirements
	@./other-end.sh $(VENV) $(OTHER)
	@if [ -x $(OTHER)/bin/python ]; then $(MAKE) --no-print-directory VENV=$(OTHER) smoke-here; fi

smoke-here: $(DEV_STAMP)
	@$(BIN)/ansible --version | head -1
	@$(WITH_LOWEST) $(BIN)/python -c 'import boto3; print("boto3", boto3.__version__)'
	@export $(WITH_LOWEST) SANDBOX_PORT=$(TEST_PORT) SANDBOX_DIR=.ansible/sandbox-of-smoke; \
	trap '$(BIN)/python -m sandbox down' EXIT; \
	$(BIN)/python -m sandbox up && $(BIN)/python -m demo
	$(WITH_LOWEST) $(BIN)/python -m pytest --numprocesses $(WORKERS) tests/modules -k '$(SMOKE_MODULES)'

docs: $(DOCS_STAMP)
	rm -rf build/docs
	mkdir -p build/docs/source/collection
	cp docs/*.md docs/*.json docs/*.svg docs/docsite/conf.py docs/docsite/index.md build/docs/source
	$(BIN)/antsibull-docs collection --use-current --squash-hierarchy --fail-on-error \
		--dest-dir build/docs/source/collection modern_data.warehouse
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going build/docs/source build/docs/html
	@echo "Open $(CURDIR)/build/docs/html/index.html"

# what fragments and modules tell about the version of galaxy.yml
changelog: $(DEV_STAMP)
	$(BIN)/antsibull-changelog release --refresh --reload-plugins --update-existing

# what the sandbox serves, as its code has it
sandbox-operations: $(RUN_STAMP)
	$(BIN)/python -m sandbox.coverage > docs/sandbox-operations.md

sanity: $(DEV_STAMP) $(IMPORTER)/.requirements
	$(BIN)/python -m tests.collection.sanity $(IMPORTER)

conformance: $(CONFORMANCE)/.requirements
	$(CONFORMANCE)/bin/python -m pytest --numprocesses $(WORKERS) --dist loadgroup \
		tests/conformance tests/sandbox/test_redshift_corpus.py

# as the properties in make test, but more of them, and others each time
soak: export MDW_SEED ?= $(shell date +%s)
soak: export MDW_CASES ?= 20000
soak: export MDW_ROADS ?= 200
soak: $(DEV_STAMP)
	@echo "MDW_SEED=$(MDW_SEED) MDW_CASES=$(MDW_CASES) MDW_ROADS=$(MDW_ROADS)"
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup tests/unit \
		tests/sandbox/load/test_property.py tests/sandbox/roads

bench: $(RUN_STAMP)
	@$(BIN)/python -m demo.bench

bench-load: $(DEV_STAMP)
	@PYTHONPATH=collections $(BIN)/python -m tests.bench

iam-minimal: $(DEV_STAMP)
	@$(BIN)/python -m tests.minimal

# with the credentials and the region of the environment; only="glue_table s3_bucket" for some
live: $(DEV_STAMP)
	@$(BIN)/python -m tests.live --confirm "$(confirm)" --only $(only) $(if $(account_wide),--account-wide)

$(VENV)/bin/python:
	@./make-venv.sh $(VENV)

$(RUN_STAMP): $(VENV)/bin/python requirements.txt requirements-sandbox.txt
	@echo "Installing the requirements into $(VENV) (a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --requirement requirements-sandbox.txt
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements-dev.txt tests/unit/requirements.txt
	@echo "Installing the test requirements into $(VENV) (a minute) ..."
	@$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

$(DOCS_STAMP): $(DEV_STAMP) requirements-docs.txt
	@echo "Installing what the documentation needs into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --requirement requirements-docs.txt
	@touch $@

$(LOWEST)/.requirements: $(VENV)/bin/python requirements.txt
	@echo "Installing the oldest boto3 into $(LOWEST) ..."
	@rm -rf $(LOWEST)
	@$(BIN)/python -m pip install --quiet --no-warn-conflicts --target $(LOWEST) \
		$(shell sed -n 's/^\(boto[a-z0-9]*\)>=\([0-9.]*\),.*/\1==\2/p' requirements.txt)
	@touch $@

$(IMPORTER)/.requirements: $(VENV)/bin/python requirements-importer.txt
	@echo "Installing galaxy-importer into $(IMPORTER) (a minute) ..."
	@$(BIN)/python -m venv $(IMPORTER)
	@$(IMPORTER)/bin/python -m pip install --quiet --requirement requirements-importer.txt
	@touch $@

$(CONFORMANCE)/.requirements: $(VENV)/bin/python requirements.txt requirements-sandbox.txt requirements-conformance.txt
	@echo "Installing the clients into $(CONFORMANCE) (a few minutes) ..."
	@$(BIN)/python -m venv $(CONFORMANCE)
	@$(CONFORMANCE)/bin/python -m pip install --quiet --requirement requirements-conformance.txt
	@touch $@

clean: down
	rm -rf $(VENV) .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis build
