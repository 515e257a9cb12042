"""Uploaded files, where no nginx answers for them before."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified
from django.views.static import serve


def media(request: HttpRequest, path: str) -> FileResponse | HttpResponseNotModified:
    """The file at `path` under MEDIA_ROOT. Raises Http404 when there is none, or can be none of that name."""
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except OSError as error:  # a name longer than the file system takes
        raise Http404("No such file.") from error
