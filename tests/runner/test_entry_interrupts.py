import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "codexjob"


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("explain", "typer.main"),
        ("explain", "pydantic"),
        ("explain", "lark"),
        ("classify", "logverdict.events"),
        ("classify", "codexjob.usual_rules"),
    ],
)
def test_ctrl_c_while_the_program_loads_is_no_traceback(command: str, module: str, tmp_path: Path) -> None:
    noted = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    with subprocess.Popen(
        [COMMAND, command, "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=noted,
        cwd=tmp_path,
    ) as process:
        assert process.stderr is not None
        while not (line := process.stderr.readline()).rstrip().endswith(f" {module}"):
            assert line, "the module was never loaded"
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.wait(60)
    assert "Traceback" not in said
    assert "codexjob: interrupted" in said.splitlines()
    assert process.returncode == 130
