"""One machine, one command: PostgreSQL carries the queue and the live channel too."""

from __future__ import annotations

from watchfloor.config.settings.base import *  # noqa: F403
from watchfloor.config.settings.base import CELERY

CHANNEL_LAYERS = {"default": {"BACKEND": "watchfloor.embedded.bridge.PostgresChannelLayer"}}
CELERY["broker_transport"] = "watchfloor.embedded.broker:Transport"
CELERY["broker_url"] = "watchfloor.embedded.broker:Transport://"
