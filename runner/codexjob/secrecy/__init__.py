"""Keeping secrets out of files and messages, and out of the environment that Codex gets."""
