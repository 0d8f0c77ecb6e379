"""The skill that tells Claude Code and Codex how to hand work over."""
