"""Files that commands write: whole or not at all, and told where they cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from graph.errors import InputError


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write, which takes the place of an older one when all is written.

    Raises InputError where it cannot be written; nothing is left of it then.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    except OSError as error:
        if error.filename not in {None, str(part)}:
            raise  # another file than this one
        what = f"it cannot be written: {error.strerror or error}"
        raise InputError(what, where=str(path), remedy="name a file in a folder that is there, and yours") from None
    finally:
        part.unlink(missing_ok=True)
