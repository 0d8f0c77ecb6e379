"""Read any Codex log and say, with evidence, how the run ended and what should happen next."""
