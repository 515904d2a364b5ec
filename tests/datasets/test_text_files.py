"""Text files as shops export them: where the table starts, and how it is cut."""

import gzip
import io
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.own_files import NAMES, cleaned, refused, remarks, write

from rfm_helpers.datasets import clean_orders, read_lines, read_orders
from rfm_helpers.datasets.files import File
from rfm_helpers.datasets.texts import read_text

HEADER = "Client;Commande;Jour;Montant\n"
TWO = "A;1;31/12/2025;12,50\nB;2;30/12/2025;9,90\n"
ROWS = [["A", "1", "31/12/2025", "12,50"], ["B", "2", "30/12/2025", "9,90"]]

ABOVE = {
    "sep": ("sep=;\n", 1),
    "titles": ("Export des ventes, boutique de Lyon\nÉdité le 02/01/2026\n\n", 2),
    "period": ("Période;01/01/2025;au;31/12/2025\n", 1),
    "filters": ("Boutique;Lyon\nVendeur;tous\n\n\n", 2),
    "wide": ("Ventes;;;\n;;;\n", 1),
}


@pytest.mark.parametrize(("above", "count"), ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize("known", [True, False])
def test_lines_above_the_titles_are_passed_over_and_counted(tmp_path, above, count, known):
    path = write(tmp_path, above + HEADER + TWO)
    frame = read_lines(path, columns=list(NAMES.values()) if known else ())
    assert frame.columns.tolist() == HEADER.strip().split(";")
    assert frame.to_numpy().tolist() == ROWS
    first = above.count("\n") + 2
    assert frame.attrs["lecture"].lines.tolist() == [first, first + 1]
    log = clean_orders(frame, **NAMES)[1]
    assert remarks(log)["ligne au-dessus des titres"].startswith(f"{count} |")


def test_the_separator_announced_wins(tmp_path):
    path = write(tmp_path, "sep=|\nClient|Jour;Mois\nA|1;2\n")
    assert read_lines(path).columns.tolist() == ["Client", "Jour;Mois"]


def test_titles_on_two_rows_are_joined(tmp_path):
    groups = "Client;;Commande;;\nCode;Nom;Code;Jour;Montant\nA;Ana;1;31/12/2025;5\n"
    frame = read_lines(write(tmp_path, groups))
    assert frame.columns.tolist() == ["Client Code", "Nom", "Commande Code", "Jour", "Montant"]
    assert frame.to_numpy().tolist() == [["A", "Ana", "1", "31/12/2025", "5"]]
    cut = "Client;Commande;Achat;\n;;Jour;Montant\nA;1;31/12/2025;5\n"
    frame, log = cleaned(write(tmp_path, cut))
    assert frame.to_numpy().tolist() == [["A", "1", "31/12/2025", "5"]]
    assert "titres sur deux lignes" in remarks(log)


def test_repeated_titles_and_totals_are_set_aside_by_name(tmp_path):
    path = write(tmp_path, HEADER + TWO + HEADER + TWO.replace("A;1", "C;3") + "Total;;;44,80\n")
    frame, log = cleaned(path)
    assert len(frame) == 6
    motives = log.set_aside.set_index("ligne_fichier")["motif_mise_de_cote"].to_dict()
    assert motives == {4: "titres répétés", 6: "ligne en double", 7: "ligne de total"}
    assert log.customers_lost == 0
    assert log.lines_in == log.lines_out + 3


@pytest.mark.parametrize("words", ["TOTAL GÉNÉRAL", "Sous-total", "Total : 2 commandes", "Totaux"])
@pytest.mark.parametrize("place", [0, 1, 4])
def test_totals_are_known_in_any_column(tmp_path, words, place):
    total = ["", "", "", "22,40", ""]
    total[place] = words
    content = "Client;Commande;Jour;Montant;Article\nA;1;31/12/2025;22,40;Sac\n" + ";".join(total)
    _, log = cleaned(write(tmp_path, content))
    assert log.set_aside["motif_mise_de_cote"].tolist() == ["ligne de total"]


def test_a_customer_called_total_is_no_total(tmp_path):
    _, log = cleaned(write(tmp_path, HEADER + "Total Energies;1;31/12/2025;12,50\n"))
    assert log.set_aside.empty


@pytest.mark.parametrize(
    "line", ["A;K-1;31/12/2025;12,50\n", "Ana;Sac;2025-12-31;12\n", "A;1;20251231;12,50\n"]
)
def test_a_table_without_titles_loses_no_order(tmp_path, line):
    path = write(tmp_path, line + line.replace("A", "B", 1))
    frame = read_lines(path)
    assert frame.columns.tolist() == ["colonne_1", "colonne_2", "colonne_3", "colonne_4"]
    assert len(frame) == 2
    names = dict(zip(NAMES, frame.columns, strict=True))
    _, log = clean_orders(read_orders(path, **names), **names)
    assert log.lines_in == 2 and "tableau sans titres" in remarks(log)
    assert "« colonne_1 »" in refused(path)


def test_years_and_numbers_may_be_titles(tmp_path):
    frame = read_lines(write(tmp_path, "Client;2024;2025;Vu le 1er\nA;10;12;x\n"))
    assert frame.columns.tolist() == ["Client", "2024", "2025", "Vu le 1er"]


def test_cells_with_line_breaks_and_blank_lines_keep_the_true_line_numbers(tmp_path):
    content = (
        'Client;Commande;Jour;Montant;Note\nA;1;31/12/2025;5;"deux\nlignes"\n\n'
        'B;2;hier;5;"encore\r\ntrois\nlignes"\nC;3;demain;5;\n'
    )
    frame, log = cleaned(write(tmp_path, content))
    assert len(frame) == 3
    assert log.set_aside["ligne_fichier"].tolist() == [5, 8]
    examples = remarks(log)["date illisible"]
    assert "ligne 5 (4 dans Excel) : « hier »" in examples
    assert "ligne 8 (5 dans Excel) : « demain »" in examples
    assert remarks(log)["ligne vide"].startswith("1 |")


def test_a_filtered_frame_keeps_its_line_numbers(tmp_path):
    frame = read_orders(write(tmp_path, HEADER + TWO + "C;3;hier;1\n"), **NAMES)
    _, log = clean_orders(frame[frame["Client"] != "A"], **NAMES)
    assert log.set_aside["ligne_fichier"].tolist() == [4]
    again = frame[frame["Client"] != "A"].reset_index(drop=True)
    assert clean_orders(again, **NAMES)[1].set_aside["ligne_fichier"].tolist() == [3]


def test_lines_quoted_whole_are_unwrapped(tmp_path):
    content = (
        '"Client,Commande,Jour,Montant"\n"A,1,31/12/2025,""12,50"""\n"B,2,30/12/2025,""9,90"""\n'
    )
    frame, log = cleaned(write(tmp_path, content))
    assert frame.to_numpy().tolist() == ROWS
    assert "ligne entre guillemets" in remarks(log)
    resaved = content.replace('"\n', '";;;\n').replace("Client,", "Client,", 1)
    assert cleaned(write(tmp_path, resaved))[0].to_numpy().tolist() == ROWS


def test_columns_aligned_by_spaces_are_read(tmp_path):
    content = (
        "Liste des ventes\n"
        "Client        Commande  Jour         Montant\n"
        "Ana Morel     1         31/12/2025     12,50\n"
        "Léo           2         30/12/2025  1 009,90\n"
    )
    frame, log = cleaned(write(tmp_path, content, "ventes.txt"))
    assert frame["Client"].tolist() == ["Ana Morel", "Léo"]
    assert frame["Montant"].tolist() == ["12,50", "1 009,90"]
    assert "colonnes alignées" in remarks(log)


@pytest.mark.parametrize(
    "encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8", "cp1252", "utf-8-sig"]
)
def test_encodings_are_found_without_a_mark(tmp_path, encoding):
    path = write(tmp_path, (HEADER + "Éloïse;1;31/12/2025;12,50 €\n").encode(encoding))
    assert read_orders(path, **NAMES).to_numpy().tolist() == [
        ["Éloïse", "1", "31/12/2025", "12,50 €"]
    ]


