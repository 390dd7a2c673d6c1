"""Which embedder the settings name, and which others can still be asked."""

import structlog

from app.foundation.meaning_settings import BUNDLED, NO_EMBEDDER
from app.foundation.settings import Settings, WrongSetting
from app.meaning import bundled
from app.meaning.bundled import Bundled
from app.meaning.embedder import Embedder, Model
from app.meaning.endpoint import Endpoint

_LOG = structlog.get_logger("onrecord.meaning")


def check(settings: Settings) -> None:
    """See that an address comes with what its model is. Raises `WrongSetting`."""
    is_address = settings.embedder not in {BUNDLED, NO_EMBEDDER}
    if is_address and not (settings.embedder_model and settings.embedder_dimensions):
        raise WrongSetting(
            "ONRECORD_EMBEDDER: an address comes with ONRECORD_EMBEDDER_MODEL and"
            " ONRECORD_EMBEDDER_DIMENSIONS"
        )


class Embedders:
    """The embedder that is wanted, if there is any, and those of models that served before it."""

    def __init__(self, settings: Settings) -> None:
        """Choose by the settings; where the bundled model isn't installed, there is none."""
        self._settings = settings
        self._known: dict[Model, Embedder] = {}
        self.wanted = self._chosen()

    def of(self, model: Model) -> Embedder | None:
        """Give what embeds by a model: the bundled one, or another at the address that is set.

        An address that isn't set any more isn't asked: the key is for another.
        """
        if model not in self._known and (made := self._made(model)):
            self._known[model] = made
        return self._known.get(model)

    async def close(self) -> None:
        """Let go of all of them."""
        for embedder in self._known.values():
            await embedder.close()

    def _chosen(self) -> Embedder | None:
        chosen = self._settings
        if chosen.embedder == NO_EMBEDDER:
            return None
        release = bundled.installed()
        if chosen.embedder == BUNDLED:
            if release is None:
                _LOG.warning("nothing is found by meaning", why="the extra semantic is missing")
                return None
            return self.of(Model(bundled.NAME, release, bundled.DIMENSIONS))
        if chosen.embedder_model is None or chosen.embedder_dimensions is None:
            return None
        return self.of(Model(chosen.embedder_model, chosen.embedder, chosen.embedder_dimensions))

    def _made(self, model: Model) -> Embedder | None:
        release, chosen = bundled.installed(), self._settings
        if release is not None and model == Model(bundled.NAME, release, bundled.DIMENSIONS):
            return Bundled(release)
        if model.version == chosen.embedder:
            return Endpoint(model.version, model.name, model.dimensions, chosen.embedder_key)
        return None
