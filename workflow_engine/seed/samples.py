"""Small PDFs that stand for what applicants attach."""

import typst

TITLES = {
    "establishment_file": "Giấy chứng nhận đăng ký doanh nghiệp",
    "staff_file": "Danh sách thử nghiệm viên, bằng cấp, chứng chỉ",
    "procedure_list_file": "Danh mục tài liệu, quy trình kỹ thuật",
    "report_template_file": "Mẫu Phiếu kết quả thử nghiệm",
    "accreditation_file": "Chứng chỉ công nhận ISO/IEC 17025",
    "supplement": "Tài liệu bổ sung theo yêu cầu",
}
SOURCE = """#set page(paper: "a4", margin: 25mm)
#set text(lang: "vi", size: 12pt)
#set document(title: sys.inputs.title)
#align(center, text(size: 16pt, weight: "bold", upper(sys.inputs.title)))
#v(1em)
#align(center, text(style: "italic")[Tài liệu trình diễn, không có giá trị pháp lý])
#v(1em)
#table(columns: (auto, 1fr, 1fr), inset: 7pt,
  [*TT*], [*Nội dung*], [*Ghi chú*],
  ..range(1, 9).map(n => ([#n], [Mục số #n], [Đáp ứng])).flatten())
"""


def sample_pdf(component: str) -> bytes:
    """A one-page PDF with the title of the component."""
    pdf = typst.compile(
        SOURCE.encode(), format="pdf", ignore_system_fonts=True, sys_inputs={"title": TITLES[component]}
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst made several files of one page")
    return pdf
