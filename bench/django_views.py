"""What Django REST Framework makes of those models: serializers and views."""

from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Prefetch, QuerySet
from rest_framework import generics, serializers

from bench.django_models import (
    Appearance,
    Organization,
    Quantity,
    Rating,
    Scale,
    Source,
    Speaker,
    Statement,
    StatementTopic,
    Topic,
    Translation,
    Verdict,
    Version,
)


def _shown(of: type[models.Model], *names: str, **nested: Any) -> type[serializers.ModelSerializer]:  # noqa: ANN401 -- fields
    meta = type("Meta", (), {"model": of, "fields": [*names, *nested]})
    return type(f"{of.__name__}Serializer", (serializers.ModelSerializer,), nested | {"Meta": meta})


SpeakerOut = _shown(Speaker, "id", "kind", "name")
PublisherOut = _shown(Source, "id", "kind", "name")
SourceOut = _shown(
    Source, "id", "kind", "name", "url", "access", "is_primary", "published_on",
    publisher=PublisherOut(read_only=True),
)  # fmt: skip
SourceIn = _shown(Source, "kind", "name", "url")
TopicOut = _shown(Topic, "id", "key", "labels")
RatingOut = _shown(Rating, "key", "labels", "normalized", "ordinal", scale=_shown(Scale, "key")())
VersionOut = _shown(Version, "headline", "summary", "language", "url", rating=RatingOut())
VerdictOut = _shown(
    Verdict, "id", "check_type", "state", "published_at", "retracted",
    organization=_shown(Organization, "id", "name")(), public=VersionOut(),
)  # fmt: skip
AppearanceOut = _shown(
    Appearance, "id", "key", "parent_id", "role", "mode", "text", "language", "published_on",
    "locator", "is_first_known", "fidelity", source=SourceOut(),
)  # fmt: skip
AppearanceIn = _shown(
    Appearance, "key", "role", "mode",
    source=SourceIn(), parent_key=serializers.CharField(required=False),
)  # fmt: skip
StatementOut = _shown(
    Statement, "id", "ref", "version", "text", "language", "summary", "kind", "utterance",
    "speaker_is_anonymous", "speaker_role", "said_on", "occasion", "place_name", "place_country",
    "checkability_state", "checkability_reason", "state", "visibility", "origin", "revision",
    "created_at", "updated_at",
    speaker=SpeakerOut(),
    translations=_shown(Translation, "language", "text", "translator")(many=True),
    quantities=_shown(Quantity, "id", "value", "comparator", "unit", "verbatim")(many=True),
    appearances=AppearanceOut(many=True),
    about=_shown(StatementTopic, topic=TopicOut())(many=True),
    verdicts=VerdictOut(many=True),
)  # fmt: skip


class StatementIn(serializers.ModelSerializer):
    """A statement to record."""

    speaker_id = serializers.PrimaryKeyRelatedField(
        queryset=Speaker.objects.all(), source="speaker"
    )
    appearances = AppearanceIn(many=True)

    class Meta:
        """What is taken."""

        model = Statement
        fields: ClassVar = ["text", "language", "said_on", "speaker_id", "appearances"]

    @transaction.atomic
    def create(self, given: dict[str, Any]) -> Statement:
        """Record it with its sources."""
        hops = given.pop("appearances")
        row = Statement.objects.create(**given)
        ids: dict[str, Any] = {}
        for position, hop in enumerate(hops):
            source = Source.objects.create(**hop.pop("source"))
            parent = ids.get(hop.pop("parent_key", None))
            made = Appearance.objects.create(
                statement=row, source=source, position=position, parent_id=parent, **hop
            )
            ids[made.key] = made.id
        return WHOLE.get(pk=row.pk)

    def to_representation(self, row: Statement) -> dict[str, Any]:
        """Show it whole."""
        return StatementOut(row).data


def _whole() -> QuerySet[Statement]:
    seen = Statement.objects.filter(visibility="public", archived_at=None)
    verdicts = Verdict.objects.filter(archived_at=None, public__isnull=False)
    return seen.select_related("speaker").prefetch_related(
        "translations",
        "quantities",
        Prefetch("appearances", Appearance.objects.select_related("source__publisher")),
        Prefetch("about", StatementTopic.objects.select_related("topic")),
        Prefetch("verdicts", verdicts.select_related("organization", "public__rating__scale")),
    )


WHOLE = _whole()


class OneStatement(generics.RetrieveAPIView):
    """One statement."""

    queryset = WHOLE
    serializer_class = StatementOut


class Statements(generics.ListCreateAPIView):
    """Statements of a speaker, the newest first."""

    def get_serializer_class(self) -> type[serializers.ModelSerializer]:
        """Take less than is shown."""
        return StatementIn if self.request.method == "POST" else StatementOut

    def get_queryset(self) -> QuerySet[Statement]:
        """Choose a page of them."""
        asked = self.request.query_params
        own = WHOLE.filter(speaker_id=asked["speaker_id"]).order_by("-said_first", "-id")
        return own[: int(asked["limit"])]
