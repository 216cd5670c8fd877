"""Many machines: an external PostgreSQL, and Redis for the queue and the live channel."""

from __future__ import annotations

from watchfloor.config.environ import env_text
from watchfloor.config.settings.base import *  # noqa: F403
from watchfloor.config.settings.base import CELERY

REDIS_URL = env_text("WATCHFLOOR_REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
}
CELERY["broker_url"] = REDIS_URL
