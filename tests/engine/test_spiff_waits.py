"""What an instance waits for: moments, messages with their keys, the first of several events."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from tiny import MOMENT, boundary, catch, define, flows, gateway, handler, host, play, play_on, receive_task, user

from workflow_engine.spiff import Fault

HOUR = timedelta(hours=1)
FOLLOWS = '<zeebe:properties><zeebe:property name="clock" value="follows_due_at"/></zeebe:properties>'
WATCH = user("u") + flows("s>u") + handler("late", "due", user("h") + flows("late_start>h"), interrupts=False,
                                           properties=FOLLOWS)  # fmt: skip


def test_a_duration_counts_from_the_moment_the_token_comes() -> None:
    played = play(user("a") + catch("c", "one hour") + user("b") + flows("s>a", "a>c", "c>b"))
    assert played.waiting[0].kind == "user_task"
    played.at(MOMENT + 5 * HOUR).do("a")
    assert played.due("c") == MOMENT + 6 * HOUR
    assert played.at(MOMENT + 6 * HOUR).fire("c").open == ["b"]


def test_a_duration_may_be_feel() -> None:
    assert play(catch("c", "FEEL duration") + user("b") + flows("s>c", "c>b")).due("c") == MOMENT + 26 * HOUR


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 12, 1, 3, tzinfo=UTC)),
        ("2026-12-01T10:00:00+07:00", datetime(2026, 12, 1, 3, tzinfo=UTC)),
        ("2026-12-01T10:00:00", datetime(2026, 12, 1, 3, tzinfo=UTC)),
        (date(2026, 12, 1), datetime(2026, 11, 30, 17, tzinfo=UTC)),
    ],
)
def test_a_date_is_a_moment_in_the_zone_of_the_authority(at: object, due: datetime) -> None:
    world = host(timezone=timezone(timedelta(hours=7)))
    played = play_on(define(catch("c", "at") + user("b") + flows("s>c", "c>b")), world, at=at)
    assert played.due("c") == due
    assert played.fire("c").open == ["b"]


@pytest.mark.parametrize("at", [None, 7, "next week"])
def test_a_timer_without_a_moment_is_a_fault_that_names_the_element(at: object) -> None:
    with pytest.raises(Fault) as refused:
        play(catch("c", "at") + user("b") + flows("s>c", "c>b"), at=at)
    assert refused.value.element == "c"


def test_a_cycle_fires_as_often_as_it_says() -> None:
    played = play(user("u") + boundary("b", "u", "three hours", interrupts=False) + user("h") + flows("s>u", "b>h"))
    for number in (1, 2, 3):
        assert played.due("b") == MOMENT + number * HOUR
        played.at(MOMENT + number * HOUR).fire("b")
    assert played.open == ["h", "h", "h", "u"]
    assert [wait.kind for wait in played.waiting] == ["user_task"] * 4


def test_a_timer_is_gone_when_its_task_is_done() -> None:
    body = user("u") + boundary("b", "u", "one hour") + user("n") + flows("s>u", "u>n", "b>n")
    assert [wait.kind for wait in play(body).do("u").waiting] == ["user_task"]


def test_a_timer_that_follows_the_due_date_moves_with_it() -> None:
    first, later = MOMENT + 24 * HOUR, MOMENT + 72 * HOUR
    played = play_on(define(WATCH), host(context=lambda: {"due_at": first}))
    assert played.due("late") == first
    assert played.at(MOMENT, context=lambda: {"due_at": later}).due("late") == later


def test_a_timer_that_follows_the_due_date_sleeps_while_the_clock_stands_still_or_there_is_no_date() -> None:
    played = play_on(define(WATCH), host(context=lambda: {"due_at": None}))
    assert played.due("late") is None
    assert played.at(MOMENT, context=lambda: {"due_at": MOMENT + HOUR}).due("late") == MOMENT + HOUR
    assert played.at(MOMENT, is_clock_stopped=lambda: True).due("late") is None
    assert played.at(MOMENT, is_clock_stopped=lambda: False).due("late") == MOMENT + HOUR


def test_a_timer_that_fired_for_a_due_date_is_armed_again_only_when_the_date_moves_into_the_future() -> None:
    due = MOMENT + HOUR
    played = play_on(define(WATCH), host(context=lambda: {"due_at": due})).at(due).fire("late")
    assert (played.open, played.due("late")) == (["h", "u"], None)
    assert played.at(due, context=lambda: {"due_at": MOMENT}).due("late") is None
    later = due + 48 * HOUR
    assert played.at(due, context=lambda: {"due_at": later}).due("late") == later
    assert played.at(later).fire("late").open == ["h", "h", "u"]


KEYED = catch("c", "keyed message", "out got → received") + user("b") + flows("s>c", "c>b")


def test_a_message_with_a_wrong_key_is_refused() -> None:
    played = play(KEYED, code="H26-1")
    assert (played.waiting[0].name, played.waiting[0].key) == ("k", "H26-1")
    before = played.state
    assert not played.send("k", "H26-2", got=1)
    assert not played.send("other", "H26-1", got=1)
    assert (played.state, played.open) == (before, [])


def test_a_message_brings_its_payload() -> None:
    played = play(KEYED, code="H26-1")
    assert played.send("k", "H26-1", got=7)
    assert (played.open, played.variables["received"]) == (["b"], 7)


def test_the_key_is_the_one_of_the_moment_the_wait_began() -> None:
    body = user("a") + catch("c", "keyed message") + user("b") + flows("s>a", "s>c", "c>b")
    played = play(body, code="old").do("a", code="new")
    assert not played.send("k", "new")
    assert played.send("k", "old")


def test_a_message_key_without_a_value_is_a_fault() -> None:
    with pytest.raises(Fault, match="correlation key"):
        play(KEYED)


def test_one_message_reaches_one_instance_once() -> None:
    played = play(KEYED, code="x")
    assert [played.send("k", "x"), played.send("k", "x")] == [True, False]


def race() -> str:
    """A message or an hour, whichever is first."""
    ways = flows("s>g", "g>m1", "g>t1", "m1>paid", "t1>late")
    events = catch("m1", "keyed message") + catch("t1", "one hour")
    return gateway("eventBased", "g") + events + user("paid") + user("late") + ways


def test_an_event_gateway_waits_for_both_and_takes_the_message() -> None:
    played = play(race(), code="x")
    assert sorted(wait.kind for wait in played.waiting) == ["message", "timer"]
    assert not played.send("k", "y")
    assert played.send("k", "x", sum=5)
    assert (played.open, [wait.kind for wait in played.waiting]) == (["paid"], ["user_task"])
    assert played.variables["sum"] == 5


def test_an_event_gateway_takes_the_timer() -> None:
    played = play(race(), code="x").fire("g")
    assert (played.open, [wait.kind for wait in played.waiting]) == (["late"], ["user_task"])
    assert not played.send("k", "x")


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_receive_task_waits_for_its_message_until_its_time_is_over(is_answered: bool) -> None:
    receive = receive_task("r", "K", "out got → received") + boundary("b", "r", "one hour")
    played = play(receive + user("n") + user("l") + flows("s>r", "r>n", "b>l"), code="x")
    assert sorted((wait.kind, wait.element.id) for wait in played.waiting) == [("message", "r"), ("timer", "b")]
    if is_answered:
        assert played.send("k", "x", got=3)
    else:
        played.fire("b")
    assert (played.open, played.variables.get("received")) == ((["n"], 3) if is_answered else (["l"], None))
    assert [wait.kind for wait in played.waiting] == ["user_task"]
