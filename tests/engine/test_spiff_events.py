"""Events on tiny models, as BPMN 2.0 means them; every action is saved and restored."""

import pytest
from tiny import boundary, call, catch, define, end, flows, gateway, handler, job, play, script, sub, throw, user

from workflow_engine.spiff import Definition, Fault

ESCALATES = throw("t", "escalation") + script("x") + user("y") + flows("sp_start>t", "t>x", "x>y")
FAILS_BESIDE_WORK = end("t", "error") + user("w") + flows("sp_start>t", "sp_start>w")
BEHIND = user("u") + user("n") + flows("s>sp", "b>u", "sp>n")


@pytest.fixture(params=["embedded", "called"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def around(kind: str, inner: str, rest: str) -> Definition:
    """The same steps inside a sub-process, or in a called process."""
    if kind == "called":
        return define(call("sp") + rest, called=inner)
    return define(sub("sp", inner) + rest)


def test_an_interrupting_escalation_stops_what_would_follow_it(kind: str) -> None:
    played = play(around(kind, ESCALATES, boundary("b", "sp", "escalation") + BEHIND))
    assert played.open == ["u"]
    assert "x" not in played.entered
    assert played.left.count("t") == 1, "what was cancelled by its own throw does not complete after that"


def test_another_escalation_leaves_the_activity_running(kind: str) -> None:
    played = play(around(kind, ESCALATES, boundary("b", "sp", "escalation", interrupts=False) + BEHIND))
    assert played.open == ["u", "y"]
    assert played.do("y").open == ["n", "u"]


def test_an_escalation_nobody_catches_changes_nothing(kind: str) -> None:
    assert play(around(kind, ESCALATES, user("n") + flows("s>sp", "sp>n"))).open == ["y"]


def test_an_error_stops_its_activity_and_the_branch_beside_it(kind: str) -> None:
    assert play(around(kind, FAILS_BESIDE_WORK, boundary("b", "sp", "error") + BEHIND)).open == ["u"]


def test_a_boundary_without_a_code_takes_every_error(kind: str) -> None:
    assert play(around(kind, FAILS_BESIDE_WORK, boundary("b", "sp", "any error") + BEHIND)).open == ["u"]


def test_an_error_passes_a_boundary_with_another_code(kind: str) -> None:
    with pytest.raises(Fault, match="nobody catches the error 'R'"):
        play(around(kind, FAILS_BESIDE_WORK, boundary("b", "sp", "other error") + BEHIND))


def test_an_error_goes_up_its_own_scopes_and_not_to_a_sibling() -> None:
    first = sub("s1", user("k") + end("t", "error") + flows("s1_start>k", "k>t"))
    second = sub("s2", user("m") + flows("s2_start>m"))
    guards = boundary("b1", "s1", "error") + boundary("b2", "s2", "error") + user("u1") + user("u2")
    played = play(first + second + guards + flows("s>s1", "s>s2", "b1>u1", "b2>u2"))
    assert played.do("k").open == ["m", "u1"]


def test_an_error_climbs_through_a_called_process_to_the_first_scope_that_catches_it() -> None:
    inner = sub("in", user("k") + end("t", "error") + flows("in_start>k", "k>t")) + flows("sp_start>in")
    outer = sub("out", call("sp") + flows("out_start>sp")) + boundary("b", "out", "error") + user("u")
    played = play(define(outer + flows("s>out", "b>u"), called=inner))
    assert played.do("k").open == ["u"]


def test_an_error_nobody_catches_is_a_fault_and_changes_nothing() -> None:
    played = play(sub("sp", user("k") + end("t", "error") + flows("sp_start>k", "k>t")) + flows("s>sp"))
    with pytest.raises(Fault, match="nobody catches"):
        played.do("k")
    assert played.open == ["k"]


def test_the_error_of_a_job_goes_to_the_boundary_of_its_task() -> None:
    played = play(job("j") + boundary("b", "j", "error") + user("u") + user("n") + flows("s>j", "j>n", "b>u"))
    assert played.fail("j", "R").open == ["u"]


def test_the_error_of_a_job_that_its_task_does_not_catch_goes_up() -> None:
    played = play(sub("sp", job("j") + user("k") + flows("sp_start>j", "j>k")) + boundary("b", "sp", "error") + BEHIND)
    assert played.fail("j", "R").open == ["u"]


WATCHED = user("u") + boundary("b", "u", "message", interrupts=False) + user("h") + flows("s>u", "b>h")


def test_a_message_beside_a_task_comes_as_often_as_it_is_sent() -> None:
    played = play(WATCHED)
    assert [played.send("m") for _ in range(3)] == [True, True, True]
    assert played.open == ["h", "h", "h", "u"]


def test_the_process_ends_when_the_task_and_all_its_handlers_are_done() -> None:
    played = play(WATCHED)
    played.send("m")
    played.send("m")
    assert played.do("u").do("h").open == ["h"]
    assert played.do("h").open == ["(ended)"]


def test_a_message_to_a_task_that_is_done_is_refused() -> None:
    played = play(WATCHED)
    played.send("m")
    played.do("u")
    assert not played.send("m")
    assert played.open == ["h"]


def test_an_interrupting_message_takes_the_place_of_the_task() -> None:
    played = play(user("u") + boundary("b", "u", "message") + user("h") + flows("s>u", "b>h"))
    assert played.send("m")
    assert (played.open, "u" in played.left) == (["h"], True)


def test_an_interrupting_event_subprocess_takes_the_place_of_everything() -> None:
    played = play(
        user("u") + user("v") + flows("s>u", "s>v") + handler("es", "message", user("h") + flows("es_start>h"))
    )
    assert played.send("m")
    assert played.open == ["h"]
    assert played.do("h").open == ["(ended)"]


def test_an_interrupting_event_subprocess_reaches_into_called_processes() -> None:
    body = call("sp") + flows("s>sp") + handler("es", "message", user("h") + flows("es_start>h"))
    played = play(define(body, called=user("k") + flows("sp_start>k")))
    assert played.open == ["k"]
    assert played.send("m")
    assert played.open == ["h"]


def test_another_event_subprocess_runs_beside_and_may_come_again() -> None:
    watch = handler("es", "message", user("h") + flows("es_start>h"), interrupts=False)
    played = play(user("u") + flows("s>u") + watch)
    assert [played.send("m"), played.send("m")] == [True, True]
    assert played.open == ["h", "h", "u"]
    assert played.do("u").do("h").do("h").open == ["(ended)"]


def test_an_event_subprocess_of_a_timer_fires_once() -> None:
    played = play(
        user("u") + flows("s>u") + handler("es", "one hour", user("h") + flows("es_start>h"), interrupts=False)
    )
    played.fire("es")
    assert (played.open, [wait for wait in played.waiting if wait.kind == "timer"]) == (["h", "u"], [])
    assert played.do("u").do("h").open == ["(ended)"]


def test_an_interrupting_handler_also_ends_a_handler_that_runs_beside() -> None:
    late = handler("es", "one hour", user("h") + flows("es_start>h"), interrupts=False)
    withdraw = handler("e2", "message", user("g") + flows("e2_start>g"))
    played = play(user("u") + flows("s>u") + late + withdraw).fire("es")
    assert played.open == ["h", "u"]
    assert played.send("m")
    assert played.open == ["g"]
    assert not played.send("m")


def test_an_error_handler_inside_a_subprocess_lets_the_process_go_on() -> None:
    mend = handler("es", "error", user("fix") + flows("es_start>fix"))
    inner = user("k") + end("t", "error") + flows("sp_start>k", "k>t") + mend
    played = play(sub("sp", inner) + user("n") + flows("s>sp", "sp>n"))
    assert played.do("k").open == ["fix"]
    assert played.do("fix").open == ["n"]


def test_a_terminate_end_ends_the_handlers_too() -> None:
    late = handler("es", "one hour", user("h") + flows("es_start>h"), interrupts=False)
    played = play(user("u") + user("v") + end("t", "terminate") + flows("s>u", "s>v", "u>t") + late).fire("es")
    assert played.open == ["h", "u", "v"]
    assert played.do("u").open == ["(ended)"]


def test_a_terminate_end_in_a_subprocess_ends_only_that() -> None:
    inner = user("w") + user("k") + end("t", "terminate") + flows("sp_start>k", "sp_start>w", "k>t")
    played = play(sub("sp", inner) + user("n") + user("o") + flows("s>sp", "s>o", "sp>n"))
    assert played.do("k").open == ["n", "o"]


def test_a_terminate_end_in_a_called_process_ends_only_that() -> None:
    inner = user("w") + user("k") + end("t", "terminate") + flows("sp_start>k", "sp_start>w", "k>t")
    played = play(define(call("sp") + user("n") + flows("s>sp", "sp>n"), called=inner))
    assert played.do("k").open == ["n"]


def test_a_signal_reaches_a_boundary_of_a_parallel_branch() -> None:
    split = gateway("parallel", "g") + user("k") + throw("t", "signal")
    body = user("u") + boundary("b", "u", "signal") + user("h") + split + flows("s>g", "g>u", "g>k", "k>t", "b>h")
    assert play(body).do("k").open == ["h"]


def test_a_signal_reaches_everybody_who_waits() -> None:
    body = catch("c1", "signal") + catch("c2", "signal") + user("k") + throw("t", "signal") + user("a") + user("b")
    played = play(body + flows("s>c1", "s>c2", "s>k", "k>t", "c1>a", "c2>b"))
    assert played.do("k").open == ["a", "b"]


def test_flows_that_meet_at_a_task_run_it_once_each() -> None:
    played = play(user("x") + user("y") + user("z") + flows("s>x", "s>y", "x>z", "y>z"))
    assert played.open == ["x", "y"]
    assert played.do("x").do("y").open == ["z", "z"]
    assert played.do("z").do("z").open == ["(ended)"]


def test_a_parallel_join_in_a_loop_waits_for_both_branches_in_every_round() -> None:
    loop = gateway("exclusive", "j") + gateway("parallel", "g") + gateway("parallel", "k")
    body = loop + user("a") + user("b") + user("c") + flows("s>j", "j>g", "g>a", "g>b", "a>k", "b>k", "k>c", "c>j")
    played = play(body)
    for _ in range(3):
        assert played.open == ["a", "b"]
        assert played.do("a").open == ["b"]
        assert played.do("b").open == ["c"]
        played.do("c")


def test_an_inclusive_join_in_a_loop_waits_for_the_branches_that_were_taken() -> None:
    loop = gateway("exclusive", "j") + gateway("inclusive", "g", "g_b") + gateway("inclusive", "k")
    ways = flows("s>j", "j>g", "g>a if =x > 1", "g>b", "g>d if =x > 0", "a>k", "b>k", "d>k", "k>c", "c>j")
    played = play(loop + user("a") + user("b") + user("d") + user("c") + ways, x=2)
    for x, taken in ((1, ["a", "d"]), (0, ["d"]), (2, ["b"]), (0, ["a", "d"])):
        assert played.open == taken
        for name in taken:
            assert "c" not in played.open
            played.do(name)
        assert played.open == ["c"]
        played.do("c", x=x)


def test_an_exclusive_gateway_takes_the_first_flow_that_holds_in_the_order_of_the_document() -> None:
    body = gateway("exclusive", "g", "g_c") + user("a") + user("b") + user("c")
    ways = flows("s>g", "g>b if =x > 1", "g>a if =x > 0", "g>c")
    assert [play(body + ways, x=x).open for x in (2, 1, 0)] == [["b"], ["a"], ["c"]]


def test_an_exclusive_gateway_without_a_way_out_is_a_fault() -> None:
    with pytest.raises(Fault):
        play(gateway("exclusive", "g") + user("a") + flows("s>g", "g>a if =x > 1"), x=0)
