"""Somebody at a browser without scripts: opens pages, fills in what the page shows, presses its buttons.

Only what a page offers can be typed and pressed: a control that is missing, locked or closed fails the test. What a
forged request would send goes through ``send``.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

Values = Mapping[str, str | bool]
Files = Mapping[str, tuple[str, bytes]]  # by name of the control: file name, content


@dataclass(frozen=True)
class Page:
    """An answer of the site; ``tree`` is what the browser would show, ``text`` its words in one line."""

    status: int
    address: str
    content: bytes
    headers: Mapping[str, str]
    tree: Any

    @property
    def text(self) -> str:
        """All words of the body."""
        return _words(self.tree.find("body"))

    def words(self, xpath: str) -> str:
        """The words of the first element of this path."""
        found = self.tree.xpath(xpath)
        assert found, f"{self.address} has no {xpath}: {self.text[:1500]}"
        return _words(found[0])

    def link(self, words: str) -> str:
        """The address behind the link with these words."""
        for each in self.tree.xpath("//a[@href]"):
            if words in _words(each):
                return str(each.get("href"))
        raise AssertionError(f"{self.address} has no link “{words}”: {self.text[:1500]}")

    def buttons(self) -> list[str]:
        """The words of the buttons that can be pressed."""
        return [_words(each) for each in self.tree.xpath("//form//button[@type='submit']") if _is_open(each)]

    def button(self, words: str) -> Any:
        """The button that begins with these words."""
        for each in self.tree.xpath("//form//button[not(@aria-hidden)]"):
            if _words(each).startswith(words) and _is_open(each):
                return each
        raise AssertionError(f"{self.address} has no button “{words}”, but {self.buttons()}: {self.text[:1500]}")

    def typed(self, name: str) -> str:
        """What stands in a text control."""
        found = self.tree.xpath(f"//*[@name='{name}']")
        assert found, f"{self.address} has no control “{name}”"
        return _text_in(found[0]) if found[0].tag == "textarea" else str(found[0].get("value") or "")

    def has_control(self, name: str) -> bool:
        """Whether something can be typed or chosen under this name."""
        return any(_can_be_typed(each) for each in self.tree.xpath(f"//*[@name='{name}']"))


@dataclass(frozen=True)
class Visitor:
    """One person's browser, with its cookies; the site sees it at ``network_address``."""

    client: FlaskClient
    network_address: str = "127.0.0.1"

    def open(self, address: str) -> Page:
        """Go to an address of the site."""
        return self._page(self.client.get(address, follow_redirects=True, environ_overrides=self._environment))

    def press(self, page: Page, words: str, values: Values | None = None, files: Files | None = None) -> Page:
        """Type the values into the form around a button, choose the files, press the button."""
        button = page.button(words)
        form = next(button.iterancestors("form"))
        for name, value in (values or {}).items():
            _type(page, form, name, value)
        sent: MultiDict[str, Any] = MultiDict(_entered(form))
        if button.get("name"):
            sent.add(button.get("name"), button.get("value") or "")
        for name, (filename, content) in (files or {}).items():
            assert form.xpath(f".//input[@type='file' and @name='{name}']"), f"{page.address} takes no file “{name}”"
            sent.add(name, (io.BytesIO(content), filename))
        address = urljoin(page.address, button.get("formaction") or form.get("action") or "")
        return self._post(address, sent)

    def send(self, page: Page, address: str, values: Mapping[str, Any]) -> Page:
        """Post what no page offers, with the token of a page this visitor has open."""
        return self._post(address, MultiDict({"csrf_token": page.typed("csrf_token"), **values}))

    def upload(self, page: Page, control: str, filename: str, content: bytes, *, component: str = "") -> TestResponse:
        """Send a file as the script of the page does: the body is the file; ``component`` lies about which it is."""
        picker = page.tree.xpath(f"//input[@type='file' and @data-key='{control}']")[0]
        return self.client.post(
            picker.get("data-upload"),
            query_string={"thanh-phan": component or picker.get("data-key"), "ten": filename},
            data=content,
            headers={"X-CSRFToken": page.typed("csrf_token"), "Accept": "application/json"},
            content_type="application/octet-stream",
        )

    def sign_in(self, username: str, password: str) -> Page:
        """Sign in on the page for it."""
        return self.press(self.open("/dang-nhap"), "Đăng nhập", {"username": username, "password": password})

    @property
    def _environment(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.network_address}

    def _post(self, address: str, values: MultiDict[str, Any]) -> Page:
        return self._page(
            self.client.post(address, data=values, follow_redirects=True, environ_overrides=self._environment)
        )

    def _page(self, response: TestResponse) -> Page:
        content = response.data
        response.close()
        is_page = response.mimetype == "text/html" and content
        tree = html.document_fromstring(content.decode()) if is_page else html.document_fromstring("<body></body>")
        address = response.request.full_path.removesuffix("?")
        return Page(response.status_code, address, content, response.headers, tree)


def _words(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def _is_open(element: Any) -> bool:
    return "disabled" not in element.attrib and not element.xpath("ancestor::fieldset[@disabled]")


def _can_be_typed(element: Any) -> bool:
    return _is_open(element) and "readonly" not in element.attrib and element.get("type") != "hidden"


def _type(page: Page, form: Any, name: str, value: str | bool) -> None:
    controls = [each for each in form.xpath(f".//*[@name='{name}']") if each.tag != "button" and _can_be_typed(each)]
    assert controls, f"{page.address}: nothing can be typed into “{name}”: {_words(form)[:1500]}"
    kind = controls[0].get("type")
    if kind == "radio":
        chosen = [each for each in controls if each.get("value") == value]
        assert chosen, f"{page.address}: “{name}” offers no “{value}”"
        for each in controls:
            each.attrib.pop("checked", None)
        chosen[0].set("checked", "checked")
    elif kind == "checkbox":
        controls[0].checked = bool(value)
    else:
        controls[0].value = value  # A select refuses what it does not offer.


def _entered(form: Any) -> list[tuple[str, str]]:
    return [
        (name, value)
        for control in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]")
        if _is_open(control) and control.get("type") not in ("file", "submit", "image", "reset")
        for name, value in _value_of(control)
    ]


def _value_of(control: Any) -> list[tuple[str, str]]:
    name = control.get("name")
    if control.get("type") in ("checkbox", "radio"):
        return [(name, control.get("value") or "on")] if "checked" in control.attrib else []
    if control.tag == "select" and control.multiple:
        return [(name, each) for each in control.value]
    return [(name, _text_in(control) if control.tag == "textarea" else control.value or "")]


def _text_in(area: Any) -> str:
    """What a browser shows: the first line break of a text area is none."""
    return str(area.text or "").removeprefix("\n")
