"""Clusters, and the models that advise grouping, over HTTP."""

from __future__ import annotations

from ninja import Router

from watchfloor.noc.clustering.api import clusters, models

router = Router()
router.add_router("", clusters.router)
router.add_router("", models.router)
