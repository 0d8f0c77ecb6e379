"""Who wants to be told, checked before anything starts."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from codexjob.errors import UsageError

# The first of them that is set holds the key; the last two are those of the earlier shell wrapper.
SECRET_VARIABLES: Final = ("CODEXJOB_WEBHOOK_SECRET", "CODEX_WEBHOOK_SECRET", "WEBHOOK_SECRET")
_HOW: Final = "make one with: echo whsec_$(head -c 32 /dev/urandom | base64)"


@dataclass(frozen=True, slots=True)
class Telling:
    """Where events go: a file, programs, web addresses, chats. Times are in seconds.

    `commands` get one event each on standard input, split into words as a shell would, or given to a shell
    with `is_shell`. `urls` get signed webhooks; `targets` are addresses of Apprise. With `is_compat` all but
    the file get the events of the earlier shell wrapper.
    """

    stream: Path | None = None
    commands: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    is_shell: bool = False
    is_compat: bool = False
    command_timeout: float = 10.0
    progress: float = 30.0

    @property
    def needs_courier(self) -> bool:
        """Tell whether somebody is told for whom one might have to wait."""
        return bool(self.commands or self.urls or self.targets)


def check_telling(wanted: Telling, environ: Mapping[str, str] = os.environ) -> Telling:
    """Refuse what could never be told.

    Raises:
        UsageError: an address is none, the signing key is missing, or an extra is not installed.
    """
    for command in wanted.commands:
        _check_command(command, is_shell=wanted.is_shell)
    for url in wanted.urls:
        _check_url(url)
    if wanted.urls:
        webhook_secret(environ)
    if wanted.targets and find_spec("apprise") is None:
        raise UsageError("--notify needs the extra: python -m pip install 'codexjob[notify]'")
    for target in wanted.targets:
        if "://" not in target:
            raise UsageError(f"--notify {target!r} is no address of Apprise, such as slack://… or mailto://…")
    return wanted


def webhook_secret(environ: Mapping[str, str]) -> str:
    """Give the key that webhooks are signed with, as Standard Webhooks writes it: base64, after `whsec_`.

    Raises:
        UsageError: none is set, or it is not base64.
    """
    from standardwebhooks import Webhook

    name = next((name for name in SECRET_VARIABLES if environ.get(name)), None)
    if name is None:
        raise UsageError(f"--notify-url needs a key to sign with: set {SECRET_VARIABLES[0]}; {_HOW}")
    try:
        Webhook(environ[name])
    except Exception as err:  # the library lets whatever its decoder raises through
        raise UsageError(f"{name} is not a key in base64 (whsec_…): {_HOW}") from err
    return environ[name]


def _check_command(command: str, *, is_shell: bool) -> None:
    try:
        words = [command.strip()] if is_shell else shlex.split(command)
    except ValueError as err:
        raise UsageError(f"--notify-cmd {command!r} cannot be split into words: {err}") from err
    if not any(words):
        raise UsageError("--notify-cmd is empty: name a program")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or any(character.isspace() or not character.isprintable() for character in url):
        raise UsageError(f"--notify-url {url!r} is no web address: write https://HOST/PATH")
