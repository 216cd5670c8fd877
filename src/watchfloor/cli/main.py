"""The one door: `watchfloor COMMAND`. A command's module is imported when it is called."""

import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from watchfloor import __version__
from watchfloor.cli import loading, parts
from watchfloor.embedded.errors import FloorError, Misuse
from watchfloor.platform.errors import Invalid, NocError

MISUSE = 2
FAILED = 1
INTERRUPTED = 130

# name: (module below watchfloor.cli that holds `command`, what it does)
COMMANDS = {
    "api": ("api", "Ask the floor's own API, as the operator of this machine."),
    "audit": ("audit", "Verify the audit chain."),
    "backtest": ("backtest", "Group history offline, as the floor would have."),
    "backup": ("backup", "Write all of a floor into one file."),
    "bench": ("bench", "Measure, and write docs/results.md."),
    "demo": ("demo", "Fill, play, check and remove the night shift."),
    "doctor": ("doctor", "Say whether this machine and this home are sound."),
    "explain": ("explain", "Say why an alert is where it is."),
    "export": ("export", "Write reports, alerts, clusters or incidents to a file."),
    "import": ("import_", "Read an inventory, or list every error in it."),
    "incidents": ("incidents", "List incidents and act on them."),
    "key": ("key", "Create, list and revoke keys of senders."),
    "manage": ("manage", "Pass through to Django's commands."),
    "migrate": ("migrate", "Bring the database to this version."),
    "models": ("models", "List, promote and roll back trained models."),
    "mqtt": ("mqtt", "Take events from an MQTT broker to a floor, and stay."),
    "pipeline": ("pipeline", "Run the pipeline process."),
    "prepare": ("prepare", "Migrate the database that the environment names."),
    "rehearse": ("rehearse", "Replay stored reports under another configuration."),
    "replay": ("replay", "Stream recorded reports into the running floor."),
    "restore": ("restore", "Make a home from a backup."),
    "tenant": ("tenant", "Create and list tenants."),
    "test": ("test", "Run the whole test suite."),
    "train": ("train", "Train a model; it is used only if it beats the rules."),
    "up": ("up", "Start everything and stay."),
    "upgrade": ("upgrade", "Back up, then bring an older home to this version."),
    "user": ("user", "Create users, give roles, make sign-in links."),
    "web": ("web", "Run the web process."),
    "worker": ("worker", "Run the worker process."),
}
HIDDEN = {"pipeline", "prepare", "web", "worker"}
# These start quickly or in processes of their own; all others find Django set up.
WITHOUT_DJANGO = {"doctor", "migrate", "mqtt", "test", "up"}


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if name not in HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with loading.without_collecting():
            if cmd_name not in WITHOUT_DJANGO:
                importlib.import_module("watchfloor.cli.lean")
            if cmd_name in parts.ROLES_OF_PART:
                parts.adopt(cmd_name)
            elif cmd_name not in WITHOUT_DJANGO:
                importlib.import_module("watchfloor.cli.django_ready")
            module = importlib.import_module(f"watchfloor.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing their modules."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="watchfloor")
def watchfloor() -> None:
    """The operations centre for people who guard and run places."""


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit status: 0, 1 when it failed, 2 for misuse."""
    try:
        answer = watchfloor.main(arguments, prog_name="watchfloor", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        return _tell(f"name a command. Try: {_help_of(error.ctx)}", MISUSE)
    except click.UsageError as error:
        return _tell(f"{error.format_message()} Try: {_help_of(error.ctx)}", MISUSE)
    except click.ClickException as error:
        return _tell(error.format_message(), MISUSE)
    except Misuse as error:
        return _tell(str(error), MISUSE)
    except NocError as error:
        return _tell(_with_cures(error), MISUSE)
    except FloorError as error:
        return _tell(str(error), FAILED)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    return answer if isinstance(answer, int) else 0


def main() -> NoReturn:
    sys.exit(run(sys.argv[1:]))


def _with_cures(error: NocError) -> str:
    cures = error.fields.items() if isinstance(error, Invalid) else ()
    return " ".join([error.message, *(f"{field}: {cure}." for field, cure in cures)])


def _tell(sentence: str, status: int) -> int:
    click.echo(f"watchfloor: {' '.join(sentence.split())}", err=True)
    return status


def _help_of(context: click.Context | None) -> str:
    return f"{context.command_path if context else 'watchfloor'} --help"


if __name__ == "__main__":
    main()
