"""Files given out. The view has found the one that its reader may have."""

import logging

from django.http import FileResponse, Http404

from records.models import StoredFile

logger = logging.getLogger(__name__)


def attachment(stored: StoredFile) -> FileResponse:
    """To be saved, never shown in the portal's own window: whatever is in the file, it cannot act here.

    Raises Http404, and tells the operator, when the file is gone from the disk.
    """
    try:
        stream = stored.file.open("rb")
    except FileNotFoundError as error:
        logger.error("the file of %s %s is gone", stored._meta.label_lower, stored.pk)
        raise Http404 from error
    response = FileResponse(stream, as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
