"""What each table must hold (pandera): columns, types, keys and ranges."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from rfm_helpers.errors import CourseError
from rfm_helpers.tables.columns import CHECK_NAMES, missing_column

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema


RULES = {
    "not_nullable": "non vide",
    "field_uniqueness": "sans doublon",
    "multiple_fields_uniqueness": "numéro de ligne sans doublon dans une commande",
}
REMEDY = "corrigez le fichier, ou passez-le par clean_orders."


def validate(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Check a table against its schema; columns that the schema does not name are free.

    Args:
        frame: one of the course's tables.
        table: `"commandes_propres"` (what `clean_orders` gives), or a file of Orsenne:
            `"commandes"`, `"clients"`, `"produits"`, `"boutiques"`, `"contacts"`,
            `"reclamations"`, `"parrainages"`, `"six_clients"`.

    Returns:
        `frame` itself.

    Raises:
        CourseError: naming the column, the first line at fault and its value.

    Example:
        >>> validate(pd.DataFrame({"client_id": ["A"]}), "commandes_propres")
        Traceback (most recent call last):
        ...
        rfm_helpers.errors.CourseError: La colonne «\xa0commande_id\xa0» manque dans la table \
«\xa0commandes_propres\xa0»\xa0: vérifiez le nom des colonnes.
    """
    from pandera.errors import SchemaErrors

    try:
        _schemas()[table].validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        raise _refused(error.failure_cases, table) from None
    return frame


def _refused(failures: pd.DataFrame, table: str) -> CourseError:
    checks = failures["check"].astype(str)
    missing = failures.loc[checks == "column_in_dataframe", "failure_case"]
    if not missing.empty:
        return missing_column(missing.iloc[0], f"la table « {table} »", CHECK_NAMES)
    mistyped = failures[checks.str.startswith("dtype(")]
    if not mistyped.empty:
        column, kind = mistyped.iloc[0][["column", "failure_case"]]
        return CourseError(
            f"La colonne « {column} » de la table « {table} » n'est pas du type prévu (on y lit "
            f"« {kind} ») : {REMEDY}"
        )
    first = failures.sort_values("index", na_position="last", kind="stable").iloc[0]
    rule = RULES.get(first["check"], first["check"])
    return CourseError(
        f"La colonne « {first['column']} » de la table « {table} », ligne {first['index'] + 2}, "
        f"contient « {first['failure_case']} », que la règle « {rule} » refuse : {REMEDY}"
    )


@cache
def _schemas() -> dict[str, DataFrameSchema]:
    from pandera.pandas import Check, Column, DataFrameSchema

    text = Column(str, Check.str_length(min_value=1, error="non vide"))
    key = Column(str, text.checks, unique=True)
    day = Column("datetime64[us]", Check(lambda days: days == days.dt.normalize(), error="un jour"))
    cents = Check(lambda euros: ((euros * 100).round() / 100) == euros, error="exact au centime")
    amount = Column(float, cents)
    share = Column(float, Check.between(0, 1, error="entre 0 et 1"))
    flag = Column(int, Check.isin([0, 1], error="0 ou 1"))
    answer = Column(str, Check.isin(["oui", "non"], error="oui ou non"))
    clean = {"client_id": text, "commande_id": text, "date_achat": day, "montant": amount}
    orders = DataFrameSchema(
        {
            **clean,
            "ligne": Column(int, Check.ge(1, error="au moins 1")),
            "canal": text,
            "boutique_id": text,
            "produit_id": text,
            "quantite": Column(int, Check.ne(0, error="non nulle")),
            "remise": share,
            "marge": amount,
        },
        unique=["commande_id", "ligne"],
    )
    return {
        "commandes_propres": DataFrameSchema(clean),
        "commandes": orders,
        "six_clients": orders,
        "clients": DataFrameSchema(
            {
                "client_id": key,
                "prenom": text,
                "nom": text,
                "age": Column(int, Check.between(18, 110, error="entre 18 et 110")),
                "profession": text,
                "region": text,
                "canal_recrutement": text,
                "date_recrutement": day,
                "consentement": answer,
            }
        ),
        "produits": DataFrameSchema(
            {
                "produit_id": key,
                "produit": key,
                "categorie": text,
                "type": Column(str, Check.isin(["produit", "service"], error="produit ou service")),
                "prix": Column(float, [cents, Check.gt(0, error="positif")]),
                "taux_marge": Column(float, Check.between(-1, 1, error="entre -1 et 1")),
            }
        ),
        "boutiques": DataFrameSchema({"boutique_id": key, "boutique": key, "ville": text}),
        "contacts": DataFrameSchema(
            {
                "client_id": text,
                "date_contact": day,
                "canal_contact": text,
                "campagne": text,
                "ouvert": flag,
                "clic": flag,
                "desabonnement": flag,
            }
        ),
        "reclamations": DataFrameSchema(
            {
                "client_id": text,
                "date_reclamation": day,
                "motif": text,
                "boutique_id": text,
                "commande_id": text,
                "traitee": answer,
                "delai_reponse_jours": Column(
                    float, Check.ge(0, error="positif ou nul"), nullable=True
                ),
            }
        ),
        "parrainages": DataFrameSchema(
            {"parrain_id": text, "filleul_id": key, "date_parrainage": day}
        ),
    }
