from __future__ import annotations

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "watchfloor.domain.privacy"
    label = "privacy"

    def ready(self) -> None:
        from watchfloor.domain.privacy.masks import mask_of
        from watchfloor.platform import privacy
        from watchfloor.platform.audit import services as audit

        privacy.use(mask_of)
        audit.use(privacy.nameless)
