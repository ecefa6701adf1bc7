"""Is there a Java, and which: asked before Spark or Hadoop would fail with less to say.

Also where this installation keeps Spark's classes as one file that Java maps instead of reading,
checking and linking 20,000 of them from jars at each start.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from corpus.errors import PreflightError


def java() -> str:
    """The ``java`` command that Spark and Hadoop will start.  Raises PreflightError with the remedy without one."""
    home = os.environ.get("JAVA_HOME")
    found = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not found or not os.path.exists(found):
        raise PreflightError(
            "java",
            "no Java found; Spark and Hadoop need Java 17",
            "Install OpenJDK 17 and set JAVA_HOME, or run `make java`, which installs one from PyPI into .java/",
        )
    return found


@functools.cache
def java_version() -> str:
    """What ``java -version`` says.  Raises PreflightError with the remedy when there is no Java."""
    done = subprocess.run([java(), "-version"], capture_output=True, text=True, timeout=60, check=False)
    return (done.stderr or done.stdout).strip() if done.returncode == 0 else ""


def class_archive() -> Path:
    """Where this environment's archive of Spark's classes lies (JEP 310, 350), made at installation or not.

    One per Java build and Spark version: Java would refuse another's.  With it a local session and its
    first job take 5.3 s instead of 12 (2 cores, OpenJDK 17.0.15, Spark 4.3.0; 152 MB of disk).
    """
    key = hashlib.sha256(f"{java_version()} {version('pyspark')}".encode()).hexdigest()[:16]
    return Path(sys.prefix, "share", "malmoi", f"spark-{key}.jsa")


def options(shared: bool = True) -> str:
    """Java's options for a driver on one machine, with the archive of classes or without."""
    words = [
        "-XX:TieredStopAtLevel=1",  # C1 only: halves the 11 CPU s of a start; the text work is in Python kernels
        "-XX:+UseSerialGC",
        *("-Xlog:disable", "-Xlog:all=error:stderr"),  # else 700 lines about classes that an archive cannot hold
    ]
    archive = class_archive()
    if shared and archive.is_file():
        # One that no longer fits (Java or jars replaced in place) is passed over without a word.
        words += [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto"]
    return " ".join(words)
