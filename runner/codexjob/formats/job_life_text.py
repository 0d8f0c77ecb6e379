"""One job in full, for people."""

from collections.abc import Iterator
from typing import Any, Final

from codexjob.life.jobfiles import JobFiles
from codexjob.life.overview import overview
from codexjob.visible import shortened, visible

_WIDTH: Final = 160


def job_life_text(files: JobFiles) -> str:
    """Show the state, what happened, the supervisor, the worktree and the logs; ends with a line end."""
    return "".join(f"{visible(line)}\n" for line in _lines(overview(files)))


def _lines(job: dict[str, Any]) -> Iterator[str]:
    yield f"run        {job['run_id']}"
    if job["state"] is None:
        yield f"trouble    {job['trouble']}"
        return
    yield f"state      {job['state']}"
    if job["note"]:
        yield f"note       {shortened(job['note'], _WIDTH)}"
    if job["verdict"]:
        yield f"verdict    {job['verdict']} ({job['cause']}), done about it: {job['action'] or 'nothing yet'}"
    if job["exit_status"] is not None:
        yield f"exit       {job['exit_status']}"
    yield f"repo       {job['repo'] or 'unknown: the request cannot be read any more'}"
    yield f"task       {shortened(job['task'] or '', _WIDTH)}"
    for change in job["history"]:
        yield f"           {change['at']}  {change['state']}"
    if job["supervisor"]:
        yield f"supervisor process {job['supervisor']['pid']}, last seen {job['seen_at']}"
    yield from _worktree(job["worktree"])
    for log in job["logs"]:
        yield f"log        {log}"


def _worktree(tree: dict[str, Any] | None) -> Iterator[str]:
    if tree is None:
        return
    yield f"worktree   {tree['path']} (branch {tree['branch']}, kept until you remove it)"
    if tree["changed"] is not None:
        done = f"{tree['changed']} files changed, {tree['commits']} commits"
        yield f"           {done} since {tree['base'][:12]}"
    yield f"           look: git -C {tree['path']} status; git -C {tree['path']} diff {tree['base'][:12]}"
    yield f"           take the commits over: git -C {tree['repo']} merge {tree['branch']}"
    yield f"           remove: git -C {tree['repo']} worktree remove {tree['path']}"
