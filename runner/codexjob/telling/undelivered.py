"""What happens when a letter does not arrive."""


class NotDeliveredError(Exception):
    """A letter was not accepted; the message says why.

    `wait` is how many seconds the receiver asks for. `is_final` tells that no further try is wanted.
    """

    def __init__(self, reason: str, *, wait: float | None = None, is_final: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.is_final = is_final
