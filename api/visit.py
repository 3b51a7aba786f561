"""A visit: one request with what its answer needs, the site it is for, the reader's language, the maker of links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, cast

from fastapi import Depends, Request, Response

from api.files import rendered, static_version
from api.identity import ANONYMOUS, Caller
from api.languages import LANGUAGES, Texts, choose_language, texts_in
from api.links import Links
from api.negotiation import HTML
from api.pages.navigation import NAVIGATION
from api.pages.signs import KIND_SIGNS, MEANINGS
from api.pages.themes import THEMES, theme_of
from api.problems import VARY, Problem
from api.server.bodies import check_repeats
from api.server.compression import compress
from api.server.documents import document
from api.site import Site
from graph.knowledge import Knowledge


@dataclass(frozen=True)
class Visit:
    """One request, and who makes it."""

    request: Request
    caller: Caller = ANONYMOUS

    @property
    def site(self) -> Site:
        """What is served."""
        return cast(Site, self.request.app.state.site)

    @cached_property
    def known(self) -> Knowledge:
        """What the caller may know: whatever an answer tells is read from here."""
        return self.site.known_to(self.caller)

    @cached_property
    def chosen_language(self) -> str | None:
        """The language that the address names, None where the browser's settings decide."""
        wanted = self.request.query_params.get("lang")
        return wanted if wanted in LANGUAGES else None

    @cached_property
    def texts(self) -> Texts:
        """The strings in the reader's language."""
        return texts_in(choose_language(self.chosen_language, self.request.headers.get("accept-language")))

    @cached_property
    def links(self) -> Links:
        """The maker of addresses."""
        return Links(self.request, self.site.settings.base_url, self.chosen_language)

    @cached_property
    def sequence(self) -> dict[str, str]:
        """The header that tells how many changes of public knowledge the answer knows of."""
        return {"Civigraph-Sequence": str(self.site.holder.public_sequence())}

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """Answer with a page in the reader's language."""
        texts, links = self.texts, self.links
        text = rendered(
            template,
            _=texts.text,
            ngettext=texts.plural,
            number=texts.number,
            date=texts.date,
            links=links,
            language=texts.language,
            chosen_language=self.chosen_language,
            theme=theme_of(self.request),
            themes=THEMES.items(),
            navigation=NAVIGATION,
            kind_signs=KIND_SIGNS,
            meanings=MEANINGS,
            static=lambda name: links.file(f"static/{name}", [("v", static_version(name))]),
            **{"here": "", **values},
        )  # fmt: skip
        known = {"Vary": f"{VARY}, Cookie", "Content-Language": texts.language, **self.sequence, **(headers or {})}
        return document(self.request, text.encode(), HTML, status=status, headers=known, packing=compress)


def problem_page(
    request: Request, problem: Problem, body: Mapping[str, object], headers: Mapping[str, str]
) -> Response:
    """Show a problem to a browser."""
    names = ("title", "status", "detail", "line", "column", "remedy", "offered", "errors")
    shown = {name: body.get(name) for name in names}
    return Visit(request).page("problem.html", status=problem.status, headers=headers, problem=shown)


# Without a thread, where no token is shown: all that it reads is in memory, and a thread costs more than the rest.
async def _visit(request: Request) -> Visit:
    check_repeats(request)
    identities = cast(Site, request.app.state.site).identities
    visit = Visit(request, await identities.identify(request.headers.getlist("authorization")))
    # Read before the answer is made, so that the answer never knows less than its header says.
    assert visit.sequence
    return visit


OneVisit = Annotated[Visit, Depends(_visit)]
