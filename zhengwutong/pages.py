"""The client's page and its worker."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


@require_safe
@never_cache
@ensure_csrf_cookie
def client(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """The one page of the client, whatever the address; the client's own router does the rest."""
    page = settings.CLIENT / "index.html"
    if not page.exists():
        return HttpResponse("客户端还没有构建：请运行 make run。", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(page.read_bytes(), content_type="text/html; charset=utf-8")


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, from the root so that it may serve every page."""
    script = settings.CLIENT / "sw.js"
    if not script.exists():
        return HttpResponse(status=404)
    return FileResponse(script.open("rb"), content_type="text/javascript; charset=utf-8")
