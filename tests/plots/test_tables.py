import datetime as dt
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_helpers.errors import CourseError
from rfm_helpers.plots import show_table, use_french_display
from rfm_helpers.plots.style import contrast
from rfm_helpers.plots.tables import HEADER_COLORS, INK, ROW_COLORS

NBSP, THIN = "\u00a0", "\u202f"

RFM = pd.DataFrame(
    {
        "client_id": ["C-0360", "C-0007"],
        "recence": [550, 1094],
        "frequence": [4, 1],
        "montant_total": [4950.0, 1500.0],
        "panier_moyen": [1237.5, 1500.0],
        "part_clients": [0.125, 0.5],
    }
)


class Cells(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.tags, self.cells, self.styles, self._open = [], [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag in ("td", "th", "caption", "p"):
            self._open = tag
            self.cells.append((tag, ""))
            self.styles.append(dict(attrs).get("style", ""))

    def handle_data(self, data):
        if self._open:
            tag, text = self.cells[-1]
            self.cells[-1] = (tag, text + data)

    def handle_endtag(self, tag):
        if tag == self._open:
            self._open = None

    def of(self, tag):
        return [text for name, text in self.cells if name == tag]


def html_of(table) -> Cells:
    return Cells(table._repr_html_())


def test_headings_and_numbers_are_french():
    shown = html_of(show_table(RFM, "Deux clients"))
    assert shown.of("caption") == ["Deux clients"]
    assert shown.of("th") == [
        "Client",
        "Récence (jours)",
        "Fréquence (commandes)",
        "Montant total",
        "Panier moyen",
        "Part des clients",
    ]
    assert shown.of("td") == [
        "C-0360", "550", "4", f"4{THIN}950{NBSP}€", f"1{THIN}237,50{NBSP}€", f"12,5{NBSP}%",
        "C-0007", f"1{THIN}094", "1", f"1{THIN}500{NBSP}€", f"1{THIN}500,00{NBSP}€", f"50,0{NBSP}%",
    ]  # fmt: skip


def test_plain_text_says_the_same():
    assert repr(show_table(RFM[["client_id", "recence"]], "Deux clients")) == (
        "Deux clients\n"
        "Client  Récence (jours)\n"
        "C-0360              550\n"
        f"C-0007            1{THIN}094"
    )


def test_numbers_stand_right_and_texts_left():
    shown = html_of(show_table(RFM[["client_id", "recence"]]))
    sides = ["right" if "text-align: right" in style else "left" for style in shown.styles]
    assert sides == ["left", "right"] * 3


def test_dates_have_a_short_and_a_long_form():
    table = pd.DataFrame({"date_achat": pd.to_datetime(["2025-12-31 18:30"])})
    assert html_of(show_table(table)).of("td") == ["31/12/2025"]
    long = show_table(table, formats={"date_achat": "long_date"})
    assert html_of(long).of("td") == ["31 décembre 2025"]
    days = pd.DataFrame({"date_achat": [dt.date(2025, 1, 2)]})
    assert html_of(show_table(days)).of("td") == ["02/01/2025"]


def test_texts_stay_texts_in_a_column_of_numbers():
    table = pd.DataFrame({"montant": ["1 250,50", "offert"], "date_achat": ["01/02/25", "?"]})
    cells = html_of(show_table(table)).of("td")
    assert cells == ["1 250,50", "01/02/25", "offert", "?"]


def test_missing_values_are_a_dash():
    table = pd.DataFrame(
        {
            "client_id": ["A", None],
            "montant": [1.5, None],
            "date_achat": pd.to_datetime(["2025-01-02", None]),
            "lignes": pd.array([3, None], dtype="Int64"),
        }
    )
    assert html_of(show_table(table)).of("td")[4:] == ["–"] * 4


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0], ["1", "2"]),
        ([1.5, 2.0], ["1,5", "2,0"]),
        ([1.25, 2.0], ["1,25", "2,00"]),
        ([1 / 3, 20000], ["0,33", f"20{THIN}000,00"]),
        ([True, False], ["oui", "non"]),
    ],
)
def test_a_column_of_numbers_has_the_decimals_it_needs(values, expected):
    assert html_of(show_table(pd.DataFrame({"x": values}))).of("td") == expected


def test_bounds_of_different_units_keep_their_own_decimals():
    cuts = pd.DataFrame({"dimension": ["R", "M"], "de": [643.0, 14.4], "a": [1094.0, 262.0]})
    cells = html_of(show_table(cuts)).of("td")
    assert cells == ["R", "643", f"1{THIN}094", "M", "14,4", "262"]


def test_the_cuts_of_scores_are_written_in_the_unit_of_each_dimension():
    cuts = pd.DataFrame(
        {"dimension": list("RFMM"), "score": [4, 1, 1, 2], "de": [1, 1, 14.4, 500],
         "a": [67, 1, None, 72178.5], "clients": 9}
    )  # fmt: skip
    cells = html_of(show_table(cuts[["dimension", "score", "de", "a"]])).of("td")
    assert [cells[2::4], cells[3::4]] == [
        [f"1{NBSP}jour", f"1{NBSP}commande", f"14,40{NBSP}€", f"500,00{NBSP}€"],
        [f"67{NBSP}jours", f"1{NBSP}commande", "–", f"72{THIN}178,50{NBSP}€"],
    ]
    whole = cuts.assign(de=cuts["de"].round(), a=cuts["a"].round())
    assert html_of(show_table(whole)).of("td")[12] == f"14{NBSP}€"
    mixed = cuts.assign(de=cuts["de"].round())
    assert html_of(show_table(mixed)).of("td")[12] == f"14,00{NBSP}€"


