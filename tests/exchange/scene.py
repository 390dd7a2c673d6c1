"""A statement as the demo has it, with its way through the press, and verdicts about it."""

from itertools import count
from typing import Any

from tests.making import Made, Make

SUMMARY = "About 98,000 Russians have entered Kazakhstan since 21 September"
TEXT = "environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre"
_NUMBERS = count(1)
ARTICLE = "https://www.check.example/2022/kazakhstan-98000#s1"


async def said(make: Make, **given: Any) -> Made:
    """Make the statement: an agency has it first, a newspaper from there, a blog from that."""
    number = next(_NUMBERS)
    outlet = await make.source(kind="newspaper", name="L'Indépendant")
    made_up: dict[str, Any] = {
        "text": TEXT, "language": "fr", "summary": SUMMARY, "said_on": "2022-09-27",
        "speaker_role": "Acting chairman, Migration Service Committee",
        "translations": [{
            "language": "en", "text": "Some 98,000 Russians came to Kazakhstan",
            "translator": "human",
        }],
        "appearances": [
            {
                "key": "blog", "parent_key": "paper", "role": "republisher",
                "mode": "republication",
                "source": {
                    "kind": "social_post", "name": "A post",
                    "url": f"https://blog.example/{number}",
                },
            },
            {
                "key": "ria", "role": "agency", "mode": "direct_quote", "is_first_known": True,
                "published_on": "2022-09-27",
                "source": {"kind": "news_agency", "name": "RIA Novosti"},
            },
            {
                "key": "paper", "parent_key": "ria", "role": "outlet", "mode": "translated_quote",
                "language": "fr",
                "source": {
                    "kind": "article", "name": "L'hémorragie", "published_on": "2022-09-27",
                    "url": f"https://news.example/{number}", "publisher_id": outlet.id,
                },
            },
        ],
    }  # fmt: skip
    if not given.keys() & {"speaker_id", "speaker_is_anonymous", "speaker"}:
        made_up["speaker"] = {
            "kind": "person", "name": "Aslan Atalykov", "image_url": "https://img.example/a.jpg",
            "external_ids": [{"scheme": "wikidata", "value": f"Q{number}"}],
            "names": [{"name": "Аслан Аталыков", "kind": "transliteration", "language": "ru"}],
        }  # fmt: skip
    return await make.statement(**(made_up | given))


async def verdict(make: Make, **given: Any) -> Made:
    """Publish a verdict about the statement, unless another one is given."""
    made_up: dict[str, Any] = {
        "rating": {"key": "mostly_false"}, "headline": "One official's number",
        "summary": "Gross entries; 64,234 left in the same period.", "language": "en",
        "url": ARTICLE,
    }  # fmt: skip
    if "statement_id" not in given:
        made_up["statement_id"] = (await said(make)).id
    return await make.published(**(made_up | given))


async def corrected(make: Make, published: Made, notice: str, **changes: Any) -> Made:
    """Correct a verdict that is out."""
    revision = await make.revise(published, **changes)
    return await make.publish(
        revision, change_kind="correction", change_reason="factual_error", notice=notice
    )


async def retracted(make: Make, published: Made, notice: str) -> Made:
    """Retract a verdict that is out."""
    return await make.move(
        published, "retracted", change_kind="retraction", change_reason="factual_error",
        notice=notice,
    )  # fmt: skip
