"""The client's page, its worker, and the two questions a proxy asks: alive, and ready?"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
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


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers too. 503 tells the proxy to send people elsewhere for a while."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever keeps the database from answering, the answer is the same
        return JsonResponse({"ready": False, "database": False}, status=503)
    return JsonResponse({"ready": True, "database": True})
