"""Typer in French: help, refusals of a command line, sentences on the screen."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup

from rfm_helpers.french.words import french

HELP = "Afficher cette aide."

rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
rich_utils.DEFAULT_STRING = "[par défaut : {}]"
rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"


class _French:
    """Help with French spaces; the help option and the types of arguments not in English."""

    help: str | None
    params: list[Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.help = french(self.help or "")
        for param in self.params:
            param.help = french(param.help or "")
            if isinstance(param, TyperArgument):
                param.display_type_rich = lambda ctx: None  # type: ignore[method-assign]

    def get_help_option(self, ctx: Any) -> Any:
        """The option, its text in French."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = HELP, ""
        return option


class Command(_French, TyperCommand):
    """A command whose help is French."""


class Group(_French, TyperGroup):
    """The commands, their help in French."""


def progress_bar() -> Progress:
    """The bar that shows how many students are graded."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("reste"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def say(text: str) -> None:
    """Print a sentence."""
    Console(highlight=False, soft_wrap=True).print(french(text), markup=False)


def refusal(error: Exception) -> str:
    """A command line that Typer refuses, in French."""
    param = getattr(error, "param", None)
    named = getattr(error, "option_name", "")
    if param is not None:
        named = param.opts[-1] if param.opts[-1].startswith("-") else param.metavar
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx else "rfm-cours"
    kind = type(error).__name__
    what = {
        "MissingParameter": f"« {named or 'un argument'} » manque",
        "NoSuchOption": f"l’option « {named} » n’existe pas",
        "BadParameter": f"la valeur de « {named} » ne convient pas",
        "BadOptionUsage": f"l’option « {named} » attend une valeur",
    }.get(kind, "la commande n’est pas écrite comme il faut")
    return french(f"{what[0].upper()}{what[1:]} : voyez « {command} --aide ».")
