"""Looking a dossier up with its secret, and two officials at one task, through the pages on both kinds of database."""

from demonstration import APPLICANT, Stage
from journey import ACCEPT, ASSIGN, VALID, Step, complete, open_task, submit
from visitor import Page, Visitor


def look_up(visitor: Visitor, code: str, secret: str) -> Page:
    """Type both codes into the page for it."""
    return visitor.press(visitor.open("/tra-cuu"), "Xem tiến độ", {"code": code, "secret": secret})


def test_the_right_secret_shows_where_the_dossier_is_and_no_name(stage: Stage) -> None:
    journey = submit(stage)
    visitor = stage.stranger("203.0.113.5")
    page = look_up(visitor, journey.code.lower(), journey.secret.lower())
    assert page.address == f"/t/{journey.code}"
    assert page.words("//h1") == "Hồ sơ đang chờ tiếp nhận"
    assert journey.secret not in page.address
    journey.take(ACCEPT)
    page = visitor.open(f"/t/{journey.code}")
    assert page.words("//h1") == "Hồ sơ đang được thẩm xét"
    assert "26/10/2026" in page.text
    assert APPLICANT not in page.text
    assert "0100000100" not in page.text
    assert "/van-ban/" not in page.content.decode()


def test_a_wrong_secret_and_an_unknown_code_read_the_same(stage: Stage) -> None:
    journey = submit(stage)
    visitor = stage.stranger("203.0.113.6")
    wrong = look_up(visitor, journey.code, "AAAAAAAAAA")
    unknown = look_up(visitor, "H26.30-261012-9999", "AAAAAAAAAA")
    assert wrong.status == unknown.status == 404
    said = wrong.words("//*[@id='error-summary']")
    assert said == unknown.words("//*[@id='error-summary']")
    assert wrong.typed("code") == journey.code, "what was typed is still there"
    assert visitor.open(f"/t/{journey.code}").address == f"/tra-cuu?ma={journey.code}"


def test_guessing_secrets_is_slowed_down_by_address(stage: Stage) -> None:
    journey = submit(stage)
    visitor = stage.stranger("203.0.113.7")
    tries = stage.config.throttle.lookup_per_address
    answers = [look_up(visitor, journey.code, "AAAAAAAAAA").status for _try in range(tries)]
    assert set(answers) == {404}
    page = look_up(visitor, journey.code, journey.secret)
    assert page.status == 403
    assert "Chờ 15 phút" in page.words("//*[@id='error-summary']")
    assert look_up(stage.stranger("203.0.113.8"), journey.code, journey.secret).status == 200
    stage.wait(1)
    assert look_up(visitor, journey.code, journey.secret).status == 200


def test_the_slower_of_two_officials_reads_who_was_faster_and_finds_what_was_typed(stage: Stage) -> None:
    journey = submit(stage)
    first, second = stage.visitor("tiepnhan"), stage.visitor("tiepnhan2")
    typed = {**ACCEPT.values, "copies": "3", "ask.staff_file.requirement": "Xem lại bằng cấp"}
    page = open_task(first, journey.code, ACCEPT.name)
    first.send(page, f"{page.address.partition('?')[0]}/tra", {})  # given back in another window
    faster = complete(second, open_task(second, journey.code, ACCEPT.name), ACCEPT)
    assert "Đã xong" in faster.text
    slower = first.press(page, ACCEPT.button, typed)
    assert slower.status == 409
    assert "Trần Văn Bách B" in slower.words("//*[@id='xung-dot']")
    assert "09:00 12/10/2026" in slower.words("//*[@id='xung-dot']")
    assert slower.typed("copies") == "3"
    assert slower.typed("ask.staff_file.requirement") == "Xem lại bằng cấp"
    stage.wait(0)
    assert "Đang xử lý" in journey.listed()


def test_what_was_typed_is_found_on_the_general_page_too(stage: Stage) -> None:
    journey = submit(stage)
    journey.take(ACCEPT, Step(ASSIGN.who, ASSIGN.name, "Giao cho Phạm Thị Dung D"))
    visitor = stage.visitor("chuyenvien")
    page = open_task(visitor, journey.code, VALID.name)
    faster = stage.stranger()
    assert faster.sign_in("chuyenvien", "Trinh-dien-2026").status == 200  # the same person in a second window
    complete(faster, open_task(faster, journey.code, VALID.name), VALID)
    slower = visitor.press(page, VALID.button, {"validity_outcome": "valid", "note": "Đã đối chiếu bản gốc"})
    assert slower.status == 409
    assert "Phạm Thị Dung D" in slower.words("//*[@id='xung-dot']")
    assert slower.typed("note") == "Đã đối chiếu bản gốc"
