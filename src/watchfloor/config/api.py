"""The HTTP interface: each app's router under one roof, errors as problem documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from watchfloor import __version__
from watchfloor.console.api import router as views_router
from watchfloor.domain.contacts.api import router as contacts_router
from watchfloor.domain.inventory.api import router as inventory_router
from watchfloor.domain.naming.api import router as names_router
from watchfloor.domain.outline.api import router as outline_router
from watchfloor.domain.plans.api import router as plans_router
from watchfloor.domain.privacy.api import router as privacy_router
from watchfloor.domain.registers.api import router_of
from watchfloor.domain.registers.declaration import declared
from watchfloor.domain.video.api import router as video_router
from watchfloor.noc.alerts.api import router as alerts_router
from watchfloor.noc.alerts.testing_api import router as tests_router
from watchfloor.noc.bulk.api import router as bulk_router
from watchfloor.noc.clustering.api import router as clusters_router
from watchfloor.noc.desks.api import router as desks_router
from watchfloor.noc.desks.skills_api import router as skills_router
from watchfloor.noc.evidence.api import router as evidence_router
from watchfloor.noc.findings.api import router as findings_router
from watchfloor.noc.handover.api import router as handovers_router
from watchfloor.noc.incidents.api import router as incidents_router
from watchfloor.noc.intake.api import router as intake_router
from watchfloor.noc.intake.openapi import add_doors
from watchfloor.noc.integrations.api import router as integrations_router
from watchfloor.noc.kpis.api import router as kpis_router
from watchfloor.noc.orders.api import router as orders_router
from watchfloor.noc.rehearsal.api import router as rehearsals_router
from watchfloor.noc.rhythm.api import router as rhythm_router
from watchfloor.noc.sounds.api import router as sounds_router
from watchfloor.noc.teaching.api import router as teaching_router
from watchfloor.noc.walls.api import router as walls_router
from watchfloor.noc.watching.api import router as watching_router
from watchfloor.platform.accounts.api import router as accounts_router
from watchfloor.platform.accounts.permissions import needs
from watchfloor.platform.errors import NocError, NotFound
from watchfloor.platform.parameters import only_known
from watchfloor.platform.requests import problem_response
from watchfloor.sensing.baselines.api import router as baselines_router
from watchfloor.sensing.filings.api import router as filings_router
from watchfloor.sensing.fraud.api import router as fraud_router
from watchfloor.sensing.presence.api import router as presence_router
from watchfloor.sensing.rosters.api import router as rosters_router
from watchfloor.sensing.scorecard.api import router as scorecard_router
from watchfloor.sensing.thresholds.api import router as limits_router
from watchfloor.sensing.tickets.api import router as tickets_router
from watchfloor.sensing.work_orders.api import router as work_orders_router


class Encoder(NinjaJSONEncoder):
    """Spells times to the microsecond, as the live channel does; Django's cuts them short."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return o.isoformat().replace("+00:00", "Z")
        return super().default(o)


class Renderer(JSONRenderer):
    encoder_class = Encoder


class FloorAPI(NinjaAPI):
    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**asked)
        add_doors(document)
        return document


api = FloorAPI(
    title="Watchfloor",
    version=__version__,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=needs(None),
    renderer=Renderer(),
)
api.add_decorator(only_known, mode="operation")
api.add_router("", accounts_router)
api.add_router("", intake_router)
api.add_router("", rhythm_router)
api.add_router("", alerts_router)
api.add_router("", tests_router)
api.add_router("", clusters_router)
api.add_router("", incidents_router)
api.add_router("", findings_router)
api.add_router("", rosters_router)
api.add_router("", orders_router)
api.add_router("", desks_router)
api.add_router("", bulk_router)
api.add_router("", handovers_router)
api.add_router("", skills_router)
api.add_router("", sounds_router)
api.add_router("", evidence_router)
api.add_router("", integrations_router)
api.add_router("", rehearsals_router)
api.add_router("", teaching_router)
api.add_router("", watching_router)
api.add_router("", kpis_router)
api.add_router("", baselines_router)
api.add_router("", presence_router)
api.add_router("", scorecard_router)
api.add_router("", fraud_router)
api.add_router("", walls_router)
api.add_router("", names_router)
api.add_router("", contacts_router)
api.add_router("", privacy_router)
api.add_router("", outline_router)
api.add_router("", plans_router)
api.add_router("", video_router)
api.add_router("", views_router)
# Before the records, of which these are some.
api.add_router("", tickets_router)
api.add_router("", work_orders_router)
api.add_router("", filings_router)
api.add_router("", limits_router)
for listed in declared():
    api.add_router("", router_of(listed))
# Last: it takes DELETE at any two words, and would take them from those behind it.
api.add_router("", inventory_router)


@api.exception_handler(NocError)
def _told(request: HttpRequest, error: NocError) -> HttpResponse:
    return problem_response(request, error.status, error.problem())


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    message = "Sign in, or send a key as `Authorization: Bearer KEY`."
    response = problem_response(request, 401, {"code": "unauthenticated", "message": message})
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if all(part["loc"][0] == "path" for part in error.errors):
        return _told(request, NotFound("There is nothing of this name."))
    fields = {
        _name(part["loc"]): part["msg"].removeprefix("Value error, ") for part in error.errors
    }
    message = "Some values cannot be used."
    problem = {"code": "invalid", "message": message, "fields": fields}
    return problem_response(request, 422, problem)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    return problem_response(request, status, {"code": "bad_request", "message": str(error)})


def _name(location: Any) -> str:
    """Return "email" for ("body", "payload", "email")."""
    parts = [str(part) for part in location]
    return ".".join(parts[2:] or parts[-1:])
