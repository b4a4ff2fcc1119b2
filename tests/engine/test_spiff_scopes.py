"""Variables: which scope sees and sets what (the rules of Zeebe), and multi-instance activities over collections."""

from typing import Any

import pytest
from tiny import Play, boundary, call, define, each, end, flows, gateway, host, job, play, play_on, script, sub, user

from workflow_engine.spiff import Fault


def test_what_a_task_enters_becomes_variables_of_the_instance() -> None:
    played = play(user("a") + user("b") + flows("s>a", "a>b"), start=1).do("a", x=2)
    assert played.variables == {"start": 1, "x": 2}


def test_parallel_branches_share_the_scope_and_the_last_writer_wins() -> None:
    played = play(user("a") + user("b") + user("c") + flows("s>a", "s>b", "b>c")).do("a", x=1).do("b", x=2)
    assert played.local("c")["x"] == 2


def test_an_input_is_local_to_its_activity_and_ends_with_it() -> None:
    played = play(user("a", "in n + 1 → m") + user("b") + flows("s>a", "a>b"), n=1)
    assert played.local("a") == {"n": 1, "m": 2}
    assert played.do("a").local("b") == {"n": 1}


def test_with_an_output_mapping_only_what_it_names_leaves_the_activity() -> None:
    played = play(user("a", "out x * 10 → y") + user("b") + flows("s>a", "a>b")).do("a", x=2, z=3)
    assert played.variables == {"y": 20}


def test_an_output_sees_the_inputs_of_its_activity() -> None:
    played = play(user("a", "in n → before", "out before + x → n") + user("b") + flows("s>a", "a>b"), n=5).do("a", x=2)
    assert played.variables == {"n": 7}


def test_a_subprocess_with_an_input_has_a_scope_that_ends_with_it() -> None:
    inner = user("a") + user("b") + flows("sp_start>a", "a>b")
    played = play(sub("sp", inner, "in 1 → m") + user("n") + flows("s>sp", "sp>n"))
    assert played.do("a", m=5, fresh=6).local("b") == {"m": 5, "fresh": 6}
    assert played.variables == {"fresh": 6}, "m is set where it is known, a new name at the outermost scope"
    assert played.do("b").local("n") == {"fresh": 6}


def test_the_result_of_a_job_follows_its_output_mapping() -> None:
    played = play(job("j", "out answer → known") + user("b") + flows("s>j", "j>b")).do("j", answer=1, noise=2)
    assert played.variables == {"known": 1}


def test_a_local_operator_runs_inside_the_action_with_what_it_sees() -> None:
    seen: list[dict[str, Any]] = []

    def run(operator: str, element: Any, variables: Any) -> dict[str, Any]:
        seen.append({"operator": operator, "element": element.id, "n": variables["n"], "m": variables["m"]})
        return {"answer": variables["n"] + variables["m"]}

    world = host(is_local=lambda operator: True, call=run, context=lambda: {"m": 10})
    body = job("j", "out answer → total", operator="registers.count") + user("b") + flows("s>j", "j>b")
    played = play_on(define(body), world, n=1)
    assert seen == [{"operator": "registers.count", "element": "j", "n": 1, "m": 10}]
    assert (played.variables, played.open) == ({"n": 1, "total": 11}, ["b"])


def test_a_call_copies_all_visible_variables_in_as_they_are_then() -> None:
    inner = user("k") + user("l") + flows("sp_start>k", "k>l")
    played = play(define(call("sp", "in n + 1 → m") + user("o") + flows("s>sp", "s>o"), called=inner), n=1)
    assert played.local("k") == {"n": 1, "m": 2}
    played.do("o", n=99)
    assert played.local("k")["n"] == 1, "a later change outside is not seen inside"


def test_a_call_gives_back_what_changed_inside_but_not_its_inputs() -> None:
    body = call("sp", "in 5 → m") + user("n") + flows("s>sp", "sp>n")
    played = play(define(body, called=user("k") + flows("sp_start>k")), x=0).do("k", x=1, fresh=2)
    assert played.variables == {"x": 1, "fresh": 2}


def test_a_call_that_propagates_nothing_gives_back_only_its_outputs() -> None:
    body = call("sp", "out fresh + 1 → y", attributes='propagateAllChildVariables="false"') + user("n")
    played = play(define(body + flows("s>sp", "sp>n"), called=user("k") + flows("sp_start>k")), x=0)
    assert played.do("k", x=1, fresh=2).variables == {"x": 0, "y": 3}


@pytest.mark.parametrize("outputs", [(), ("out fresh → y",)])
def test_a_call_that_propagates_nothing_without_outputs_gives_back_nothing(outputs: tuple[str, ...]) -> None:
    body = call("sp", *outputs, attributes='propagateAllChildVariables="false"') + user("n")
    played = play(define(body + flows("s>sp", "sp>n"), called=user("k") + flows("sp_start>k")), x=0)
    assert played.do("k", x=1, fresh=2).variables == ({"x": 0, "y": 2} if outputs else {"x": 0})


def test_a_call_may_see_only_its_inputs() -> None:
    body = call("sp", "in n → m", attributes='propagateAllParentVariables="false"') + flows("s>sp")
    assert play(define(body, called=user("k") + flows("sp_start>k")), n=3, secret=4).local("k") == {"m": 3}


