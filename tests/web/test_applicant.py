"""An applicant files, follows, completes and withdraws a dossier: all of it by plain forms, without a script."""

import io
import re

import pytest
from desk_world import COMPONENTS, PROCEDURE, START, World, make_keys, make_world
from flask.testing import FlaskClient
from pypdf import PdfWriter

from workflow_engine import dossiers
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.models import Account

TYPED = {key: value for key, value in START.items() if isinstance(value, str)} | {
    "scope.0.field": "Xi măng",
    "scope.0.test_name": "Xác định độ bền nén",
    "scope.0.method_code": "TCVN 6016:2011",
    "staff.0.name": "Đỗ Văn K",
    "staff.0.degree": "Kỹ sư vật liệu",
    "staff.0.years_experience": "5",
}


def _paper(width: int = 595) -> bytes:
    """A PDF of one empty page."""
    writer, content = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=width, height=842)
    writer.write(content)
    return content.getvalue()


PDF = _paper()


@pytest.fixture
def world(sqlite_database: Database, config: Config) -> World:
    return make_world(sqlite_database, config)


@pytest.fixture
def applicant(world: World) -> FlaskClient:
    return _signed_in(world, world.applicant)


def _signed_in(world: World, account: Account) -> FlaskClient:
    world.officials["the applicant"] = account
    return world.client("the applicant")


def _begin(applicant: FlaskClient, world: World) -> str:
    answer = applicant.post(f"/nop/{PROCEDURE}", data={"authority_id": str(world.authority_id)})
    address: str = answer.headers["Location"]
    return address


def _upload_all(applicant: FlaskClient, draft: str) -> None:
    files = {f"_file.{component}": (io.BytesIO(PDF), "tai-lieu.pdf") for component in COMPONENTS}
    assert applicant.post(draft, data=TYPED | files | {"_upload": "staff_file"}).status_code == 200


def _file(applicant: FlaskClient, world: World) -> tuple[str, str]:
    """Code and look-up secret of a dossier filed through the pages."""
    draft = _begin(applicant, world)
    _upload_all(applicant, draft)
    assert applicant.post(draft, data=TYPED).headers["Location"] == f"{draft}/xem-lai"
    answer = applicant.post(f"{draft}/nop", data={"is_sure": "true"}, follow_redirects=True)
    secret = re.search(r'id="lookup-secret">(\w+)<', answer.text)
    assert secret, answer.text
    return answer.request.path.split("/")[-2], secret.group(1)


