# make site   set up, collect from the sample portals, build, check, serve the site
# make test   set up, run every test
# make check  ruff, mypy --strict
# make bench  measure
# make accuracy   read every document with an expectation: right, wrong, unclear, missing
# make mutations  damage ten thousand reports, and look for figures that are wrong and not flagged
# make lock   renew the lock of dependencies
PYTHON ?= python3
PORT ?= 8001
BIN := .venv/bin
READY := .venv/.ready

.PHONY: site test check format bench accuracy mutations lock clean

site: $(READY)
	$(BIN)/gongkai demo --port $(PORT)

test: $(READY)
	$(BIN)/python -m pytest -n auto

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)
	for benchmark in benchmarks/*.py; do $(BIN)/python $$benchmark || exit 1; done

mutations: $(READY)
	$(BIN)/python tests/reading/mutations.py

accuracy: $(READY)
	$(BIN)/python tests/accuracy.py

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

# Hashes for every platform, and no address of where packages come from.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --output-file requirements.lock

clean:
	rm -rf .venv demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
