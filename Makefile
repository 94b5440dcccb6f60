# What there is to do here. `make` alone explains it.

VENV := .venv
PYTHON ?=
DEMO ?= 1

SOURCES_OF_INSTALL := pyproject.toml constraints.txt scripts/install.sh

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  PYTHON=/path/to/python3.11 chooses the interpreter of the virtual environment ($(VENV))."

setup: $(VENV)/installed ## Make the virtual environment and install the program

run: $(VENV)/installed ## Start the demo centre (DEMO=0: an empty one)
	@exec $(VENV)/bin/centrala serve $(if $(filter-out 0,$(DEMO)),--demo)

# Programs that tests start are compiled once.
test: export PYTHONDONTWRITEBYTECODE :=
# Live tests run after the others, four at a time, for they mostly wait; then the two that have much to do.
test: $(VENV)/installed-dev ## Run all tests; as root, install the programs they need first
	@scripts/test-programs.sh
	$(VENV)/bin/pytest -q -n auto -m "not live"
	$(VENV)/bin/pytest -q -n 4 --dist loadfile -m "live and not alone"
	$(VENV)/bin/pytest -q -n 2 --dist loadfile -m alone

check: $(VENV)/installed-dev ## Lint, formatting, types and what may import what
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy --strict
	$(VENV)/bin/lint-imports

bench: $(VENV)/installed-dev ## Measure: each figure of the README comes from here
	@for benchmark in benchmarks/[a-z]*.py; do \
	  printf '\n== %s\n' "$$benchmark"; \
	  $(VENV)/bin/python "$$benchmark" || exit; \
	done

clean: ## Remove the virtual environment and all caches; the data folder stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed: $(SOURCES_OF_INSTALL)
	@PYTHON='$(PYTHON)' scripts/install.sh $(VENV) .
	@touch $@

$(VENV)/installed-dev: $(SOURCES_OF_INSTALL)
	@PYTHON='$(PYTHON)' scripts/install.sh $(VENV) '.[dev]'
	@touch $@ $(VENV)/installed
