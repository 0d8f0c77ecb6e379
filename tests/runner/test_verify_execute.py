import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from codexjob.verify.execute import Command, Ended, execute

CHILD = """\
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
child = subprocess.Popen(sleep, start_new_session=True)
"""


def run(folder: Path, script: str, goes_on: Callable[[], bool] = lambda: True) -> Ended:
    (folder / "script.py").write_text(script)
    return execute(Command((sys.executable, "script.py"), folder, dict(os.environ), 120.0, "test"), goes_on)


def is_gone(folder: Path) -> bool:
    return not psutil.pid_exists(int((folder / "pid").read_text()))


def test_the_exit_status_and_both_streams_are_told(tmp_path: Path) -> None:
    ended = run(tmp_path, "import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)")
    assert (ended.exit_code, ended.trouble) == (3, None)
    assert sorted(ended.output.split()) == ["err", "out"]


def test_a_cancelled_command_that_ignores_it_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexjob.verify.execute._GRACE", 0.5)
    ended = run(
        tmp_path,
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"{CHILD}"
        "open('part', 'w').write(str(child.pid))\n"
        "os.rename('part', 'pid')\n"
        "time.sleep(600)\n",
        lambda: not (tmp_path / "pid").exists(),
    )
    assert (ended.exit_code, ended.is_timeout, ended.trouble) == (None, False, "it was cancelled")
    assert is_gone(tmp_path)


def test_a_grandchild_that_holds_the_pipe_does_not_delay_the_end_and_is_ended(tmp_path: Path) -> None:
    ended = run(
        tmp_path,
        f"import subprocess, sys\n{CHILD}open('pid', 'w').write(str(child.pid))\nprint('done')\n",
    )
    assert (ended.exit_code, ended.leftovers) == (0, 1)
    assert is_gone(tmp_path)


def test_endless_output_is_cut_in_the_middle_and_costs_no_memory(tmp_path: Path) -> None:
    ended = run(tmp_path, "print('begin')\nfor _ in range(300_000):\n    print('x' * 50)\nprint('end')\n")
    assert ended.exit_code == 0
    assert len(ended.output) < 500_000
    assert ended.output.startswith("begin")
    assert ended.output.rstrip().endswith("end")
    assert "bytes left out" in ended.output


def test_a_command_reads_no_input_and_sees_no_terminal(tmp_path: Path) -> None:
    assert run(tmp_path, "import sys; print(repr(sys.stdin.read()))").output.strip() == "''"


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    ended = execute(Command(("no-such-program",), tmp_path, {}, 10.0, "test"))
    assert ended.exit_code is None
    assert ended.trouble is not None
    assert "cannot be started" in ended.trouble


def test_a_signal_of_its_own_is_told(tmp_path: Path) -> None:
    ended = run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert (ended.exit_code, ended.signal) == (None, 11)


def test_a_command_that_takes_too_long_is_ended_and_told(tmp_path: Path) -> None:
    ended = execute(
        Command((sys.executable, "-c", "import time; time.sleep(600)"), tmp_path, {}, 0.5, "test")
    )
    assert (ended.exit_code, ended.is_timeout, ended.trouble) == (None, True, "it did not end within 0.5 s")


def test_a_command_that_closes_its_output_is_still_waited_for(tmp_path: Path) -> None:
    script = "import os, sys, time; os.close(1); os.close(2); time.sleep(0.5); os._exit(4)"
    assert run(tmp_path, script).exit_code == 4


def test_the_end_of_an_output_that_comes_in_small_pieces_is_kept(tmp_path: Path) -> None:
    script = "import os\nfor n in range(3000): os.write(1, b'%d\\n' % n)\n"
    assert run(tmp_path, script).output.split() == [str(number) for number in range(3000)]
