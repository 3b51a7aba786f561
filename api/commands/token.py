"""Commands about tokens: who may see, and write, more than the public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.commands.options import DataOption, opened
from api.console import say
from graph.errors import ConfigurationError
from graph.log.tokens import Role

app = typer.Typer(help="The tokens of those who may see, and write, more than the public.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the token: a-z, 0-9 and -.")],
    role: Annotated[
        Role,
        typer.Option("--role", help="What its bearer may do.", show_default=False),
    ],
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="IRI", help="The actor that its bearer speaks for.")
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires", metavar="WHEN", help="Last day, as 2027-01-31, or days from now, as 90; default never."
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Make a token and print it, alone and this once: only a hash of it is kept."""
    from api.tokens import new_token

    end = _end(expires)
    token, hash = new_token(name)
    with opened(data, create=True) as instance:
        instance.log.tokens.add(name, role, hash, actor=actor, expires=end)
    print(token)
    say(f"the token {name} is made for a {role}{f' of {actor}' if actor else ''}; it is shown this once")


@app.command("list")
def list_tokens(data: DataOption = None) -> None:
    """List the tokens: name, role, actor, when made, when it ends; one a line, parted by tabs."""
    with opened(data) as instance:
        for each in instance.log.tokens.all():
            end = "never" if each.expires is None else f"{each.expires}{' (over)' if each.expired else ''}"
            print(each.name, each.role, each.actor or "", each.created, end, sep="\t")


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the token, as `token list` gives it.")],
    data: DataOption = None,
) -> None:
    """Take a token away; whoever shows it is refused from now on, also by a server that runs."""
    with opened(data) as instance:
        instance.log.tokens.revoke(name)
    say(f"the token {name} is revoked")


def _end(expires: str | None) -> str | None:
    """Read when a token ends, in UTC and as the log writes moments. Raises ConfigurationError."""
    if expires is None:
        return None
    try:
        if expires.isdigit():
            end = datetime.now(UTC) + timedelta(days=int(expires))
        else:
            # Of the last day, all of it.
            end = datetime.strptime(expires, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{expires!r} is no day", remedy="write it as 2027-01-31, or a number of days"
        ) from None
    if end <= datetime.now(UTC):
        raise ConfigurationError(f"{expires} is over already", remedy="name a later day")
    return end.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
