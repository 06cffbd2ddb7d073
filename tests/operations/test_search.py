"""The search holds what is public, as it is now, and finds it: the same on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from adapters.folding import folding
from models.base import db
from models.fairness_reports import FairnessReport
from models.invariants.search import INVARIANTS
from models.ledger import LedgerHead
from models.nominations import Nomination
from models.people import Person
from models.scheme import Award
from models.scheme_state import fingerprint, state
from models.search import gram_index, postings
from models.search.query import Asked, Place, Search, behind, still_public
from models.search.records import PublicRecord, SearchProgress
from operations import clockwork, questionnaires, scheme, search
from operations.casework import Request
from operations.scheme_changes import Edit
from tests.builders import Cast, decide, make_award, make_cast, make_person, make_scheme, names
from tests.finding import catch_up, look_through
from tests.histories import make_history
from tests.questioning import DAYS, opened, take_part, turn
from tests.roads import make_audited, make_noticed, make_rejected
from workflow.grams import words
from workflow.publication import PublicKind
from workflow.vocabulary import Action, Duty, Stage

FOLDING = folding()


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award("special", road="instant")
    return make_cast()


def asked(text: str = "", **given: object) -> Search:
    return Search(Asked(text, **given), words(text, FOLDING), FOLDING)  # type: ignore[arg-type]


def found(text: str = "", **given: object) -> list[str]:
    return [row.subject for row in asked(text, **given).find().rows]


def wrong() -> list[str]:
    """Where the search does not hold what is public."""
    db.session.rollback()
    return [where for invariant in INVARIANTS for where in invariant(db.session())]


def test_the_search_holds_a_fresh_projection_of_everything_public(context: Flask) -> None:
    history = make_history()
    assert catch_up() > 50
    assert wrong() == []
    held = set(db.session.scalars(select(PublicRecord.subject)))
    assert {history.awarded, history.rejected, history.noticed} <= held
    assert not {history.draft, history.submitted, history.withdrawn} & held
    db.session.execute(update(PublicRecord).values(text="another text"))
    db.session.commit()
    assert wrong()


def test_it_goes_on_where_it_was_broken_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ENTRIES", 5)
    numbers = [make_noticed(cast, award_key="special") for _ in range(3)]
    turns = itertools.count()
    search.follow(FOLDING, lambda: next(turns) >= 2)  # two steps, then told to stop
    progress = db.session.get_one(SearchProgress, 1).seq
    assert progress == 10
    catch_up()
    assert found() == numbers[::-1]
    assert db.session.get_one(SearchProgress, 1).seq == db.session.get_one(LedgerHead, 1).size
    assert wrong() == []


def test_what_is_not_public_any_more_loses_its_text(cast: Cast) -> None:
    number = make_noticed(cast, award_key="special", title="为客户追回退款")
    catch_up()
    assert found("退款") == [number]
    db.session.execute(update(Nomination).values(stage=Stage.INTERNAL_AUDIT))
    db.session.commit()
    assert still_public(asked("退款").find().rows) == []  # at once, whatever the index holds
    search.refresh([(PublicKind.CASE, number)], FOLDING)
    assert found("退款") == []
    assert db.session.scalars(select(PublicRecord.text)).all() == []
    words_left = gram_index.rows(db.session.connection(), ["退款"], limit=5)
    assert words_left == []


def test_a_new_name_is_found_when_the_patrol_has_passed(cast: Cast) -> None:
    number = make_noticed(cast, award_key="special")
    catch_up()
    db.session.execute(update(Person).values(name="歐陽小雨"))
    db.session.commit()
    assert found("欧阳") == []
    patrol = search.Patrol()
    for _turn in range(10):
        patrol(FOLDING)
    assert found("欧阳") == [number]
    assert wrong() == []


def test_a_round_is_found_once_it_is_counted_and_by_its_answer(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    special = db.session.scalars(select(Award.id).where(Award.key == "special")).one()
    round_id = opened(cast.scheme_manager, award_id=special)
    for number in range(5):
        take_part(round_id, make_person(f"Colleague {number}"), fair="7", why="排队太久")
    catch_up()
    assert found(kind=PublicKind.ROUND) == found("排队") == []
    pass_time(timedelta(days=DAYS))
    turn()
    catch_up()
    assert found("排队") == found("rules", award="special") == [str(round_id)]
    _rename("Scheme of the brave")
    catch_up()
    kinds = [row.kind for row in asked("scheme", best=True).find().rows]
    assert kinds[:2] == [PublicKind.ROUND, PublicKind.CHANGE]  # its title, then a later mention
    assert asked("scheme").find().rows[0].kind == PublicKind.CHANGE
    look_through()
    body = "We shall shorten the road for urgent cases."
    questionnaires.answer(
        person_id=cast.scheme_manager, round_id=round_id, body=body, request=Request(0)
    )
    assert found("urgent") == []
    catch_up()
    assert found("urgent") == [str(round_id)]
    assert asked("scheme").find().rows[0].kind == PublicKind.ROUND
    assert wrong() == []


def test_a_fairness_report_is_found_by_its_award_and_cycle(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    make_award(closes_in=timedelta(days=2))
    make_rejected(cast)
    pass_time(timedelta(days=17))
    assert clockwork.tick().reported
    catch_up()
    reports = {
        row.cycle.award.key: str(row.id) for row in db.session.scalars(select(FairnessReport))
    }
    asked_for = {"award": "quarterly", "cycle": "2026-Q4", "kind": PublicKind.FAIRNESS}
    assert found("quarterly", **asked_for) == [reports["quarterly"]]
    look_through()
    assert sorted(found(kind=PublicKind.FAIRNESS)) == sorted(reports.values())
    assert wrong() == []


def test_a_renamed_award_is_found_by_its_new_name_and_nothing_waits_behind_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "STEP", 2)
    numbers = [make_noticed(cast, award_key="special") for _ in range(5)]
    waiting = make_audited(cast, award_key="special", title="An avalanche")
    catch_up()
    _rename("Woodpecker")
    done = db.session.get_one(SearchProgress, 1).seq
    turns = itertools.count()

    def stop() -> bool:
        """Told to stop in the third batch; while the first went in, another case became public."""
        turn = next(turns)
        if turn == 1:
            decide(cast.policy, waiting, Action.APPROVE)
            numbers.append(waiting)
        return turn == 3

    assert search.follow(FOLDING, stop) == 0
    assert found("avalanche") == numbers[-1:]
    assert 2 < len(found("woodpecker", kind=PublicKind.CASE)) < len(numbers)
    assert db.session.get_one(SearchProgress, 1).seq == done
    catch_up()
    assert found("woodpecker", kind=PublicKind.CASE) == numbers[::-1]
    assert wrong() == []


def _rename(name: str) -> None:
    special = db.session.scalars(select(Award).where(Award.key == "special")).one()
    manager = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    edit = Edit(manager, "It has a new patron.", fingerprint(state(special)))
    scheme.change_award(edit=edit, key="special", values={"names": names(name)})


def test_pages_meet_without_a_gap_in_both_orders(cast: Cast) -> None:
    titles = ["客户", "other", "客户 again"] * 3
    numbers = [make_noticed(cast, award_key="special", title=title) for title in titles]
    catch_up()
    in_title = [number for number, title in zip(numbers, titles, strict=True) if "客户" in title]
    for best in (False, True):
        question = asked("special", best=best) if not best else asked("客户", best=True)
        whole = [row.subject for row in question.find(size=50).rows]
        assert [row.subject for page in _pages(question) for row in page] == whole
        assert len(set(whole)) == len(whole)
    assert whole[: len(in_title)] == in_title[::-1]
    newest = asked()
    first = newest.find(size=4)
    second = newest.find(first.older or Place(), size=4)
    assert second.newer is not None
    assert newest.find(second.newer, size=4).rows == first.rows


def _pages(question: Search) -> Iterator[list[gram_index.Listed]]:
    place: Place | None = Place()
    while place is not None:
        page = question.find(place, size=2)
        yield page.rows
        place = page.older


def test_a_word_in_many_records_is_found_in_all_of_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "PART", 2)
    numbers = []
    for _ in range(7):
        numbers.append(make_noticed(cast, award_key="special", title="客户"))
        catch_up()
    refused = make_rejected(cast, award_key="special")
    catch_up()
    assert found("客户") == numbers[::-1]
    assert found(outcome="rejected") == [refused]
    assert [row.subject for page in _pages(asked("客户")) for row in page] == numbers[::-1]


@pytest.mark.parametrize(("simple", "other"), [("蜂蜜柠檬", "蜂蜜檸檬"), ("发展后台", "發展後臺")])
def test_a_long_word_is_found_however_each_of_its_characters_is_written(
    cast: Cast, simple: str, other: str
) -> None:
    """Of the second there are more ways of writing it than the database is asked for."""
    pieces = "。".join(map("".join, itertools.pairwise(simple)))
    titles = [simple, pieces, f"{other}、", pieces]
    numbers = [make_noticed(cast, award_key="special", title=title) for title in titles]
    catch_up()
    assert found(simple) == found(other) == [numbers[2], numbers[0]]
    assert found(simple, best=True) == [numbers[2], numbers[0]]


def test_a_search_that_lags_says_by_how_much(cast: Cast) -> None:
    from datetime import timedelta

    from adapters import clock

    make_noticed(cast, award_key="special")
    size = db.session.get_one(LedgerHead, 1).size
    assert behind(clock.now(), timedelta()) == size
    assert behind(clock.now(), timedelta(hours=1)) == 0
    catch_up()
    assert behind(clock.now() + timedelta(hours=2), timedelta()) == 0
