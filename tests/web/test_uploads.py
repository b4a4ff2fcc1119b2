"""A body of 100 MB against the real server: it reaches the store, and the memory of the server hardly notices."""

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MOST_GROWTH = 20_000  # kB


SERVER = """
from pathlib import Path
from flask import Flask, request
from web.uploads import StreamingRequest
from workflow_engine import files
from workflow_engine.config import load
app = Flask(__name__)
app.request_class = StreamingRequest
app.config["MAX_CONTENT_LENGTH"] = 110_000_000
configuration = app.extensions["configuration"] = load(environ={"WORKFLOW_ENGINE_PATHS_VAR": FOLDER})
@app.post("/")
def take():
    sent = request.files["paper"]
    return vars(files.store(files.root_of(configuration), sent.stream, sent.filename, configuration.files))
@app.get("/process")
def process():
    import os
    return {"id": os.getpid()}
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "app_of_test.py").write_text(SERVER.replace("FOLDER", repr(str(tmp_path / "var")), 1))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--no-log",
        "--port",
        str(port),
        "app_of_test:app",
    ]
    environment = os.environ | {"PYTHONPATH": f"{PROJECT}{os.pathsep}{tmp_path}"}
    child = subprocess.Popen(command, env=environment, cwd=tmp_path)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        yield port
    finally:
        child.terminate()
        child.wait(10)


def big_pdf(size: int) -> Iterator[bytes]:
    """A PDF of about ``size`` bytes in pieces: one page whose content is zeros."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d>>stream\n" % size,
    ]
    start, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(start))
        start += b"%d 0 obj" % number + content + (b"endobj\n" if number < 4 else b"")
    yield start
    piece = bytes(1_000_000)
    for _ in range(size // len(piece)):
        yield piece
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    place = len(start) + size + len(b"\nendstream endobj\n")
    yield b"\nendstream endobj\nxref\n0 5\n0000000000 65535 f \n" + table
    yield b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % place


def send(port: int, size: int) -> tuple[int, dict[str, object], str]:
    """Upload; status, JSON of the answer, SHA-256 of the file as it was sent."""
    pieces = list(big_pdf(size))
    head = b'--X\r\nContent-Disposition: form-data; name="paper"; filename="a.pdf"\r\n\r\n'
    foot = b"\r\n--X--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Type", "multipart/form-data; boundary=X")
    connection.putheader("Content-Length", str(len(head) + sum(map(len, pieces)) + len(foot)))
    connection.endheaders(head)
    digest = hashlib.sha256()
    for piece in pieces:
        connection.send(piece)
        digest.update(piece)
    connection.send(foot)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, json.loads(body) if answer.status == 200 else {}, digest.hexdigest()


def memory(process: int, name: str) -> int:
    """VmRSS (now) or VmHWM (the most so far) in kB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def worker_of(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/process")
    process = int(json.loads(connection.getresponse().read())["id"])
    connection.close()
    return process


def test_an_upload_of_100_mb_is_stored_and_raises_memory_by_at_most_20_mb(server: int, tmp_path: Path) -> None:
    assert send(server, 1_000_000)[0] == 200, "a first upload, so that imports are not counted"
    process = worker_of(server)
    Path(f"/proc/{process}/clear_refs").write_text("5")  # the most so far starts anew
    before = memory(process, "VmRSS")

    status, stored, digest = send(server, 100_000_000)

    assert (status, stored["sha256"], stored["pages"]) == (200, digest, 1)
    assert memory(process, "VmHWM") - before <= MOST_GROWTH
    assert (tmp_path / "var" / "files" / digest[:2] / digest[2:4] / digest).stat().st_size == stored["size"]
    assert list((tmp_path / "var" / "files" / "incoming").iterdir()) == []


def test_a_body_that_is_too_large_gets_an_answer_not_a_broken_connection(server: int, tmp_path: Path) -> None:
    assert send(server, 120_000_000)[0] == 413
    assert not (tmp_path / "var" / "files").exists()
