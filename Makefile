# `make run` shows the product, `make test` proves it. Both prepare what they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
FLASK  := $(BIN)/flask --app wsgi
PO     := $(wildcard translations/*/LC_MESSAGES/*.po)
MO     := $(PO:.po=.mo)
# One more than there are cores: some tests wait for a browser or a worker.
JOBS   ?= $(shell echo $$(( $$(nproc 2>/dev/null || echo 2) + 1 )))
BEGINS_WITH = $(if $(filter 0 false no off,$(PLAUDIT_DEMO)),scheme,demo)
# Two servers of this kind would share a port without a word.
ANSWERS = import os, socket; socket.create_connection((os.environ['HOST'], os.environ['PORT']), 1)

export HOST ?= 127.0.0.1
export PORT ?= 8000

.PHONY: run test suite prove bench images lint languages lock clean

run: export PLAUDIT_DEMO ?= 1
run: $(VENV)/base.stamp $(MO)
	@if $(BIN)/python -c "$(ANSWERS)" 2>/dev/null; then \
	    echo "Port $(PORT) is in use already. Take another one: PORT=9000 make run"; exit 1; fi
	@$(FLASK) db upgrade
	@$(FLASK) $(BEGINS_WITH) load
	@echo "Plaudit: http://$(HOST):$(PORT)/  (Ctrl-C stops it)"
	@exec $(BIN)/honcho start

# Lint and tests at once, so that no core stands idle.
test: $(VENV)/dev.stamp $(MO) $(VENV)/chromium.stamp $(VENV)/s3.stamp
	@$(MAKE) --no-print-directory -j2 lint suite

# Whoever told Python to keep no compiled modules would wait for each of some hundred processes.
lint suite prove: export PYTHONDONTWRITEBYTECODE =
suite: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not prove"

# The long proofs: thousands of random walks, kill -9, races over many rounds.
prove: $(VENV)/dev.stamp $(MO) $(VENV)/chromium.stamp $(VENV)/s3.stamp $(VENV)/office.stamp
	$(BIN)/python -m pytest -m prove
	$(BIN)/python -m pytest -n $(JOBS) --hypothesis-profile prove tests/workflow tests/ledger

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench

# The pictures of the documentation, made anew from the demo.
images: $(VENV)/dev.stamp $(MO) $(VENV)/chromium.stamp
	$(BIN)/python -m docs.images.make

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates

# Collect the sentences of code and templates, merge them into the catalogues, compile.
languages: $(VENV)/dev.stamp
	$(BIN)/pybabel -q extract -F translations/babel.cfg -k _l -k lazy_gettext -k lazy_pgettext:1c,2 --sort-output \
	    --no-location --project Plaudit --copyright-holder Plaudit -o translations/messages.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-fuzzy-matching \
	    --ignore-obsolete --ignore-pot-creation-date
	@sed -i.old -E '/^"(Project|Report|POT|PO-|Last-T|Language-T|Generated)|^# FIRST/d' $(PO)
	@rm -f $(PO:.po=.po.old)
	$(BIN)/pybabel -q compile -d translations

lock:
	cd requirements && uv pip compile -q --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-emit-index-url base.in -o base.txt
	cd requirements && uv pip compile -q --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-emit-index-url -c base.txt dev.in -o dev.txt
	cd requirements && uv pip compile -q --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-emit-index-url s3.in -o s3.txt

clean:
	rm -rf $(VENV) var $(MO) .*_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/base.stamp: requirements/base.txt
	$(call install,base)

$(VENV)/dev.stamp: requirements/dev.txt
	$(call install,dev)
	@touch $(VENV)/base.stamp

# A server that speaks S3, for the tests; what it needs does not go with the rest. Where it cannot
# be had, its tests say that they were skipped.
$(VENV)/s3.stamp: requirements/s3.txt | $(VENV)/dev.stamp
	@$(PYTHON) -m venv $(VENV)/s3 && $(VENV)/s3/bin/python -m pip install -q \
	    --disable-pip-version-check --require-hashes -r requirements/s3.txt \
	    || { echo "No S3 server for the tests."; rm -rf $(VENV)/s3; }
	@touch $@

define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes \
	    -r requirements/$(1).txt
	@touch $@
endef

%.mo: %.po | $(VENV)/base.stamp
	@$(BIN)/pybabel -q compile -i $< -o $@

# A browser for the journeys, without windows where there is one: Debian's package, else the
# system's, else Playwright's own.
$(VENV)/chromium.stamp: | $(VENV)/dev.stamp
	@if command -v chromium-headless-shell >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q \
	    && apt-get install -q -y --no-install-recommends chromium-headless-shell; then :; \
	elif command -v chromium >/dev/null; then :; \
	else $(BIN)/playwright install --only-shell chromium; fi
	@touch $@

# A spreadsheet that opens what is exported; elsewhere its tests say that they were skipped.
$(VENV)/office.stamp: | $(VENV)/dev.stamp
	@if command -v soffice >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && apt-get install -q -y --no-install-recommends libreoffice-calc-nogui \
	        || echo "No spreadsheet for the tests."; \
	fi
	@touch $@
