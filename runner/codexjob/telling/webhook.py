"""Delivery to a web address, signed as Standard Webhooks has it (standardwebhooks.com)."""

import hashlib
import hmac
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from logverdict import __version__

from codexjob.telling.letter import Letter
from codexjob.telling.undelivered import NotDeliveredError

_TIMEOUT: Final = 10.0
_LONGEST_WAIT: Final = 60.0


class _NoRedirect(HTTPRedirectHandler):
    """A signed message goes where the user said and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Webhook:
    """One web address, the key to sign with, and whether the earlier wrapper's header is sent too."""

    url: str
    secret: str
    is_compat: bool = False
    timeout: float = _TIMEOUT

    def deliver(self, letter: Letter) -> None:
        """Send a letter once.

        Raises:
            NotDeliveredError: it was not accepted with a status of 200 to 299.
        """
        headers = signed_headers(letter, self.secret, datetime.now(UTC), is_compat=self.is_compat)
        request = Request(self.url, letter.body.encode(), dict(headers), method="POST")  # noqa: S310  checked
        try:
            with build_opener(_NoRedirect).open(request, timeout=self.timeout) as answer:
                answer.read(1)
        except HTTPError as err:
            with err:
                raise _refused(err) from err
        except (URLError, HTTPException, OSError) as err:
            raise NotDeliveredError(_reason(err)) from err


def signed_headers(letter: Letter, secret: str, now: datetime, *, is_compat: bool) -> Mapping[str, str]:
    """Give the headers of one try: the id stays the same for all of them, time and signature do not."""
    from standardwebhooks import Webhook as Signer

    headers = {
        "content-type": "application/json",
        "user-agent": f"codexjob/{__version__}",
        "webhook-id": letter.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(secret).sign(letter.id, now, letter.body),
    }
    if is_compat:
        code = hmac.new(secret.encode(), letter.body.encode(), hashlib.sha256).hexdigest()
        headers["X-Signature"] = f"sha256={code}"
    return headers


def _refused(err: HTTPError) -> NotDeliveredError:
    said = err.headers.get("retry-after", "") if err.headers else ""
    wait = min(float(said), _LONGEST_WAIT) if said.isascii() and said.isdigit() else None
    return NotDeliveredError(
        f"it answered {err.code} {err.reason}", wait=wait, is_final=err.code == HTTPStatus.GONE
    )


def _reason(err: Exception) -> str:
    cause = err.reason if isinstance(err, URLError) else err
    if isinstance(cause, socket.timeout):
        return "it did not answer in time"
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)
