"""Files that hold a secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import SecretStr

from app.foundation import secret_files
from app.foundation.settings import Settings


def test_a_secret_that_was_set_is_not_written_down(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, secret=SecretStr("s" * 32))

    assert secret_files.signing_secret(chosen) == "s" * 32
    assert list(tmp_path.iterdir()) == []


def test_of_many_who_make_the_secret_at_once_the_first_wins(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path / "new")
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret_files.signing_secret(chosen), range(32)))

    assert len(made) == 1
    assert len(made.pop()) >= 32
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret"]
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_made_meanwhile_is_taken(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path)
    (tmp_path / "secret").write_text("the other's\n")

    assert secret_files.signing_secret(chosen) == "the other's"


def test_a_file_is_replaced_whole_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "admin.key"
    path.write_text("old and longer than the new one")
    path.chmod(0o644)

    secret_files.replace(path, "onr_new")

    assert path.read_text() == "onr_new\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [other.name for other in tmp_path.iterdir()] == ["admin.key"]
