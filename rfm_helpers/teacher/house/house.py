"""What Maison Orsenne is made of: products, stores, campaigns, and the words for its customers."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Product(NamedTuple):
    """One line of the catalogue: price in euros incl. tax, margin as a share of the price HT."""

    id: str
    name: str
    category: str
    kind: str
    price: int
    margin_rate: float
    weight: float


class Store(NamedTuple):
    """One place of sale."""

    id: str
    name: str
    city: str


CATEGORIES = (
    "Soin et maison",
    "Parfum",
    "Petite maroquinerie",
    "Soie",
    "Maroquinerie",
    "Horlogerie",
    "Services",
)
# Attraction of each category for a customer of average means, and how it moves with means.
CATEGORY_APPEAL = (-1.60, -0.60, 0.45, -0.15, 0.50, -0.20, -0.25)
CATEGORY_SLOPE = (-1.32, -0.90, -0.12, 0.18, 1.20, 1.56, 0.30)
ADD_ON_CATEGORIES = ("Soin et maison", "Parfum", "Petite maroquinerie", "Soie")

PRODUCTS = (
    Product("P-101", "Savon au miel", "Soin et maison", "produit", 18, 0.62, 1.0),
    Product("P-102", "Crème de soin pour cuir", "Soin et maison", "produit", 28, 0.66, 1.5),
    Product("P-103", "Recharge de bougie", "Soin et maison", "produit", 32, 0.58, 1.2),
    Product("P-104", "Brosse et cirage", "Soin et maison", "produit", 36, 0.60, 0.8),
    Product("P-105", "Bougie Feuille de figuier", "Soin et maison", "produit", 48, 0.64, 1.5),
    Product("P-201", "Eau de toilette Rive", "Parfum", "produit", 78, 0.70, 1.4),
    Product("P-202", "Eau de parfum Orsenne 50 ml", "Parfum", "produit", 98, 0.72, 1.6),
    Product("P-203", "Eau de parfum Orsenne 100 ml", "Parfum", "produit", 145, 0.73, 1.0),
    Product("P-204", "Extrait de parfum Nocturne", "Parfum", "produit", 220, 0.74, 0.4),
    Product("P-301", "Porte-clés tressé", "Petite maroquinerie", "produit", 95, 0.63, 0.9),
    Product("P-302", "Étui à lunettes", "Petite maroquinerie", "produit", 150, 0.62, 0.7),
    Product("P-303", "Porte-cartes grainé", "Petite maroquinerie", "produit", 180, 0.64, 1.4),
    Product("P-304", "Ceinture réversible", "Petite maroquinerie", "produit", 290, 0.61, 1.0),
    Product("P-305", "Portefeuille Aurore", "Petite maroquinerie", "produit", 350, 0.62, 0.4),
    Product("P-306", "Portefeuille Odéon", "Petite maroquinerie", "produit", 390, 0.62, 0.4),
    Product("P-307", "Portefeuille Ravel", "Petite maroquinerie", "produit", 430, 0.62, 0.3),
    Product("P-308", "Écrin de voyage gravé", "Petite maroquinerie", "produit", 120, -0.18, 0.0),
    Product("P-401", "Cravate de soie", "Soie", "produit", 160, 0.66, 1.0),
    Product("P-402", "Foulard en twill", "Soie", "produit", 220, 0.67, 1.2),
    Product("P-403", "Carré de soie 90", "Soie", "produit", 340, 0.68, 1.2),
    Product("P-404", "Étole cachemire et soie", "Soie", "produit", 520, 0.60, 0.6),
    Product("P-501", "Sac du soir Étoile", "Maroquinerie", "produit", 890, 0.58, 1.0),
    Product("P-502", "Sac cabas Aurore", "Maroquinerie", "produit", 1150, 0.57, 1.3),
    Product("P-503", "Sac en cuir Odéon", "Maroquinerie", "produit", 1500, 0.58, 1.4),
    Product("P-504", "Sac de voyage Ravel", "Maroquinerie", "produit", 2350, 0.55, 0.7),
    Product("P-601", "Montre Petite Seconde", "Horlogerie", "produit", 1750, 0.41, 1.0),
    Product("P-602", "Montre Solstice", "Horlogerie", "produit", 2400, 0.42, 1.0),
    Product("P-603", "Montre Équinoxe", "Horlogerie", "produit", 3200, 0.43, 1.1),
    Product("P-604", "Chronographe Méridien", "Horlogerie", "produit", 5400, 0.45, 0.5),
    Product("P-701", "Gravure de trois initiales", "Services", "service", 45, 0.35, 0.8),
    Product("P-702", "Réparation de couture", "Services", "service", 70, 0.22, 0.9),
    Product("P-703", "Entretien du cuir", "Services", "service", 90, 0.30, 1.6),
    Product("P-704", "Bracelet de montre", "Services", "service", 160, 0.38, 1.0),
    Product("P-705", "Révision de montre", "Services", "service", 240, 0.33, 0.05),
)
PRODUCT = {product.id: product for product in PRODUCTS}
MATCHING_WALLET = {"P-502": "P-305", "P-503": "P-306", "P-504": "P-307"}
LOVED_CASE = "P-308"
WATCH_SERVICE = "P-705"
WATCH_ONLY_SERVICES = ("P-704", "P-705")

STORES = (
    Store("B-01", "Paris Rive droite", "Paris"),
    Store("B-02", "Paris Rive gauche", "Paris"),
    Store("B-03", "Lyon Bellecour", "Lyon"),
    Store("B-04", "Bordeaux Chartrons", "Bordeaux"),
    Store("B-05", "Nice Masséna", "Nice"),
    Store("B-06", "Boutique en ligne", "en ligne"),
)
STORE_NAME = {store.id: store.name for store in STORES}
WEB = "B-06"

# Where customers live: share, the stores they go to (with weights), share of web orders.
REGIONS: tuple[tuple[str, float, tuple[tuple[str, float], ...], float], ...] = (
    ("Paris", 0.30, (("B-01", 0.6), ("B-02", 0.4)), 0.18),
    ("Île-de-France (hors Paris)", 0.17, (("B-01", 0.55), ("B-02", 0.45)), 0.35),
    ("Lyon et sa région", 0.14, (("B-03", 1.0),), 0.30),
    ("Bordeaux et sa région", 0.10, (("B-04", 1.0),), 0.32),
    ("Nice et la Côte", 0.09, (("B-05", 1.0),), 0.25),
    ("Autres régions de France", 0.13, (("B-02", 0.4), ("B-03", 0.35), ("B-04", 0.25)), 0.78),
    ("Belgique", 0.04, (("B-02", 0.7), ("B-01", 0.3)), 0.70),
    ("Suisse", 0.03, (("B-03", 0.8), ("B-05", 0.2)), 0.60),
)

# Profession for a man and for a woman, share, effect on means (in standard deviations), ages.
PROFESSIONS = (
    ("avocat", "avocate", 0.08, 0.45, (28, 66)),
    ("médecin", "médecin", 0.08, 0.45, (30, 68)),
    ("dirigeant", "dirigeante", 0.08, 0.70, (32, 70)),
    ("cadre supérieur", "cadre supérieure", 0.17, 0.30, (30, 64)),
    ("architecte", "architecte", 0.06, 0.20, (28, 66)),
    ("ingénieur", "ingénieure", 0.10, 0.10, (25, 63)),
    ("commerçant", "commerçante", 0.08, 0.00, (25, 66)),
    ("fonctionnaire", "fonctionnaire", 0.10, -0.20, (25, 64)),
    ("enseignant", "enseignante", 0.09, -0.30, (26, 64)),
    ("graphiste", "graphiste", 0.05, -0.40, (22, 50)),
    ("étudiant", "étudiante", 0.06, -0.90, (18, 26)),
    ("retraité", "retraitée", 0.05, 0.25, (62, 82)),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN = _words(
    "Adrien Alain Antoine Arnaud Arthur Baptiste Benoît Bruno Cédric Christophe Clément Damien "
    "David Didier Éric Étienne Fabien Florian François Frédéric Gabriel Gilles Grégoire Guillaume "
    "Hugo Jérôme Julien Karim Laurent Louis Lucas Marc Mathieu Maxime Mehdi Nicolas Olivier Paul "
    "Philippe Pierre Quentin Rémi Romain Samuel Sébastien Simon Théo Thomas Vincent Yann"
)
WOMEN = _words(
    "Adèle Agnès Alice Amandine Amélie Anaïs Anne Audrey Aurélie Béatrice Camille Caroline "
    "Catherine Céline Charlotte Chloé Claire Clémence Delphine Élise Élodie Emma Ève Fatou "
    "Florence Françoise Hélène Inès Isabelle Jeanne Julie Juliette Laura Léa Louise Lucie "
    "Manon Margaux Marie Mathilde Nadia Nathalie Noémie Océane Pauline Sarah Sophie Valérie "
    "Virginie Yasmine"
)
SURNAMES = _words(
    "Aubert Bailly Barbier Baron Benoît Bernard Berger Bertrand Besson Blanchard Bonnet Boucher "
    "Bourgeois Boyer Brun Brunet Caron Chevalier Clément Colin Collet Cordier Da_Silva Daniel "
    "David Delorme Denis Diallo Dubois Dufour Dumas Dumont Dupont Dupuis Durand Duval Étienne "
    "Fabre Faure Ferrand Fleury Fontaine Fournier Gaillard Garnier Gauthier Gérard Germain Girard "
    "Giraud Gonzalez Grégoire Guérin Guillot Haddad Hamel Henry Hubert Huet Humbert Jacquet Joly "
    "Julien Klein Lacroix Lambert Laurent Lebrun Leclerc Lefèvre Legrand Lemaire Lemoine Leroux "
    "Leroy Lévêque Lopez Lucas Mallet Marchal Marchand Martin Martinez Masson Mathieu Mercier "
    "Meunier Meyer Michaud Millet Moreau Morel Moulin Muller Nguyen Noël Olivier Paris Pascal "
    "Perret Perrin Petit Philippe Picard Pierre Poirier Pons Poulain Prévost Renard Renaud Rey "
    "Reynaud Richard Rivière Robin Roche Rolland Rousseau Roussel Roux Roy Royer Schmitt Simon "
    "Tessier Thomas Tran Vasseur Vidal Vincent Weber Zimmermann"
)

# Month and day of each yearly campaign, its channel and its name.
CAMPAIGNS = (
    *((month, 5, "e-mail", "Lettre de la Maison") for month in range(1, 13)),
    (1, 15, "e-mail", "Vente privée hiver"),
    (2, 3, "SMS", "Saint-Valentin"),
    (3, 12, "e-mail", "Collection printemps"),
    (4, 18, "courrier", "Invitation boutique"),
    (5, 14, "e-mail", "Fête des mères"),
    (5, 21, "SMS", "Fête des mères"),
    (6, 6, "e-mail", "Fête des pères"),
    (6, 26, "e-mail", "Vente privée été"),
    (7, 1, "SMS", "Vente privée été"),
    (9, 10, "e-mail", "Collection automne"),
    (9, 24, "téléphone", "Rendez-vous conseil"),
    (10, 8, "courrier", "Catalogue automne"),
    (11, 6, "e-mail", "Idées cadeaux"),
    (11, 20, "SMS", "Avant-première Noël"),
    (12, 1, "e-mail", "Noël à la Maison"),
    (12, 10, "SMS", "Noël à la Maison"),
)

COMPLAINT_REASONS = (
    ("Accueil en boutique", 0.12),
    ("Délai de livraison", 0.28),
    ("Défaut du produit", 0.24),
    ("Erreur de facturation", 0.16),
    ("Article non conforme", 0.20),
)
BAD_VISIT_REASON = "Accueil en boutique"


class FixedOrder(NamedTuple):
    """An order written by hand: date, channel, store, product."""

    date: dt.date
    channel: str
    store: str
    product: str


# Marc Morel, the case of the course: two purchases, two visits to the workshop, one complaint.
MARC_NUMBER = 360
MARC_RECRUITED = dt.date(2023, 3, 18)
MARC_ORDERS = (
    FixedOrder(dt.date(2023, 3, 18), "boutique", "B-01", "P-503"),
    FixedOrder(dt.date(2023, 12, 9), "atelier", "B-01", "P-703"),
    FixedOrder(dt.date(2024, 5, 25), "boutique", "B-01", "P-603"),
    FixedOrder(dt.date(2024, 6, 29), "atelier", "B-02", "P-704"),
)
MARC_COMPLAINT = dt.date(2024, 6, 3)
MARC_REPLY_DELAY = 47
