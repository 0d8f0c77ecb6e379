"""The events of the earlier shell wrapper, made from those of this program."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class OlderEvents:
    """Follows the events of one job, and gives those that the earlier wrapper would have told.

    It told the begin and the end of a run, and with other names those of a review. The status of an end is
    that of the verdict: it never calls a run a success because of its exit status.
    """

    _begun: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _ended: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def take(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        """Give the older event that an event leads to, if any."""
        data = record["data"]
        run_id = data["place"]["run_id"]
        match record["type"]:
            case "run.started":
                self._begun[run_id] = data
                return self._older(record, "started", "running")
            case "run.finished":
                self._ended[run_id] = data
            case "verdict":
                return self._older(record, "completed", "success" if data["success"] else "failure")
        return None

    def _older(self, record: Mapping[str, Any], stage: str, status: str) -> dict[str, Any]:
        place = record["data"]["place"]
        begun, ended = (seen.get(place["run_id"], {}) for seen in (self._begun, self._ended))
        was_resumed = begun.get("place", place)["session_id"] is not None
        what = "review" if place["kind"] == "resume_review" else "run"
        return {
            "event": f"{what}_{stage}",
            "status": status,
            "run_id": place["run_id"],
            "session_id": place["session_id"],
            "repo": place["repo"],
            "mode": "resume" if was_resumed else "new",
            "exit_code": ended.get("exit_code"),
            "log_file": place["log_file"],
            "meta_file": place["meta_file"],
            "summary_file": place["summary_file"],
            "started_at": begun.get("started_at"),
            "ended_at": ended.get("ended_at"),
            "elapsed_seconds": ended.get("duration"),
            "source": "codexjob",
            "ts": record["timestamp"],
        }
