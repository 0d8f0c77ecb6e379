"""Delivery to chats, mail and the like through Apprise: only how a job ended, in words."""

import json
from dataclasses import dataclass

from codexjob.telling.letter import Letter
from codexjob.telling.undelivered import NotDeliveredError


@dataclass(frozen=True, slots=True)
class Chat:
    """One address of Apprise."""

    target: str

    def deliver(self, letter: Letter) -> None:
        """Send how the job ended; other events are not for people's pockets.

        Raises:
            NotDeliveredError: Apprise does not know the address, or could not reach it.
        """
        if letter.type not in ("job.finished", "run_completed"):
            return
        import apprise

        sender = apprise.Apprise()
        if not sender.add(self.target):
            raise NotDeliveredError("Apprise does not know such an address", is_final=True)
        title, body = words(json.loads(letter.body))
        if not sender.notify(body=body, title=title):
            raise NotDeliveredError("Apprise could not deliver it")


def words(event: dict[str, object]) -> tuple[str, str]:
    """Say how a job ended: a title and a few lines, without its log."""
    data = event.get("data")
    if not isinstance(data, dict):
        return f"codexjob: {event.get('status')}", f"run {event.get('run_id')} in {event.get('repo')}"
    place = data["place"]
    lines = (
        data["reason"],
        f"next: {data['advice']}",
        f"task: {place['task']}",
        f"run {place['run_id']} in {place['repo']}",
    )
    return f"codexjob: {data['verdict']} ({data['cause']})", "\n".join(map(str, lines))
