"""What every installation begins with: the built-in scales, and some measures.

Ids are fixed, so that they are the same in every installation. A rating that is on no axis has no
ordinal: "unverifiable" is no worse than "false", it is another thing. Whether somebody said
something tells nothing about whether it is so, so a confirmed attribution is not normalised to
"true".
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

revision = "2026_11_22_seeds"
down_revision = "2026_11_22_rules"
branch_labels = None
depends_on = None

SCALE = sa.table(
    "rating_scale",
    sa.column("id", sa.Uuid()),
    sa.column("key", sa.Text()),
    sa.column("edition", sa.Integer()),
    sa.column("labels", JSONB()),
    sa.column("description", sa.Text()),
    sa.column("check_types", ARRAY(sa.Text())),
)
RATING = sa.table(
    "rating",
    sa.column("id", sa.Uuid()),
    sa.column("scale_id", sa.Uuid()),
    sa.column("position", sa.Integer()),
    sa.column("key", sa.Text()),
    sa.column("labels", JSONB()),
    sa.column("definition", sa.Text()),
    sa.column("ordinal", sa.Integer()),
    sa.column("normalized", sa.Text()),
)
MEASURE = sa.table(
    "measure",
    sa.column("id", sa.Uuid()),
    sa.column("key", sa.Text()),
    sa.column("labels", JSONB()),
    sa.column("dimension", sa.Text()),
    sa.column("flow", sa.Text()),
    sa.column("family", sa.Text()),
    sa.column("unit", sa.Text()),
)

SCALES = (
    (
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        "veracity",
        1,
        {"en": "Veracity", "fr": "Véracité"},
        "Whether it is so.",
        ["content", "context"],
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        "attribution",
        1,
        {"en": "Attribution", "fr": "Attribution"},
        "Whether they said it, in these words or so. It says nothing about whether it is so.",
        ["attribution"],
    ),
    (
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        "promise",
        1,
        {"en": "Promises", "fr": "Promesses"},
        "What became of a promise.",
        ["promise"],
    ),
)
RATINGS = (
    (
        "01a2044f-9524-7077-a3bf-4a330a6ea9ac",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        0,
        "false",
        {"en": "False", "fr": "Faux"},
        "What is asserted is not so.",
        1,
        "false",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a345c374da5",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        1,
        "mostly_false",
        {"en": "Mostly false", "fr": "Plutôt faux"},
        "The core is not so; something in it is.",
        2,
        "mostly_false",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a35ba69cebe",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        2,
        "mixed",
        {"en": "Mixed", "fr": "Mitigé"},
        "About as much of it is so as is not.",
        3,
        "mixed",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a36c2cbd676",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        3,
        "mostly_true",
        {"en": "Mostly true", "fr": "Plutôt vrai"},
        "The core is so; something in it is not.",
        4,
        "mostly_true",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a37c2c43ad5",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        4,
        "true",
        {"en": "True", "fr": "Vrai"},
        "What is asserted is so.",
        5,
        "true",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3883a18998",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        5,
        "missing_context",
        {"en": "Missing context", "fr": "Manque de contexte"},
        "What is left out changes what one takes from it.",
        None,
        "missing_context",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a391793f435",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        6,
        "misleading",
        {"en": "Misleading", "fr": "Trompeur"},
        "Nothing in it need be wrong, and yet it leads to a wrong belief.",
        None,
        "misleading",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3a4e6bffa4",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        7,
        "unverifiable",
        {"en": "Unverifiable", "fr": "Invérifiable"},
        "The evidence that exists does not decide it.",
        None,
        "unverifiable",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3bd8c5fdd8",
        "01a2044f-9521-77b9-b854-98a4f3c149de",
        8,
        "outdated",
        {"en": "Outdated", "fr": "Dépassé"},
        "It was so once.",
        None,
        "outdated",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3d0c27bf29",
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        0,
        "confirmed",
        {"en": "Confirmed", "fr": "Confirmé"},
        "They said it, in these words or a faithful rendering.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3e48266e5f",
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        1,
        "altered",
        {"en": "Altered", "fr": "Altéré"},
        "They said something like it; the difference matters.",
        None,
        "altered",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a3fb48f62d4",
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        2,
        "not_found",
        {"en": "Not found", "fr": "Introuvable"},
        "No trace of it was found where there should be one.",
        None,
        "unverifiable",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a40e0bc2afe",
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        3,
        "denied",
        {"en": "Denied", "fr": "Démenti"},
        "They deny having said it.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a41e07a7d52",
        "01a2044f-9524-7077-a3bf-4a3c9a7f2f34",
        4,
        "misattributed",
        {"en": "Misattributed", "fr": "Attribué à tort"},
        "Somebody else said it.",
        None,
        "misattributed",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a43a07fae83",
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        0,
        "fulfilled",
        {"en": "Fulfilled", "fr": "Tenue"},
        "It was kept.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a44b67b3ca0",
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        1,
        "in_progress",
        {"en": "In progress", "fr": "En cours"},
        "Work on it goes on.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a45bab17685",
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        2,
        "partially_fulfilled",
        {"en": "Partially fulfilled", "fr": "Tenue en partie"},
        "A part of it was kept.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a46477cf624",
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        3,
        "broken",
        {"en": "Broken", "fr": "Rompue"},
        "It was not kept.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a479a8e1057",
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        4,
        "stalled",
        {"en": "Stalled", "fr": "À l'arrêt"},
        "Work on it stopped.",
        None,
        "other",
    ),
    (
        "01a2044f-9524-7077-a3bf-4a48767a1889",
        "01a2044f-9524-7077-a3bf-4a42e20d3628",
        5,
        "not_yet_evaluated",
        {"en": "Not yet evaluated", "fr": "Pas encore évaluée"},
        "Nobody looked yet.",
        None,
        "other",
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
        {"en": "Length of a border", "fr": "Longueur d'une frontière"},
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
        {"en": "Waiting time", "fr": "Temps d'attente"},
        "duration",
        "stock",
        None,
        "hour",
    ),
)


def upgrade() -> None:
    """Put them in; they may be there from before a downgrade."""
    for table, rows in ((SCALE, SCALES), (RATING, RATINGS), (MEASURE, MEASURES)):
        op.execute(insert(table).values(list(rows)).on_conflict_do_nothing())


def downgrade() -> None:
    """Leave them: the tables go next, and whatever uses them must go first."""
