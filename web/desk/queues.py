"""The queues of an official: their names, keys and empty sentences, and the left menu made from them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, request, url_for
from flask_login import current_user

from workflow_engine.people import Official


@dataclass(frozen=True)
class Queue:
    """A list of tasks: ``key`` names it to the engine and in the address, ``letter`` is pressed after G."""

    key: str
    label: str
    letter: str
    icon: str
    tone: str
    empty: str


QUEUES = (
    Queue("all", "Tất cả", "a", "inbox", "", "Không có việc nào đang chờ bạn hay nhóm của bạn."),
    Queue("mine", "Của tôi", "m", "user-check", "", "Bạn không giữ việc nào."),
    Queue("group", "Chờ nhận", "n", "users", "", "Nhóm không có việc nào chờ người nhận."),
    Queue("due_soon", "Sắp đến hạn", "s", "clock-hour-4", "warn", "Không có việc nào sắp đến hạn."),
    Queue("overdue", "Quá hạn", "q", "clock-exclamation", "late", "Không có việc nào quá hạn."),
    Queue("waiting", "Chờ bổ sung", "b", "hourglass", "", "Không có hồ sơ nào chờ người nộp bổ sung."),
)
BY_KEY = {queue.key: queue for queue in QUEUES}

# What the first group of the menu is called for the role that an official holds.
HEADINGS = {
    "reception": "Bộ phận Một cửa",
    "dept_head": "Lãnh đạo phòng",
    "leader": "Lãnh đạo cơ quan",
    "clerk": "Văn thư",
    "specialist": "Việc của tôi",
}
# The group queue under the name by which a role knows what waits in it.
GROUP_LABELS = {
    "reception": "Chờ tiếp nhận",
    "dept_head": "Chờ phân công, rà soát",
    "leader": "Chờ ký số",
    "clerk": "Chờ đóng dấu",
}
# Who looks after dossiers that wait for the applicant.
WAITING_ROLES = frozenset({"reception", "specialist", "dept_head"})


@dataclass(frozen=True)
class Entry:
    """A line of the menu."""

    label: str
    href: str
    icon: str
    count: int = 0
    tone: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    """Lines of the menu under a heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Empty:
    """What an empty queue says, and the next useful place."""

    sentence: str
    href: str = ""
    link: str = ""


def queue_of(key: str | None) -> Queue:
    """The queue of that key; the first one for anything else."""
    return BY_KEY.get(key or "", QUEUES[0])


def queues_for(official: Official) -> tuple[Queue, ...]:
    """The queues that say something to the roles of this official."""
    return tuple(queue for queue in QUEUES if queue.key != "waiting" or any(map(official.has_role, WAITING_ROLES)))


def empty_of(queue: Queue, counts: Mapping[str, int], text: str) -> Empty:
    """The sentence for a queue without rows."""
    if text:
        href = url_for("inbox.show_inbox", hang=queue.key)
        return Empty(f"Không có việc nào khớp “{text}”. Thử từ ngắn hơn, hoặc tìm trong hàng khác.", href, "Bỏ lọc")
    for key in ("overdue", "due_soon", "mine", "group"):
        if key != queue.key and counts.get(key):
            other = BY_KEY[key]
            words = f"Còn {counts[key]} việc ở hàng “{other.label}”: mở hàng này"
            return Empty(queue.empty, url_for("inbox.show_inbox", hang=key), words)
    return Empty(queue.empty, url_for("procedures.show_list"), "Xem danh mục thủ tục")


def keep_counts(counts: Mapping[str, int]) -> None:
    """Let the menu of this page show the counts; a page that has not asked for them shows none."""
    g.queue_counts = counts


def menu() -> tuple[Group, ...]:
    """The left menu of the official who is signed in: own queues first, only pages that exist."""
    official: Official = current_user.official
    counts: Mapping[str, int] = g.get("queue_counts", {})
    chosen = request.args.get("hang") if request.endpoint == "inbox.show_inbox" else None
    here = queue_of(chosen).key if request.endpoint == "inbox.show_inbox" else ""
    role = next((role for role in HEADINGS if official.has_role(role)), "")
    entries = tuple(
        Entry(
            "Hộp việc"
            if queue.key == "all"
            else GROUP_LABELS.get(role, queue.label)
            if queue.key == "group"
            else queue.label,
            url_for("inbox.show_inbox", hang=queue.key),
            queue.icon,
            counts.get(queue.key, 0),
            queue.tone,
            queue.key == here,
        )
        for queue in queues_for(official)
    )
    look_up = (
        Entry("Danh mục thủ tục", url_for("procedures.show_list"), "list-details"),
        Entry("Kiểm tra văn bản", url_for("verify.show_upload"), "shield-check"),
    )
    return Group(HEADINGS.get(role, "Việc của tôi"), entries), Group("Tra cứu", look_up)
