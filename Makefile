# Chancery: `make run` and `make test` need Python 3.11 or later and make, nothing else.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
EVENTS ?= 100000
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .venv-tools
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(TOOLS)/bin/pip-compile --quiet $(if $(UPGRADE),--upgrade) \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links
export DEBUG ?= true

.PHONY: help run install install-dev test test-fast coverage lint types schema dictionary messages check lock sbom screenshots pictures bench bench-growth bench-timelines clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python: got %d.%d, expected 3.11 or later" % sys.version_info[:2])'
	@$(PYTHON) scripts/make_venv.py $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: $(VENV)/.installed ## make the virtual environment
	@:
install-dev: $(VENV)/.installed-dev

run: ## set up, load the first dossier and serve (HOST=, PORT=)
	@$(PYTHON) scripts/port_free.py $(HOST) $(PORT)
	@$(MAKE) --no-print-directory install
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo --host $(HOST) --port $(PORT)
	@exec $(BIN)/python manage.py runserver --noreload --skip-checks $(HOST):$(PORT)

test: install-dev ## run all tests on SQLite, and those that use the database on PostgreSQL where it answers
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash scripts/test.sh

test-fast: install-dev ## run the quick tests, on SQLite and without a browser
	DATABASE_URL=sqlite:///db.sqlite3 $(BIN)/python -m pytest -n $${WORKERS:-2} --dist loadgroup -m "not slow and not browser and not node"

coverage: install-dev ## run all tests on SQLite and report the lines that none of them reaches
	DATABASE_URL=sqlite:///db.sqlite3 $(BIN)/python -m pytest --create-db -n $${WORKERS:-2} --dist loadgroup --cov --cov-report=term

lint: install-dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev ## mypy
	$(BIN)/mypy

schema: install ## rewrite archive/graphql/schema.graphql
	$(BIN)/python manage.py write_schema

dictionary: install ## rewrite docs/reference/data-model.md
	$(BIN)/python manage.py data_dictionary

messages: install-dev ## update archive/locale from the sources, and compile it
	$(BIN)/python scripts/messages.py

$(TOOLS)/.installed: requirements-tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-tools.txt
	@touch $@

lock: $(TOOLS)/.installed ## pin all dependencies of pyproject.toml, with hashes, in requirements*.txt (UPGRADE=1: to their newest versions)
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra parquet --output-file requirements-parquet.txt pyproject.toml
	$(COMPILE) --extra parquet --extra dev --output-file requirements-dev.txt pyproject.toml

sbom: $(TOOLS)/.installed ## write the software bill of materials (CycloneDX) to sbom.json
	$(TOOLS)/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-file sbom.json

screenshots: install-dev ## take pictures of each kind of page, light and dark, at three widths, in screenshots/
	@$(BIN)/python scripts/screenshots.py

pictures: install-dev ## take the pictures of the README, in docs/pictures/
	@$(BIN)/python scripts/screenshots.py --readme

bench: install ## fill an archive of EVENTS=100000 on PostgreSQL and compare it with its peers there (minutes)
	DATABASE_URL=$$($(BIN)/python -m bench.prepare --events $(EVENTS)) $(BIN)/python -m bench.compare

bench-timelines: install-dev ## compare the drawn timeline in Chromium with vis-timeline and TimelineJS, from npm
	$(BIN)/python -m bench.browser_timelines

bench-growth: install ## compare the standard reads of 2,000 and 200,000 events on PostgreSQL
	$(BIN)/python -m bench.growth $$($(BIN)/python -m bench.prepare --events 2000) $$($(BIN)/python -m bench.prepare --events 200000)

check: install-dev ## what must hold before a change lands, tests left out
	$(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=false SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') ALLOWED_HOSTS=archive.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

clean: ## remove the virtual environment and the demo database
	rm -rf $(VENV) $(TOOLS) sbom.json db.sqlite3 db.sqlite3-wal db.sqlite3-shm
