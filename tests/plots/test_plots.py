import re
import subprocess
import sys
from base64 import b64encode
from functools import cache
from io import BytesIO
from itertools import product

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.image import imread
from matplotlib.text import Text
from support.course import ROOT
from support.page import Page

from rfm_helpers import moves, plots, score_cuts, score_rfm
from rfm_helpers.analysis.migrations.moves import revenue_bridge
from rfm_helpers.analysis.segments import assign_segments, segment_profile
from rfm_helpers.analysis.strategy.priorities import revenue_at_stake
from rfm_helpers.analysis.targeting.gains import gains_chart
from rfm_helpers.analysis.targeting.trees import Branch, Node, TargetTree
from rfm_helpers.catalog import load_grid
from rfm_helpers.errors import CourseError
from rfm_helpers.plots import style
from rfm_helpers.plots.heatmaps import rf_grid
from rfm_helpers.plots.live_scores import ScoreFigure
from rfm_helpers.plots.stakes import StakeFigure

ENGLISH = re.compile(
    r"\b(customers?|recency|frequency|monetary|amount|score cuts|count|value|figure|axes|object|"
    r"segments? of|lines?|orders?|days?|share|by|with|the)\b",
    re.IGNORECASE,
)
BAD_SPACING = re.compile(r" [:;?!»%€]|« ")


def make_table(customers: int = 240) -> pd.DataFrame:
    random = np.random.default_rng(7)
    frequency = random.geometric(0.4, customers)
    return pd.DataFrame(
        {
            "client_id": [f"C-{i:04d}" for i in range(customers)],
            "recence": random.integers(1, 1000, customers),
            "frequence": frequency,
            "montant_total": np.round(frequency * random.lognormal(6, 1, customers), 2),
        }
    )


TABLE = make_table()
SCORED = score_rfm(TABLE)
CUTS = score_cuts(SCORED)
EQUAL = score_rfm(TABLE, method="equal_size")
SEGMENTED = assign_segments(SCORED)
PROFILE = segment_profile(SEGMENTED)
MOVES = moves(SEGMENTED, assign_segments(EQUAL), by="segment")
REPEAT = CUTS[["dimension", "score", "clients"]].assign(taux_rachat=CUTS["score"] / 10)
LOG = pd.DataFrame(
    {
        "defaut": ["numéro de commande manquant", "retour", "date illisible"],
        "lignes": [1204, 160, 12],
        "mises_de_cote": [1204, 0, 5],
    }
)
FLOWS = pd.DataFrame(
    {
        "avant": ["Champions", "Champions", "Fidèles", "Sans commande"],
        "apres": ["Fidèles", "Champions", "Sans commande", "Champions"],
        "mouvement": ["En baisse", "En hausse", "Perdus", "Nouveaux"],
        "ca_avant": [900.0, 500, 300, 0],
        "ca_apres": [400.0, 800, 0, 250],
        "ecart": [-500.0, 300, -300, 250],
    }
)

TREE = TargetTree(
    "CHAID",
    (
        Node(0, None, None, 100, 40),
        Node(1, 0, Branch("recence", high=30.5), 40, 30, 1),
        Node(2, 0, Branch("recence", low=30.5, high=90), 30, 8, 1),
        Node(3, 0, Branch("recence", low=90), 30, 2, 1),
        Node(4, 1, Branch("region", values=("Lyon et sa région", "Nice et la Côte")), 10, 9, 2),
        Node(5, 1, Branch("region", values=tuple("ABCDE")), 30, 21, 2),
        Node(6, 3, Branch("canal_recrutement", values=("Web",), others=True), 20, 2, 2),
        Node(7, 3, Branch("canal_recrutement", values=("Web",)), 10, 0, 2),
    ),
)
GAINS = gains_chart(
    TABLE.assign(rachat=TABLE["recence"] < 300, chiffre_affaires_futur=TABLE["montant_total"]),
    {"RFM": "frequence", "CART": "montant_total"},
)

