"""The error tree: each class says what happens next, and which exit code the command ends with.

    MalmoiError            1   a fault of malmoi itself when raised as such
    ├── ConfigError        2   the user's configuration or command line; nothing was started
    ├── GateError          3   a check on finished work failed: verify, conservation, gates
    ├── InputError         4   an input is missing, empty or too short for what was asked
    ├── PreflightError     5   the machine lacks something: Java, a jar, a right to write
    ├── TransientError    75   try again later: a lock is held, a service is away
    └── RecordError        -   one record is unreadable: it is quarantined and the run goes on

Every error is (where, what, fix): the file, key or stage; what is wrong; what to do about it.
None ever holds document text.  All arguments are positional, so that an error survives pickling
between a worker and the driver.
"""

from __future__ import annotations


class MalmoiError(Exception):
    """Base class.  ``where`` names the place, ``what`` the fault, ``fix`` the remedy."""

    exit_code = 1

    def __init__(self, where: str, what: str, fix: str = "") -> None:
        super().__init__(where, what, fix)
        self.where = where
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}"
        return f"{text}. {self.fix}" if self.fix else text


class ConfigError(MalmoiError, ValueError):
    """The configuration or command line is wrong; raised before any work starts."""

    exit_code = 2


class GateError(MalmoiError):
    """Finished work does not hold: a digest differs, or the sums do not balance."""

    exit_code = 3


class InputError(MalmoiError):
    """An input is missing, empty, or cannot supply what the recipe asks of it."""

    exit_code = 4


class PreflightError(MalmoiError):
    """The machine lacks something that the run needs."""

    exit_code = 5


class TransientError(MalmoiError):
    """Nothing is wrong that time cannot mend; the same command may be run again."""

    exit_code = 75


class RecordError(MalmoiError, ValueError):
    """One record cannot become a document.

    ``where`` is its origin (file and offset) and ``what`` a quarantine class from
    :data:`corpus.ledger.QUARANTINE_CLASSES`.
    """

    exit_code = 1
