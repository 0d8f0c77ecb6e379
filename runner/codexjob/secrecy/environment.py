"""The environment that Codex gets: what it and the tools it calls need, and what the user names."""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from codexjob.secrecy.values import is_secret_name

# What is not here has to be named with --env: a variable that nobody named may hold anybody's secret.
ALLOWED: Final = (
    # a user, a place, a terminal, a language
    "HOME", "USER", "LOGNAME", "SHELL", "PATH", "PWD", "LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "COLORTERM",
    "NO_COLOR", "FORCE_COLOR", "CI", "TMPDIR", "TMP", "TEMP", "XDG_*",
    "DBUS_SESSION_BUS_ADDRESS", "HOSTNAME", "EDITOR", "PAGER",
    # Codex itself, and how it reaches its model
    "CODEX_*", "CODEXJOB_*", "OPENAI_*", "AZURE_OPENAI_API_KEY", "RUST_LOG", "RUST_BACKTRACE",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    # git and the tool chains of the repository
    "GIT_*", "SSH_AUTH_SOCK", "NODE_*", "NVM_*", "NPM_CONFIG_*", "VIRTUAL_ENV", "CONDA_*",
    "PYTHON*", "PYENV_*",
    "PIP_*", "UV_*", "CARGO_*", "RUSTUP_*",
    "GOPATH", "GOROOT", "GOBIN", "GOCACHE", "GOMODCACHE", "GOFLAGS", "GOPROXY", "GOTOOLCHAIN", "GOENV",
    "JAVA_HOME", "MAVEN_*", "GRADLE_*", "SDKMAN_*", "ANDROID_*",
    "DOTNET_*", "LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "MAKEFLAGS", "CC", "CXX",
    "CFLAGS", "CXXFLAGS", "LDFLAGS",
    # Windows
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "USERNAME", "HOMEDRIVE",
    "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES*", "PROCESSOR_*",
    "NUMBER_OF_PROCESSORS",
)  # fmt: skip
# The keys of codexjob's own messages are nothing for Codex, and a tool's token goes only where it was named.
_NEVER: Final = ("*WEBHOOK*", "*_AUTH")
_CODEX: Final = ("CODEX_*", "OPENAI_*", "AZURE_OPENAI_API_KEY")
_NAMING: Final = ("env_key", "bearer_token_env_var")
_CONFIG_LIMIT: Final = 1 << 20
_GIVEN_NAME: Final = re.compile(
    r"(?:^|\.)(?:env_key|bearer_token_env_var)\s*=\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)"
)


def codex_environment(
    environ: Mapping[str, str], extra: Iterable[str] = (), args: Sequence[str] = ()
) -> dict[str, str]:
    """Choose the variables that Codex gets.

    `extra` are names, or patterns such as `MY_*`, that the user adds; `*` hands everything on. `args` are the
    user's arguments for Codex. Variables that Codex's own configuration names are among them too, since a
    provider takes its key from there.
    """
    added = tuple(extra)
    named = {*_named_by_args(args), *_named_by_config(_home(environ))}
    return {
        name: value
        for name, value in environ.items()
        if name in named or _is_one_of(name, added) or _is_allowed(name)
    }


def _is_allowed(name: str) -> bool:
    shown = name.upper() if os.name == "nt" else name
    if _is_one_of(shown, _NEVER) or not _is_one_of(shown, ALLOWED):
        return False
    return _is_one_of(shown, _CODEX) or not is_secret_name(shown)


def _is_one_of(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _home(environ: Mapping[str, str]) -> Path | None:
    given = environ.get("CODEX_HOME")
    if given:
        return Path(given)
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(home) / ".codex" if home else None


def _named_by_config(home: Path | None) -> Iterator[str]:
    """Name the variables that Codex's configuration refers to; one that cannot be read is Codex's to tell."""
    if home is None:
        return
    try:
        with (home / "config.toml").open("rb") as stream:
            config = tomllib.loads(stream.read(_CONFIG_LIMIT).decode())
    except (OSError, ValueError, RecursionError):
        return
    yield from _names_in(config)


def _names_in(table: Mapping[str, object]) -> Iterator[str]:
    for key, value in table.items():
        match value:
            case str() if key in _NAMING:
                yield value
            case list() if key == "env_vars":
                yield from (one for one in value if isinstance(one, str))
            case dict() if key == "env_http_headers":
                yield from (one for one in value.values() if isinstance(one, str))
            case dict():
                yield from _names_in(value)


def _named_by_args(args: Sequence[str]) -> Iterator[str]:
    for arg in args:
        yield from _GIVEN_NAME.findall(arg)