FIGURES = {
    "distributions": lambda: plots.plot_distributions(SCORED, CUTS),
    "recency": lambda: plots.plot_distribution(SCORED, "R", CUTS, customer="C-0003", label="Marc"),
    "frequency": lambda: plots.plot_distribution(SCORED, "F", CUTS, customer="C-0003"),
    "amount": lambda: plots.plot_distribution(SCORED, "M", CUTS, customer="C-0003"),
    "score_sizes": lambda: plots.plot_score_sizes(
        {"quantiles": CUTS, "tailles égales": score_cuts(EQUAL)}
    ),
    "repeat": lambda: plots.plot_repeat_by_score(REPEAT),
    "rf_clients": lambda: plots.plot_rf_heatmap(SCORED, outline="234"),
    "rf_revenue": lambda: plots.plot_rf_heatmap(SCORED, "chiffre_affaires"),
    "moves": lambda: plots.plot_moves(MOVES, order=load_grid("onze").names),
    "segments": lambda: plots.plot_segments(PROFILE),
    "scatter_f": lambda: plots.plot_rfm_scatter(SEGMENTED),
    "scatter_m": lambda: plots.plot_rfm_scatter(SEGMENTED, "M"),
    "quality": lambda: plots.plot_quality_log(LOG),
    "bridge": lambda: plots.plot_bridge(revenue_bridge(FLOWS), "2024", "2025"),
    "flows": lambda: plots.plot_flows(FLOWS, "2024", "2025"),
    "tree": lambda: plots.plot_tree(TREE),
    "gains": lambda: plots.plot_gains(GAINS),
}


@cache
def picture_of(name: str) -> tuple[style.CourseFigure, bytes]:
    """A figure that no test changes, once drawn, and its first picture."""
    figure = FIGURES[name]()
    return figure, figure.png()


def texts_of(figure) -> list[str]:
    figure.png()
    return [text.get_text() for text in figure.findobj(Text) if text.get_text().strip()]


def heights(axes) -> list[float]:
    return [bar.get_height() for bar in axes.patches]


@pytest.mark.parametrize("name", FIGURES)
def test_png_is_the_same_for_the_same_figure(name):
    figure, first = picture_of(name)
    assert first.startswith(b"\x89PNG")
    assert first == figure.png() == FIGURES[name]().png()
    assert b"Software" not in first
    assert imread(BytesIO(first)).shape[1] == 900


def test_a_picture_is_what_matplotlib_saves_and_a_quick_one_has_the_same_pixels() -> None:
    saved = BytesIO()
    FIGURES["repeat"]().savefig(saved, format="png", dpi=100, metadata={"Software": None})
    assert FIGURES["repeat"]().png() == saved.getvalue()
    quick = imread(BytesIO(FIGURES["repeat"]().png(quickly=True)))
    assert np.array_equal(quick, imread(BytesIO(saved.getvalue())))


@pytest.mark.parametrize("name", FIGURES)
def test_texts_are_french_and_well_spaced(name):
    figure, _ = picture_of(name)
    shown = [text.get_text() for text in figure.findobj(Text)]
    for text in [*filter(str.strip, shown), figure.alternative]:
        assert not ENGLISH.search(text), text
        assert not BAD_SPACING.search(text), text
        assert "\ufffd" not in text


@pytest.mark.parametrize("name", FIGURES)
def test_texts_are_large_and_nothing_is_clipped(name):
    figure, _ = picture_of(name)
    shown = [text for text in figure.findobj(Text) if text.get_text().strip()]
    assert min(text.get_fontsize() for text in shown) >= 12
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(drawn.x0, drawn.y0) >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height


