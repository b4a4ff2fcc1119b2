"""Addresses of our own scripts, styles and pictures; a mark of the content lets browsers keep them until it changes."""

import functools
import hashlib
from pathlib import Path

from flask import request

FOLDER = Path(__file__).parent / "static"


def static_address(name: str) -> str:
    """Address of a file under static/; the same in both languages, so that it is fetched once."""
    root = request.script_root.removesuffix("/en")
    return f"{root}/static/{name}?v={_mark(name)}"


def asset(name: str) -> str:
    """Address of a file made by the build (npm run build)."""
    return static_address(f"build/{name}")


@functools.cache
def _mark(name: str) -> str:
    path = FOLDER / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "0"
