# Every command of the project. `make` alone lists them; `make test` is what CI runs.

PYTHON ?= python3
PORT ?= 8501
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
APP := $(VENV)/requirements.stamp
TOOLS := $(VENV)/tests-requirements.stamp

.PHONY: help run check test bench pretrain

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1 — /p' Makefile

run: $(APP)  ## start the app; PORT=8501 unless you say otherwise
	$(BIN)/streamlit run app.py --server.port $(PORT)

check: $(TOOLS)  ## format, lint, import rules and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/basedpyright --pythonpath $(BIN)/python

test: export OMP_NUM_THREADS := 1
test: export HF_HUB_OFFLINE := 1
test: $(TOOLS)  ## all checks and all tests, in a real browser too, by WORKERS=2 processes
	@browser=$$(sh tests/browser/ensure-chromium.sh) && $(MAKE) --no-print-directory check && \
	    echo "$(BIN)/pytest" && CHROMIUM="$$browser" $(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

bench: export HF_HUB_OFFLINE := 1
bench: $(TOOLS)  ## measure speed and memory
	$(BIN)/python -m tests.benchmarks

pretrain: $(APP)  ## train a variant's model: make pretrain SLUG=bert CORPUS=folder
	@test -n "$(SLUG)" && test -n "$(CORPUS)" || \
	    { echo "error: say which variant and which texts: make pretrain SLUG=bert CORPUS=folder" >&2; exit 2; }
	$(BIN)/python -m variants pretrain $(SLUG) --corpus "$(CORPUS)"

# A stamp is as old as the last installation, so nothing is installed twice.
$(APP): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(TOOLS): tests/requirements.txt $(APP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "error: Python 3.11 or newer is needed, as in: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
