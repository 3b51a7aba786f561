"""What is kept for the public is kept through changes that are not public: how long an answer takes tells of none."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from api.checks import dated_findings
from api.kept import Kept
from api.site import Site
from graph.findings.evaluation import move
from graph.instance import Instance
from graph.knowledge import Knowledge
from graph.log.rows import MEMBERS, Entry
from tests.api.serving import BASE, serving, settings
from tests.graph.findings.watching import TODAY, case_records

AT = "/findings.json?at=2046-01-01"


def test_only_public_changes_make_public_things_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    hidden, shown = (case_records("R10/ok-in-force", name) for name in ("hidden", "shown"))
    with Instance.open(folder, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        instance.log.append([Entry(each) for each in case_records("R10/bad-ended")], agent="test", source="cases")
        judged: list[datetime.date] = []
        judge_at, made = dated_findings.judge_at, list[int]()
        monkeypatch.setattr(dated_findings, "judge_at", lambda *told: (judged.append(told[2]), judge_at(*told))[1])
        kept = Kept(lambda known: made.append(known.views.sequence()) or len(made))
        sites: list[Site] = []
        with serving(settings(folder, findings=True), prepare=lambda app: sites.append(app.state.site)) as server:
            (site,) = sites
            settle(site)

            def ask() -> tuple[int, bytes]:
                return kept.of(Knowledge(site.instance.log, site.public)), server.get(AT).content

            first = ask()
            assert first[0] == len(judged) == 1
            for audience in (MEMBERS, hidden[0].iri):
                instance.log.append([Entry(each, audience) for each in hidden], agent="test", source="private")
                settle(site)
                assert ask() == first
                assert len(judged) == 1
            instance.log.append([Entry(each) for each in shown], agent="test", source="cases")
            settle(site)
            assert ask() != first
            assert len(judged) == len(made) == 2


def settle(site: Site) -> None:
    """Wait until all is applied and judged, the checker's own rows included."""
    last = -1
    while last != site.instance.log.sequence():
        last = site.instance.log.sequence()
        assert site.holder.wait_for(last, 300)
        assert site.holder.wait_for_findings(last, timeout=300)
