"""The command that serves a data folder over HTTP."""

from __future__ import annotations

import gc
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption
from api.console import say
from graph.errors import CivigraphError, ConfigurationError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(serve)


def serve(
    data: DataOption = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.", show_default="8000"),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Public address for paging and links; default: as requested."),
    ] = None,
) -> None:
    """Serve what the data folder holds, or an empty one, until Ctrl-C."""
    from api.app import create_app
    from api.server.connections import ServerConfig
    from api.server.resting import RestingServer
    from api.settings import read_settings

    settings = read_settings(data=data, host=host, port=port, base_url=base_url)
    listener = _listen(settings.host, settings.port)
    site = create_app(settings)
    application = Attentive(site, f"Civigraph is at {_address(listener)} (Ctrl-C stops it)")
    try:
        RestingServer(ServerConfig(application, settings, site.state.access_log)).run(sockets=[listener])
    except KeyboardInterrupt:
        say("stopped")
    except SystemExit:
        if application.failure:
            raise application.failure from None
        raise
    finally:
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    """Listen at an address. Raises ConfigurationError when it is taken or not one of this machine."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen at {host} port {port}: {error.strerror or error}", remedy="choose another --host or --port"
        ) from error
    # asyncio sets it only on sockets that were made with their protocol's number. Without it the second packet of an
    # answer waits until the first is acknowledged, which readers put off by 40 ms. Accepted sockets inherit it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(listener: socket.socket) -> str:
    """Give the address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _settle_memory() -> None:
    """Take what start-up made out of the search for cycles, and into large pages.

    It stays until the end, and looking through it again and again would hold every answer up for a fifth of a second.
    The first request after others had the processor runs through most of it.
    """
    from graph.cages.kernel import use_large_pages

    gc.collect()
    gc.freeze()
    use_large_pages()


class Attentive:
    """An application that tells when it is ready, and keeps the error that kept it from starting."""

    def __init__(self, application: ASGIApp, ready: str) -> None:
        self.application = application
        self.ready = ready
        self.failure: CivigraphError | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; look only at how the start-up ends."""
        if scope["type"] != "lifespan":
            await self.application(scope, receive, send)
            return

        async def watch(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                _settle_memory()
                say(self.ready)
            elif message["type"] == "lifespan.startup.failed":
                error = sys.exc_info()[1]
                if isinstance(error, CivigraphError):
                    self.failure, message = error, {"type": "lifespan.startup.failed"}  # told by main(), no traceback
            await send(message)

        await self.application(scope, receive, watch)
