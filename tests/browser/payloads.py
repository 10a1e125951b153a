"""Two hundred texts that want to run as code, and the watch over a page while they are on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page

PAYLOADS = [json.loads(line) for line in Path(__file__).with_name("payloads.jsonl").read_text().splitlines()]
TRAP = """() => {
  window.caught = [];
  window.gotcha = () => window.caught.push('a payload ran');
  document.addEventListener('securitypolicyviolation', event =>
    window.caught.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
}"""
# Nothing that React makes here has any of these.
MADE_BY_A_PAYLOAD = """() => [...document.querySelectorAll('*')].filter(each => {
  if (each.matches('iframe, object, embed, base, frame, frameset, marquee, math, portal, xmp')) return true;
  if (each.matches('meta[http-equiv], animate, set, use, script:not([src]), script[src^=data]')) return true;
  const attributes = [...each.attributes];
  if (attributes.some(({ name }) => name.startsWith('on') || name === 'srcdoc' || name === 'formaction')) return true;
  const address = attributes.filter(({ name }) => ['href', 'src', 'action', 'xlink:href', 'data'].includes(name));
  return address.some(({ value }) => /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text|file|intent)/i.test(value));
}).map(each => each.outerHTML.slice(0, 200))"""


@dataclass
class Guard:
    """Watches a page while payloads are on it."""

    page: Page
    went: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        """Called for each dialog; there should be none."""
        self.went.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def look(self) -> None:
        """Nothing ran, nothing was made, nothing was left or opened."""
        assert self.page.evaluate("window.caught") == []
        assert self.page.evaluate(MADE_BY_A_PAYLOAD) == []
        assert self.went == []
        assert len(self.page.context.pages) == 1


def watched(page: Page) -> Guard:
    """The page with a trap in it, before it goes anywhere."""
    page.add_init_script(f"({TRAP})()")
    watching = Guard(page)
    page.on("dialog", watching.dismiss)
    page.on("request", lambda request: _note_strange(watching, request.url, page.url))
    return watching


def _note_strange(guard: Guard, asked: str, at: str) -> None:
    own = at.split("/", 3)[:3]
    if at != "about:blank" and not asked.startswith(("data:image/", "blob:")) and asked.split("/", 3)[:3] != own:
        guard.went.append(asked)


def scroll_through(scroller: Locator) -> None:
    """Every row is drawn once."""
    scroller.evaluate(
        """async each => {
          for (let before = -1; each.scrollTop !== before; ) {
            before = each.scrollTop;
            each.scrollTop += each.clientHeight * 0.8;
            for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
          }
        }"""
    )
