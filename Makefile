# Two commands: `make run` serves the portal, `make test` checks everything. The rest are parts of them.
.PHONY: help run test test-fast lint types deploy-check format bench screenshots environment
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest -n auto --maxprocesses=4
# Linters and types start Django without serving anything.
CHECKING := DJANGO_SETTINGS_MODULE=tests.settings DATABASE_URL=sqlite://

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## serve the portal on http://localhost:8000 (PORT=8001 for another port)
	@tools/environment --no-dev --inexact
	@$(PYTHON) -m tools.packages run
	@$(PYTHON) -m tools.run

test: environment ## lint, types, tests on SQLite, in the browser, of PDFs, and on PostgreSQL
	@$(PYTHON) -m tools.packages test
	@$(MAKE) --no-print-directory lint types deploy-check
	@tools/verapdf/verapdf
	$(PYTEST) -m "not postgres and not e2e and not pdf"
	$(PYTEST) -m "e2e or pdf"
	$(PYTHON) -m tools.postgres $(PYTEST) -m "not e2e and not pdf"

test-fast: environment ## the tests on SQLite alone
	@$(PYTHON) -m tools.packages run
	$(PYTEST) -m "not postgres and not e2e and not pdf"

lint: environment ## style, templates, who imports whom, missing migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports --no-logo
	$(CHECKING) $(PYTHON) manage.py makemigrations --check --dry-run

types: environment ## mypy with django-stubs
	$(CHECKING) .venv/bin/mypy

deploy-check: environment ## Django's deployment checks on the settings of .env.example
	set -a; . ./.env.example; set +a; DATABASE_URL=sqlite:// SECRET_KEY=$$($(PYTHON) -c "import secrets; print(secrets.token_urlsafe(50))") \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

format: environment ## put code in the project's style
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: environment ## ratios against a floor, in one run (DUO=folder adds the real national files)
	@$(PYTHON) -m bench

screenshots: environment ## the README's pictures, from the demo
	@$(PYTHON) -m tools.screenshots

environment:
	@tools/environment