@pytest.mark.parametrize("name", FIGURES)
def test_input_is_left_as_it_was(name):
    before = [frame.copy() for frame in (SCORED, CUTS, SEGMENTED, PROFILE, REPEAT, MOVES, LOG)]
    FIGURES[name]().png()
    after = (SCORED, CUTS, SEGMENTED, PROFILE, REPEAT, MOVES, LOG)
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_notebook_shows_a_picture_and_a_sentence():
    figure = FIGURES["segments"]()
    data = figure._repr_mimebundle_()
    assert data["text/plain"] == figure.alternative
    (image,) = Page(data["text/html"]).images
    assert image["alt"] == figure.alternative
    assert image["src"] == f"data:image/png;base64,{b64encode(figure.png()).decode()}"
    assert repr(figure) == str(figure) == figure.alternative
    assert figure.alternative.endswith(".")


def test_figures_do_not_need_nor_touch_pyplot():
    program = (
        "import sys, pandas as pd, matplotlib as mpl\n"
        "from rfm_helpers import plots\n"
        "def settings():\n"
        "    return {k: mpl.rcParams[k] for k in mpl.rcParams if k != 'backend'}\n"
        "before = settings()\n"
        "table = pd.DataFrame({'R': [1, 2], 'F': [2, 1]})\n"
        "plots.plot_rf_heatmap(table).png()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert settings() == before\n"
    )
    subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        check=True,
        cwd=ROOT,
    )


def test_the_notebooks_own_settings_change_nothing():
    import matplotlib as mpl

    expected = FIGURES["repeat"]().png()
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "text.color": "red"}):
        assert FIGURES["repeat"]().png() == expected


def test_no_figure_is_left_open():
    from matplotlib import pyplot

    for draw in FIGURES.values():
        draw()
    assert pyplot.get_fignums() == []


def test_recency_bars_count_every_customer():
    axes = plots.plot_distribution(TABLE, "R").axes[0]
    assert sum(heights(axes)) == len(TABLE)


def test_frequency_bars_count_orders_and_gather_the_rare_high_ones():
    table = pd.DataFrame({"frequence": [1] * 60 + [2] * 38 + [3, 40]})
    figure = plots.plot_distribution(table, "F")
    axes = figure.axes[0]
    bars = {round(bar.get_x() + bar.get_width() / 2): bar.get_height() for bar in axes.patches}
    assert bars == {1: 60, 2: 38, 3: 1, 10: 1}
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == [*"123456789", "≥\u00a010"]


def test_a_customer_beyond_the_last_bar_is_marked_on_it():
    table = pd.DataFrame({"client_id": range(100), "frequence": [1] * 99 + [40]})
    axes = plots.plot_distribution(table, "F", customer=99).axes[0]
    assert lines_at(axes) == [10]


def test_amounts_are_counted_on_a_logarithmic_axis_that_says_so():
    table = pd.DataFrame({"montant_total": [-20.0, 0.0, 15.0, 150.0, 150.0, 90_000.0]})
    figure = plots.plot_distribution(table, "M")
    axes = figure.axes[0]
    assert sum(heights(axes)) == 4
    assert axes.get_xscale() == "log"
    label = axes.get_xlabel().replace("\u00a0", " ")
    assert label == (
        "Montant total (échelle logarithmique) (2 clients à 0 € ou moins hors du dessin)"
    )
    assert "1\u202f000\u00a0€" in texts_of(figure)


def lines_at(axes) -> list[float]:
    return [line.get_xdata()[0] for line in axes.lines]


def test_cuts_stand_between_the_scores_and_are_named():
    axes = dict(zip("RFM", plots.plot_distributions(SCORED, CUTS).axes, strict=True))
    for dimension, column in style.DIMENSIONS.items():
        scores = SCORED[dimension]
        for place in lines_at(axes[dimension]):
            below = set(scores[SCORED[column] < place])
            above = set(scores[SCORED[column] > place])
            assert below.isdisjoint(above)
        named = {text.get_text() for text in axes[dimension].texts}
        assert named == {f"{dimension} {score}" for score in scores.unique()}
        assert len(lines_at(axes[dimension])) == scores.nunique() - 1


