"""How far the views are, told by their holder to every other process."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Published:
    """The last rows of the log that all views have applied.

    `public_sequence` counts those that touched public knowledge and are in the views of the public world, which have
    applied the rows up to `public_row`: they may be further than those of the full world, and wait for nothing in it.
    `full` says whether the full world exists; `error` is what keeps the holder from going on, None when nothing does;
    `holder` its process.
    """

    sequence: int = 0
    public_sequence: int = 0
    full: bool = False
    error: str | None = None
    holder: int = 0
    public_row: int = 0

    def write(self, file: Path) -> None:
        """Write the file so that a reader sees the old state or the new one."""
        beside = file.with_name(f"{file.name}.new")
        beside.write_text(json.dumps(asdict(self)))
        os.replace(beside, file)

    @classmethod
    def read(cls, file: Path) -> Published:
        """Read the file; nothing is applied where there is none or it is not ours."""
        try:
            return cls(**json.loads(file.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return cls()
