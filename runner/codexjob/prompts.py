"""What Codex is told in the runs that follow the first one."""

from typing import Final

from logverdict.verdict import Verdict

_FINDINGS: Final = 5
_TEXT: Final = 400
_REVIEW: Final = (
    "Go back to the task you were given in this session. Check what is there now against what was asked, "
    "finish or repair what is missing, and run the tests or the build that cover it until they pass. If "
    "something cannot be done here, say plainly what and why."
)


def review_prompt(verdict: Verdict) -> str:
    """Ask the session to check and finish its own work, naming what was found wrong."""
    found = [f"What was found: {verdict.reason}", *_evidence(verdict)]
    return "\n".join(["Your last turn ended, but the task does not look done.", *found, "", _REVIEW])


def resume_prompt(verdict: Verdict) -> str:
    """Ask a session that was cut to go on."""
    return (
        "Your last turn was cut off from outside before it was finished "
        f"({verdict.cause}). Look at what is already done in the working folder, then go on with the task "
        "from there and finish it."
    )


def fresh_prompt(task: str, verdict: Verdict) -> str:
    """Give the task to a new session, with what it must know of the one before."""
    return (
        f"{task}\n\n"
        "Note: an earlier session worked on this task and had to be given up "
        f"({verdict.cause}). It may already have changed files: look at the state of the working folder "
        "first, keep what is right, and finish the rest."
    )


def _evidence(verdict: Verdict) -> list[str]:
    """Quote what the findings rest on, cut: it comes from this very session, so it is nothing new to it."""
    spoken = [evidence for finding in verdict.findings for evidence in finding.evidence]
    return [f"- {evidence.event}: {evidence.text[:_TEXT]}" for evidence in spoken[:_FINDINGS]]