def test_the_best_recency_score_is_on_the_left():
    axes = plots.plot_distribution(SCORED, "R", CUTS).axes[0]
    places = {text.get_text(): text.xy[0] for text in axes.texts}
    assert places["R 4"] < places["R 3"] < places["R 2"] < places["R 1"]


def test_empty_scores_have_no_line():
    cuts = pd.DataFrame(
        [("F", 1, 1, 1, 8), ("F", 2, None, None, 0), ("F", 3, 2, 9, 4)],
        columns=["dimension", "score", "de", "a", "clients"],
    )
    axes = plots.plot_distribution(pd.DataFrame({"frequence": [1, 2, 9]}), "F", cuts).axes[0]
    assert lines_at(axes) == [1.5]


def test_overlapping_scores_have_no_common_bounds():
    nested = score_cuts(score_rfm(TABLE, method="nested"))
    with pytest.raises(CourseError, match="se chevauchent"):
        plots.plot_distribution(TABLE, "M", nested)


@pytest.mark.parametrize(
    ("dimension", "column", "words"),
    [("R", "recence", "548\u00a0jours"), ("F", "frequence", "4\u00a0commandes")],
)
def test_a_customer_is_marked_at_the_right_place(dimension, column, words):
    table = pd.DataFrame({"client_id": ["A", "B"], "recence": [3, 548], "frequence": [1, 4]})
    figure = plots.plot_distribution(table, dimension, customer="B", label="Marc")
    assert lines_at(figure.axes[0]) == [table.loc[1, column]]
    assert f"Marc\u00a0: {words}" in texts_of(figure)
    assert f"Marc\u00a0: {words}" in figure.alternative


def test_mean_baskets_can_stand_for_totals():
    table = TABLE.assign(panier_moyen=TABLE["montant_total"] / TABLE["frequence"])
    axes = plots.plot_distributions(table, monetary="panier_moyen").axes[2]
    assert axes.get_xlabel() == "Panier moyen (échelle logarithmique)"
    low, high = table["panier_moyen"].min(), table["panier_moyen"].max()
    assert axes.patches[0].get_x() == pytest.approx(low / 1.02)
    assert axes.patches[-1].get_x() < high


def test_score_sizes_are_the_counts_and_empty_scores_are_named():
    cuts = CUTS.copy()
    cuts.loc[cuts["score"].eq(2) & cuts["dimension"].eq("F"), "clients"] = 0
    figure = plots.plot_score_sizes({"a": cuts, "b": CUTS})
    for axes, dimension in zip(figure.axes, "RFM", strict=True):
        expected = [*cuts[cuts["dimension"] == dimension]["clients"]]
        expected += [*CUTS[CUTS["dimension"] == dimension]["clients"]]
        assert heights(axes) == expected
    assert texts_of(figure).count("vide") == 1


def test_repeat_bars_are_the_shares():
    figure = plots.plot_repeat_by_score(REPEAT)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Récence (R)", "Fréquence (F)", "Montant (M)",
    ]  # fmt: skip
    for axes in figure.axes:
        assert heights(axes) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert "40\u00a0%" in texts_of(figure)


def cell_texts(axes) -> dict[tuple[int, int], str]:
    places = ((text, text.get_position()) for text in axes.texts)
    return {(int(y) + 1, int(x) + 1): text.get_text() for text, (x, y) in places}


