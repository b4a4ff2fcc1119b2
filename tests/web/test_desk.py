"""The officials' pages through HTTP: inbox, claiming, completing, signing, and who sees nothing."""

import re
from collections.abc import Iterator

import pytest
from desk_world import PIN, World, make_world
from sqlalchemy import event

from workflow_engine import casefile, worker
from workflow_engine.config import Config
from workflow_engine.db import Database
from workflow_engine.models import Dossier, DossierState, UserTask, UserTaskState

NAME = "Công ty TNHH Đo lường Bí Mật"
PAGES = ("", "?the=quy-trinh", "?the=van-ban", "?the=lich-su", "/ngay-hen")


@pytest.fixture
def world(database: Database, config: Config) -> World:
    return make_world(database, config)


@pytest.fixture
def small_world(sqlite_database: Database, config: Config) -> World:
    """For what does not depend on the kind of database."""
    return make_world(sqlite_database, config)


def statements_of(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    yield seen
    event.remove(database.engine, "before_cursor_execute", count)


def task_of(world: World, task_id: int) -> UserTask:
    with world.database.reading() as session:
        return session.query(UserTask).filter_by(id=task_id).one()


def state_of(world: World, dossier: Dossier) -> DossierState:
    with world.database.reading() as session:
        return session.get_one(Dossier, (dossier.authority_id, dossier.id)).state


def test_the_inbox_asks_ten_questions_and_is_small(world: World) -> None:
    for _ in range(60):
        world.file_dossier()
    client = world.client("reception")
    client.get("/viec")
    for seen in statements_of(world.database):
        answer = client.get("/viec")
        questions = [statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA", "ROLLBACK"))]
    assert answer.status_code == 200
    assert len(questions) <= 10, questions
    assert len(answer.data) <= 300_000
    assert answer.text.count("data-row") == 50


def test_the_next_page_continues_where_the_first_ends(small_world: World) -> None:
    codes = {small_world.file_dossier().code for _ in range(52)}
    client = small_world.client("reception")
    first = client.get("/viec?hang=group").text
    following = re.search(r'data-more[^>]*href="([^"]+)"', first)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&")).text
    shown = [code for page in (first, second) for code in re.findall(r'class="code"[^>]*>([^<]+)<', page)]
    assert sorted(shown) == sorted(codes)


def test_the_filter_finds_by_applicant_and_says_when_nothing_fits(small_world: World) -> None:
    wanted, other = small_world.file_dossier(NAME), small_world.file_dossier()
    client = small_world.client("reception")
    found = client.get("/viec", query_string={"q": "Bí Mật"}).text
    assert wanted.code in found
    assert other.code not in found
    assert "Không có việc nào khớp" in client.get("/viec?q=zzz").text


def test_an_empty_queue_says_so_and_where_to_go(small_world: World) -> None:
    client = small_world.client("specialist")
    for queue in ("all", "mine", "group", "due_soon", "overdue", "waiting"):
        page = client.get(f"/viec?hang={queue}").text
        assert 'id="rong"' in page, queue
        assert 'class="lnk"' in page, queue


def test_claiming_from_the_list_takes_what_is_free_and_names_who_was_faster(small_world: World) -> None:
    tasks = [small_world.open_task(small_world.file_dossier(), "check_composition") for _ in range(2)]
    small_world.client("reception").post("/viec/nhan", data={"task": tasks})
    assert [task_of(small_world, each).assignee_id for each in tasks] == [small_world.officials["reception"].id] * 2


def test_a_task_is_claimed_and_given_back(small_world: World) -> None:
    task_id = small_world.open_task(small_world.file_dossier(), "check_composition")
    client = small_world.client("reception")
    assert "Nhận việc" in client.get(f"/viec/{task_id}").text
    client.post(f"/viec/{task_id}/nhan")
    assert task_of(small_world, task_id).state is UserTaskState.CLAIMED
    assert 'id="tiep-nhan"' in client.get(f"/viec/{task_id}").text
    client.post(f"/viec/{task_id}/tra")
    assert task_of(small_world, task_id).state is UserTaskState.CREATED


def verdicts(world: World, **different: str) -> dict[str, str]:
    keys = ("application", "establishment_file", "staff_file", "procedure_list_file", "equipment_file",
            "accreditation_file", "report_template_file")  # fmt: skip
    return {f"check.{key}": different.get(key, "ok") for key in keys} | {"copies": "1"}


def claimed(world: World, who: str, dossier: Dossier, element_id: str) -> int:
    task_id = world.open_task(dossier, element_id)
    world.client(who).post(f"/viec/{task_id}/nhan")
    return task_id


def test_reception_accepts_when_every_component_is_in_order(world: World) -> None:
    dossier = world.file_dossier()
    task_id = claimed(world, "reception", dossier, "check_composition")
    answer = world.client("reception").post(
        f"/viec/{task_id}/xong", data={**verdicts(world), "composition_outcome": "complete"}
    )
    assert answer.status_code == 302
    worker.run_once(world.database, world.config)
    assert state_of(world, dossier) is DossierState.IN_PROGRESS


def test_reception_can_not_accept_what_it_did_not_look_at(small_world: World) -> None:
    dossier = small_world.file_dossier()
    task_id = claimed(small_world, "reception", dossier, "check_composition")
    given = {**verdicts(small_world, staff_file="wrong"), "composition_outcome": "complete"}
    del given["check.report_template_file"]
    answer = small_world.client("reception").post(f"/viec/{task_id}/xong", data=given)
    assert answer.status_code == 422
    assert 'href="#tp-report_template_file"' in answer.text
    assert 'href="#tp-staff_file"' in answer.text
    assert state_of(small_world, dossier) is DossierState.SUBMITTED


def test_what_is_missing_becomes_one_request_with_a_preview(small_world: World) -> None:
    dossier = small_world.file_dossier()
    task_id = claimed(small_world, "reception", dossier, "check_composition")
    client = small_world.client("reception")
    asked = {"ask.staff_file.requirement": "Thêm bằng của ông K", "ask.staff_file.reason": "Điều 6"}
    page = client.post(f"/viec/{task_id}/bo-sung", data=verdicts(small_world, staff_file="wrong") | asked)
    assert "Thêm bằng của ông K" in page.text
    items = {f"missing_items.0.{key}": text for key, text in
             {"document": "staff_file", "requirement": "Thêm bằng của ông K", "reason": "Điều 6"}.items()}  # fmt: skip
    given = {
        **verdicts(small_world, staff_file="wrong"),
        **items,
        "composing": "1",
        "composition_outcome": "supplement",
    }
    preview = client.post(f"/viec/{task_id}/xem-truoc/supplement_request", data=given)
    assert preview.data.startswith(b"%PDF")
    assert preview.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert client.post(f"/viec/{task_id}/xong", data=given).status_code == 302
    worker.run_once(small_world.database, small_world.config)
    assert state_of(small_world, dossier) is DossierState.SUPPLEMENT_REQUESTED


def test_an_unfinished_request_comes_back_with_every_word(small_world: World) -> None:
    task_id = claimed(small_world, "reception", small_world.file_dossier(), "check_composition")
    given = verdicts(small_world, staff_file="wrong") | {
        "composing": "1", "composition_outcome": "supplement", "missing_items.0.document": "staff_file",
        "missing_items.0.requirement": "Thêm bằng của ông K", "missing_items.0.reason": "",
    }  # fmt: skip
    answer = small_world.client("reception").post(f"/viec/{task_id}/xong", data=given)
    assert answer.status_code == 422
    assert "Thêm bằng của ông K" in answer.text
    assert 'href="#f-missing_items-0-reason"' in answer.text
    assert 'name="check.staff_file" value="wrong"' in answer.text


def test_assignment_goes_to_the_person_whose_button_was_pressed(small_world: World) -> None:
    dossier = small_world.file_dossier()
    small_world.accept(dossier)
    task_id = claimed(small_world, "dept_head", dossier, "assign_specialist")
    chosen = small_world.officials["second"].id
    answer = small_world.client("dept_head").post(f"/viec/{task_id}/xong", data={"specialist": str(chosen)})
    assert answer.status_code == 302
    assert task_of(small_world, small_world.open_task(dossier, "examine_dossier")).assignee_id == chosen


def test_returning_a_draft_without_words_keeps_the_page(small_world: World) -> None:
    dossier = small_world.file_dossier()
    small_world.accept(dossier)
    small_world.assign(dossier)
    small_world.appraise(dossier)
    task_id = claimed(small_world, "dept_head", dossier, "review_draft")
    client = small_world.client("dept_head")
    answer = client.post(f"/viec/{task_id}/xong", data={"review_outcome": "redraft", "review_comment": ""})
    assert answer.status_code == 422
    assert 'href="#nhan-xet"' in answer.text
    assert client.get(f"/viec/{task_id}/van-ban").data.startswith(b"%PDF")


def test_a_conflict_gives_back_what_was_typed(world: World) -> None:
    dossier = world.file_dossier()
    world.accept(dossier)
    world.assign(dossier)
    task_id = world.open_task(dossier, "examine_dossier")
    typed = {"validity_outcome": "valid", "note": "Chữ đã gõ không được mất"}
    client = world.client("specialist")
    assert client.post(f"/viec/{task_id}/xong", data={"validity_outcome": "valid", "note": ""}).status_code == 302
    late = client.post(f"/viec/{task_id}/xong", data=typed)
    assert late.status_code == 409
    assert "Chữ đã gõ không được mất" in late.text
    assert "Phạm Thị D" in late.text


def test_leader_and_clerk_sign_and_seal_in_the_browser(world: World) -> None:
    dossier = world.file_dossier()
    world.accept(dossier)
    world.assign(dossier)
    world.appraise(dossier)
    world.do("dept_head", dossier, "review_draft", {"review_outcome": "approved"})
    task_id = claimed(world, "leader", dossier, "sign_result")
    client = world.client("leader")
    page = client.get(f"/viec/{task_id}").text
    shown = re.search(r'name="shown_sha256" value="([0-9a-f]{64})"', page)
    assert shown is not None
    given = {"review_outcome": "approved", "signing_capacity": "head", "shown_sha256": shown[1]}
    wrong = client.post(f"/viec/{task_id}/xong", data=given | {"pin": "000000"})
    assert wrong.status_code == 403
    assert 'href="#pin"' in wrong.text
    assert "000000" not in wrong.text
    other = client.post(f"/viec/{task_id}/xong", data=given | {"pin": PIN, "shown_sha256": "0" * 64})
    assert other.status_code == 409
    assert client.post(f"/viec/{task_id}/xong", data=given | {"pin": PIN}).status_code == 302
    seal_id = claimed(world, "clerk", dossier, "number_and_seal")
    assert world.client("clerk").post(f"/viec/{seal_id}/xong", data={"sealed": "true"}).status_code == 302
    with world.database.reading() as session:
        issued = [paper.key for paper in casefile.papers_of(session, dossier, for_applicant=True)]
    assert "registration_certificate" in issued


def test_an_official_of_another_authority_sees_not_one_byte(world: World) -> None:
    dossier = world.file_dossier(NAME)
    task_id = world.open_task(dossier, "check_composition")
    with world.database.reading() as session:
        file_id = casefile.files_of(session, dossier)[0].id
    stranger = world.client("stranger")
    paths = [f"/ho-so/{dossier.code}{page}" for page in PAGES]
    paths += [f"/viec/{task_id}", f"/viec/{task_id}/van-ban", f"/ho-so/{dossier.code}/tep/{file_id}",
              f"/ho-so/{dossier.code}/xem?tep=t{file_id}"]  # fmt: skip
    for path in paths:
        answer = stranger.get(path)
        assert answer.status_code == 404, path
        assert NAME not in answer.text
        # The address that was asked for comes back in the link to the other language; nothing else may.
        assert dossier.code in path or dossier.code not in answer.text
    for action in ("nhan", "tra", "xong", "bo-sung", "xem-truoc/supplement_request"):
        answer = stranger.post(f"/viec/{task_id}/{action}")
        assert answer.status_code == 404, action
        assert NAME not in answer.text
    assert NAME not in stranger.get("/viec?hang=all").text


def test_nobody_else_opens_the_pages_of_officials(small_world: World) -> None:
    dossier = small_world.file_dossier()
    for path in ("/viec", f"/ho-so/{dossier.code}", f"/viec/{small_world.open_task(dossier, 'check_composition')}"):
        assert "/dang-nhap" in small_world.app.test_client().get(path).headers["Location"]


def test_every_page_of_a_dossier_opens_for_every_role(small_world: World) -> None:
    dossier = small_world.file_dossier()
    small_world.accept(dossier)
    for who in ("reception", "dept_head", "specialist", "leader", "clerk"):
        client = small_world.client(who)
        for page in PAGES:
            answer = client.get(f"/ho-so/{dossier.code}{page}")
            assert answer.status_code == 200, (who, page)
            assert dossier.code in answer.text


def test_the_diagram_marks_where_the_dossier_is_and_the_list_says_the_same(small_world: World) -> None:
    dossier = small_world.file_dossier()
    small_world.accept(dossier)
    page = small_world.client("dept_head").get(f"/ho-so/{dossier.code}?the=quy-trinh").text
    assert re.search(r'<g class="[^"]*is-here" data-element="check_validity"', page)
    assert re.search(r'<g class="[^"]*is-done" data-element="receive_dossier"', page)
    assert re.search(r'aria-current="step".{0,300}Phân công chuyên viên thụ lý', page, re.S)
    inside = small_world.client("dept_head").get(f"/ho-so/{dossier.code}?the=quy-trinh&so-do=check_validity").text
    assert re.search(r'<g class="[^"]*is-here" data-element="assign_specialist"', inside)


def test_a_file_that_no_browser_shows_is_offered_as_a_download(small_world: World) -> None:
    dossier = small_world.file_dossier()
    client = small_world.client("reception")
    with small_world.database.reading() as session:
        file = casefile.files_of(session, dossier)[0]
    with client.get(f"/ho-so/{dossier.code}/xem?tep=t{file.id}") as shown:
        assert shown.headers["Content-Disposition"].startswith("inline")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    with client.get(f"/ho-so/{dossier.code}/tep/{file.id}") as sent:
        assert sent.headers["Content-Disposition"].startswith("attachment")


def test_the_due_date_is_explained_day_by_day(small_world: World) -> None:
    dossier = small_world.file_dossier()
    small_world.accept(dossier)
    page = small_world.client("reception").get(f"/ho-so/{dossier.code}/ngay-hen").text
    assert "+ 10 ngày làm việc" in page
    assert page.count('class="d cnted') + page.count('class="d duex') == 10
