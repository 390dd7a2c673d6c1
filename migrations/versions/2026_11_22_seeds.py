"""What every installation begins with: the built-in scales, and some measures.

Ids are fixed, so that they are the same in every installation. A rating that is on no axis has no
ordinal: "unverifiable" is no worse than "false", it is another thing.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_seeds"
down_revision = "2026_11_22_rules"
branch_labels = None
depends_on = None

SCALES = (
    (
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        "veracity",
        {"en": "Veracity", "fr": "Véracité"},
        "Whether it is so.",
        ["content", "context"],
        (
            (
                "01a2044f-9524-7077-a3bf-4a330a6ea9ac",
                "false",
                {"en": "False", "fr": "Faux"},
                "What is asserted is not so.",
                1,
                "false",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a345c374da5",
                "mostly_false",
                {"en": "Mostly false", "fr": "Plutôt faux"},
                "The core is not so; something in it is.",
                2,
                "mostly_false",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a35ba69cebe",
                "mixed",
                {"en": "Mixed", "fr": "Mitigé"},
                "About as much of it is so as is not.",
                3,
                "mixed",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a36c2cbd676",
                "mostly_true",
                {"en": "Mostly true", "fr": "Plutôt vrai"},
                "The core is so; something in it is not.",
                4,
                "mostly_true",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a37c2c43ad5",
                "true",
                {"en": "True", "fr": "Vrai"},
                "What is asserted is so.",
                5,
                "true",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a3883a18998",
                "missing_context",
                {"en": "Missing context", "fr": "Manque de contexte"},
                "What is left out changes what one takes from it.",
                None,
                "missing_context",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a391793f435",
                "misleading",
                {"en": "Misleading", "fr": "Trompeur"},
                "Nothing in it need be wrong, and yet it leads to a wrong belief.",
                None,
                "misleading",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a3a4e6bffa4",
                "unverifiable",
                {"en": "Unverifiable", "fr": "Invérifiable"},
                "The evidence that exists does not decide it.",
                None,
                "unverifiable",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a3bd8c5fdd8",
                "outdated",
                {"en": "Outdated", "fr": "Dépassé"},
                "It was so once.",
                None,
                "outdated",
            ),
        ),
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        "attribution",
        {"en": "Attribution", "fr": "Attribution"},
        "Whether they said it, and so. Attribution says nothing about whether it is so, which is why a confirmed one is not normalised to true.",
        ["attribution"],
        (
            (
                "01a2044f-9524-7077-a3bf-4a3d0c27bf29",
                "confirmed",
                {"en": "Confirmed", "fr": "Confirmé"},
                "They said it, in these words or a faithful rendering.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a3e48266e5f",
                "altered",
                {"en": "Altered", "fr": "Altéré"},
                "They said something like it; the difference matters.",
                None,
                "altered",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a3fb48f62d4",
                "not_found",
                {"en": "Not found", "fr": "Introuvable"},
                "No trace of it was found where there should be one.",
                None,
                "unverifiable",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a40e0bc2afe",
                "denied",
                {"en": "Denied", "fr": "Démenti"},
                "They deny having said it.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a41e07a7d52",
                "misattributed",
                {"en": "Misattributed", "fr": "Attribué à tort"},
                "Somebody else said it.",
                None,
                "misattributed",
            ),
        ),
    ),
    (
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        "promise",
        {"en": "Promises", "fr": "Promesses"},
        "What became of a promise.",
        ["promise"],
        (
            (
                "01a2044f-9524-7077-a3bf-4a43a07fae83",
                "fulfilled",
                {"en": "Fulfilled", "fr": "Tenue"},
                "It was kept.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a44b67b3ca0",
                "in_progress",
                {"en": "In progress", "fr": "En cours"},
                "Work on it goes on.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a45bab17685",
                "partially_fulfilled",
                {"en": "Partially fulfilled", "fr": "Tenue en partie"},
                "A part of it was kept.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a46477cf624",
                "broken",
                {"en": "Broken", "fr": "Rompue"},
                "It was not kept.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a479a8e1057",
                "stalled",
                {"en": "Stalled", "fr": "À l’arrêt"},
                "Work on it stopped.",
                None,
                "other",
            ),
            (
                "01a2044f-9524-7077-a3bf-4a48767a1889",
                "not_yet_evaluated",
                {"en": "Not yet evaluated", "fr": "Pas encore évaluée"},
                "Nobody looked yet.",
                None,
                "other",
            ),
        ),
    ),
)
MEASURES = (
    (
        "01a2044f-9525-7425-9874-abaad9c08a87",
        "border_entries",
        {"en": "Entries across a border", "fr": "Entrées à la frontière"},
        "count",
        "in",
        "border_crossings",
        "person",
    ),
    (
        "01a2044f-9525-7425-9874-ababe0efabe0",
        "border_exits",
        {"en": "Exits across a border", "fr": "Sorties à la frontière"},
        "count",
        "out",
        "border_crossings",
        "person",
    ),
    (
        "01a2044f-9525-7425-9874-abace19cd4ff",
        "net_migration",
        {"en": "Net migration across a border", "fr": "Solde migratoire à la frontière"},
        "count",
        "net",
        "border_crossings",
        "person",
    ),
    (
        "01a2044f-9525-7425-9874-abad9dbd503a",
        "mobilised_people",
        {"en": "People mobilised", "fr": "Personnes mobilisées"},
        "count",
        "stock",
        None,
        "person",
    ),
    (
        "01a2044f-9525-7425-9874-abae4fc7a86c",
        "border_length",
        {"en": "Length of a border", "fr": "Longueur d’une frontière"},
        "length",
        "stock",
        None,
        "km",
    ),
    (
        "01a2044f-9525-7425-9874-abaf78f2f068",
        "vehicles_queued",
        {"en": "Vehicles queuing", "fr": "Véhicules en attente"},
        "count",
        "stock",
        None,
        "vehicle",
    ),
    (
        "01a2044f-9525-7425-9874-abb0c9c3fd8e",
        "waiting_time",
        {"en": "Waiting time", "fr": "Temps d’attente"},
        "duration",
        "stock",
        None,
        "hour",
    ),
)


SCALE = sa.text(
    "INSERT INTO rating_scale (id, key, edition, labels, description, check_types)"
    " VALUES (CAST(:id AS uuid), :key, 1, CAST(:labels AS jsonb), :description,"
    " CAST(:check_types AS text[]))"
)
RATING = sa.text(
    "INSERT INTO rating (id, scale_id, position, key, labels, definition, ordinal, normalized)"
    " VALUES (CAST(:id AS uuid), CAST(:scale_id AS uuid), :position, :key,"
    " CAST(:labels AS jsonb), :definition, :ordinal, :normalized)"
)
MEASURE = sa.text(
    "INSERT INTO measure (id, key, labels, dimension, flow, family, unit)"
    " VALUES (CAST(:id AS uuid), :key, CAST(:labels AS jsonb), :dimension, :flow, :family, :unit)"
)


def upgrade() -> None:
    """Put the built-in scales and measures in."""
    for scale_id, key, labels, description, check_types, ratings in SCALES:
        op.execute(
            SCALE.bindparams(
                id=scale_id,
                key=key,
                labels=json.dumps(labels),
                description=description,
                check_types="{" + ",".join(check_types) + "}",
            )
        )
        for position, rating in enumerate(ratings):
            add_rating(scale_id, position, *rating)
    for measure in MEASURES:
        add_measure(*measure)


def add_rating(scale_id, position, rating_id, key, labels, definition, ordinal, normalized):
    """Put one rating in."""
    op.execute(
        RATING.bindparams(
            sa.bindparam("ordinal", ordinal, sa.Integer()),
            id=rating_id,
            scale_id=scale_id,
            position=position,
            key=key,
            labels=json.dumps(labels),
            definition=definition,
            normalized=normalized,
        )
    )


def add_measure(measure_id, key, labels, dimension, flow, family, unit):
    """Put one measure in."""
    op.execute(
        MEASURE.bindparams(
            sa.bindparam("family", family, sa.Text()),
            id=measure_id,
            key=key,
            labels=json.dumps(labels),
            dimension=dimension,
            flow=flow,
            unit=unit,
        )
    )


def downgrade() -> None:
    """Leave them: the tables go next, and whatever uses them must go first."""