def test_heatmap_writes_customers_with_the_best_at_top_right():
    axes = plots.plot_rf_heatmap(SCORED).axes[0]
    cells = cell_texts(axes)
    assert len(cells) == 16
    for (r, f), text in cells.items():
        assert text == str(((SCORED["R"] == r) & (SCORED["F"] == f)).sum())
    assert axes.get_ylim()[1] > axes.get_ylim()[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["R 1", "R 2", "R 3", "R 4"]


def test_heatmap_writes_euros():
    scored = pd.DataFrame({"R": [1, 2], "F": [1, 2], "montant_total": [0.4, 1234567.0]})
    cells = cell_texts(plots.plot_rf_heatmap(scored, "chiffre_affaires").axes[0])
    assert cells[2, 2] == "1\u202f234\u202f567\u00a0€"
    assert cells[1, 2] == "0\u00a0€"


def test_heatmap_of_many_levels_writes_thousands_and_says_so():
    scored = pd.DataFrame({"R": [10], "F": [3], "montant_total": [45_600.0]})
    axes = plots.plot_rf_heatmap(scored, "chiffre_affaires", outline="10-3-7").axes[0]
    assert cell_texts(axes)[10, 3] == "46"
    assert "milliers d’euros" in axes.get_title(loc="left")
    assert axes.patches[0].get_xy() == (1.5, 8.5)


def test_heatmap_shows_levels_that_nobody_reaches():
    cells = cell_texts(plots.plot_rf_heatmap(pd.DataFrame({"R": [1], "F": [1]}), levels=3).axes[0])
    assert len(cells) == 9


def test_outline_is_on_the_cell_of_the_code():
    axes = plots.plot_rf_heatmap(SCORED, outline="412").axes[0]
    rectangle = axes.patches[0]
    assert rectangle.get_xy() == (0 - 0.5, 3 - 0.5)


@pytest.mark.parametrize("code", ["524", "1", "", "2x4", "0-1-1"])
def test_an_outline_outside_the_grid_is_refused(code):
    with pytest.raises(CourseError, match="n’est pas dans cette grille"):
        plots.plot_rf_heatmap(SCORED, outline=code)


def test_every_text_of_a_heatmap_is_readable():
    axes = plots.plot_rf_heatmap(SCORED).axes[0]
    image = axes.images[0]
    for text in axes.texts:
        column, row = map(int, text.get_position())
        background = image.to_rgba(image.get_array()[row, column])
        assert style.contrast(text.get_color(), background) >= 4.5


@pytest.mark.parametrize("level", np.linspace(0, 1, 41))
def test_text_is_readable_on_the_whole_scale(level):
    background = style.SEQUENTIAL(level)
    assert style.contrast(style.text_color_on(background), background) >= 4.5


def test_grid_of_revenue_adds_up():
    grid = rf_grid(SCORED, "chiffre_affaires", 4)
    assert grid.sum() == pytest.approx(SCORED["montant_total"].sum())


def test_moves_are_counted_from_row_to_column():
    moved = pd.DataFrame({"avant": ["B", "A", "A"], "apres": ["A", "C", "C"]})
    axes = plots.plot_moves(moved, order=["C", "B", "A"], before="Janvier", after="Juin").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["B", "A"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["C", "A"]
    assert cell_texts(axes) == {(1, 1): "", (1, 2): "1", (2, 1): "2", (2, 2): ""}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Juin", "Janvier")


def test_segment_bars_are_the_shares_in_the_colours_of_the_grid():
    left, right = plots.plot_segments(PROFILE).axes
    assert [bar.get_width() for bar in left.patches] == PROFILE["part_clients"].tolist()
    assert [bar.get_width() for bar in right.patches] == PROFILE["part_ca"].tolist()
    names = [label.get_text() for label in left.get_yticklabels()]
    assert names == PROFILE["segment"].tolist()
    colors = load_grid("onze").colors
    for axes in (left, right):
        drawn = [to_hex(bar.get_facecolor()) for bar in axes.patches]
        assert drawn == [colors[name] for name in names]
    assert left.yaxis_inverted()


def test_a_small_share_is_not_called_nothing():
    profile = pd.DataFrame(
        {
            "segment": ["Champions", "Perdus", "Dormants"],
            "clients": [2, 998, 0],
            "part_clients": [0.002, 0.998, 0.0],
            "chiffre_affaires": [9_999.0, 1_234_567.0, 0.0],
            "part_ca": [0.008, 0.992, 0.0],
        }
    )
    left, right = plots.plot_segments(profile).axes
    labels = [text.get_text().replace("\u00a0", " ") for text in left.texts]
    assert labels == ["< 1 %  (2)", "100 %  (998)", "0 %  (0)"]
    amounts = [text.get_text().replace("\u00a0", " ") for text in right.texts]
    assert amounts == ["1 %  (10 k€)", "99 %  (1\u202f235 k€)", "0 %  (0 k€)"]


def test_a_segment_of_another_grid_is_refused():
    with pytest.raises(CourseError, match=r"«\u00a0VIP\u00a0».+grille «\u00a0onze\u00a0»"):
        plots.plot_segments(PROFILE.assign(segment="VIP"))


def test_scatter_points_are_the_customers_in_their_colours():
    axes = plots.plot_rfm_scatter(SEGMENTED).axes[0]
    points = axes.collections[0]
    x, y = points.get_offsets().T
    assert x.tolist() == SEGMENTED["recence"].tolist()
    assert np.rint(y).astype(int).tolist() == SEGMENTED["frequence"].tolist()
    colors = load_grid("onze").colors
    expected = [to_rgb(colors[name]) for name in SEGMENTED["segment"]]
    assert np.allclose(points.get_facecolors()[:, :3], expected)
    assert axes.xaxis_inverted()


def test_scatter_sizes_grow_with_the_amount():
    points = plots.plot_rfm_scatter(SEGMENTED).axes[0].collections[0]
    order = SEGMENTED["montant_total"].to_numpy().argsort()
    assert (np.diff(points.get_sizes()[order]) >= 0).all()


def test_scatter_legend_holds_the_segments_present_in_the_order_of_the_grid():
    legend = plots.plot_rfm_scatter(SEGMENTED).legends[0]
    present = set(SEGMENTED["segment"])
    expected = [name for name in load_grid("onze").names if name in present]
    assert [text.get_text() for text in legend.get_texts()] == expected


def test_scatter_without_segments_has_no_legend():
    assert plots.plot_rfm_scatter(TABLE).legends == []


def test_scatter_of_amounts_leaves_out_what_a_logarithm_cannot_show():
    table = pd.DataFrame({"recence": [1, 2], "frequence": 1, "montant_total": [-5.0, 50.0]})
    points = plots.plot_rfm_scatter(table, "M").axes[0].collections[0]
    assert points.get_offsets().tolist() == [[2.0, 50.0]]


def test_quality_log_hatches_what_was_set_aside():
    aside, kept = plots.plot_quality_log(LOG).axes
    assert [bar.get_width() for bar in aside.patches] == [1204, 5]
    assert [bar.get_width() for bar in kept.patches] == [160, 7]
    assert {bar.get_hatch() for bar in aside.patches} == {"//"}
    assert {bar.get_hatch() for bar in kept.patches} == {None}
    assert [label.get_text() for label in aside.get_yticklabels()] == [
        "numéro de commande manquant", "date illisible",
    ]  # fmt: skip
    assert kept.get_title(loc="left").endswith("(autre échelle)")
    assert "1\u202f204" in [text.get_text() for text in aside.texts]


def test_quality_log_adds_up_the_rarest_defects():
    log = pd.DataFrame(
        {"defaut": [f"d{i}" for i in range(12)], "lignes": range(1, 13), "mises_de_cote": 0}
    )
    (kept,) = plots.plot_quality_log(log).axes
    assert [bar.get_width() for bar in kept.patches] == [12, 11, 10, 9, 8, 7, 6, 5, 10]
    assert kept.get_yticklabels()[-1].get_text() == "4 autres défauts"


def test_live_figure_writes_the_counts():
    figure = ScoreFigure()
    png = figure.update(SCORED, 4)
    assert png == ScoreFigure().update(SCORED, 4)
    written = written_in(figure, 4)
    for r, f in product(range(1, 5), repeat=2):
        assert str(((SCORED["R"] == r) & (SCORED["F"] == f)).sum()) in written


def written_in(figure: ScoreFigure, levels: int) -> list[str]:
    return [text.get_text() for text in figure._built[levels][0].findobj(Text)]


def test_live_figure_is_reused_and_forgets_what_it_showed():
    figure = ScoreFigure()
    expected = figure.update(SCORED, 4)
    artists = [id(artist) for artist in figure._built[4][0].findobj(Text)]
    assert figure.update(EQUAL, 4) != expected
    assert [id(artist) for artist in figure._built[4][0].findobj(Text)] == artists
    assert figure.update(score_rfm(TABLE, levels=5), 5) != expected
    assert "5\u00a0niveaux" in figure.alternative or "5 niveaux" in figure.alternative
    assert figure.update(SCORED, 4) == expected


def test_live_figure_shows_empty_cells():
    figure = ScoreFigure()
    figure.update(pd.DataFrame({"R": [1, 3], "F": [1, 1]}), 3)
    written = written_in(figure, 3)
    assert (written.count("0"), written.count("1")) == (7, 2)


WRONG_INPUTS = {
    "distributions": lambda table: plots.plot_distributions(table),
    "distribution": lambda table: plots.plot_distribution(table, "R"),
    "score_sizes": lambda table: plots.plot_score_sizes(table),
    "repeat": lambda table: plots.plot_repeat_by_score(table),
    "heatmap": lambda table: plots.plot_rf_heatmap(table),
    "moves": lambda table: plots.plot_moves(table),
    "segments": lambda table: plots.plot_segments(table),
    "scatter": lambda table: plots.plot_rfm_scatter(table),
    "quality": lambda table: plots.plot_quality_log(table),
    "live": lambda table: ScoreFigure().update(table, 4),
}
RIGHT_INPUTS = {
    "distributions": SCORED, "distribution": SCORED, "score_sizes": CUTS, "repeat": REPEAT,
    "heatmap": SCORED, "moves": MOVES, "segments": PROFILE, "scatter": SEGMENTED, "quality": LOG,
    "live": SCORED,
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_INPUTS)
def test_an_empty_table_is_refused_in_one_french_sentence(name):
    with pytest.raises(CourseError) as caught:
        WRONG_INPUTS[name](RIGHT_INPUTS[name].head(0))
    message = str(caught.value)
    assert "est vide" in message
    assert message.endswith(".")
    assert not BAD_SPACING.search(message)


@pytest.mark.parametrize("name", WRONG_INPUTS)
def test_a_missing_column_is_named(name):
    with pytest.raises(CourseError, match="manque") as caught:
        WRONG_INPUTS[name](pd.DataFrame({"autre": [1]}))
    assert "«" in str(caught.value)


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: plots.plot_distribution(SCORED, "X"), "« X »"),
        (lambda: plots.plot_distribution(SCORED, "R", customer="C-9999"), "« C-9999 »"),
        (lambda: plots.plot_rf_heatmap(SCORED, "marge"), "« marge »"),
        (lambda: plots.plot_rfm_scatter(SCORED, "R"), "« R »"),
        (
            lambda: plots.plot_distribution(pd.DataFrame({"montant_total": [0.0]}), "M"),
            "Aucun montant",
        ),
    ],
)
def test_a_wrong_choice_is_named(draw, words):
    with pytest.raises(CourseError) as caught:
        draw()
    message = str(caught.value)
    assert words in message.replace("\u00a0", " ")
    assert not BAD_SPACING.search(message)


