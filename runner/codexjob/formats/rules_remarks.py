"""What lint found, as text with a caret or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from logverdict.authoring.written import Remark


def remarks_text(remarks: Sequence[Remark]) -> str:
    """Write each remark with its place, and a count at the end."""
    shown = [f"{remark.level} [{remark.code}] {remark.mistake}" for remark in remarks]
    errors = sum(remark.level == "error" for remark in remarks)
    return "\n".join((*shown, f"{errors} errors, {len(remarks) - errors} warnings"))


def remarks_json(remarks: Sequence[Remark]) -> str:
    """Write all remarks as one document."""
    records = [{"code": one.code, "level": one.level, **asdict(one.mistake)} for one in remarks]
    return json.dumps(records, ensure_ascii=False, indent=2)
