# One command each; everything is installed below this folder, nothing outside it.
PYTHON ?= python3
BIN := .venv/bin
DEMO_CODEX := 0.169.0
TEST_CODEX := 0.120.0 0.125.0 0.169.0
CODEX_BIN = .codex-cli/$(1)/node_modules/.bin/codex

.PHONY: demo test setup codex lint unit bench clean

demo: setup $(call CODEX_BIN,$(DEMO_CODEX))
	@CODEXJOB_CODEX=$(abspath $(call CODEX_BIN,$(DEMO_CODEX))) $(BIN)/codexjob demo --folder .practice/demo

test: setup codex lint unit

setup: .venv/ready

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "codexjob needs Python 3.11 or newer: install it, then run make again with PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3 cannot make a virtual environment: install the package python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[model]' --group dev
	@touch $@

codex: $(foreach version,$(TEST_CODEX),$(call CODEX_BIN,$(version)))

.codex-cli/%/node_modules/.bin/codex:
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "codexjob needs Node.js 20 with npm for the real Codex CLI: install the packages nodejs and npm" >&2; exit 1; }
	@mkdir -p .codex-cli/$*
	@npm install --silent --no-audit --no-fund --prefix .codex-cli/$* @openai/codex@$*

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

unit: setup codex
	@$(BIN)/pytest -n 4

bench: setup
	@$(BIN)/python benchmarks/cold_start.py

clean:
	rm -rf .venv .codex-cli .practice build dist