def test_a_format_can_be_chosen_for_one_column_or_for_all():
    table = pd.DataFrame({"segment": ["Champions"], "x": [0.25], "y": [0.5]})
    assert html_of(show_table(table, formats="share")).of("td") == [
        "Champions", f"25,0{NBSP}%", f"50,0{NBSP}%",
    ]  # fmt: skip
    assert html_of(show_table(table, formats={"x": "euros"})).of("td") == [
        "Champions", f"0,25{NBSP}€", "0,5",
    ]  # fmt: skip


def test_whole_euros_drop_the_cents():
    table = pd.DataFrame({"chiffre_affaires": [1234567.89]})
    assert html_of(show_table(table)).of("td") == [f"1{THIN}234{THIN}568{NBSP}€"]


def test_headings_can_be_chosen():
    shown = html_of(show_table(RFM[["recence"]], headings={"recence": "Silence (jours)"}))
    assert shown.of("th") == ["Silence (jours)"]


def test_an_unknown_column_keeps_its_name():
    assert html_of(show_table(pd.DataFrame({"points_fidelite": [3]}))).of("th") == [
        "points_fidelite"
    ]


def test_a_long_table_says_how_many_rows_there_are():
    table = pd.DataFrame({"recence": range(3000)})
    shown = html_of(show_table(table, rows=5))
    assert len(shown.of("td")) == 5
    assert shown.of("p") == [f"… 3{THIN}000 lignes en tout"]
    assert repr(show_table(table)).endswith(f"… 3{THIN}000 lignes en tout")


def test_a_table_shown_whole_has_no_note():
    assert html_of(show_table(RFM)).of("p") == []


def test_an_empty_table_says_so():
    shown = show_table(RFM.head(0))
    assert html_of(shown).of("p") == ["Aucune ligne"]
    assert repr(shown).endswith("Aucune ligne")


def test_what_is_in_a_cell_is_data_never_markup():
    bad = '<script>alert("x")</script>&amp;'
    table = pd.DataFrame({"client_id": [bad], bad: [1]})
    html = show_table(table, caption=bad, headings={"client_id": bad})._repr_html_()
    assert "<script" not in html
    assert Cells(html).of("td") == [bad, "1"]
    assert Cells(html).of("th") == [bad, bad]
    assert Cells(html).of("caption") == [bad]


@given(st.text())
def test_any_text_comes_back_from_the_html(text):
    cells = html_of(show_table(pd.DataFrame({"client_id": pd.Series([text], dtype=object)})))
    assert cells.of("td") == [text.replace("\r\n", "\n")] or "\r" in text or "\0" in text
    assert set(cells.tags) == {"table", "thead", "tbody", "tr", "th", "td"}


def test_the_output_is_the_same_at_every_run_and_holds_no_identifier():
    first, second = (show_table(RFM, "Deux clients") for _ in range(2))
    assert first._repr_html_() == second._repr_html_()
    assert " id=" not in first._repr_html_()
    assert "<style" not in first._repr_html_()
    assert "0x" not in repr(first)


def test_colours_are_readable():
    assert contrast(*HEADER_COLORS) >= 4.5
    for background in ROW_COLORS:
        assert contrast(INK, background) >= 7


def test_header_cells_are_marked_as_such():
    assert show_table(RFM)._repr_html_().count('<th scope="col"') == len(RFM.columns)


def test_input_is_left_as_it_was():
    before = RFM.copy()
    show_table(RFM)._repr_html_()
    pd.testing.assert_frame_equal(RFM, before)


def test_two_columns_of_one_name_are_both_shown():
    table = pd.DataFrame([[1, 2.5]], columns=["x", "x"])
    assert html_of(show_table(table)).of("td") == ["1", "2,5"]


def test_columns_that_are_not_texts_are_named():
    table = pd.DataFrame({1: ["a"], 2: ["b"]})
    assert html_of(show_table(table)).of("th") == ["1", "2"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: show_table([1, 2]), "« list »"),
        (lambda: show_table(RFM, formats={"inconnue": "euros"}), "« inconnue »"),
        (lambda: show_table(RFM, formats={"recence": "dollars"}), "« dollars »"),
        (lambda: show_table(RFM, formats="dollars"), "« dollars »"),
        (lambda: show_table(RFM, headings={"inconnue": "Titre"}), "« inconnue »"),
    ],
)
def test_a_wrong_choice_is_named_in_one_french_sentence(call, words):
    with pytest.raises(CourseError) as caught:
        call()
    message = str(caught.value)
    assert words in message.replace(NBSP, " ")
    assert message.endswith(".")
    assert " :" not in message


def test_raw_frames_are_written_in_french():
    with pd.option_context(
        "display.float_format", None, "display.show_dimensions", True, "display.max_rows", 60
    ):
        use_french_display()
        shown = repr(pd.DataFrame({"montant": [1234.5] * 40}))
        assert f"1{THIN}234,50" in shown
        assert "rows" not in shown
        assert len(shown.splitlines()) < 15


def test_captions_and_headings_get_their_french_spaces():
    table = show_table(
        pd.DataFrame({"segment": ["d'un « client » : lui"]}),
        "Que faire : « agir » ?",
        headings={"segment": "Segment ?"},
    )
    text = repr(table)
    assert "Que faire\u00a0: «\u00a0agir\u00a0»\u00a0?" in text
    assert "Segment\u00a0?" in text
    assert "d'un « client » : lui" in text
