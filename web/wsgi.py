"""What the web server loads: the application with the settings of this machine and JSON logs."""

from flask import Flask

from web.app import create_app
from workflow_engine import logs
from workflow_engine.config import load


def application() -> Flask:
    """A new application; the server calls this once in each of its processes."""
    logs.set_up()
    return create_app(load())
