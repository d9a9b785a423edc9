"""The models, one noun per file; a field's ``help_text`` is its entry in the data dictionary."""

from archive.models.addressee_index import AddresseeIndex
from archive.models.attachment import Attachment
from archive.models.audit_entry import AuditAction, AuditEntry
from archive.models.body import Body
from archive.models.dataset_import import DatasetImport, ImportState
from archive.models.dossier import Dossier, DossierEntry
from archive.models.draft_access import DraftAccess
from archive.models.event import Event, Participation, Relation
from archive.models.finding import FindingSlug, StoredFinding
from archive.models.identifier import Identifier
from archive.models.loaded_record import LoadedRecord
from archive.models.measure import Measure, MeasureGood, MeasureStep
from archive.models.merged_record import MergedRecord
from archive.models.name import Name
from archive.models.office import Appointment, Office
from archive.models.official import Official
from archive.models.open_form import OpenForm
from archive.models.public_version import PublicChange, PublicVersion
from archive.models.review import Note, NoteStep, ProposalState, ProposedChange, Review, ReviewState
from archive.models.saved_list import ListColumns, SavedFilter
from archive.models.search_entry import SearchEntry
from archive.models.source import Citation, Source
from archive.models.speech_act import Outcome, SpeechAct
from archive.models.statement import Statement
from archive.models.stored_response import StoredResponse
from archive.models.topic import Topic
from archive.models.user_session import UserSession

__all__ = [
    "AddresseeIndex",
    "Appointment",
    "Attachment",
    "AuditAction",
    "AuditEntry",
    "Body",
    "Citation",
    "DatasetImport",
    "Dossier",
    "DossierEntry",
    "DraftAccess",
    "Event",
    "FindingSlug",
    "Identifier",
    "ImportState",
    "ListColumns",
    "LoadedRecord",
    "Measure",
    "MeasureGood",
    "MeasureStep",
    "MergedRecord",
    "Name",
    "Note",
    "NoteStep",
    "Office",
    "Official",
    "OpenForm",
    "Outcome",
    "Participation",
    "ProposalState",
    "ProposedChange",
    "PublicChange",
    "PublicVersion",
    "Relation",
    "Review",
    "ReviewState",
    "SavedFilter",
    "SearchEntry",
    "Source",
    "SpeechAct",
    "Statement",
    "StoredFinding",
    "StoredResponse",
    "Topic",
    "UserSession",
]
