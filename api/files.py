"""The files that the site is made of: templates, and what is served as it is."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
SCHEMAS = _HERE / "schemas"


@cache
def templates() -> Environment:
    """Give the templates, read once; whatever they print is escaped, and a name they do not know is an error."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


# Code points that no document of HTML may hold (Infra standard: controls but for white space, and noncharacters). Those
# from U+0080 to U+009F stay: sources that were once read in a wrong encoding have them, browsers keep them, and what a
# source wrote is not lost from its page.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")


def rendered(template: str, **values: object) -> str:
    """Give what a template writes; a code point that HTML may not hold is shown as U+FFFD."""
    return _NO_TEXT.sub("\ufffd", templates().get_template(template).render(**values))


@cache
def static_version(name: str) -> str:
    """Give a digest of a static file, so that its address changes with it."""
    return blake2b((STATIC / name).read_bytes(), digest_size=5).hexdigest()
