"""What a note or a FHIR bundle says about one patient."""

from assistant.patient.facts import Fact, Moment, Range, Source
from assistant.patient.patient import Patient, read_note

__all__ = ["Fact", "Moment", "Patient", "Range", "Source", "read_note"]
