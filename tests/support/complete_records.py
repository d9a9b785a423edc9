"""Records that the first dossier lacks for every filter to find something."""

from __future__ import annotations

from archive.filters import FILTERSETS
from archive.models import Appointment, Body, Citation, Dossier, DossierEntry, Source, Statement


def complete_records() -> None:
    """Write them."""
    publisher = Body.objects.get(slug="the-korea-herald")
    source = Source.objects.create(slug="a-source-of-all", status="published", title="A source", publisher=publisher)
    for kind in ("officials", "bodies", "offices", "appointments", "measures"):
        filterset = FILTERSETS[kind]
        for record in filterset._meta.model.objects.order_by("-slug")[:2]:
            Citation.objects.create(source=source, **{filterset.fk_name: record})
    second = Dossier.objects.create(slug="a-second-dossier", status="published", name="Another")
    statement = Statement.objects.get(slug="2019-07-08-moon-calls-for-withdrawal")
    DossierEntry.objects.create(dossier=second, position=1, statement=statement)
    Statement.objects.filter(speaker__slug="moon-jae-in").update(language="ko")
    Statement.objects.filter(speaker__slug="abe-shinzo").update(language="en")
    Appointment.objects.filter(official__slug__in=["suh-choo-suk", "moon-jae-in"]).update(mode="acting")
    Appointment.objects.filter(official__slug="hayashi-yoshimasa").update(mode="nominee")