def test_a_mark_written_twice_hides_no_title(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbf" * 2 + (HEADER + TWO).encode())
    assert read_orders(path, **NAMES).to_numpy().tolist() == ROWS
    path = write(tmp_path, ("\ufeff\ufeff" + HEADER + TWO).encode("utf-16"))
    assert read_orders(path, **NAMES).to_numpy().tolist() == ROWS


def test_a_utf8_file_with_a_few_lines_of_cp1252_is_read_line_by_line(tmp_path):
    content = (HEADER + "réf;1;31/12/2025;5\n").encode() + "Éric;2;31/12/2025;5 €\n".encode(
        "cp1252"
    )
    frame, log = cleaned(write(tmp_path, content))
    assert frame["Client"].tolist() == ["réf", "Éric"]
    assert "ligne 3" in remarks(log)["ligne dans un autre encodage"]
    whole = (HEADER + "réf;1;31/12/2025;5\n").encode("cp1252")
    assert "ligne dans un autre encodage" not in remarks(cleaned(write(tmp_path, whole))[1])


def zipped(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in files.items():
            target.writestr(name.replace("_csv", ".csv"), content)
    return archive.getvalue()


def test_an_archive_gives_the_one_table_it_holds(tmp_path):
    path = write(tmp_path, zipped(ventes_csv=HEADER + TWO, LISEZMOI="texte"), "ventes.zip")
    assert read_orders(path, **NAMES).to_numpy().tolist() == ROWS
    path = write(tmp_path, gzip.compress((HEADER + TWO).encode()), "ventes.csv.gz")
    assert read_orders(path, **NAMES).to_numpy().tolist() == ROWS
    path = write(tmp_path, zipped(a_csv="x", b_csv="y"), "ventes.zip")
    assert "« a.csv », « b.csv »" in refused(path)
    path = write(tmp_path, gzip.compress(b"abc")[:-4], "ventes.csv.gz")
    assert "abîmée" in refused(path)


@pytest.mark.parametrize("cell", ['="00123"', '"=""00123"""'])
def test_guards_of_zeros_are_taken_off_and_said(tmp_path, cell):
    frame, log = cleaned(write(tmp_path, HEADER + f"{cell};1;31/12/2025;5\n"))
    assert frame["Client"].tolist() == ["00123"]
    assert 'cellule écrite ="…"' in remarks(log)


def test_quotes_within_a_cell_are_only_signs(tmp_path):
    content = HEADER + 'Tube 5" court;1;31/12/2025;5\nB "le grand";2;31/12/2025;6\n'
    assert read_orders(write(tmp_path, content), **NAMES)["Client"].tolist() == [
        'Tube 5" court',
        'B "le grand"',
    ]


COMMA = "Client,Commande,Jour,Montant"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{COMMA}\nA,1,01/02/2025,12,50\n", "« 12,50 » y est coupé"),
        (f"{COMMA},Note\nA,1,01/02/2025,12,50,\n", "« 12,50 » y est coupé"),
        (f"{COMMA},Note\nA,1,01/02/2025,12,\nB,1,01/02/2025,12,50,\n", "ligne 3"),
        (f"{COMMA},\nA,1,01/02/2025,12,50,\n", "« 12,50 » y est coupé"),
        (f"{COMMA}\nA,1,01/02/2025,5,Sac, rouge\n", "une virgule d’un texte"),
        (HEADER + "A;1;01/02/2025;5;Sac\n", "un « ; » d’un texte"),
        ("Client\tCommande\tJour\tMontant\nA\t1\t01/02/2025\t5\tx\n", "une tabulation d’un texte"),
    ],
)
def test_a_line_with_too_many_cells_names_its_own_cause(tmp_path, content, words):
    message = refused(write(tmp_path, content))
    assert words in message and "cellules pour" in message


