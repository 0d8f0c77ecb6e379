"""The command line of Codex. The prompt is never in it: it goes to standard input."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from codexjob.errors import CodexArgsError

# What a new session may do when the user says nothing; `resume` does not inherit it, so every run gets it.
DEFAULT_SANDBOX: Final = "workspace-write"
_SANDBOX_FLAGS: Final = (
    "-s",
    "--sandbox",
    "--full-auto",
    "--dangerously-bypass-approvals-and-sandbox",
    "--yolo",
    "-p",
    "--profile",
)
_CONFIG_FLAGS: Final = ("-c", "--config")
_SANDBOX_KEYS: Final = ("sandbox_mode", "default_permissions", "permissions")
_OURS: Final = {
    "--json": "codexjob always asks for the event stream",
    "--experimental-json": "codexjob always asks for the event stream",
    "-C": "use --repo",
    "--cd": "use --repo",
}
_MODEL_FLAGS: Final = ("-m", "--model")
# Options of `codex exec` without a value: a word after one of them would be a prompt or a sub-command.
_BARE_FLAGS: Final = frozenset({
    "--skip-git-repo-check", "--full-auto", "--dangerously-bypass-approvals-and-sandbox", "--yolo", "--oss",
    "--ephemeral", "--ignore-user-config", "--ignore-rules", "--strict-config", "--include-plan-tool",
    "--search", "--trust",
})  # fmt: skip
_CHOOSERS: Final = {
    "--last": "name the session with --resume",
    "--all": "name the session with --resume",
}


def check_codex_args(args: Sequence[str], model: str | None) -> None:
    """Refuse arguments for Codex that codexjob sets itself.

    Raises:
        CodexArgsError: one of them is set by codexjob, is no option, contradicts `model`; or that is empty.
    """
    for before, arg in pairwise(("", *args)):
        if not arg.startswith("-") and (not before.startswith("-") or before in _BARE_FLAGS):
            raise CodexArgsError(
                f"unexpected argument {arg!r}: options for Codex go after --, the task to --task, "
                "a session to --resume"
            )
    for arg in args:
        for flag, reason in (_OURS | _CHOOSERS).items():
            if _is_flag(arg, flag):
                raise CodexArgsError(f"{arg} cannot be given to Codex after --: {reason}")
        if arg in ("-", "--"):
            raise CodexArgsError(f"{arg!r} cannot be given to Codex after --: the prompt comes from --task")
    if model is not None and not model.strip():
        raise CodexArgsError("--model is empty: name a model, or leave it out")
    if model is not None and any(_is_flag(arg, flag) for arg in args for flag in _MODEL_FLAGS):
        raise CodexArgsError("the model is given twice: use either --model or -m after --")


def codex_argv(
    codex: str, repo: Path, args: Sequence[str], *, model: str | None, session_id: str | None
) -> tuple[str, ...]:
    """Build the command line of one run; every flag stands before `resume`, where all versions accept it."""
    flags = ["--json", "-C", str(repo), *args]
    if model is not None:
        flags += ["-m", model]
    if not names_sandbox(args):
        flags += ["-s", DEFAULT_SANDBOX]
    resumed = ["resume", session_id] if session_id is not None else []
    return (codex, "exec", *flags, *resumed, "-")


def names_sandbox(args: Sequence[str]) -> bool:
    """Tell whether the user's arguments choose a sandbox themselves, by flag, profile or configuration."""
    if any(_is_flag(arg, flag) for arg in args for flag in _SANDBOX_FLAGS):
        return True
    return any(value.lstrip().startswith(_SANDBOX_KEYS) for value in _config_values(args))


def keeps_sessions(args: Sequence[str]) -> bool:
    """Tell whether Codex keeps the session on disk, so that it can be resumed."""
    return "--ephemeral" not in args


def _config_values(args: Sequence[str]) -> Iterator[str]:
    for position, arg in enumerate(args):
        for flag in _CONFIG_FLAGS:
            if arg == flag and position + 1 < len(args):
                yield args[position + 1]
            elif _is_flag(arg, flag):
                yield arg.removeprefix(flag).removeprefix("=")


def _is_flag(arg: str, flag: str) -> bool:
    if flag.startswith("--"):
        return arg == flag or arg.startswith(f"{flag}=")
    return arg.startswith(flag) and not arg.startswith("--")
