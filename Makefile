# Everything a fresh machine with Python 3.11 or newer needs, on one command. `make help` lists the commands.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench requirements screenshot clean

VENV := .venv
BIN := $(VENV)/bin
# What prmonitor is measured against stays apart from what it needs.
BENCH := .venv-bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# The newest Python that prmonitor is tested on; PYTHON=… chooses another.
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.11 python3 python
DJANGO_TEMPLATES := $(shell find templates -name '*.html')
UP_OPTIONS := $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT)) $(ARGS)

# Compiled files are kept, wherever one is: without them every test process would compile all tests again.
unexport PYTHONDONTWRITEBYTECODE

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1: /p' Makefile | awk -F': ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: $(VENV)/run.stamp ## start prmonitor (HOST=, PORT=, ARGS=--demo)
	@exec $(BIN)/python manage.py up --stop-with-parent $(UP_OPTIONS)

test: $(VENV)/dev.stamp ## run the tests (ARGS=…; DATABASE_URL and REDIS_URL name real servers to run them on)
	@exec $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(VENV)/dev.stamp ## style, types, floors, missing migrations, Django's own checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check $(DJANGO_TEMPLATES)
	$(BIN)/djangofmt --profile jinja --check templates/jinja2
	$(BIN)/djangofmt check $(DJANGO_TEMPLATES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING

format: $(VENV)/dev.stamp ## rewrite code and templates in the house's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt check --fix $(DJANGO_TEMPLATES)
	$(BIN)/djangofmt $(DJANGO_TEMPLATES)
	$(BIN)/djangofmt --profile jinja templates/jinja2

bench: $(BENCH)/bench.stamp ## measure (QUICK=1 for a look; ARGS=…; see benchmarks/)
	@$(BENCH)/bin/python benchmarks/bench.py $(ARGS)

requirements: $(VENV)/bin/python ## pin the newest versions that pyproject.toml admits
	$(BIN)/uv --version >/dev/null 2>&1 || $(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

screenshot: $(VENV)/dev.stamp ## take docs/screenshot.png from the demo
	@$(BIN)/python -m docs.screenshot

clean: ## remove what these commands made; your data in var/ stays
	rm -rf $(VENV) $(BENCH) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@for candidate in $(CANDIDATES); do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			"$$candidate" -c 'import ensurepip, venv' 2>/dev/null || { \
				echo "prmonitor: $$candidate lacks the venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }; \
			echo "Making $(VENV) with $$("$$candidate" --version)"; \
			rm -rf $(VENV); exec "$$candidate" -m venv $(VENV); \
		fi; \
	done; \
	echo "prmonitor: Python 3.11 or newer is needed, and none of these is: $(CANDIDATES)" >&2; exit 1

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Installing the pinned packages (about half a minute, once)"
	@$(PIP) install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the pinned packages and the tools of the tests (about a minute, once)"
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

$(BENCH)/bench.stamp: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what prmonitor is measured against, into $(BENCH) (about a minute, once)"
	@$(BIN)/python -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BENCH)/bin/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['bench'], sep='\n')" > $(BENCH)/bench.txt
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -r $(BENCH)/bench.txt
	@touch $@
