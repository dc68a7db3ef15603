# Two commands do everything: `make demo` and `make test`. The rest are their parts.

SANDBOX_PORT ?= 4566
SANDBOX_DIR ?= .sandbox
export SANDBOX_PORT SANDBOX_DIR

VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.sandbox-requirements
DEV_STAMP := $(VENV)/.dev-requirements
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg
WORKERS ?= $(shell getconf _NPROCESSORS_ONLN)
# molecule and the tests start a sandbox of their own beside the one that may be up
TEST_PORT = $(shell $(BIN)/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')

# a virtual environment with the other end of the supported versions of Ansible
OTHER := .venv/other
SMOKE_MODULES := dms_endpoint or glue_crawler or lakeformation_permissions or redshift or scheduler

.PHONY: help demo up down test test-all lint molecule smoke smoke-here unit bench clean

help:
	@echo "make demo   deploy the warehouse into a local sandbox and see rows flow through it"
	@echo "make test   lint, molecule scenarios, unit and module tests"
	@echo "make up     start the sandbox alone          make down   stop it, remove its state"
	@echo "make lint | molecule | smoke | unit          the parts of make test"
	@echo "make test-all  all of make test on the oldest and the newest Ansible; make bench  the timings"

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

# pytest is the last: its closing line is the whole run's
test: lint molecule smoke unit

test-all: test
	@./other-end.sh $(VENV) $(OTHER)
	@test -x $(OTHER)/bin/python || { echo "make: only one end of Ansible was tested" >&2; exit 1; }
	$(MAKE) VENV=$(OTHER) lint molecule unit

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/ansible-lint --offline

molecule: $(DEV_STAMP)
	SANDBOX_PORT=$(TEST_PORT) $(BIN)/molecule test --scenario-name default
	SANDBOX_PORT=$(TEST_PORT) $(BIN)/molecule test --scenario-name partial

unit: $(DEV_STAMP)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadgroup

# the site and the load, and some modules, on the other end
smoke: $(RUN_STAMP)
	@./other-end.sh $(VENV) $(OTHER)
	@if [ -x $(OTHER)/bin/python ]; then $(MAKE) --no-print-directory VENV=$(OTHER) smoke-here; fi

smoke-here: $(DEV_STAMP)
	@$(BIN)/ansible --version | head -1
	@export SANDBOX_PORT=$(TEST_PORT) SANDBOX_DIR=.ansible/sandbox-of-smoke; \
	trap '$(BIN)/python -m sandbox down' EXIT; \
	$(BIN)/python -m sandbox up && $(BIN)/python -m demo
	$(BIN)/python -m pytest --numprocesses $(WORKERS) tests/modules -k '$(SMOKE_MODULES)'

bench: $(RUN_STAMP)
	@$(BIN)/python -m demo.bench

$(VENV)/bin/python:
	@./make-venv.sh $(VENV)

$(RUN_STAMP): $(VENV)/bin/python requirements.txt requirements-sandbox.txt
	@echo "Installing the requirements into $(VENV) (a minute or two) ..."
	@$(BIN)/python -m pip install --quiet --requirement requirements-sandbox.txt
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements-dev.txt
	@echo "Installing the test requirements into $(VENV) (a minute) ..."
	@$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@

clean: down
	rm -rf $(VENV) .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis
