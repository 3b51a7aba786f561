"""The dumps that a server writes by itself: of which catalogue, where, and from what."""

from __future__ import annotations

from functools import partial

from api.feeds import MAIN, catalogue_for
from api.settings import Settings
from api.writes.room import check_room
from graph.feeds.catalogue import Catalogue
from graph.feeds.daily import DailyDumps
from graph.instance import Instance
from graph.views.holder import Holder

FOLDER = "dumps"
"""Where dumps lie in the data folder."""


def dumped_catalogue(settings: Settings, instance: Instance) -> Catalogue:
    """Give what dumps say about themselves: without a request, addresses start with the public one, else the base."""
    root = settings.base_url or instance.base

    def absolute(path: str = "", parameters: object = ()) -> str:
        return f"{root}{path}"

    return catalogue_for(settings, absolute, MAIN, whole=True)


def daily_dumps(settings: Settings, instance: Instance, holder: Holder) -> DailyDumps:
    """Write dumps until it is closed."""
    return DailyDumps(
        lambda: holder.public.catalog.reading,
        dumped_catalogue(settings, instance),
        instance.path / FOLDER,
        room=partial(check_room, instance.path, settings.disk_reserve),
    )
