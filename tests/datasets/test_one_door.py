"""Whatever a learner gives, an answer or one French sentence; and an advice that works."""

import datetime as dt
import io
import re
from decimal import Decimal

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.own_files import plain, write

from rfm_helpers.analysis.orders import orders_until
from rfm_helpers.analysis.rfm import rfm_table
from rfm_helpers.analysis.scores import score_cuts, score_rfm
from rfm_helpers.analysis.segments import assign_segments, explain_segment
from rfm_helpers.datasets import clean_orders, read_lines, read_orders
from rfm_helpers.errors import CourseError, one_door
from rfm_helpers.french.words import as_written, french
from rfm_helpers.inputs import as_day

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FORESEEN = "n’a pas pu travailler"
RAW = {
    "client_id": ["A", "B", "C", "D"],
    "commande_id": ["1", "2", "3", "4"],
    "date_achat": ["01/10/2025", "02/11/2025", "03/12/2025", "31/12/2025"],
    "montant": ["12,50", "9,90", "100", "55"],
}


def raw(**columns):
    return pd.DataFrame({**RAW, **columns})


def clean_and_look(*args, **options):
    """Clean a table, and look at what its lines seem to say."""
    clean, log = clean_orders(*args, **options)
    assert len(log.meanings) == len(log.advice)
    return clean, log


def orders():
    return clean_orders(raw())[0]


def scored():
    table = rfm_table(orders()).assign(frequence=[1, 2, 3, 4])
    return assign_segments(score_rfm(table))


def said(function, *args, **options):
    """The sentence that refuses this, one that names its cause; no words if it is accepted."""
    try:
        function(*args, **options)
    except CourseError as error:
        message = plain(str(error))
        assert FORESEEN not in message, repr(error.__cause__)
        return message
    return ""


# Frames as they come


FRAMES = {
    "numbers": (raw().set_axis(range(4), axis=1), "columns.map(str)"),
    "levels": (raw().set_axis(pd.MultiIndex.from_product([["x"], list(RAW)]), axis=1), "niveaux"),
    "twice": (pd.concat([raw(), raw()[["montant"]]], axis=1), "figure deux fois"),
}


@pytest.mark.parametrize(("frame", "words"), FRAMES.values(), ids=FRAMES)
def test_frames_without_plain_names_are_explained(frame, words):
    assert words in said(clean_and_look, frame)
    assert words in said(rfm_table, frame)
    assert words in said(orders_until, frame, "2025-12-31")
    assert words in said(score_rfm, frame)


CODE = re.compile(r'"(table[^"]*)"')


@pytest.mark.parametrize("frame", [frame for frame, _ in FRAMES.values()], ids=FRAMES)
def test_the_code_advised_for_names_works(frame):
    names = {"table": frame}
    exec(CODE.search(said(clean_and_look, frame))[1], names)
    after = said(clean_and_look, names["table"])
    assert "figure" not in after and "niveaux" not in after and "pour nom" not in after


@pytest.mark.parametrize("name", list(RAW))
def test_a_column_of_lists_is_read_as_texts_or_refused(name):
    frame = raw(**{name: [[1], [2], [3], []]})
    said(clean_and_look, frame)
    typed = orders().assign(**{name: [[1], [2], [3], []]})
    assert f"« {name} »" in said(rfm_table, typed)


def test_zoned_stamps_of_arrow_are_read_everywhere():
    stamps = pd.Series(pd.to_datetime(["2025-12-31T23:30Z"] * 4))
    arrow = raw(date_achat=stamps.astype(pd.ArrowDtype(pa.timestamp("us", tz="UTC"))))
    clean, _ = clean_orders(arrow)
    assert clean["date_achat"].dt.day.tolist() == [1] * 4
    typed = orders().assign(date_achat=arrow["date_achat"])
    assert rfm_table(typed)["recence"].tolist() == [1] * 4
    assert len(orders_until(typed, "2026-01-01")) == 4
    assert len(orders_until(typed, "2025-12-31")) == 0


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_dates_at_the_end_of_the_calendar_are_explained(zone):
    last = pd.Series(pd.to_datetime(["9999-12-31"] * 4)).dt.as_unit("us").dt.tz_localize(zone)
    clean_orders(raw(date_achat=["31/12/9999"] * 4))
    said(clean_and_look, raw(date_achat=last))
    typed = orders().assign(date_achat=last)
    assert "9999" in said(rfm_table, typed, timezone="Pacific/Honolulu")
    assert "9999" in said(orders_until, typed, dt.date(9999, 12, 31))
    assert said(orders_until, typed, "9998-12-31") == ""


