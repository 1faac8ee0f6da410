"""The configuration file and the environment: what counts before what, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import platformdirs
import pytest
from click.testing import CliRunner, Result

from tests.loopback import Talk, serving
from verifier.cli import main, settings
from verifier.errors import InputError

SAMPLE = Path(__file__).parent.parent / "feeds" / "sample"
WIRES = str(SAMPLE / "wires.opml")


def run(config: Path | str, *args: str | Path, env: Mapping[str, str] | None = None) -> Result:
    folder = Path(config).parent if str(config) else Path.cwd()
    around = {"VERIFIER_CONFIG": str(config), "VERIFIER_DATA": str(folder / "data")}
    return CliRunner().invoke(main, [str(a) for a in args], env={**around, **(env or {})})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


# ---------------------------------------------------------------- what counts before what
QUOTES = ("quotes", SAMPLE / "article.txt")
ORDER = [
    ("the default", "", {}, (), "text"),
    ("the file", 'format = "jsonl"', {}, (), "jsonl"),
    ("the command's table", 'format = "json"\n[quotes]\nformat = "jsonl"', {}, (), "jsonl"),
    ("another's table", '[check]\nformat = "jsonl"', {}, (), "text"),
    ("the environment", '[quotes]\nformat = "text"', {"VERIFIER_FORMAT": "jsonl"}, (), "jsonl"),
    (
        "the option",
        '[quotes]\nformat = "jsonl"',
        {"VERIFIER_FORMAT": "jsonl"},
        ("--format", "text"),
        "text",
    ),
]


@pytest.mark.parametrize(("_name", "text", "env", "args", "form"), ORDER, ids=[r[0] for r in ORDER])
def test_the_option_counts_before_the_environment_before_the_file(
    config: Path, _name: str, text: str, env: dict[str, str], args: tuple[str, ...], form: str
) -> None:
    config.write_text(text)
    result = run(config, *QUOTES, *args, env=env)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("{") == (form == "jsonl")


def test_a_night_is_set_up_by_the_file_alone(config: Path, tmp_path: Path) -> None:
    (tmp_path / "wires").symlink_to(SAMPLE)
    config.write_text(
        'archive = "held/night.db"\nquiet = true\n[nightly]\nfeeds = "wires/wires.opml"\n'
        'since = 2026-10-01\nreport = "report"\nfail-on = ["divergent", "problem"]\nsilent = true\n'
    )
    first = run(config, "nightly")
    assert first.exit_code == 1, first.stderr  # a number differs
    assert (tmp_path / "held" / "night.db").exists()  # beside the file, wherever it is run
    assert (tmp_path / "report" / "index.html").exists()
    again = run(config, "nightly")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "", "")


def test_the_home_folder_is_meant_by_its_sign(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    found = settings.parse('archive = "~/a.db"', config).defaults(
        main.get_command(click.Context(main), "search") or main, "search"
    )
    assert found == {"archive_path": "/home/ada/a.db"}


def test_the_usual_place_is_the_users_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VERIFIER_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert settings.load() == settings.Settings()
    folder = settings._usual().parent
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('contact = "desk@example.org"')
    assert settings.load().shared == {"contact": "desk@example.org"}


def test_a_usual_place_that_cannot_be_looked_into_holds_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VERIFIER_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/folder" * 1000)  # as a folder of another user's
    assert settings.load() == settings.Settings()


@pytest.mark.parametrize("named", ["/etc/ada", "", "relative", None])
def test_the_usual_place_is_where_platformdirs_has_it(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    if named is not None:
        monkeypatch.setenv("XDG_CONFIG_HOME", named)
    assert settings._folder() == platformdirs.user_config_path("quote-verifier")


# ---------------------------------------------------------------- what is refused
REFUSED = [
    ('contcat = "a"', "no option is called contcat", "did you mean contact?"),
    ('[nightly]\nreprot = "a"', "no option is called reprot", "did you mean report?"),
    ('[nigthly]\nreport = "a"', "no command is called nigthly", "did you mean nightly?"),
    ('[user-agent]\n"https://a.example" = "x"', "no command is called user-agent", "did you mean user-agents?"),
    ("xyzzy = 1", "no option is called xyzzy", "--help` lists them"),
    ('[search]\nreport = "a"', "`verifier search` has no option report", ""),
    ("since = [1]", "since must be a text", "it is [1]"),
    ("archive = {", "no TOML", "docs/nightly.md"),
    ('[user-agents]\n"https://a.example" = "x\\ny"', "this cannot stand in a request", "https://a.example"),
    ("[user-agents]\na = 1", "this cannot stand in a request", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why", "hint"), REFUSED, ids=[r[0][:30] for r in REFUSED])
def test_what_is_wrong_is_one_line_that_says_what_is_meant(
    config: Path, text: str, why: str, hint: str
) -> None:
    config.write_text(text)
    result = run(config, "search", "the bridge")
    assert result.exit_code == 2
    assert why in result.stderr
    assert hint in result.stderr
    assert str(config) in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_flag_is_true_or_false(config: Path) -> None:
    config.write_text("quiet = 1")
    result = run(config, "nightly", "--feeds", WIRES)
    assert result.exit_code == 2
    assert "quiet must be true or false" in result.stderr


def test_a_file_that_is_named_must_be_there(config: Path) -> None:
    result = run(config, "archive", "stats")
    assert result.exit_code == 2
    assert str(config) in result.stderr
    config.write_bytes(b'contact = "\xff"')
    assert "not written in UTF-8" in run(config, "archive", "stats").stderr


def test_a_value_that_no_choice_allows_is_refused(config: Path) -> None:
    config.write_text('[nightly]\nfail-on = ["trouble"]')
    result = run(config, "nightly")
    assert result.exit_code == 2
    assert "trouble" in result.stderr


# ---------------------------------------------------------------- what is known
def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, f"{name} ")
        else:
            yield f"{path}{name}", found


def test_every_command_and_option_has_its_name_in_the_file() -> None:
    found = dict(commands(main))
    assert set(settings.COMMANDS) == set(found)
    named = {
        settings._name(option)
        for command in found.values()
        for option in command.params
        if isinstance(option, click.Option)
    }
    assert set(settings.OPTIONS) == named


def test_help_says_how_options_are_set() -> None:
    shown = CliRunner().invoke(main, ["--help"]).stdout
    assert "VERIFIER_CONTACT" in shown
    assert "config.toml" in shown


# ---------------------------------------------------------------- what servers are told
FEED = (
    b"<rss><channel><title>T</title><item><guid>1</guid><title>Rain</title></item></channel></rss>"
)


@pytest.mark.parametrize("command", ["fetch", "nightly", "check"])
def test_contact_and_agent_of_a_feed_are_sent(config: Path, command: str) -> None:
    agents: dict[str, str] = {}

    def talk(answer: Talk) -> None:
        agents[answer.path] = answer.header("User-Agent")
        answer.answer(body=FEED)

    with serving(talk) as usual, serving(talk) as special:
        opml = config.parent / "feeds.opml"
        opml.write_text(
            f'<opml><body><outline xmlUrl="{usual.url}/a"/><outline xmlUrl="{special.url}/b"/></body></opml>'
        )
        config.write_text(
            'contact = "desk@example.org"\nallow-private-hosts = true\n'
            f'[user-agents]\n"{special.url}/b" = "Feedly/1.0"\n'
        )
        paths = (SAMPLE / "article.txt",) if command == "check" else ()
        result = run(config, command, *paths, "--feeds", opml)
    assert result.exit_code in {0, 1}, result.stderr
    assert agents["/b"] == "Feedly/1.0"
    assert agents["/a"].endswith("(+desk@example.org)")


def test_settings_are_read_from_text() -> None:
    with pytest.raises(InputError, match="no command is called feeds"):
        settings.parse("[feeds]\narchive = 'a'", Path("config.toml"))
    assert settings.parse("['feeds list']\narchive = 'a'", Path("c")).tables == {
        "feeds list": {"archive": "a"}
    }


def test_a_mistyped_name_in_the_environment_is_refused_with_the_nearest(config: Path) -> None:
    config.touch()
    result = run(config, "archive", "stats", env={"VERIFIER_CONTCAT": "desk@example.org"})
    assert result.exit_code == 2
    assert "no option is called VERIFIER_CONTCAT: the environment" in result.stderr
    assert "did you mean VERIFIER_CONTACT?" in result.stderr