def test_in_a_package_only_what_an_output_names_becomes_a_variable() -> None:
    body = user("a") + user("b", "out x → y") + user("c") + flows("s>a", "a>b", "b>c")
    played = play(define(body, is_package=True), entered=1)
    assert played.variables == {}
    assert played.do("a", x=1).variables == {}
    assert played.do("b", x=1, z=2).variables == {"y": 1}


def test_in_a_package_scripts_and_jobs_set_their_results() -> None:
    body = script("a", "40 + 2", result="n") + job("j") + user("b") + flows("s>a", "a>j", "j>b")
    assert play(define(body, is_package=True)).do("j", answer=1).variables == {"n": 42, "answer": 1}


def parallel(**options: Any) -> str:
    return user("t", inner=each("items", **options)) + user("n") + flows("s>t", "t>n")


def results(played: Play) -> Any:
    return played.variables.get("results")


def test_parallel_instances_are_open_at_once_and_results_keep_the_order_of_the_items() -> None:
    played = play(parallel(output="item + x"), items=[10, 20, 30])
    assert played.open == ["t", "t", "t"]
    tokens = {played._load().task_facts(wait.token).local["item"]: wait.token for wait in played.waiting}
    for item in (30, 10, 20):
        played.act(lambda run, token=tokens[item]: run.complete(token, {"x": 1}))
    assert (played.open, results(played), "item" in played.variables) == (["n"], [11, 21, 31], False)


def test_sequential_instances_come_one_after_the_other() -> None:
    played = play(parallel(sequential=True, output="item + x"), items=[10, 20])
    seen = []
    for _ in range(2):
        assert played.open == ["t"]
        local = played.local("t")
        seen.append((local["item"], local["loopCounter"]))
        played.do("t", x=1)
    assert (seen, played.open, results(played)) == ([(10, 1), (20, 2)], ["n"], [11, 21])


@pytest.mark.parametrize("sequential", [False, True])
def test_an_empty_collection_has_no_instance_and_an_empty_result(sequential: bool) -> None:
    played = play(parallel(sequential=sequential, output="item"), items=[])
    assert (played.open, results(played)) == (["n"], [])


@pytest.mark.parametrize("sequential", [False, True])
def test_what_is_no_list_is_a_fault(sequential: bool) -> None:
    with pytest.raises(Fault, match="not a list"):
        play(parallel(sequential=sequential), items=7)


@pytest.mark.parametrize("sequential", [False, True])
def test_a_multi_instance_task_in_a_loop_begins_anew_each_time(sequential: bool) -> None:
    again = gateway("exclusive", "j") + gateway("exclusive", "g", "g_done") + user("done")
    body = user("t", inner=each("items", sequential=sequential, output="item + x")) + user("n") + again
    played = play(body + flows("s>j", "j>t", "t>n", "n>g", "g>j if =again", "g>done"), items=[1, 2])
    for x in (10, 20):
        for _ in range(2):
            played.do("t", x=x)
        assert (played.open, results(played)) == (["n"], [1 + x, 2 + x])
        played.do("n", again=x == 10, items=[1, 2])
    assert played.open == ["done"]


def test_enough_parallel_instances_end_the_others() -> None:
    played = play(parallel(output="x", until="x = true"), items=[1, 2, 3]).do("t", x=False)
    assert played.open == ["t", "t"]
    assert played.do("t", x=True).open == ["n"]
    assert results(played) == [False, True, None]


def test_instances_of_a_subprocess_have_scopes_of_their_own() -> None:
    inner = user("a", "out x → y") + user("b") + flows("sp_start>a", "a>b")
    body = sub("sp", inner, "in 0 → y", loop=each("items", output="item * 100 + y")) + user("n")
    played = play(body + flows("s>sp", "sp>n"), items=[1, 2])
    assert played.open == ["a", "a"]
    played.do("a", x=7).do("a", x=8)
    assert played.open == ["b", "b"]
    assert played.do("b").do("b").open == ["n"]
    assert results(played) == [107, 208]


def test_instances_of_a_call_have_variables_of_their_own() -> None:
    body = call("sp", "out got → y", loop=each("items", output="y")) + user("n")
    played = play(define(body + flows("s>sp", "sp>n"), called=user("k", "out item * 10 → got") + flows("sp_start>k")),
                  items=[1, 2])  # fmt: skip
    assert played.open == ["k", "k"]
    assert played.do("k").do("k").open == ["n"]
    assert results(played) == [10, 20]


def test_a_boundary_event_interrupts_all_instances() -> None:
    body = user("t", inner=each("items")) + boundary("b", "t", "message") + user("n") + user("h")
    played = play(body + flows("s>t", "t>n", "b>h"), items=[1, 2]).do("t")
    assert played.open == ["t"]
    assert played.send("m")
    assert played.open == ["h"]


def test_an_error_in_one_instance_is_caught_on_the_whole_activity() -> None:
    inner = user("k") + end("t", "error") + flows("sp_start>k", "k>t")
    body = sub("sp", inner, loop=each("items")) + boundary("b", "sp", "error") + user("n") + user("u")
    assert play(body + flows("s>sp", "sp>n", "b>u"), items=[1, 2]).do("k").open == ["u"]
