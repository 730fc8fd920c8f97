"""The HTTP API: JSON in, the contract's JSON out. The one file that imports fastapi."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from assistant.api import Assistant
from assistant.results import Answer, CheckResult, Report
from assistant.serve.clinical_trials import clinical_trials
from assistant.serve.docs_page import POLICY, docs_page
from assistant.serve.gate import complaint, fault_words
from assistant.tools import Ask, Check, Found, Match, Search, ask, check_criterion, match_note, search_trials, wrong
from index.errors import InputError, StoreError, TrialmatchError, UnknownTrial
from index.text import Frozen
from index.trials import Trial

if TYPE_CHECKING:
    from fastapi import FastAPI

SCHEMA = "/api/openapi.json"
_ABOUT = (
    "Clinical-trial criteria against a patient's note, every verdict with its quotes. No verdict says that a patient is eligible, and what a note "
    "does not say is unknown. Notes are read from request bodies alone, and neither stored nor logged."
)
_BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Parameters", "parameter": [{"name": "phase", "valueString": "phase-2"}]}},
        {"resource": {"resourceType": "Patient", "gender": "male", "birthDate": "1968-05-01"}},
        {"resource": {"resourceType": "Condition", "code": {"text": "Hepatocellular carcinoma"}}},
    ],
}


class TrialSummary(Frozen):
    """A trial in the list."""

    id: str
    nct_id: str | None
    title: str
    source: str
    layout: str
    has_eligibility_list: bool
    criteria: int
    not_compiled: int


class Complaint(Frozen):
    """What every refusal looks like: what is wrong, and what to do."""

    error: str
    hint: str


def build(assistant: Assistant) -> "FastAPI":
    """The API over an opened assistant."""
    from fastapi import FastAPI, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import HTMLResponse, JSONResponse, Response
    from starlette.exceptions import HTTPException

    refusals: dict[int | str, dict[str, Any]] = {
        code: {"model": Complaint, "description": words}
        for code, words in {401: "No login", 404: "Not there", 413: "Too large", 422: "Cannot be used", 503: "Store cannot be used"}.items()
    }
    app = FastAPI(
        title="Trialmatch",
        version=_version(),
        description=_ABOUT,
        openapi_url=SCHEMA,
        docs_url=None,  # FastAPI's own pages load their scripts from elsewhere
        redoc_url=None,
        responses=refusals,
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False},
    )

    def sent(result: BaseModel) -> Response:
        return Response(result.model_dump_json(), media_type="application/json")  # already checked: not once more

    @app.post("/api/match", response_model=Report, tags=["patients"], openapi_extra=_example(note="58M HCC BCLC-C ECOG1 plt 82k"))
    def match(asked: Match) -> Response:
        """Checks a patient against every criterion of the trials."""
        return sent(match_note(assistant, asked))

    @app.post(
        "/api/check",
        response_model=CheckResult,
        tags=["patients"],
        openapi_extra=_example(criterion="Platelets >= 75 x 10^9/L", note="plt 60k"),
    )
    def check(asked: Check) -> Response:
        """Checks a patient against the words of one criterion."""
        return sent(check_criterion(assistant, asked))

    @app.post(
        "/api/ask",
        response_model=Answer,
        tags=["trials"],
        openapi_extra=_example(question="Which trials accept Child-Pugh B?"),
    )
    def answer(asked: Ask) -> Response:
        """Answers a question from quoted passages, with citations."""
        return sent(ask(assistant, asked))

    @app.post("/api/search", response_model=Found, tags=["trials"], openapi_extra=_example(query="portal vein tumour thrombus"))
    def search(asked: Search) -> Response:
        """Finds passages by words and by meaning."""
        return sent(search_trials(assistant, asked))

    @app.get("/api/trials", tags=["trials"])
    def trials() -> list[TrialSummary]:
        """Lists the trials in the store."""
        return [_summary(trial) for trial in assistant.trials()]

    @app.get("/api/trials/{id}", response_model=Trial, tags=["trials"])
    def trial(id: str) -> Response:
        """A trial's record by id, NCT number or the unique beginning of an id: fields, criteria, each with its compiled condition."""
        return sent(assistant.trial(id))

    @app.post(
        "/getClinicalTrial",
        tags=["FHIR"],
        openapi_extra={"requestBody": {"content": {"application/json": {"examples": {"example": {"value": _BUNDLE}}}}}},
    )
    def get_clinical_trial(body: dict[str, Any]) -> dict[str, Any]:
        """MITRE's matching service: a FHIR R4 Bundle (or an object with one as patientData) in, a searchset of ResearchStudy out.

        search.score runs from 0 (excluded) to 1; phase and recruitmentStatus of a Parameters resource are applied.
        """
        return clinical_trials(assistant, body)

    @app.get("/api/health", tags=["service"])
    def health() -> dict[str, str]:
        """Says that the service runs."""
        return {"status": "ok"}

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi(), SCHEMA), headers={"content-security-policy": POLICY})

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def nothing(rest: str) -> JSONResponse:
        return JSONResponse(complaint("There is nothing under this address with this method.", "GET /api/docs lists what there is."), 404)

    @app.exception_handler(TrialmatchError)
    def refused(_: Request, error: TrialmatchError) -> JSONResponse:
        return JSONResponse(complaint(error.message, error.hint), _code(error))

    @app.exception_handler(RequestValidationError)
    def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse(
            complaint(wrong(error.errors()), "GET /api/docs shows the arguments; send JSON with Content-Type: application/json."), 422
        )

    @app.exception_handler(HTTPException)
    def other(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse(complaint(f"{error.detail}.", "GET /api/docs lists what there is."), error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    def fault(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse(complaint(*fault_words(error)), 500)

    return app


def _summary(trial: Trial) -> TrialSummary:
    from assistant.report.record import compiled

    return TrialSummary(
        **trial.model_dump(include={"id", "nct_id", "title", "source", "layout", "has_eligibility_list"}),
        criteria=len(trial.criteria),
        not_compiled=sum(not compiled(criterion) for criterion in trial.criteria),
    )


def _code(error: TrialmatchError) -> int:
    return 404 if isinstance(error, UnknownTrial) else 422 if isinstance(error, InputError) else 503 if isinstance(error, StoreError) else 500


def _example(**values: str) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"examples": {"example": {"value": values}}}}}}


def _version() -> str:
    try:
        return version("trialmatch")
    except PackageNotFoundError:
        return "0"
