# Two commands matter: `make run` opens the chat, `make test` runs the tests.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
STAMP := .venv/.installed
HOST ?= 127.0.0.1
PORT ?= 7860

export HF_HUB_OFFLINE ?= 1
export TRANSFORMERS_OFFLINE ?= 1
export GRADIO_ANALYTICS_ENABLED ?= False
export ANONYMIZED_TELEMETRY ?= False
export LANGSMITH_TRACING ?= false

.PHONY: help install run test lint eval bench clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

install: $(STAMP)  ## Create .venv with the locked versions (does nothing when it is up to date)

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked versions into .venv (about two minutes and 2.5 GB the first time)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m pip check
	@$(BIN)/python -m compileall -q assistant index evals
	@touch $@

run: install  ## Index the seed trials and open the chat on http://127.0.0.1:7860
	@echo "Indexing the seed trials, then opening the chat on http://$(HOST):$(PORT) (stop it with Ctrl-C)"
	@$(BIN)/trialmatch ui --host $(HOST) --port $(PORT)

test: install  ## Run the tests (offline; browser tests need Debian's chromium)
	$(BIN)/python -m pytest

lint: install  ## ruff check, ruff format --check, mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict index assistant evals

eval: install  ## Run the evaluation suites and write the report to out/eval
	$(BIN)/trialmatch eval --out out/eval

bench: install  ## Measure speed and memory
	$(BIN)/python -m evals.bench

clean:  ## Remove caches and build products; .venv and stores stay
	rm -rf build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