def test_names_with_dollars_are_written_as_they_are():
    moved = pd.DataFrame({"avant": ["$a$"], "apres": ["b_c"]})
    figure = plots.plot_moves(moved)
    assert "$a$" in texts_of(figure)
    assert not any(text.get_parse_math() for text in figure.axes[0].texts)


def test_a_score_figure_drawn_again_is_the_one_drawn_at_once() -> None:
    customers = pd.DataFrame({"client_id": range(60), "recence": range(60)})
    customers = customers.assign(frequence=range(1, 61), montant_total=range(100, 700, 10))
    customers = customers.assign(panier_moyen=10.0)
    figure = ScoreFigure()
    for levels in (4, 7, 4):
        scored = score_rfm(customers, levels=levels)
        assert figure.update(scored, levels) == ScoreFigure().update(scored, levels)
        assert figure.update(scored, levels) == figure._built[levels][0].png(quickly=True)


def test_a_stake_figure_drawn_again_is_the_one_drawn_at_once() -> None:
    stakes = revenue_at_stake(SEGMENTED, 0.1)
    figure = StakeFigure(stakes)
    for name in stakes["segment"].head(3):
        assert figure.png(stakes, name) == StakeFigure(stakes).png(stakes, name)
        assert figure.png(stakes, name) == figure.figure.png(quickly=True)


