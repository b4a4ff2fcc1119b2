"""The web server: granian with the settings of this machine. It loads neither engine nor database: its processes do."""

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from workflow_engine.config import Config

APPLICATION = "web.wsgi:application"


def serve(config: Config) -> None:
    """Answer requests until SIGINT or SIGTERM; what is being answered is finished first."""
    Server(
        APPLICATION,
        factory=True,
        address=config.server.address,
        port=config.server.port,
        interface=Interfaces.WSGI,
        workers=config.server.workers,
        blocking_threads=config.server.threads,
        loop=Loops.asyncio,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
