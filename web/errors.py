"""What a reader sees when something cannot be done: a page in the reader's language that says what to do next."""

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from web.catalogues import sentence
from workflow_engine.errors import EngineError, InvalidForm


def start_errors(app: Flask) -> None:
    """Turn refusals of the engine and of the web into pages."""
    app.register_error_handler(EngineError, show_refusal)
    app.register_error_handler(HTTPException, show_http_error)


def show_refusal(error: EngineError) -> ResponseReturnValue:
    """A refusal of the engine with its own status; a script gets JSON."""
    message = sentence(error)
    details = [sentence(each) for each in error.errors] if isinstance(error, InvalidForm) else []
    if _wants_json():
        return jsonify(message=message, details=details), error.status
    return _page(error.status, message, details)


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Not found, too large, forged, broken: one sentence each."""
    status = error.code or 500
    message = _sentence_for(error, status)
    if _wants_json():
        return jsonify(message=message, details=[]), status
    if error.response is not None:
        return error.response
    return _page(status, message, [])


def _page(status: int, message: str, details: list[str]) -> ResponseReturnValue:
    request_id = g.get("request_id", "")[:8]
    page = render_template("error.html", status=status, message=message, details=details, request_id=request_id)
    return page, status


def _sentence_for(error: HTTPException, status: int) -> str:
    if isinstance(error, CSRFError):
        return _("Phiên làm việc đã hết hạn, nên chưa gửi được. Quay lại trang trước, tải lại trang rồi gửi lại.")
    sentences = {
        400: _("Yêu cầu không đọc được. Quay lại trang trước và thử lại."),
        403: _("Tài khoản của bạn không mở được trang này. Đăng nhập bằng tài khoản khác, hoặc về trang chủ."),
        404: _("Không có trang này. Kiểm tra lại địa chỉ, hoặc tìm từ trang chủ."),
        405: _("Trang này không nhận yêu cầu theo cách đó. Quay lại trang trước và thử lại."),
        413: _("Nội dung gửi lên quá lớn. Chia thành các tệp nhỏ hơn rồi gửi lại."),
        429: _("Bạn thử quá nhiều lần. Chờ vài phút rồi thử lại."),
    }
    return sentences.get(status) or _(
        "Hệ thống gặp lỗi nên chưa làm được việc này. Nội dung đã lưu vẫn còn. Thử lại sau vài phút."
    )


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