def test_a_row_is_added_without_losing_what_was_typed(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    page = applicant.post(draft, data={"scope.0.test_name": "Độ ẩm <b>", "_add.scope": "1"}).text
    assert 'name="scope.1.test_name"' in page
    assert 'value="Độ ẩm &lt;b&gt;"' in page
    page = applicant.post(draft, data={"scope.0.test_name": "A", "scope.1.test_name": "B", "_remove.scope.0": "1"}).text
    assert 'value="B"' in page and 'value="A"' not in page
    assert 'value="B"' in applicant.get(draft).text


def test_the_server_shows_fields_that_an_answer_asks_for(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    assert 'name="result_address"' not in applicant.post(draft, data=TYPED | {"_refresh": "1"}).text
    page = applicant.post(draft, data=TYPED | {"result_channel": "post", "_refresh": "1"}).text
    assert 'name="result_address"' in page


def test_faults_are_listed_with_links_and_everything_typed_stays(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    answer = applicant.post(draft, data=TYPED | {"phone": "abc", "scope.0.test_name": ""})
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text and "data-take-focus" in answer.text
    assert 'href="#f-phone"' in answer.text and 'href="#f-scope-0-test_name"' in answer.text
    assert 'value="abc"' in answer.text and 'value="TCVN 6016:2011"' in answer.text
    assert 'id="f-phone-error"' in answer.text and 'aria-invalid="true"' in answer.text


def test_a_draft_saves_itself_and_only_its_owner_opens_it(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    assert re.fullmatch(r"\d\d:\d\d", applicant.post(f"{draft}/luu", data={"phone": "dở dang"}).get_json()["saved_at"])
    assert 'value="dở dang"' in applicant.get(draft).text
    assert world.client("reception").get(draft).status_code == 403
    assert applicant.get("/nop/nhap/1").status_code == 404


def test_a_refused_file_says_why_and_keeps_the_rest(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    sent = {"_file.staff_file": (io.BytesIO(b"hello"), "a.pdf"), "_upload": "staff_file", "phone": "0912345678"}
    answer = applicant.post(draft, data=sent)
    assert answer.status_code == 422
    assert "“a.pdf” không thuộc loại được nhận" in answer.text and 'value="0912345678"' in answer.text


def test_a_script_uploads_a_file_as_the_body(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    answer = applicant.post(f"{draft}/tep?thanh-phan=staff_file&ten=bang.pdf", data=PDF, content_type="application/pdf")
    assert (answer.status_code, answer.get_json()["filename"]) == (201, "bang.pdf")
    assert "bang.pdf" in applicant.get(draft).text
    page = applicant.post(draft, data={"_upload": f"remove.{answer.get_json()['id']}"}).text
    assert "bang.pdf" not in page
    assert applicant.post(f"{draft}/tep?thanh-phan=khac&ten=a.pdf", data=PDF).status_code == 404


def test_submitting_needs_the_declaration(applicant: FlaskClient, world: World) -> None:
    draft = _begin(applicant, world)
    _upload_all(applicant, draft)
    answer = applicant.post(f"{draft}/nop", data={})
    assert (answer.status_code, 'href="#is_sure"' in answer.text) == (422, True)


def test_the_secret_is_shown_once_and_opens_the_tracking_page(applicant: FlaskClient, world: World) -> None:
    code, secret = _file(applicant, world)
    page = applicant.get(f"/ho-so/{code}/bien-nhan").text
    assert secret not in page and '<svg xmlns="http://www.w3.org/2000/svg"' in page and "SHA-256" in page
    stranger = world.app.test_client()
    assert stranger.get(f"/t/{code}").headers["Location"] == f"/tra-cuu?ma={code}"
    wrong = stranger.post("/tra-cuu", data={"code": code, "secret": "SAISAISAIS"})
    assert "Không tìm thấy. Kiểm tra lại mã hồ sơ và mã tra cứu." in wrong.text and f'value="{code}"' in wrong.text
    answer = stranger.post("/tra-cuu", data={"code": code, "secret": secret.lower()}, follow_redirects=True)
    assert answer.request.path == f"/t/{code}" and secret not in answer.request.url
    assert "Hồ sơ đang chờ tiếp nhận" in answer.text and START["applicant_name"] not in answer.text


def test_a_dossier_is_its_applicants_own(applicant: FlaskClient, world: World) -> None:
    code, _secret = _file(applicant, world)
    for page in ("", "/tep", "/rut"):
        assert applicant.get(f"/ho-so-cua-toi/{code}{page}").status_code == 200
        assert world.client("reception").get(f"/ho-so-cua-toi/{code}{page}").status_code == 403
    assert applicant.get("/ho-so-cua-toi/H29.17-000000-0000").status_code == 404


def test_withdrawing_asks_for_the_reason(applicant: FlaskClient, world: World) -> None:
    code, _secret = _file(applicant, world)
    answer = applicant.post(f"/ho-so-cua-toi/{code}/rut", data={"reason": " "})
    assert (answer.status_code, "Hãy ghi lý do rút hồ sơ." in answer.text) == (422, True)
    answer = applicant.post(f"/ho-so-cua-toi/{code}/rut", data={"reason": "Nộp nhầm"}, follow_redirects=True)
    assert "Đã gửi đề nghị rút hồ sơ." in answer.text
    assert f"/ho-so-cua-toi/{code}/rut" not in answer.text


def test_a_supplement_opens_only_what_was_asked(applicant: FlaskClient, world: World) -> None:
    code, _secret = _file(applicant, world)
    item = {"document": "staff_file", "requirement": "Nộp bản có ký", "reason": "Điều 6"}
    asked = {"composition_outcome": "supplement", "copies": "1", "missing_items": [item]}
    with world.database.reading() as looking:
        dossier = dossiers.find_by_code(looking, code)
    assert dossier is not None
    make_keys(world.config)
    world.do("reception", dossier, "check_composition", asked)
    page = applicant.get(f"/ho-so-cua-toi/{code}/bo-sung").text
    assert "Nộp bản có ký" in page and "Điều 6" in page
    draft = applicant.post(f"/ho-so-cua-toi/{code}/bo-sung").headers["Location"]
    page = applicant.get(draft).text
    assert re.findall(r'name="_file\.(\w+)"', page) == ["staff_file"]
    forged = {"phone": "0999999999", "_file.report_template_file": (io.BytesIO(PDF), "b.pdf")}
    applicant.post(draft, data=forged | {"_upload": "report_template_file"})
    pledge = {"declaration_truth": "true", "_upload": "staff_file"}
    applicant.post(draft, data=pledge | {"_file.staff_file": (io.BytesIO(_paper(600)), "a.pdf")})
    page = applicant.get(f"{draft}/xem-lai").text
    assert "0999999999" not in page and "b.pdf" not in page and START["phone"] in page
    answer = applicant.post(f"{draft}/nop", data={"is_sure": "true"}, follow_redirects=True)
    assert "Đã nộp phần bổ sung" in answer.text
