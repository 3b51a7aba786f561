"""The settings: one table, each with its default and a sentence of help; only this module reads the environment."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import ConfigurationError
from graph.terms import is_iri

PREFIX = "CIVIGRAPH_"

DataFolder = Annotated[Path, Field(description="Folder that holds the log and its views.")]


class Settings(BaseSettings):
    """What an operator can set: by option, by `CIVIGRAPH_` variable, else the default."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: DataFolder = Path("data")
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `serve` listens on; 0 takes a free one.")
    base_url: str | None = Field(
        None,
        description="Public address of the site, used in paging and links; without it, the address each request names.",
    )
    base: str | None = Field(
        None,
        description="Base of local IRIs, fixed for ever when the data folder is created; default http://127.0.0.1:8000/.",
    )
    log_url: str | None = Field(None, description="Database of the log; default a SQLite file in the data folder.")
    store_url: str | None = Field(
        None, description="Address for SPARQL queries of the engine that keeps the triples; default the data folder."
    )
    store_update_url: str | None = Field(
        None, description="Address for SPARQL updates of that engine; default the one for queries."
    )
    store_graph_url: str | None = Field(
        None, description="Address of that engine's Graph Store Protocol, which loads faster; default updates."
    )
    store_user: str | None = Field(None, description="User that the engine is told when it asks (Basic or Digest).")
    store_password: SecretStr | None = Field(None, description="Password of that user.")
    store_deadline: str | None = Field(
        None,
        pattern=r"^[A-Za-z_-]+/(ms|s)$",
        description="Field in which the engine takes a query's deadline, and its unit: timeout/ms for Virtuoso.",
    )
    publisher: str = Field("Civigraph", min_length=1, description="Name of who publishes the catalog feed.")
    publisher_url: str | None = Field(None, description="IRI of who publishes the catalog feed.")
    catalog_licence: str = Field(
        "https://creativecommons.org/licenses/by/4.0/", description="IRI of the licence of the catalog's descriptions."
    )
    catalog_contact: str | None = Field(
        None,
        description="Whom to write to about the catalog's descriptions: a mail address, or the address of a page.",
    )
    access_page: str | None = Field(
        None, description="Address of the page that tells how access to protected data is asked for."
    )
    page_size: int = Field(100, ge=1, le=1000, description="Datasets on one page of the catalog feed.")
    results_per_page: int = Field(20, ge=1, le=100, description="Hits on one page of search.")
    findings: bool = Field(
        True, description="Judge the governance rules with every change, and tell the log what opened and cleared."
    )
    query_deadline: float = Field(20, gt=0, le=30, description="Seconds after which a SPARQL query is stopped.")
    query_memory: int = Field(
        2 * 1024**3, ge=1024**3, description="Bytes of address space that one query worker may take."
    )
    query_bytes: int = Field(50 * 1000**2, ge=1000, description="Bytes that the answer to one SPARQL query may have.")
    answer_cache_bytes: int = Field(
        32 * 1000**2,
        ge=0,
        description="Bytes of memory that whole answers to SPARQL queries are kept in; 0 keeps none.",
    )
    query_workers: int = Field(
        16, ge=1, le=256, description="Query workers that stand ready, about 6 MB each; slow queries take further ones."
    )
    query_slow_after: float = Field(
        0.05,
        gt=0,
        description="Seconds of processor time after which a query counts as slow, and makes room for others.",
    )
    query_slow_running: int | None = Field(
        None,
        ge=1,
        le=256,
        description="Slow queries that run at a time; default the processors less one, at least one.",
    )
    query_slow_held: int = Field(
        10, ge=1, le=256, description="Slow queries that run or wait for their turn; further ones are refused (429)."
    )
    query_memory_together: int = Field(
        768 * 1024**2, ge=64 * 1024**2, description="Bytes of memory that all slow queries together may hold."
    )
    query_client_running: int = Field(
        4, ge=1, le=256, description="Queries of one client that are answered at a time; up to 16 more wait for that."
    )
    query_client_seconds: float = Field(
        30,
        ge=0,
        description="Seconds of processor time a minute for one client (an IPv4 address, an IPv6 /64); 0: no limit.",
    )
    query_network: bool = Field(
        False,
        description="Answer queries even where this machine cannot take the network away from their workers.",
    )
    disk_reserve: int = Field(
        256 * 1000**2,
        ge=0,
        description="Bytes that stay free on the disk of the data folder: below, reading goes on and writing is 507.",
    )
    body_bytes: int = Field(1000**2, ge=1000, description="Bytes that the body of one request may have.")
    validate_bytes: int = Field(
        10 * 1000**2, ge=1000, description="Bytes that a document for `/validate` or `/preflight` may have."
    )
    validate_deadline: float = Field(60, gt=0, description="Seconds after which the check of a document is stopped.")
    dumps: bool = Field(
        True, description="Write the whole public catalogue to files, at most once a day, while serving (`/dumps`)."
    )
    preflight_fetch: bool = Field(
        True, description="Fetch the addresses of catalogues elsewhere that `/preflight` is asked about."
    )
    body_deadline: float = Field(30, gt=0, description="Seconds within which the body of a request must have come.")
    head_bytes: int = Field(
        64 * 1024, ge=8 * 1024, description="Bytes that the address and the headers of a request may have together."
    )
    head_deadline: float = Field(10, gt=0, description="Seconds within which the head of a request must have come.")
    idle_deadline: float = Field(
        15, gt=0, description="Seconds that a connection may stay open between two requests, saying nothing."
    )
    write_deadline: float = Field(
        60, gt=0, description="Seconds after which a reader is let go who takes nothing more of an answer."
    )
    connections: int = Field(
        512,
        ge=8,
        description="Connections open at a time; a further one takes the place of the one silent longest.",
    )
    connections_per_client: int = Field(
        64, ge=1, description="Connections that one address may have open at a time, trusted proxies apart."
    )
    proxies: str = Field(
        "127.0.0.1,::1",
        description="Addresses or networks of reverse proxies, by commas, whose X-Forwarded headers are believed.",
    )
    access_log: str = Field(
        "stdout", min_length=1, description="Where each request leaves a line of JSON: stdout, stderr, a file, or off."
    )
    access_log_client: Literal["whole", "network", "none"] = Field(
        "network",
        description="What the access log tells of an address: the whole, its network (/24, /48), or none.",
    )

    @field_validator("publisher_url", "catalog_licence", "access_page")
    @classmethod
    def _is_iri(cls, value: str | None) -> str | None:
        """Refuse what could not stand in a feed as an IRI."""
        if value is not None and not is_iri(value):
            raise ValueError("an IRI starts with a scheme such as https: and holds no spaces or quotes")
        return value

    @field_validator("catalog_contact")
    @classmethod
    def _is_contact(cls, value: str | None) -> str | None:
        """Give a mail address as an IRI; refuse what is neither that nor the address of a page."""
        if value is None or not value.strip():
            return None
        value = value.strip()
        if "@" in value and ":" not in value:
            value = f"mailto:{value}"
        if not value.startswith(("mailto:", "https://", "http://")) or not is_iri(value):
            raise ValueError("a contact is a mail address, or the address of a page with http:// or https://")
        return value

    @field_validator("proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        """Refuse what is no list of addresses and networks; give it without spaces."""
        return ",".join(str(ip_network(each.strip(), strict=False)) for each in value.split(",") if each.strip())

    @field_validator("store_url", "store_update_url", "store_graph_url")
    @classmethod
    def _is_endpoint(cls, value: str | None) -> str | None:
        """Refuse an endpoint that could not be asked, or whose password would stand in messages."""
        if value is None or not value.strip():
            return None
        parts = urlsplit(value.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
            raise ValueError("an address starts with http:// or https:// and names a host")
        if parts.username is not None:
            raise ValueError("user and password have settings of their own")
        return value.strip()

    @field_validator("base_url", "base")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        """Refuse an address that links could not be made from, and close it with a slash."""
        if value is None or not value.strip():
            return None
        value = value.strip()
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("an address starts with http:// or https://, names a host, and has no query or fragment")
        if not is_iri(value) or parts.username is not None:
            raise ValueError("an address holds no spaces, quotes or passwords")
        return value if value.endswith("/") else value + "/"


def read_settings(**given: object) -> Settings:
    """Give the settings: what is given (None counts as not given), else the environment, else the default.

    Raises ConfigurationError, with the name of each setting that is wrong and why.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ConfigurationError(
            f"a setting is wrong: {wrong}",
            remedy=f"give another option, or mend the {PREFIX}… variable of that name",
        ) from error
