"""`codexjob rules import`: the pattern table of an analysis document as drafts of rules."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from codexjob.errors import UsageError
from codexjob.exit_status import FAILURE, SUCCESS
from codexjob.pack_file import read_pack_text, write_pack_text
from codexjob.rule_sources import chosen_ruleset
from codexjob.rules_option import RulesOption
from codexjob.say import say

if TYPE_CHECKING:
    from logverdict.authoring.imported import Imported

_LARGEST: Final = 1_000_000


def import_command(
    document: Annotated[Path, typer.Argument(metavar="DOC.md", help="The document, in Markdown.")],
    *,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write the pack to.")] = None,
    rules: RulesOption = None,
) -> None:
    """Draft a rule from each row of the pattern table of an analysis document."""
    from logverdict.authoring.imported import import_table

    from codexjob.formats.rules_imported import imported_pack, imported_report

    found = import_table(_text(document), document.name, chosen_ruleset(rules))
    pack = imported_pack(found, document.name)
    target = _target(into, document) if into else None
    say(sys.stderr, f"{imported_report(found, document.name)}\n")
    if target is None:
        say(sys.stdout, pack)
    elif found.drafts:
        _write(found, target, pack)
    raise typer.Exit(FAILURE if found.refused else SUCCESS)


def _text(document: Path) -> str:
    try:
        with document.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
        return raw.decode("utf-8-sig")
    except OSError as err:
        raise UsageError(f"{document}: the document cannot be read: {err.strerror}") from err
    except UnicodeDecodeError as err:
        raise UsageError(f"{document}: the document is not UTF-8: byte {err.start} is none") from err


def _target(folder: Path, document: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: --into names the folder that the pack is written to; this is a file")
    name = re.sub(r"[^a-z0-9]+", "_", document.stem.lower()).strip("_") or "imported"
    target = folder / f"{name}.yaml"
    if read_pack_text(target):
        raise UsageError(f"{target}: this pack is there already; move it away, or name another folder")
    return target


def _write(found: "Imported", target: Path, pack: str) -> None:
    write_pack_text(target, pack, "")
    told = f"written: {len(found.drafts)} rules in {target}; next: codexjob rules lint {target.parent}"
    say(sys.stderr, f"codexjob: {told}\n")
