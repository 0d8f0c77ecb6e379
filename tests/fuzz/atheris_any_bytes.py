"""Fuzz the reading and judging of logs: `make fuzz`, for FUZZ_SECONDS seconds. Its finds become tests."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import atheris


def target() -> ModuleType:
    """Import what is fuzzed so that the fuzzer sees which branches it takes."""
    with atheris.instrument_imports(include=["logverdict"]):
        return importlib.import_module("test_any_bytes")


def main() -> None:
    """Fuzz; the first argument is the folder of the corpus, the rest are options of libFuzzer."""
    corpus = Path(sys.argv[1])
    corpus.mkdir(parents=True, exist_ok=True)
    fuzzed = target()
    for number, seed in enumerate(fuzzed.SEEDS):
        (corpus / f"seed-{number}").write_bytes(seed)
        (corpus / f"apart-{number}").write_bytes(b"a" + seed + b"\x00" + fuzzed.HUMAN)
        (corpus / f"rollout-{number}").write_bytes(b"r" + fuzzed.STREAM + b"\x00" + seed)
    atheris.Setup([sys.argv[0], *sys.argv[2:], str(corpus)], fuzzed.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
