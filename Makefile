# Two commands: `make run` starts the product, `make test` proves it. The rest is for developers.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HUB_PORT ?= 8080
HUB_DATA ?= ./data
# Most of the time tests wait for somebody: three of them at once keep two cores busy.
WORKERS ?= 3
# Tests that bring a crowd of clients with several servers need both cores: they run alone.
CROWDS := tests/drain tests/journey/test_journey.py tests/nodes/test_cluster.py tests/workers
MINUTES ?= 5
EXAMPLES ?= 100
# Where a machine forbids Python to keep what it compiled, each of the thousand processes of a test run compiles
# six hundred files anew. Empty is "not forbidden".
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check bench soak contract build clean

run: $(VENV)/.installed
	@HUB_PORT=$(HUB_PORT) HUB_DATA=$(HUB_DATA) exec $(BIN)/python server.py serve --demo

test:
	@$(MAKE) --no-print-directory --jobs 3 $(VENV)/.installed-test node_modules/.installed tools
	@rm -f .failed-beside-others
	$(BIN)/python -m pytest $(CROWDS)
	$(BIN)/python -m pytest -n $(WORKERS) --maxschedchunk 16 $(CROWDS:%=--ignore=%) || { \
	  [ -s .failed-beside-others ] || exit 1; \
	  echo "These failed beside others, which may be a race worth a look. Alone, once more:"; cat .failed-beside-others; \
	  $(BIN)/python -m pytest @.failed-beside-others; }

check: $(VENV)/.installed-test
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/python -m pytest tests/architecture

# BENCH="fanout acks --runs 3" or BENCH=--quick narrows it down.
bench: $(VENV)/.installed-test
	$(BIN)/python -m bench $(BENCH)

soak: $(VENV)/.installed-test
	$(BIN)/python -m bench.soak --minutes $(MINUTES)

# Some minutes for each ten examples. ONLY=/api/public narrows it down.
contract: $(VENV)/.installed-test
	CONTRACT_EXAMPLES=$(EXAMPLES) CONTRACT_ONLY=$(ONLY) $(BIN)/python -m pytest tests/contract

build: node_modules/.installed
	npm run build

# Debian leaves the venv module out of python3; as root we may add it.
$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null 2>&1; \
	  else \
	    echo "Python's venv module is missing. Install it (Debian: apt-get install python3-venv) and run this again." >&2; exit 1; \
	  fi; \
	  $(PYTHON) -m venv $(VENV); }

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Switchboard into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@ $(VENV)/.installed

# Node is a tool of the tests and of front-end developers only: without npm the tests that need it say so and skip.
node_modules/.installed: package.json package-lock.json widget/package.json panel/package.json
	@if command -v npm >/dev/null; then npm ci --no-audit --no-fund --loglevel=error; fi
	@mkdir -p node_modules && touch $@

# The real peers of the tests: a browser, Redis, a load balancer, mail servers, phones, a TURN server, and
# a screen reader with a display.
.PHONY: tools
tools: | $(VENV)/bin/python # which may come by apt-get as well: two of those at once are in each other's way
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v chromium-headless-shell >/dev/null || missing="$$missing chromium-headless-shell"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	PATH="$$PATH:/usr/sbin" command -v dovecot >/dev/null || missing="$$missing dovecot-imapd"; \
	PATH="$$PATH:/usr/sbin" command -v haproxy >/dev/null || missing="$$missing haproxy"; \
	PATH="$$PATH:/usr/sbin" command -v exim4 >/dev/null || missing="$$missing exim4-daemon-light"; \
	for each in orca openbox xdotool; do command -v $$each >/dev/null || missing="$$missing $$each"; done; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	command -v turnserver >/dev/null || missing="$$missing coturn"; \
	command -v sipp >/dev/null || missing="$$missing sip-tester"; \
	command -v baresip >/dev/null || missing="$$missing baresip"; \
	command -v dbus-run-session >/dev/null || missing="$$missing dbus"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null 2>&1; \
	  else echo "The tests want:$$missing. Install them, e.g. apt-get install$$missing" >&2; fi; \
	fi

clean:
	rm -rf $(VENV) node_modules
