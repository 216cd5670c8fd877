"""Static files under names that carry their hash, so that browsers may keep them for good."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Renames what scripts import from each other too: old and new never mix in one page."""

    support_js_module_import_aggregation = True
