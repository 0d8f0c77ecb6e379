"""What holds for all tests."""

import signal


def pytest_configure() -> None:
    """Take INT and HUP as a program in the foreground does, however the tests were started.

    `nohup` and a shell's background jobs ignore them, every child would inherit that, and a job that is told
    to ignore a signal does so.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
