"""A study's row for the worklist, made from its files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from streamer.dicom.header_record import HeaderRecord, PatientFields, unpack, unpack_patient
from streamer.dicom.object_words import object_noun
from streamer.viewer.patient import Likeness, Patient, people, worst

SEPARATOR = "\\"
_CONTRADICTION = "Files of this study name different patients."
_NO_IMAGE = "No image of this study can be shown."
_MOST_SAID = 3
_MOST_ASKED = 200


def summarise(connection: sqlite3.Connection, study: str) -> None:
    """Writes the study's row anew, or deletes it when no file is left."""
    totals = connection.execute(
        "SELECT COUNT(DISTINCT series), COUNT(DISTINCT sop) FROM files WHERE study = ?", (study,)
    ).fetchone()
    connection.execute("DELETE FROM studies WHERE study = ?", (study,))
    if not totals[1]:
        return
    images = connection.execute(
        # Copies count once; different images of one UID, which should not be, all count.
        "SELECT COALESCE(SUM(images), 0) FROM"
        " (SELECT MAX(images) AS images FROM files WHERE study = ? GROUP BY sop, said, digest)",
        (study,),
    ).fetchone()[0]
    first = _some_headers(connection, study)
    patient, general = first[0].patient, first[0].study
    said = [patient, *_patients(connection, study)]
    patients = [_patient(each) for each in said]
    contradict = worst(patients[0], patients) in (Likeness.DOUBTFUL, Likeness.ANOTHER) or any(
        people(patients)
    )
    problem = _CONTRADICTION if contradict else _why_nothing(first)
    row = (
        study, patient.name, patient.patient_id, patient.issuer, patient.birth_date, patient.sex, general.age,
        general.date, general.time, general.accession_number, general.description,
        _distinct(connection, study, "modality"), _distinct(connection, study, "body_part"), totals[0], images, problem,
        _search(each.search for each in said), _search(each.patient_id for each in said),
        fold(general.accession_number), fold(general.description),
    )  # fmt: skip
    connection.execute(f"INSERT INTO studies VALUES ({','.join('?' * len(row))})", row)


def fold(text: str) -> str:
    """Text for searching: without case, and with the components of a name parted by blanks."""
    return " ".join(text.replace("^", " ").replace(",", " ").casefold().split())


def speaks_first(header: HeaderRecord, path: str) -> tuple[bool, str, str]:
    """The order in which a study's files are asked for what is said of the whole: patient, date, description.

    Images before other objects, then by series and path. List and viewer ask the same one.
    """
    return (header.pixels is None or header.pixels.frames == 0, header.series.uid, path)


def _some_headers(connection: sqlite3.Connection, study: str) -> list[HeaderRecord]:
    """The first header of each series, in the order of `speaks_first`."""
    rows = connection.execute(
        # With one MIN alone, SQLite takes the other columns from the row that has it.
        "SELECT header, MIN((images = 0) || path) FROM files WHERE study = ? GROUP BY series"
        " ORDER BY images = 0, series LIMIT ?",
        (study, _MOST_ASKED),
    )
    return [unpack(row[0]) for row in rows]


def _patients(connection: sqlite3.Connection, study: str) -> list[PatientFields]:
    """All that the study's files say of the patient, each once."""
    rows = connection.execute(
        "SELECT DISTINCT patient FROM files WHERE study = ? AND patient IS NOT NULL LIMIT ?",
        (study, _MOST_ASKED),
    )
    return [unpack_patient(row[0]) for row in rows]


def _search(texts: Iterable[str]) -> str:
    """All of them to be searched in, each once, the first one first: by it the list is sorted."""
    return " ".join(dict.fromkeys(filter(None, map(fold, texts))))


def _why_nothing(headers: list[HeaderRecord]) -> str:
    """Why no image of a study can be shown, by one header of each series; nothing where one can."""
    if any(header.pixels is not None and not header.pixels.refusal for header in headers):
        return ""
    refusals = dict.fromkeys(header.pixels.refusal for header in headers if header.pixels is not None)
    nouns = dict.fromkeys(object_noun(header) for header in headers if header.pixels is None)
    said = [*refusals, *([f"It holds: {', '.join(sorted(nouns))}."] if nouns else [])]
    return " ".join((_NO_IMAGE, *said[:_MOST_SAID]))


def patient_of(header: HeaderRecord) -> Patient:
    """Who the file says the patient is."""
    return _patient(header.patient)


def _patient(said: PatientFields) -> Patient:
    return Patient(said.name, said.patient_id, said.issuer, said.birth_date, said.sex, said.search)


def _distinct(connection: sqlite3.Connection, study: str, column: str) -> str:
    rows = connection.execute(
        f"SELECT DISTINCT {column} FROM files WHERE study = ? AND {column} != '' ORDER BY 1 LIMIT 32",
        (study,),
    )
    return SEPARATOR.join(str(row[0]) for row in rows)
