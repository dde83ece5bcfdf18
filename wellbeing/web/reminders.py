"""Switching reminders off with the link in a mail, without signing in.

Looking at the page changes nothing, because mail programs look at links by themselves.
The POST needs no proof of a form: mail programs send it on their own (RFC 8058), and
whoever holds the link may do this one thing.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from wellbeing.bootstrap import process_context
from wellbeing.content.load import say
from wellbeing.domain.errors import LinkUsedOrExpiredError
from wellbeing.services.reminders import stop_by_link, stop_link_works
from wellbeing.web import html
from wellbeing.web.forms import NO_STORE


async def stop(request: Request) -> Response:
    """Show a page with one button, or switch off the reminders of a mail's owner."""
    ctx, token = process_context(), request.path_params["token"]
    if request.method == "POST":
        try:
            await run_in_threadpool(stop_by_link, ctx, token)
        except LinkUsedOrExpiredError:
            return _useless_link()
        body = html.paragraph(say("reminders.stopped"))
        body += html.link("/my-data", say("navigation.my_data"))
        return _page(body)
    if not await run_in_threadpool(stop_link_works, ctx, token):
        return _useless_link()
    body = html.paragraph(say("reminders.stop_what"))
    body += html.form(request.url.path, [], say("reminders.stop_button"), {})
    return _page(body)


def _page(body: str) -> Response:
    shown = html.page(say("reminders.stop_title"), body)
    return HTMLResponse(shown, 200, NO_STORE)


def _useless_link() -> Response:
    body = html.paragraph(say("reminders.stop_useless"))
    body += html.link("/my-data", say("navigation.my_data"))
    return HTMLResponse(html.page(say("edge.useless_link"), body), 404, NO_STORE)