def test_a_missing_date_is_no_date():
    for value in (pd.NaT, np.datetime64("NaT"), None, float("nan"), pd.NA):
        assert said(as_day, value)
        assert said(rfm_table, orders(), start=value) or value is None
        assert said(orders_until, orders(), value)


@pytest.mark.parametrize("zone", ["Paris", "new_york", "Europe/Pari", "", "../x", 3, "a\0b"])
def test_a_zone_that_does_not_exist_is_explained_and_the_one_advised_works(zone):
    calls = [
        lambda zone: clean_orders(raw(), timezone=zone),
        lambda zone: rfm_table(orders(), timezone=zone),
        lambda zone: orders_until(orders(), "2025-12-31", timezone=zone),
    ]
    for call in calls:
        advised = re.search(r'timezone="([^"]*)"', said(call, zone))[1]
        assert said(call, advised) == ""
    assert '"Europe/Paris"' in said(calls[0], "Paris")


@pytest.mark.parametrize("name", ["recence", "frequence", "montant_total", "panier_moyen", "__n"])
def test_a_column_named_like_a_result_is_explained(name):
    assert f"« {name} »" in said(
        rfm_table, orders().rename(columns={"client_id": name}), customer=name
    )


def test_a_column_cannot_play_two_roles():
    assert "customer et order" in said(rfm_table, orders(), order="client_id")


@pytest.mark.parametrize(
    "thresholds",
    [
        {"R": [float("nan"), 2, 3], "F": [1, 2, 3], "M": [1, 2, 3]},
        {"R": [1, 2, 3], "F": [1, float("nan"), 3], "M": [1, 2, 3]},
        {"R": [1, 2, 3], "F": [1, 2, 3], "M": [1, 2, float("inf")]},
        {"R": [1, 2, pd.NA], "F": [1, 2, 3], "M": [1, 2, 3]},
        [1, 2, 3],
        None,
    ],
)
def test_thresholds_that_are_no_numbers_are_explained(thresholds):
    assert "Les seuils de" in said(
        score_rfm, rfm_table(orders()), method="thresholds", thresholds=thresholds
    )


# Names, values and code stay as they are written

NAMES = st.text(alphabet="aé :;?!»«%€'’\"\\\u00a0\u202f_", min_size=1, max_size=8)


@settings(QUIET, max_examples=100)
@given(NAMES)
@example("Date d'achat")
@example("Prix : 5 % ?")
@example('« dit » "TTC"')
def test_a_sentence_gives_names_back_as_they_are(name):
    sentence = french(
        f"La colonne « {as_written(name)} » manque : n'est-ce pas {as_written(name)} ?"
    )
    assert sentence == f"La colonne «\u00a0{name}\u00a0» manque\u00a0: n’est-ce pas {name}\u00a0?"


def test_names_between_signs_stay_even_when_a_sentence_is_set_twice():
    once = french("Est-ce « Date d'achat : le jour » ? Écrivez date=\"Date d'achat\".")
    assert "Date d'achat : le jour" in once and '"Date d\'achat"' in once
    assert french(once) == once


ADVISED = re.compile(r"Écrivez alors (\w+)=(.*)\.$", re.DOTALL)


@QUIET
@given(NAMES.map(lambda name: f"Montant{name}"))
@example("Montant d'achat")
@example("Montant : 5 % ?")
def test_the_name_advised_leads_to_another_state(name):
    frame = raw().rename(columns={"montant": name})
    options = {"amount": "montan"}
    message = ""
    for _ in range(4):
        try:
            clean_orders(frame, **options)
            break
        except CourseError as error:
            assert str(error) != message
            message = str(error)
            advice = ADVISED.search(message)
            assert advice, message
            options[advice[1]] = eval(advice[2])
    assert options["amount"] == name


@QUIET
@given(st.permutations(["client", "cliente", "clients", "montant"]), st.integers(0, 3))
def test_no_advice_names_a_column_already_in_use(names, typo):
    frame = raw().set_axis(names, axis=1)
    options = dict(zip(["customer", "order", "date", "amount"], names, strict=True))
    role = list(options)[typo]
    right, options[role] = options[role], options[role] + "x"
    advice = ADVISED.search(said(clean_and_look, frame, **options))
    assert advice is None or eval(advice[2]) == right


@pytest.mark.parametrize("asked", [17850, "17850", 17850.0, np.int64(17850)])
@pytest.mark.parametrize("written", [int, str])
def test_the_customer_given_as_an_example_can_be_asked_for(asked, written):
    table = scored().assign(client_id=[written(17850 + place) for place in range(4)])
    refusal = said(explain_segment, table, asked)
    if isinstance(asked, float):
        asked = re.search(r"exemple : « (.*) »", refusal)[1]
        refusal = said(explain_segment, table, asked)
    assert refusal == ""


# Anything at all

