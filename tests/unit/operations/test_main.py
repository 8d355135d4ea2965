"""`chairside` loads what is asked for, and nothing else."""

import subprocess
import sys

import pytest

from operations.main import Place, main


def modules_after(*words):
    script = (
        "import sys; from operations.main import build; build(sys.argv[1])\n"
        "print(*sorted(name for name in sys.modules if name.startswith(('operations.', 'services.', 'shared.'))))"
    )
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_only_the_module_of_the_command_is_loaded():
    assert "operations.health" in modules_after("health")
    assert not {"operations.up", "operations.migrate", "operations.serve"} & modules_after("health")


def test_help_loads_no_command(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "migrate" in capsys.readouterr().out
    assert modules_after("--help") == {"operations.main", "operations.loading"}


def test_a_command_whose_module_is_not_there_is_not_offered(monkeypatch, capsys):
    monkeypatch.setitem(main.__globals__["COMMANDS"], "fly", Place("operations.fly", "fly", "Fly."))
    with pytest.raises(SystemExit) as ended:
        main(["fly"])
    assert ended.value.code != 0
    assert "No such command" in capsys.readouterr().err
