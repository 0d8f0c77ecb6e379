"""Run OpenAI's Codex CLI unattended, and act on the verdict over each run."""