# --- migrations ----------------------------------------------------------------------------------


def test_the_bridge_goes_from_one_year_to_the_other():
    figure = plots.plot_bridge(revenue_bridge(FLOWS), "2024", "2025")
    first, *steps, last = figure.axes[0].patches
    assert (first.get_height(), last.get_height()) == (1700, 1450)
    level = first.get_height()
    for bar in steps:
        assert bar.get_y() == pytest.approx(level)
        level += bar.get_height()
    assert level == pytest.approx(last.get_height())
    assert "+250" in " ".join(texts_of(figure))


def test_each_flow_is_as_wide_as_its_customers():
    figure = plots.plot_flows(FLOWS)
    axes = figure.axes[0]
    widths = []
    for ribbon in axes.collections:
        ys = ribbon.get_paths()[0].vertices[:, 1]
        widths.append(round(float(ys[-2] - ys[1]), 2))
    assert len(widths) == len(FLOWS.groupby(["avant", "apres"]))
    assert [abs(width) for width in widths] == [0.25] * 4
    assert "Champions, 2" in texts_of(figure)


# --- targeting -----------------------------------------------------------------------------------


def test_a_tree_writes_each_group_once_with_its_share():
    figure = plots.plot_tree(TREE)
    texts = [text.get_text().replace("\u00a0", " ") for text in figure.axes[0].texts]
    assert len(texts) == len(TREE.nodes)
    assert texts[0] == "Tous\n100 clients : 40 %"
    assert "récence > 30,50 et ≤ 90\njours\n30 clients : 27 %" in texts
    assert "région : 5 autres\n30 clients : 70 %" in texts
    assert "canal de recrutement : pas\nWeb\n20 clients : 10 %" in texts


