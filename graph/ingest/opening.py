"""From a plain file to what a reader takes: XML looked through, JSON loaded, contexts written into it."""

from __future__ import annotations

from graph.errors import UnknownFormat
from graph.ingest import jsonld, rudi, xml
from graph.ingest.files import Folder, Plain, with_line_feeds
from graph.ingest.formats import Family, Format
from graph.ingest.parse import Source


def open_source(file: Plain, found: Format | Family, folder: Folder, *, base: str, mark: str = "") -> Source:
    """Give what a reader takes; of RUDI's JSON the document, which a mapper takes.

    `base` is for relative IRIs, `mark` for blank nodes, `folder` for files that are made on the way. Raises
    UnreadableFile, and UnknownFormat for XML and JSON that no reader knows or that name a context elsewhere.
    """
    if found in (Family.JSON, Format.JSON_LD):
        return _open_json(file, found, base, mark)
    if found in (Family.XML, Format.RDF_XML):
        root = xml.check(file)
        if not root.is_rdf:
            what = f"XML that is not RDF/XML: its root element is {{{root.namespace}}}{root.name}"
            raise UnknownFormat(what, where=file.name)
        return Source(with_line_feeds(file, folder), Format.RDF_XML, base, mark)
    return Source(file, Format(found.value), base, mark)


def _open_json(file: Plain, found: Format | Family, base: str, mark: str) -> Source:
    document = jsonld.load(file)
    # What is said to be JSON-LD is, whatever it holds: an object without any keyword says nothing.
    if found is not Format.JSON_LD:
        if rudi.is_rudi(document):
            return Source(file, Format.RUDI, base, mark, document)
        if not jsonld.is_jsonld(document):
            raise UnknownFormat("JSON that is neither JSON-LD nor RUDI's", where=file.name)
    inlined = jsonld.inline(document, file.name) if jsonld.names_contexts(document) else None
    return Source(file, Format.JSON_LD, base, mark, inlined)
