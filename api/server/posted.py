"""Documents as they are posted: as the body itself, or from a form with a text, a file, and what to do with them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.languages import mark
from api.problems import bad_request, unsupported_media_type
from api.server.bodies import form_of, read_body
from graph.errors import UnknownFormat
from graph.ingest.formats import MEDIA_TYPES, Family, Format, recognise

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data"
TAKEN = (*MEDIA_TYPES, PARTS, FORM)

NAMELESS = (mark("the document"), mark("the text"))
"""What is called so has no name of its own: pages say it in the reader's language."""

_HEAD = 4096
_FIELDS = 20
# A name longer than that is told to nobody.
_NAME = 100
# What stands in the beginning of XML, and of no other syntax.
_XML = re.compile(rb"\A\s*<[?!]|\bxmlns\b")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Posted:
    """What was posted. `fields` are those of a form, None where the body is the document itself.

    `content` is empty where a form holds none; `stated` is its media type, empty where it is to be seen; `file` the
    name of a file, empty for a text.
    """

    content: bytes
    stated: str
    file: str = ""
    fields: Mapping[str, str] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What errors and reports call it, in English where it has no name of its own."""
        shown = "".join(each for each in self.file if each.isprintable())[:_NAME]
        return shown or (NAMELESS[0] if self.fields is None else NAMELESS[1])

    @property
    def media_type(self) -> str:
        """Its media type: as stated, else as its name and its beginning show. Raises UnknownFormat."""
        return self.stated if self.stated or self.fields is None else _seen(self.file, self.content)


async def read_posted(request: Request, limit: int) -> Posted:
    """Read a document, or a form with one in its fields `text` or `file`. Raises Problem (400, 413, 415)."""
    header = request.headers.get("content-type", "")
    media_type = header.partition(";")[0].strip().lower()
    if media_type not in TAKEN:
        raise unsupported_media_type(list(TAKEN))
    body = await read_body(request, limit)
    if media_type == PARTS:
        return await _of_parts(request, body)
    if media_type == FORM:
        return _of_form(dict(form_of(body)), None)
    return Posted(body, header)


class _Parts(MultiPartParser):
    """Keeps files in memory: what is sent to be checked is on no disk, and the body is bounded already."""

    spool_max_size = 1 << 40


async def _of_parts(request: Request, body: bytes) -> Posted:
    async def stream() -> AsyncIterator[bytes]:
        yield body

    parser = _Parts(request.headers, stream(), max_files=1, max_fields=_FIELDS, max_part_size=len(body))  # type: ignore[arg-type]
    try:
        form = await parser.parse()
    except (MultiPartException, FormParserError, UnicodeDecodeError, KeyError):
        raise bad_request(mark("The form cannot be taken apart.")) from None
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    file = next((value for _, value in form.multi_items() if isinstance(value, UploadFile)), None)
    try:
        content = await file.read() if file is not None and file.filename else b""
    finally:
        await form.close()
    return _of_form(fields, (file.filename or "", content) if file is not None and content else None)


def _of_form(fields: Mapping[str, str], file: tuple[str, bytes] | None) -> Posted:
    """Take the file where one is sent, else the text; its syntax is the one that is named, else it is seen."""
    name, content = file or ("", fields.get("text", "").encode("utf-8", "replace"))
    return Posted(content if content.strip() else b"", fields.get("syntax", ""), name, fields)


def _seen(name: str, content: bytes) -> str:
    """Tell the media type of a document from its name and its beginning. Raises UnknownFormat."""
    head = content[:_HEAD].removeprefix(_MARK)
    try:
        found = recognise(name, head)
    except UnknownFormat as error:
        raise UnknownFormat("its syntax cannot be seen", where=name, remedy="choose its syntax") from error
    if found is Family.XML and not name and not _XML.search(head):
        found = Format.TURTLE  # it begins with an address in brackets
    return next(media_type for media_type, each in MEDIA_TYPES.items() if each is _PLAIN.get(found, found))


# What the names of JSON files leave open is seen in their content.
_PLAIN: dict[Format | Family, Format | Family] = {Format.RUDI: Family.JSON}


def body_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Describe for OpenAPI a body that is a document, or a form with a file and these fields (schemas by name)."""
    file = {"file": {"type": "string", "format": "binary"}}
    return {
        "required": True,
        "content": {
            **{each: {"schema": {"type": "string"}} for each in TAKEN},
            FORM: {"schema": {"type": "object", "properties": dict(fields)}},
            PARTS: {"schema": {"type": "object", "properties": {**fields, **file}}},
        },
    }