def test_lines_that_all_end_with_a_separator_are_no_surprise(tmp_path):
    content = f"{COMMA}\nA,12,01/02/2025,5,\nB,13,01/02/2025,5,\n"
    assert len(read_orders(write(tmp_path, content), **NAMES)) == 2


def test_row_numbers_without_a_title_shift_nothing(tmp_path):
    content = f'{COMMA}\n"1","A","7","01/02/2025","5"\n"2","B","8","01/02/2025","6"\n'
    frame, log = cleaned(write(tmp_path, content))
    assert frame["Client"].tolist() == ["A", "B"] and frame["Montant"].tolist() == ["5", "6"]
    assert "première colonne sans titre" in remarks(log)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (12, "chemin d’un fichier"),
        (None, "chemin d’un fichier"),
        ("", "chemin d’un fichier"),
        (b"ventes.csv", "chemin d’un fichier"),
        ("https://exemple.fr/v.csv", "téléchargez"),
        ("x" * 5000, "ne s’ouvre pas"),
        ("a\0b.csv", "introuvable"),
    ],
)
def test_what_is_no_path_is_explained(path, words):
    assert words in refused(path) or "ne s’ouvre pas" in refused(path)


def test_a_locked_file_is_explained(tmp_path, monkeypatch):
    path = write(tmp_path, HEADER + TWO)

    def locked(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", locked)
    assert "fermez-le dans Excel" in refused(path)


@pytest.mark.parametrize("content", [b'[{"client": 1}]', b'{"orders": []}', b"<?xml ?>"])
def test_other_formats_are_no_tables(tmp_path, content):
    assert "n’est pas un tableau" in refused(write(tmp_path, content))


# Both ways to read a text say the same

CELLS = st.text(alphabet='ab1é,;"\n ', max_size=4)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('";\n,') else cell


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=5), st.booleans())
@example([["a\nb", "1"], ["", ""], ["c"]], True)
def test_the_fast_way_and_the_careful_one_agree(rows, windows):
    end = "\r\n" if windows else "\n"
    lines = ["un;deux;trois", *(";".join(map(quoted, row)) for row in rows), "fin;;"]
    file = File("a.csv", (end.join(lines) + end).encode())
    wanted = ["un", "deux", "trois"]
    fast, reading = read_text(file, None, ";", wanted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rfm_helpers.datasets.texts.read_regular", lambda *_: None)
        careful, other = read_text(file, None, ";", wanted)
    assert fast.to_numpy().tolist() == careful.to_numpy().tolist()
    assert reading.lines.tolist() == other.lines.tolist()
    assert reading.excel.tolist() == other.excel.tolist()
