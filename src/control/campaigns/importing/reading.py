"""Rows of a file: CSV with any usual separator, a JSON array of objects, or an object a line."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from control.lead_import import Shape

Row: TypeAlias = Mapping[str, Any]

SAMPLE = 65_536
"""Octets by which encoding and separator are told."""
LONGEST_ROW = 1 << 20
SEPARATORS = (",", ";", "\t", "|")
csv.field_size_limit(LONGEST_ROW)


class Unreadable(ValueError):
    """The file is not what it is said to be; one line says why."""


class Source:
    """A file that is read row by row, however large it is.

    Rows are numbered as a spreadsheet does it, where the head line is row 1; objects of JSON from 1.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        """Raises Unreadable for an empty file."""
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
        if not sample.strip():
            raise Unreadable("the file is empty")
        self._encoding = encoding_of(path, sample)
        self._text = sample.decode(self._encoding, "ignore")
        self._shape = shape
        self._octets = path.open("rb")
        self._file = io.TextIOWrapper(self._octets, self._encoding, newline="")
        try:
            self.names: list[str] = self._head()
        except BaseException:
            self._file.close()
            raise

    @property
    def octets(self) -> int:
        """How many are read; a little more than the rows that were given."""
        return self._octets.tell()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def rows(self) -> Iterator[tuple[int, Row]]:
        """The rows with their numbers; a value is a text, in JSON anything. Raises Unreadable where there is none."""
        try:
            yield from self._cells() if self._shape == "csv" else enumerate(self._objects(), 1)
        except UnicodeDecodeError:
            raise Unreadable("its text is not UTF-8 throughout") from None
        except csv.Error as error:
            raise Unreadable(f"this is no CSV: {error}") from None

    def _head(self) -> list[str]:
        """The names of the columns, which JSON has in its first object."""
        if self._shape == "csv":
            self._reader = csv.reader(self._file, delimiter=separator_of(self._text))
            try:
                names = [name.strip() for name in next(self._reader)]
            except (csv.Error, UnicodeDecodeError) as error:
                raise Unreadable(f"this is no CSV: {error}") from None
            named = [name for name in names if name]
            if len(set(named)) < len(named):
                twice = next(name for name in named if named.count(name) > 1)
                raise Unreadable(f"two columns are named {twice}")
            return names
        names = []
        for number, row in enumerate(self._objects()):
            names += [name for name in row if name not in names]
            if number == 100:  # later objects may have names that the first has not
                break
        self._file.seek(0)
        return names

    def _cells(self) -> Iterator[tuple[int, Row]]:
        names = self.names
        width = len(names)
        for number, cells in enumerate(self._reader, 2):
            if any(cells):
                row = dict(zip(names, cells, strict=False))
                if len(cells) > width and any(cells[width:]):
                    row[""] = "extra"
                yield number, row

    def _objects(self) -> Iterator[Row]:
        """The objects of an array or of lines, of which one at a time is in memory."""
        decode = json.JSONDecoder().raw_decode
        text, place, ended = "", 0, False
        while True:
            while place < len(text) and (text[place].isspace() or text[place] in "[],"):
                place += 1
            if place < len(text):
                try:
                    value, end = decode(text, place)
                except ValueError as error:
                    if ended or len(text) - place > LONGEST_ROW:
                        raise Unreadable(f"this is no JSON: {getattr(error, 'msg', error)}") from None
                else:
                    if not isinstance(value, dict):
                        raise Unreadable("expected JSON objects, in an array or one a line")
                    yield value
                    place = end
                    continue
            elif ended:
                return
            more = self._file.read(SAMPLE)
            text, place, ended = text[place:] + more, 0, not more


def encoding_of(path: Path, sample: bytes) -> str:
    """``utf-8-sig``, ``utf-16``, or what Western spreadsheets write where that is no UTF-8."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252" if _is_cp1252(sample) else "latin-1"
    return "utf-8-sig"


def _is_cp1252(sample: bytes) -> bool:
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def separator_of(text: str) -> str:
    """That of ``SEPARATORS`` which stands most often in the head line, outside quotes."""
    line = text.lstrip("\ufeff\r\n ").splitlines()[0] if text.strip() else ""
    bare = "".join(part for place, part in enumerate(line.split('"')) if place % 2 == 0)
    return max(SEPARATORS, key=bare.count)
