"""What the service can do, as clients read it first."""

from importlib.metadata import version
from typing import Final

from app.reconciliation.previewing import HEIGHT, WIDTH
from app.reconciliation.schemas import BATCH
from app.reconciliation.types import DEFAULT, TYPES, Json

VERSIONS: Final = ["0.2"]


def manifest(root: str, path: str) -> Json:
    """Write the manifest of the service at an address (specification 0.2, §4.1)."""
    here = root + path
    return {
        "versions": VERSIONS,
        "name": "onrecord: speakers and sources",
        "identifierSpace": f"{here}/entities/",
        "schemaSpace": f"{here}/types/",
        "documentation": f"{root}/docs",
        "serviceVersion": version("onrecord"),
        "batchSize": BATCH,
        "defaultTypes": [TYPES[one].brief() for one in DEFAULT],
        "view": {"url": f"{here}/entities/{{{{id}}}}"},
        "preview": {
            "url": f"{here}/entities/{{{{id}}}}",
            "width": WIDTH,
            "height": HEIGHT,
        },
        "suggest": {
            "entity": _suggest(here, "entity", "entities"),
            "property": _suggest(here, "property", "properties"),
            "type": _suggest(here, "type", "types"),
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "How many values at most; 0 for all of them.",
                }
            ],
        },
    }


def _suggest(here: str, one: str, several: str) -> Json:
    return {
        "service_url": here,
        "service_path": f"/suggest/{one}",
        "flyout_service_url": here,
        "flyout_service_path": f"/{several}/${{id}}/flyout",
    }
