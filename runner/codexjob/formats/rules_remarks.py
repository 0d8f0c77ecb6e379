"""What lint found, as text with a caret or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from logverdict.authoring.written import Remark

from codexjob.visible import visible


def remarks_text(remarks: Sequence[Remark]) -> str:
    """Write each remark with its place, and a count at the end."""
    errors = sum(remark.level == "error" for remark in remarks)
    count = f"{_counted(errors, 'error')}, {_counted(len(remarks) - errors, 'warning')}"
    return visible("\n".join((*map(_remark_text, remarks), count)))


def _remark_text(remark: Remark) -> str:
    # Every mistake that keeps a pack from loading has the same code: it would say nothing.
    code = "" if remark.code == remark.level else f" [{remark.code}]"
    return f"{remark.level}{code} {remark.mistake}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def remarks_json(remarks: Sequence[Remark]) -> str:
    """Write all remarks as one document."""
    records = [{"code": one.code, "level": one.level, **asdict(one.mistake)} for one in remarks]
    return json.dumps(records, ensure_ascii=False, indent=2)
