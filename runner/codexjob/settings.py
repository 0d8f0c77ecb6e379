"""The settings of a project: `codexjob.toml`, or `[tool.codexjob]` in pyproject.toml, found upwards."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from logverdict.errors import Mistake
from logverdict.expression import expression
from logverdict.record import field, record
from logverdict.rulebook.value import meant

from codexjob.errors import UsageError
from codexjob.usual_rules import OWN_FILE, PROJECT_FILE

KEYS: Final = ("rules", "policy", "env", "prompts")
_LARGEST: Final = 1_000_000
_AT: Final = expression(r"(?P<said>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


@record(frozen=True, slots=True)
class NamedRules:
    """A folder of rules, or a built-in pack, as the settings name it, and where they do: `FILE:LINE`."""

    written: str
    folder: Path
    place: str


@record(frozen=True, slots=True)
class Settings:
    """What a project says; no `file` where none was found. `table` is all of it, as TOML gives it."""

    file: Path | None = None
    rules: tuple[NamedRules, ...] = ()
    table: Mapping[str, Any] = field(default_factory=dict)

    def refused(self, key: str, message: str, hint: str = "") -> UsageError:
        """Make the error for a setting that has no meaning: it says where the setting stands."""
        if self.file is None:
            return UsageError(message)
        text = _text(self.file)
        line = _line_of(text, key, "" if self.file.name == OWN_FILE else "tool.codexjob")
        return UsageError(_mistake(self.file, text, line, message, hint))


def find_settings(start: Path) -> Settings:
    """Read the settings that are nearest to a folder: in it, or in one above it.

    In one folder, `codexjob.toml` goes before pyproject.toml.

    Raises:
        UsageError: the file cannot be read, or says something that has no meaning; it says where.
    """
    for folder in (start, *start.parents):
        for name in (OWN_FILE, PROJECT_FILE):
            found = _read(folder / name) if _is_file(folder / name) else None
            if found:
                return found
    return Settings()


def _is_file(path: Path) -> bool:
    # What stands above a working folder is not always ours to look at.
    with suppress(OSError):
        return path.is_file()
    return False


def _read(file: Path) -> Settings | None:
    text = _text(file)
    if file.name == OWN_FILE:
        return _settings(file, text, _parsed(file, text), "")
    # Nearly every pyproject.toml is about something else: it is not worth parsing.
    table = _parsed(file, text).get("tool", {}) if "codexjob" in text else {}
    own = table.get("codexjob") if isinstance(table, dict) else None
    return _settings(file, text, own, "tool.codexjob") if isinstance(own, dict) else None


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
        text = raw.decode()
    except OSError as err:
        raise UsageError(f"{file}: the settings cannot be read: {err.strerror}") from err
    except UnicodeDecodeError as err:
        raise UsageError(f"{file}: the settings are not UTF-8: byte {err.start} is none") from err
    if len(raw) > _LARGEST:
        raise UsageError(f"{file}: settings have at most {_LARGEST:,} bytes")
    return text


def _parsed(file: Path, text: str) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        found = _AT.fullmatch(str(err))
        said, line = (found["said"], found["line"]) if found else (str(err), None)
        at = int(line) if line else text.count("\n") + 1
        raise UsageError(_mistake(file, text, at, f"this is not TOML: {said}")) from err
    except (RecursionError, ValueError) as err:
        raise UsageError(f"{file}: the settings cannot be read: {type(err).__name__}: {err}") from err


def _settings(file: Path, text: str, table: Mapping[str, Any], section: str) -> Settings:
    for key in table:
        if key not in KEYS:
            hint = meant(key, KEYS) or f"the keys are {', '.join(KEYS)}"
            line = _line_of(text, key, section)
            raise UsageError(_mistake(file, text, line, f"there is no setting `{key[:80]}`", hint))
    return Settings(file, tuple(_rules(file, text, table.get("rules", []), section)), table)


def _rules(file: Path, text: str, value: object, section: str) -> Iterator[NamedRules]:
    line = _line_of(text, "rules", section)
    names = value if isinstance(value, list) else [None]
    for name in names:
        if not isinstance(name, str) or not name.strip():
            hint = 'write rules = ["my-rules"]'
            raise UsageError(_mistake(file, text, line, "`rules` is a list of folders", hint))
        folder = file.parent / expanded(name)
        yield NamedRules(name, folder, f"{file}:{_line_of(text, name, section, line)}")


def expanded(written: str) -> Path:
    """Put a home folder in the place of `~`, where there is one."""
    with suppress(RuntimeError):
        return Path(written).expanduser()
    return Path(written)


def _line_of(text: str, word: str, section: str, otherwise: int = 1) -> int:
    """Find the line that writes a key or a value; the library that reads TOML does not say it."""
    lines = text.splitlines()
    heads = (number for number, line in enumerate(lines) if section and section in line.replace(" ", ""))
    begin = next(heads, 0)
    wanted = re.compile(rf"(?<![\w-])['\"]?{re.escape(word)}['\"]?(?![\w-])")
    found = (number for number in range(begin, len(lines)) if wanted.search(lines[number].partition("#")[0]))
    return next(found, otherwise - 1) + 1


def _mistake(file: Path, text: str, line: int, message: str, hint: str = "") -> str:
    shown = [*text.splitlines(), ""][line - 1] if line <= text.count("\n") + 1 else ""
    column = len(shown) - len(shown.lstrip()) + 1
    return str(Mistake(str(file), line, column, message, shown[:200], hint))