def test_boxes_of_a_tree_do_not_cover_each_other():
    figure = plots.plot_tree(TREE)
    figure.png()
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches]
    pairs = [(one, other) for i, one in enumerate(boxes) for other in boxes[i + 1 :]]
    assert not [pair for pair in pairs if pair[0].overlaps(pair[1])]
    inner = zip(figure.axes[0].texts, boxes, strict=True)
    assert all(box.padded(2).contains(*text.get_window_extent().min) for text, box in inner)


def test_a_tree_too_large_to_be_read_is_refused():
    leaves = [Node(i, 0, Branch("recence", high=i), 5, 1, 1) for i in range(1, 18)]
    with pytest.raises(CourseError, match="17 feuilles"):
        plots.plot_tree(TargetTree("CART", (Node(0, None, None, 85, 17), *leaves)))


def test_a_gains_chart_draws_each_list_twice():
    figure = plots.plot_gains(GAINS)
    for axes, column in zip(figure.axes, ("part_acheteurs", "part_ca"), strict=True):
        drawn = {line.get_label(): line.get_ydata().tolist() for line in axes.lines}
        for name, curve in GAINS.groupby("methode"):
            assert drawn[name] == curve[column].tolist()
    with pytest.raises(CourseError, match="vide"):
        plots.plot_gains(GAINS.head(0))