CELLS = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.booleans(),
    st.decimals(),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=3),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=1), st.integers(), max_size=1),
    st.sampled_from([pd.NaT, pd.NA, np.nan, np.datetime64("NaT"), 1j, Decimal("sNaN")]),
    st.sampled_from(["31/12/2025", "12,50", "A", "#REF!", "9999-12-31T23:59:59Z"]),
)
COLUMNS = st.lists(CELLS, min_size=0, max_size=3)


def answered(function, *args, **options):
    """A result, or None where one of our sentences refused; anything else fails the test."""
    try:
        return function(*args, **options)
    except CourseError:
        return None


@QUIET
@given(st.tuples(*[COLUMNS] * 4), st.sampled_from(["object", "typed", "polars"]))
def test_any_frame_is_answered(columns, kind):
    size = min(map(len, columns))
    data = {name: cells[:size] for name, cells in zip(RAW, columns, strict=True)}
    frame = pd.DataFrame(data, dtype=object)
    if kind == "typed":
        try:
            frame = frame.convert_dtypes(dtype_backend="pyarrow")
        except Exception:
            return
    cleaned = answered(clean_and_look, frame)
    if cleaned:
        clean, log = cleaned
        assert log.lines_in == size == len(clean) + len(log.set_aside)
        answered(rfm_table, clean)
    if kind == "polars":
        try:
            frame = pl.DataFrame(data, strict=False)
        except (Exception, pl.exceptions.PanicException):
            return
    for function, *others in ((rfm_table,), (orders_until, "2025-12-31"), (score_rfm,)):
        answered(function, frame, *others)


@QUIET
@given(st.tuples(*[COLUMNS] * 3), st.booleans())
def test_any_table_of_customers_is_answered(columns, plainly):
    size = min(map(len, columns))
    names = ("recence", "frequence", "montant_total")
    data = dict(zip(names, (cells[:size] for cells in columns), strict=True))
    table = pd.DataFrame(data, dtype=None if plainly else object)
    table.insert(0, "client_id", [str(place) for place in range(size)])
    answered(score_rfm, table, levels=2)
    table = table.assign(R=1, F=table["frequence"], M=1, panier_moyen=1.0, code_rfm="111")
    answered(score_cuts, table)
    answered(explain_segment, table, "0")


SIGNS = st.text(alphabet='A1;,"\n\r\t |=é€\x00\ufeff/-.', max_size=60)


@QUIET
@given(
    st.one_of(
        st.binary(max_size=80),
        SIGNS.map(str.encode),
        SIGNS.map(lambda text: text.encode("utf-16")),
        SIGNS.map(lambda text: text.encode("cp1252", "ignore")),
        st.binary(max_size=40).map(lambda content: b"PK\x03\x04" + content),
        st.binary(max_size=600).map(lambda content: b"\xd0\xcf\x11\xe0" + content),
        st.binary(max_size=40).map(lambda content: b"\x1f\x8b" + content),
    ),
    st.sampled_from(["v.csv", "v.xlsx", "v.xls", "v.zip"]),
)
def test_any_bytes_are_answered(tmp_path_factory, content, name):
    path = write(tmp_path_factory.mktemp("octets"), content, name)
    frame = answered(read_lines, path)
    if frame is not None:
        assert len(frame.attrs["lecture"].lines) == len(frame) > 0
        answered(read_orders, path, customer="A", order="1", date="é", amount="€")


def workbook(rows):
    book = openpyxl.Workbook()
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            try:
                book.active.cell(at, column, cell)
            except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
                continue
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


PLAIN = st.one_of(
    st.none(), st.text(max_size=4), st.integers(-99, 99), st.dates(), st.booleans(), st.floats()
)


@settings(QUIET, max_examples=40)
@given(
    st.lists(st.lists(PLAIN, max_size=4), max_size=4),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
)
def test_any_workbook_is_answered(tmp_path_factory, rows, changes):
    content = bytearray(workbook(rows))
    for place, byte in changes:
        content[place % len(content)] = byte
    path = write(tmp_path_factory.mktemp("classeur"), bytes(content), "ventes.xlsx")
    frame = answered(read_lines, path)
    if frame is not None:
        roles = dict(zip(["customer", "order", "date", "amount"], frame.columns, strict=False))
        answered(clean_and_look, frame, **roles)


def test_the_door_lets_what_is_ours_and_what_is_grave_through():
    @one_door("vérifiez.")
    def fail(error):
        raise error

    for kind in (KeyboardInterrupt, MemoryError, CourseError):
        with pytest.raises(kind):
            fail(kind("mot"))
    with pytest.raises(CourseError, match="n’a pas pu travailler") as caught:
        fail(OSError("mot"))
    assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(TypeError):
        fail()
