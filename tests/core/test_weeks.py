"""Hours of the week in a time zone, over the days on which clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.chat.away_words import when_back
from hub.core.errors import InvalidPayload
from hub.core.weeks import Stretch, inside_until, midnight, next_beginning, zone_of

pytestmark = pytest.mark.annex("C5")
WARSAW = "Europe/Warsaw"
OFFICE = [Stretch((0, 1, 2, 3, 4), "09:00", "17:00")]
NIGHT = [Stretch((0, 1, 2, 3, 4, 5, 6), "22:00", "07:00")]
WEEKEND = [Stretch((0, 1, 2, 3, 4), "18:00", "08:00"), Stretch((5, 6), "08:00", "08:00")]


def at(text: str, zone: str = WARSAW) -> int:
    """A moment as a clock there shows it."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def utc(moment: int | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="minutes")[:16]


def test_nine_o_clock_is_nine_o_clock_before_and_after_the_clocks_are_put_forward_and_back():
    # Forward on Sunday, 28 March 2027, back on Sunday, 31 October 2027.
    assert utc(next_beginning(OFFICE, WARSAW, at("2027-03-26T08:00"))) == "2027-03-26T08:00"
    assert utc(next_beginning(OFFICE, WARSAW, at("2027-03-26T18:00"))) == "2027-03-29T07:00"
    assert utc(next_beginning(OFFICE, WARSAW, at("2027-10-29T18:00"))) == "2027-11-01T08:00"
    assert utc(inside_until(OFFICE, WARSAW, at("2027-10-29T10:00"))) == "2027-10-29T15:00"
    assert utc(inside_until(OFFICE, WARSAW, at("2027-11-01T10:00"))) == "2027-11-01T16:00"


def test_a_night_over_the_change_is_an_hour_shorter_or_longer():
    assert utc(inside_until(NIGHT, WARSAW, at("2027-03-27T23:00"))) == "2027-03-28T05:00"
    assert utc(inside_until(NIGHT, WARSAW, at("2027-10-30T23:00"))) == "2027-10-31T06:00"
    # An hour that does not exist begins when the next one does, one that comes twice with the first.
    missing, twice = [Stretch((6,), "02:30", "04:00")], [Stretch((6,), "02:30", "04:00")]
    assert utc(next_beginning(missing, WARSAW, at("2027-03-28T00:00"))) == "2027-03-28T01:30"
    assert utc(next_beginning(twice, WARSAW, at("2027-10-31T00:00"))) == "2027-10-31T00:30"


def test_ends_and_beginnings_belong_to_what_comes():
    assert inside_until(OFFICE, WARSAW, at("2027-01-04T09:00")) == at("2027-01-04T17:00")
    assert inside_until(OFFICE, WARSAW, at("2027-01-04T17:00")) is None
    assert inside_until(OFFICE, WARSAW, at("2027-01-04T08:59")) is None
    assert inside_until([], WARSAW, at("2027-01-04T12:00")) is None and next_beginning([], WARSAW, 0) is None


def test_stretches_that_touch_are_one_and_a_whole_day_needs_no_twenty_fourth_hour():
    assert inside_until(WEEKEND, WARSAW, at("2027-01-08T19:00")) == at("2027-01-11T08:00")
    around = [Stretch((0, 1, 2, 3, 4, 5, 6), "00:00", "00:00")]
    assert inside_until(around, WARSAW, at("2027-01-08T19:00")) is not None


def test_on_holidays_nothing_begins():
    closed = frozenset({"2027-01-06", "2027-01-07"})
    assert inside_until(OFFICE, WARSAW, at("2027-01-06T10:00"), closed) is None
    assert next_beginning(OFFICE, WARSAW, at("2027-01-05T18:00"), closed) == at("2027-01-08T09:00")


def test_the_day_is_that_of_the_zone():
    assert utc(midnight("Asia/Tokyo", at("2027-01-05T23:00", "UTC"))) == "2027-01-05T15:00"
    for wrong in ("Mars/Olympus", "", "../etc/passwd", "Europe/Warsaw\x00"):
        with pytest.raises(InvalidPayload):
            zone_of(wrong)


@pytest.mark.parametrize(
    ("back", "english", "polish"),
    [
        ("2027-01-05T14:05", "today at 14:05", "dziś o 14:05"),
        ("2027-01-06T09:00", "tomorrow at 9:00", "jutro o 9:00"),
        ("2027-01-11T09:00", "on Monday at 9:00", "w poniedziałek o 9:00"),
        ("2027-01-12T09:00", "on 12 January at 9:00", "12 stycznia o 9:00"),
    ],
)
def test_when_somebody_is_back_is_said_as_people_say_it(back, english, polish):
    now = at("2027-01-05T10:00")
    assert (when_back(at(back), WARSAW, now, "en"), when_back(at(back), WARSAW, now, "pl")) == (english, polish)
    assert (when_back(None, WARSAW, now, "en"), when_back(None, WARSAW, now, "pl")) == ("soon", "wkrótce")
