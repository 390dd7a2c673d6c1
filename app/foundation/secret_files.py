"""Small files that only their owner may read, written whole or not at all."""

import os
import secrets
import tempfile
from pathlib import Path

from app.foundation.settings import Settings

SECRET_BYTES = 32


def signing_secret(settings: Settings) -> str:
    """Give the secret that signs and seals: the one that was set, or the data directory's own.

    When there is none yet, it is made; of several processes that try at once, the first wins.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    path = settings.data_dir / "secret"
    if not path.exists():
        written = _write_beside(path, secrets.token_urlsafe(SECRET_BYTES))
        try:
            os.link(written, path)
        except FileExistsError:
            pass
        finally:
            written.unlink()
    return path.read_text().strip()


def replace(path: Path, text: str) -> None:
    """Write a file that only its owner may read, in place of the one that was there."""
    _write_beside(path, text).replace(path)


def _write_beside(path: Path, text: str) -> Path:
    """Write a temporary file next to where it will stand; mkstemp makes it mode 0600."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
