"""Requests whose files go to the disk while they arrive, straight into the store's own folder, hashed on the way.

Measured in docs/decisions/0010-uploads.md: a body of 100 MB raises the memory of the server by about 1 MB.
"""

from typing import IO, cast

from flask import Request, current_app

from workflow_engine.config import Config
from workflow_engine.files import CHUNK, Incoming, root_of

# A refused body is read to its end up to this many bytes: a browser shows no answer while it is still sending.
MOST_DRAINED = 400_000_000


class StreamingRequest(Request):
    """The request class of the application: ``request.files[…].stream`` is an Incoming, ready for ``files.store``."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        configuration: Config = current_app.extensions["configuration"]
        incoming = Incoming(root_of(configuration), configuration.files.max_bytes)
        return cast(IO[bytes], incoming)

    def close(self) -> None:
        """Forget what was not stored, then read what nobody read."""
        super().close()
        left = min(self.content_length or 0, MOST_DRAINED)
        while left > 0 and (chunk := self.environ["wsgi.input"].read(min(CHUNK, left))):
            left -= len(chunk)
