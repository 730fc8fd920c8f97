"""The collector is held back inside, and afterwards as it was before, whatever happened."""

import gc

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
