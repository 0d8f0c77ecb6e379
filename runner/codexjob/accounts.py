"""Accounts that are spent or logged out: what one job found out spares the others the same failure."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from logverdict.verdict import Verdict
from pydantic import TypeAdapter

from codexjob.action import parse_time
from codexjob.files import read_json, write_json
from codexjob.places import made, state_folder
from codexjob.policy.table import Policy
from codexjob.runmeta import stamp
from codexjob.waiting import Pause

SCHEMA: Final = "codexjob.account/1"
_DIGITS: Final = 24
_LARGEST: Final = 1 << 20
_KEYS: Final = ("CODEX_API_KEY", "OPENAI_API_KEY")
# Nobody may have told of the new login, for example a new key of the same account: then look again some day.
_LONGEST: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as digests: `key` tells it from others, `login` changes with every new login."""

    key: str
    login: str


@dataclass(frozen=True, slots=True)
class PausedAccount:
    """What is written down of a paused account. Times are ISO 8601, UTC; `until` is null for a dead login."""

    login: str
    since: str
    until: str | None
    cause: str
    reason: str
    run_id: str | None


_PAUSED: Final = TypeAdapter(PausedAccount)


def account_of(environ: Mapping[str, str]) -> Account:
    """Tell which account Codex would use, without asking anybody and without keeping anything secret."""
    home = Path(environ.get("CODEX_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".codex")
    content = _auth_file(home)
    tokens = content.get("tokens")
    known = tokens.get("account_id") if isinstance(tokens, dict) else None
    keys = [environ.get(name) for name in _KEYS] + [content.get("OPENAI_API_KEY")]
    name = known or next(filter(None, keys), None) or str(home.absolute())
    return Account(_digest(str(name)), _digest(json.dumps([content, keys], sort_keys=True)))


@dataclass(frozen=True, slots=True)
class AccountGate:
    """The pauses of one account, in a file that all jobs of this user share."""

    environ: Mapping[str, str]

    def pause(self, now: datetime) -> Pause | None:
        """Tell of a pause of the account; null where there is none, or it is over."""
        account = account_of(self.environ)
        paused = read_json(_file(account), _PAUSED)
        if paused is None or paused.login != account.login:
            return None
        until = parse_time(paused.until) if paused.until else None
        if now >= (until or parse_time(paused.since) + _LONGEST):
            return None
        return Pause(until, f"run {paused.run_id} ended with {paused.cause}: {paused.reason}")

    def note(self, verdict: Verdict, policy: Policy, now: datetime) -> None:
        """Pause the account where the policy says so; a run whose turn completed ends a pause."""
        account = account_of(self.environ)
        row = policy.row_for(verdict.cause)
        if verdict.verdict == "environmental" and row is not None and row.pauses_account:
            until = stamp(now + timedelta(seconds=row.wait_initial)) if row.attempts else None
            paused = PausedAccount(
                login=account.login,
                since=stamp(now),
                until=verdict.retry_at or until,
                cause=verdict.cause,
                reason=verdict.reason,
                run_id=verdict.run_id,
            )
            write_json(_file(account), {"schema": SCHEMA, **asdict(paused)})
        elif verdict.finished:
            _file(account).unlink(missing_ok=True)


def _file(account: Account) -> Path:
    return made(state_folder() / "accounts") / f"{account.key}.json"


def _auth_file(home: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        with (home / "auth.json").open("rb") as stream:
            content = json.loads(stream.read(_LARGEST))
        return content if isinstance(content, dict) else {}
    return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:_DIGITS]
