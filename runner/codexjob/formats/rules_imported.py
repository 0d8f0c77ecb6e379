"""What an import of a document gave: the pack, and row by row what became of it."""

from collections.abc import Iterator

from logverdict.authoring.imported import Imported
from logverdict.authoring.written_draft import pack_yaml

from codexjob.visible import shortened, visible

_WIDTH = 60


def imported_pack(found: Imported, document: str) -> str:
    """Write the drafts as a pack."""
    comment = (
        f"Imported from {visible(document)} by `codexjob rules import`: read each rule, mend it, say why."
    )
    return pack_yaml(found.drafts, comment)


def imported_report(found: Imported, document: str) -> str:
    """Write a line for each row."""
    return "\n".join(_rows(found, document))


def _rows(found: Imported, document: str) -> Iterator[str]:
    for draft in found.drafts:
        gives = f"{draft.verdict}, {draft.action}" if draft.verdict else "noise"
        yield f"drafted {draft.id} ({gives}): {shortened(visible(draft.when), _WIDTH)}"
    for row in found.refused:
        shown = shortened(visible(row.shown), _WIDTH)
        yield f"{visible(document)}:{row.line}: no rule from `{shown}`: {visible(row.reason)}"
    yield f"{len(found.drafts)} rows drafted, {len(found.refused)} not"
