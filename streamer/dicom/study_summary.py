"""A study's row for the worklist, made from its files."""

from __future__ import annotations

import sqlite3

from streamer.dicom.header_record import HeaderRecord, unpack
from streamer.dicom.object_words import object_noun
from streamer.viewer.patient import Likeness, Patient, people, worst

SEPARATOR = "\\"
_CONTRADICTION = "Files of this study name different patients."
_NO_IMAGE = "No image of this study can be shown."
_MOST_SAID = 3


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
    record = first[0]
    patient, general = record.patient, record.study
    patients = [patient_of(header) for header in first]
    contradict = worst(patients[0], patients) in (Likeness.DOUBTFUL, Likeness.ANOTHER) or any(
        people(patients)
    )
    problem = _CONTRADICTION if contradict else _why_nothing(first)
    row = (
        study, patient.name, patient.patient_id, patient.issuer, patient.birth_date, patient.sex, general.age,
        general.date, general.time, general.accession_number, general.description,
        _distinct(connection, study, "modality"), _distinct(connection, study, "body_part"), totals[0], images, problem,
        fold(patient.search), fold(patient.patient_id), fold(general.accession_number), fold(general.description),
    )  # fmt: skip
    connection.execute(f"INSERT INTO studies VALUES ({','.join('?' * len(row))})", row)


def fold(text: str) -> str:
    """Text for searching: without case, and with the components of a name parted by blanks."""
    return " ".join(text.replace("^", " ").replace(",", " ").casefold().split())


def _some_headers(connection: sqlite3.Connection, study: str) -> list[HeaderRecord]:
    """One header of each series, images first."""
    rows = connection.execute(
        "SELECT header, MIN(images = 0), MIN(path) AS first FROM files WHERE study = ? GROUP BY series ORDER BY 2, 3 LIMIT 200",
        (study,),
    )
    return [unpack(row[0]) for row in rows]


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
    said = header.patient
    return Patient(said.name, said.patient_id, said.issuer, said.birth_date, said.sex, said.search)


def _distinct(connection: sqlite3.Connection, study: str, column: str) -> str:
    rows = connection.execute(
        f"SELECT DISTINCT {column} FROM files WHERE study = ? AND {column} != '' ORDER BY 1 LIMIT 32",
        (study,),
    )
    return SEPARATOR.join(str(row[0]) for row in rows)
