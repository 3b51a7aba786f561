"""Real readers, each in an environment of its own, asked by a script that is run there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def asked(clients: Path, environment: str, script: str, *arguments: str, given: str = "", timeout: float = 1800) -> Any:
    """Run a reader in its environment on what is given; give what it prints."""
    place = clients / environment
    if not (place / "done").exists():
        pytest.skip(f"{environment} is not installed at {place}: scripts/clients installs it")
    # Python would look for `site` among the modules beside the script.
    program = [str(place / "bin" / "python"), "-P"] if environment != "node" else ["node"]
    if environment == "node":
        # Modules are looked for beside the script.
        (place / script).write_text((HERE / script).read_text())
    file = place / script if environment == "node" else HERE / script
    done = subprocess.run(
        [*program, str(file), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        cwd=place,
        input=given,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
