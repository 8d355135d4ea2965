"""The programs of Apache Kafka: its jars, fetched once into `~/.cache/chairside` (or CHAIRSIDE_CACHE), and Java."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from operations.embedded.errors import EmbeddedError, MissingPartError

RECIPE = Path(__file__).parents[2] / "deploy" / "kafka"
VERSION = "4.3.1"
OLDEST_JAVA = 17
OPTIONS = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def command(main: str, *arguments: str) -> Sequence[str]:
    """How one of Kafka's programs is called. Raises MissingPartError when Java or Maven is missing or too old."""
    java, jars = _java(), fetch_jars()
    logging = f"-Dlog4j2.configurationFile={RECIPE / 'log4j2.yaml'}"
    return [java, *OPTIONS, logging, "-cp", f"{jars}/*", main, *arguments]


def fetch_jars() -> Path:
    """The folder of Kafka's jars, fetched by Maven when they are not there yet."""
    cache = Path(os.environ.get("CHAIRSIDE_CACHE") or Path.home() / ".cache" / "chairside")
    jars = cache / f"kafka-{VERSION}"
    if jars.exists():
        return jars
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingPartError(
            "Maven fetches Apache Kafka's jars: install it, or set KAFKA_BOOTSTRAP_SERVERS to a running Kafka"
        )
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=cache))
    goal = ("dependency:copy-dependencies", f"-DoutputDirectory={unfinished}")
    run = subprocess.run(
        [maven, "-q", "-B", "-f", RECIPE / "pom.xml", *goal], capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        shutil.rmtree(unfinished)
        raise EmbeddedError(f"Maven could not fetch Apache Kafka {VERSION}:\n{run.stdout[-2000:]}{run.stderr[-2000:]}")
    try:
        unfinished.rename(jars)
    except OSError:  # another run was faster
        shutil.rmtree(unfinished)
    return jars


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else None
    java = java or shutil.which("java")
    advice = f"Apache Kafka needs Java {OLDEST_JAVA} or newer: install it, or set KAFKA_BOOTSTRAP_SERVERS"
    if java is None:
        raise MissingPartError(advice)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise MissingPartError(f"{advice} (found: {said.splitlines()[0] if said else java})")
    return java
