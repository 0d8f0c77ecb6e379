# One command each; everything is installed below this folder, nothing outside it.
PYTHON ?= python3
BIN := .venv/bin
DEMO_CODEX := 0.169.0
TEST_CODEX := 0.120.0 0.125.0 0.169.0
FUZZ_SECONDS ?= 600
FAULT_ROUNDS ?= 20
FAULT_SEED ?= 0
FAULT_JOBS ?= 20
DATASET_CODEX := 0.42.0 0.63.0 0.98.0 0.125.0 0.144.6 0.155.1 0.169.0
DATASET_CHECKED := api_401_wrong_key usage_team_midway server_503_midway gave_up_german plain_python_fix
CODEX_BIN = .codex-cli/$(1)/node_modules/.bin/codex

.PHONY: demo test setup codex lint unit bench bench-short bench-tools dataset dataset-check engines faults fuzz clean

demo: setup $(call CODEX_BIN,$(DEMO_CODEX))
	@CODEXJOB_CODEX=$(abspath $(call CODEX_BIN,$(DEMO_CODEX))) $(BIN)/codexjob demo --folder .practice/demo

test: setup codex lint unit

setup: .venv/ready

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "codexjob needs Python 3.11 or newer: install it, then run make again with PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3 cannot make a virtual environment: install the package python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fast,model,notify,prices,verify]' --group dev
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

# Measure everything beside other programs, and write the tables of docs/performance.md; BENCH takes options.
bench: bench-tools
	@$(BIN)/python benchmarks/performance.py $(BENCH)
	@$(BIN)/pytest -q -o pythonpath=benchmarks benchmarks
	@$(BIN)/python benchmarks/flame.py
	@$(BIN)/python benchmarks/work_tree.py
	@$(BIN)/python benchmarks/big_logs.py

# The same with small logs and few rounds: only printed.
bench-short: bench-tools
	@$(BIN)/python benchmarks/performance.py --short $(BENCH)
	@$(BIN)/pytest -q -o pythonpath=benchmarks benchmarks

bench-tools: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench

# Kill supervisors and Codex at random instants, and before every change to the disk; 20 jobs at once.
faults: setup $(call CODEX_BIN,$(DEMO_CODEX))
	@$(BIN)/python tests/faults/kills.py .practice/faults --rounds $(FAULT_ROUNDS) --seed $(FAULT_SEED)
	@$(BIN)/python tests/faults/every_write.py .practice/faults
	@$(BIN)/python tests/faults/many_jobs.py .practice/faults --jobs $(FAULT_JOBS)

# Hold the engines to each other on every text of the dataset; `make unit` does so on one of sixty.
engines: setup
	@CODEXJOB_EVERY_LOG=1 $(BIN)/pytest -q -o timeout=7200 tests/classifier/test_engine_equal.py

fuzz: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz
	@$(BIN)/python tests/fuzz/atheris_any_bytes.py .practice/fuzz -max_len=8192 -timeout=60 -artifact_prefix=.practice/fuzz- -max_total_time=$(FUZZ_SECONDS)
	@$(BIN)/python tests/fuzz/condensed_as_whole.py $(FUZZ_SECONDS)

# Record what is missing, or whose scenario has changed.
dataset: setup
	@$(BIN)/codexjob record --stale --jobs 6 $(addprefix --codex-version ,$(DATASET_CODEX))
	@$(BIN)/codexjob record --relabel

# Record five scenarios again and compare them with what is stored.
dataset-check: setup $(call CODEX_BIN,$(DEMO_CODEX))
	@$(BIN)/codexjob record --check --codex-version $(DEMO_CODEX) $(DATASET_CHECKED)

clean:
	rm -rf .venv .codex-cli .practice build dist
