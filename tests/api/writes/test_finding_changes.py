"""Who writes a record learns which findings that opened and which it cleared, in the world that he sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.tokens import new_token
from api.writes import finding_changes
from graph.findings.evaluation import move
from graph.instance import Instance
from graph.log.rows import MEMBERS
from graph.log.tokens import Role
from tests.api.routes.test_records import Writers
from tests.api.serving import BASE, serving, settings
from tests.graph.findings.watching import TODAY

EX = "https://example.org/id/"
PATH = "/records/actor/city"
WORLDS = {"curator": "full", "city": "members"}


def city(number: str) -> str:
    """A body whose number is right or wrong by the length of it (R52)."""
    return f"""<{EX}city> a <http://www.w3.org/ns/org#Organization> ; foaf:name "Ville d’Exemple"@fr ;
        <http://www.w3.org/ns/org#identifier> "{number}"^^<https://w3id.org/civigraph#siren> ."""


RIGHT, WRONG = city("000000018"), city("00000018")


@pytest.fixture(scope="module")
def writers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writers]:
    folder = tmp_path_factory.mktemp("changes") / "data"
    tokens = {}
    with Instance.open(folder, create=True, base=BASE) as instance:
        move(instance.log, instance.base, TODAY)
        for name, role, actor in (("city", Role.STEWARD, f"{EX}city"), ("curator", Role.CURATOR, None)):
            tokens[name], hash = new_token(name)
            instance.log.tokens.add(name, role, hash, actor=actor)
        with pytest.MonkeyPatch.context() as patch, serving(settings(folder, findings=True)) as server:
            # However busy the machine is.
            patch.setattr(finding_changes, "WAIT_SECONDS", 300.0)
            yield Writers(server, instance.log, tokens)


Changes = dict[str, list[str]]


def changes(writers: Writers, role: str, method: str, body: str | None = None, path: str = PATH) -> Changes:
    """Write, and give the rules of what that opened and cleared; every finding must be of the writer's world."""
    answer = writers.ask(role, method, path, body)
    assert answer.status_code in {200, 201}, answer.text
    found = answer.json()["findings"]
    assert found is not None, "the findings were not there in time"
    for finding in [*found["opened"], *found["cleared"]]:
        assert finding["world"] in {WORLDS[role], "public"}
        assert finding["messages"]["fr"]
    return {what: sorted(each["rule"] for each in some) for what, some in found.items()}


@pytest.mark.parametrize("role", ["curator", "city"])
def test_findings_open_and_clear_with_what_is_written(writers: Writers, role: str) -> None:
    assert "R52" in changes(writers, role, "PUT", WRONG)["opened"]
    assert changes(writers, role, "PUT", WRONG) == {"opened": [], "cleared": []}
    mended = changes(writers, role, "PUT", RIGHT)
    assert (mended["opened"], mended["cleared"]) == ([], ["R52"])
    assert changes(writers, role, "PUT", WRONG)["opened"] == ["R52"]
    # With the thing itself its findings go, and their history.
    changes(writers, role, "DELETE")
    assert writers.ask("", "GET", f"/findings.json?focus={EX}city&status=any").json()["total"] == 0


def test_many_at_once_tell_of_all(writers: Writers) -> None:
    body = WRONG + f'<{EX}other> a <http://www.w3.org/ns/org#Organization> ; foaf:name "Autre"@fr .'
    found = changes(writers, "curator", "POST", body, "/records")
    assert "R52" in found["opened"]
    changes(writers, "curator", "DELETE")


def test_what_only_members_see_opens_nothing_in_public(writers: Writers) -> None:
    public = writers.ask("", "GET", "/findings.json?status=any").json()
    assert "R52" in changes(writers, "curator", "PUT", WRONG, f"{PATH}?audience={MEMBERS}")["opened"]
    assert writers.ask("", "GET", "/findings.json?status=any").json() == public
    seen = writers.ask("curator", "GET", f"/findings.json?focus={EX}city&rule=R52").json()
    assert (seen["world"], seen["total"]) == ("full", 1)
    assert changes(writers, "curator", "PUT", RIGHT)["cleared"] == ["R52"]
