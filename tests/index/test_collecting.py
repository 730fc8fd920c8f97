"""The collector is held back inside, and afterwards as it was before, whatever happened."""

import gc
import weakref

import pytest

from index.collecting import collection_paused


def test_it_is_off_inside_and_on_again_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError), collection_paused(), collection_paused():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


class Node:
    """Something that can refer to itself."""

    def __init__(self) -> None:
        self.me: Node | None = None


def test_a_cycle_made_inside_is_still_found() -> None:
    with collection_paused():
        node = Node()
        node.me = node
    seen = weakref.ref(node)
    del node
    gc.collect()
    assert seen() is None
    assert gc.get_freeze_count() == 0


def test_what_was_made_inside_is_old() -> None:
    with collection_paused():
        made = [[n] for n in range(50_000)]
    assert gc.get_count()[0] < 50_000
    assert any(item is made[0] for item in gc.get_objects(generation=2))


def test_what_the_program_around_has_frozen_stays_so() -> None:
    gc.collect()
    gc.freeze()
    try:
        with collection_paused():
            pass
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
