"""What everybody may open: strict headers, both languages, search, sign-in, and errors that lose nothing."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from desk_world import PROCEDURE, World, make_world
from flask.testing import FlaskClient

from web.security import CONTENT_SECURITY_POLICY
from workflow_engine import people
from workflow_engine.config import Config
from workflow_engine.db import Database

PAGES = (
    "/",
    "/thu-tuc",
    "/thu-tuc?tim=khong+co",
    f"/thu-tuc/{PROCEDURE}",
    "/dang-nhap",
    "/dang-ky",
    "/tra-cuu",
    "/kiem-tra",
    "/tro-nang",
    "/bao-ve-du-lieu",
    "/khong-co-trang-nay",
)
INLINE = re.compile(r"<[^>]+\s(style|on[a-z]+)\s*=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)
PERSON = {
    "kind": "enterprise",
    "name": "Công ty TNHH Hải Âu",
    "code": "0101234567",
    "phone": "0912345678",
    "email": "lienhe@example.vn",
    "address": "Số 1 phố Láng",
    "username": "haiau",
    "password": "mot cau dai de nho",
}


@pytest.fixture
def world(sqlite_database: Database, config: Config) -> World:
    return make_world(sqlite_database, config)


@pytest.fixture
def client(world: World) -> FlaskClient:
    return world.app.test_client()


@pytest.mark.parametrize("root", ["", "/en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_keeps_the_policy(client: FlaskClient, root: str, address: str) -> None:
    answer = client.get(root + address)
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert INLINE.search(answer.text) is None
    assert f'<html lang="{root[1:] or "vi"}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert answer.text.index('class="skip"') < answer.text.index("<header")


def test_switching_the_language_keeps_the_page(client: FlaskClient) -> None:
    assert f'href="/en/thu-tuc/{PROCEDURE}"' in client.get(f"/thu-tuc/{PROCEDURE}").text
    assert 'href="/thu-tuc?tim=thu+nghiem"' in client.get("/en/thu-tuc?tim=thu+nghiem").text


def test_links_of_an_english_page_stay_english(client: FlaskClient) -> None:
    links = re.findall(r'<a [^>]*href="(/[^"]*)"(?![^>]*lang="vi")', client.get("/en/").text)
    assert links and all(link.startswith("/en") for link in links if link != "/")


def test_a_search_needs_no_accents(client: FlaskClient) -> None:
    assert f"/thu-tuc/{PROCEDURE}" in client.get("/thu-tuc?tim=thu+nghiem").text
    assert "Không có thủ tục nào khớp" in client.get("/thu-tuc?tim=xyz").text
    assert 'role="option"' in client.get("/thu-tuc/goi-y?tim=dang+ky").text


def test_a_forged_post_is_refused_with_what_to_do(world: World) -> None:
    world.app.config["WTF_CSRF_ENABLED"] = True
    answer = world.app.test_client().post("/dang-nhap", data={"username": "applicant"})
    assert answer.status_code == 400
    assert "tải lại trang rồi gửi lại" in answer.text


def test_signing_in_is_throttled_and_says_so(client: FlaskClient, config: Config) -> None:
    for _try in range(config.throttle.login_per_account):
        answer = client.post("/dang-nhap", data={"username": "applicant", "password": "sai"})
        assert "Tên đăng nhập hoặc mật khẩu không đúng" in answer.text
    assert "Thử quá nhiều lần" in client.post("/dang-nhap", data={"username": "applicant", "password": "sai"}).text


def test_a_refused_sign_in_keeps_the_name_and_hides_the_password(client: FlaskClient) -> None:
    answer = client.post("/dang-nhap", data={"username": "ai-do", "password": "bi-mat-cua-toi"})
    assert (answer.status_code, "<title>Lỗi:" in answer.text) == (403, True)
    assert 'value="ai-do"' in answer.text and "bi-mat-cua-toi" not in answer.text


def test_registration_signs_in_and_wrong_fields_keep_what_was_typed(client: FlaskClient) -> None:
    answer = client.post("/dang-ky", data=PERSON | {"phone": "12", "password": "ngan"})
    assert answer.status_code == 422
    assert 'value="Công ty TNHH Hải Âu"' in answer.text and 'value="12"' in answer.text
    assert 'href="#phone"' in answer.text and 'aria-describedby="phone-hint phone-error"' in answer.text
    answer = client.post("/dang-ky", data=PERSON)
    assert answer.headers["Location"] == "/ho-so-cua-toi"
    assert "Công ty TNHH Hải Âu" in client.get("/ho-so-cua-toi").text


def test_signing_in_leads_back_but_never_elsewhere(client: FlaskClient, world: World) -> None:
    assert client.get(f"/nop/{PROCEDURE}").headers["Location"] == f"/dang-nhap?tiep=/nop/{PROCEDURE}"
    person = people.Registration(**PERSON, personal_id="")
    people.register(world.database, person)
    for asked, landed in ((f"/nop/{PROCEDURE}", f"/nop/{PROCEDURE}"), ("//evil.example", "/ho-so-cua-toi")):
        fields = {"username": PERSON["username"], "password": PERSON["password"], "tiep": asked}
        assert world.app.test_client().post("/dang-nhap", data=fields).headers["Location"] == landed


def test_a_session_ends_when_it_was_not_used(world: World, config: Config) -> None:
    client = world.client("reception")
    with client.session_transaction() as session:
        session["seen_at"] = int((datetime.now(UTC) - timedelta(minutes=config.session.idle_minutes + 1)).timestamp())
    assert client.get("/ho-so-cua-toi").headers["Location"].startswith("/dang-nhap")
    assert "Phiên trước đã kết thúc" in client.get("/dang-nhap").text


def test_size_and_contrast_are_remembered_without_script(client: FlaskClient) -> None:
    answer = client.post("/hien-thi", data={"size": "large", "back": "/thu-tuc"})
    assert answer.headers["Location"] == "/thu-tuc"
    client.post("/hien-thi", data={"contrast": "yes", "back": "//evil.example"})
    assert '<html lang="vi" class="text-large contrast">' in client.get("/").text


def test_what_is_no_pdf_is_said_to_be_none(client: FlaskClient) -> None:
    answer = client.post("/kiem-tra", data={"file": (io.BytesIO(b"hello"), "a.pdf")})
    assert 'data-verdict="unreadable"' in answer.text
    assert "Chọn một tệp PDF" in client.post("/kiem-tra", data={}).text
