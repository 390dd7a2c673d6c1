"""Django's models over the project's tables, which it doesn't manage."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from app.foundation.ids import new_id


def _kept(table: str) -> type:
    """Say of a model that its table is there already."""
    return type("Meta", (), {"managed": False, "db_table": table, "app_label": "bench"})


def _of(model: Any, column: str, name: str = "+") -> Any:  # noqa: ANN401 -- Django's own types
    return models.ForeignKey(model, models.DO_NOTHING, db_column=column, related_name=name)


class Organization(models.Model):
    """An organisation."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    Meta = _kept("organization")


class Speaker(models.Model):
    """A speaker."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    name = models.TextField()
    Meta = _kept("speaker")


class Source(models.Model):
    """A source."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.TextField()
    name = models.TextField()
    url = models.TextField(null=True)
    access = models.TextField(default="open")
    is_primary = models.BooleanField(default=False)
    authors = ArrayField(models.TextField(), default=list)
    published_on = models.TextField(null=True)
    publisher = models.ForeignKey("self", models.DO_NOTHING, null=True)
    Meta = _kept("source")


class Topic(models.Model):
    """A topic."""

    id = models.UUIDField(primary_key=True)
    key = models.TextField()
    labels = models.JSONField()
    Meta = _kept("topic")


class Statement(models.Model):
    """A statement."""

    id = models.UUIDField(primary_key=True, default=new_id)
    ref = models.TextField(null=True)
    version = models.IntegerField(default=1)
    text = models.TextField()
    language = models.TextField()
    summary = models.TextField(null=True)
    kind = models.TextField(default="factual")
    utterance = models.TextField(default="quote")
    speaker = models.ForeignKey(Speaker, models.DO_NOTHING)
    speaker_is_anonymous = models.BooleanField(default=False)
    speaker_role = models.TextField(null=True)
    said_on = models.TextField(null=True)
    said_first = models.GeneratedField(
        expression=models.F("said_on"), output_field=models.DateField(), db_persist=True
    )
    occasion = models.TextField(null=True)
    place_name = models.TextField(null=True)
    place_country = models.TextField(null=True)
    checkability_state = models.TextField(default="undecided")
    checkability_reason = models.TextField(null=True)
    state = models.TextField(default="captured")
    visibility = models.TextField(default="public")
    origin = models.TextField(default="human")
    revision = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(null=True)
    Meta = _kept("statement")


class StatementTopic(models.Model):
    """That a statement is about a topic."""

    pk = models.CompositePrimaryKey("statement_id", "topic_id")
    statement = _of(Statement, "statement_id", "about")
    topic = _of(Topic, "topic_id")
    position = models.IntegerField()
    Meta = _kept("statement_topic")


class Translation(models.Model):
    """A translation."""

    id = models.UUIDField(primary_key=True)
    statement = _of(Statement, "statement_id", "translations")
    position = models.IntegerField()
    language = models.TextField()
    text = models.TextField()
    translator = models.TextField()
    Meta = _kept("translation")


class Quantity(models.Model):
    """A quantity."""

    id = models.UUIDField(primary_key=True)
    statement = _of(Statement, "statement_id", "quantities")
    position = models.IntegerField()
    value = models.DecimalField(max_digits=40, decimal_places=10, null=True)
    comparator = models.TextField()
    unit = models.TextField(null=True)
    verbatim = models.TextField(null=True)
    Meta = _kept("quantity")


class Appearance(models.Model):
    """An appearance."""

    id = models.UUIDField(primary_key=True, default=new_id)
    statement = _of(Statement, "statement_id", "appearances")
    position = models.IntegerField()
    key = models.TextField()
    parent_id = models.UUIDField(null=True)
    source = _of(Source, "source_id")
    role = models.TextField()
    mode = models.TextField()
    text = models.TextField(null=True)
    language = models.TextField(null=True)
    published_on = models.TextField(null=True)
    locator = models.TextField(null=True)
    is_first_known = models.BooleanField(default=False)
    fidelity = models.TextField(default="unknown")
    Meta = _kept("appearance")


class Scale(models.Model):
    """A rating scale."""

    id = models.UUIDField(primary_key=True)
    key = models.TextField()
    Meta = _kept("rating_scale")


class Rating(models.Model):
    """A rating."""

    id = models.UUIDField(primary_key=True)
    scale = _of(Scale, "scale_id")
    key = models.TextField()
    labels = models.JSONField()
    normalized = models.TextField(null=True)
    ordinal = models.IntegerField(null=True)
    Meta = _kept("rating")


class Version(models.Model):
    """A version of a verdict."""

    id = models.UUIDField(primary_key=True)
    rating = _of(Rating, "rating_id")
    headline = models.TextField()
    summary = models.TextField()
    language = models.TextField()
    url = models.TextField(null=True)
    Meta = _kept("verdict_version")


class Verdict(models.Model):
    """A verdict, with the version that is public."""

    id = models.UUIDField(primary_key=True)
    statement = _of(Statement, "statement_id", "verdicts")
    organization = _of(Organization, "organization_id")
    public = models.ForeignKey(Version, models.DO_NOTHING, db_column="public_id", null=True)
    check_type = models.TextField()
    state = models.TextField()
    published_at = models.DateTimeField(null=True)
    retracted = models.BooleanField()
    archived_at = models.DateTimeField(null=True)
    Meta = _kept("verdict")
