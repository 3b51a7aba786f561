"""The audit of dependencies: a vulnerability fails, and an audit that could not be made is never taken for clean."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

VULNERABLE = {"name": "jinja2", "version": "2.11.2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.11.3"]}]}
CLEAN = {"name": "click", "version": "8", "vulns": []}
SKIPPED = {"name": "click", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def audit(folder: Path, control: list[object] | None, whole: list[object] | None) -> subprocess.CompletedProcess[str]:
    """Run the audit with a stand-in that tells this of the control and that of all dependencies; None: it fails."""
    told = json.dumps({"control": control, "whole": whole})
    stand_in = folder / "stand-in"
    stand_in.write_text(
        f"""import json, sys
told = json.loads({told!r})["control" if "control.txt" in sys.argv[-1] else "whole"]
if told is None:
    sys.exit("name resolution failed")
print(json.dumps({{"dependencies": told, "fixes": []}}))
sys.exit(any(each.get("vulns") for each in told))
"""
    )
    command = [sys.executable, str(CHECKOUT / "scripts" / "audit"), sys.executable, str(stand_in)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_nothing_vulnerable(tmp_path: Path) -> None:
    done = audit(tmp_path, [VULNERABLE], [CLEAN])
    assert (done.returncode, done.stderr) == (0, "audit: 1 dependencies audited, 0 vulnerabilities\n")


def test_something_vulnerable_fails_and_says_what_mends_it(tmp_path: Path) -> None:
    done = audit(tmp_path, [VULNERABLE], [CLEAN, VULNERABLE])
    assert done.returncode == 1
    assert "jinja2 2.11.2: PYSEC-1 (mended by: 2.11.3)" in done.stderr


@pytest.mark.parametrize("control", [[{**SKIPPED, "name": "jinja2"}], [{**CLEAN, "name": "jinja2"}], [], None])
def test_data_out_of_reach_is_said_and_no_clean_bill(tmp_path: Path, control: list[object] | None) -> None:
    """pip-audit ends with 0 in the first of these, and says that nothing is vulnerable."""
    done = audit(tmp_path, control, [CLEAN])
    assert done.returncode == 0
    assert "SKIPPED" in done.stderr
    assert "0 vulnerabilities" not in done.stderr


def test_what_was_left_out_is_named(tmp_path: Path) -> None:
    done = audit(tmp_path, [VULNERABLE], [SKIPPED, CLEAN])
    assert done.returncode == 0
    assert "NOT AUDITED: click" in done.stderr
    assert "1 dependencies audited" in done.stderr


def test_lint_runs_it() -> None:
    assert "scripts/audit" in (CHECKOUT / "scripts" / "lint").read_text()
