"""Read any Codex log and say, with evidence, how the run ended and what should happen next."""

from typing import Final

__version__: Final = "0.1.0"
