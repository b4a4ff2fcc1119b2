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
SOURCE = b"""#set page(paper: "a4", margin: 25mm)
#set text(lang: "vi", size: 12pt)
#set document(title: sys.inputs.title)
#align(center, text(size: 16pt, weight: "bold", upper(sys.inputs.title)))
#v(1em)
#align(center, text(style: "italic")[T\xc3\xa0i li\xe1\xbb\x87u tr\xc3\xacnh di\xe1\xbb\x85n, kh\xc3\xb4ng c\xc3\xb3 gi\xc3\xa1 tr\xe1\xbb\x8b ph\xc3\xa1p l\xc3\xbd])
#v(1em)
#table(columns: (auto, 1fr, 1fr), inset: 7pt,
  [*TT*], [*N\xe1\xbb\x99i dung*], [*Ghi ch\xc3\xba*],
  ..range(1, 9).map(n => ([#n], [M\xe1\xbb\xa5c s\xe1\xbb\x91 #n], [\xc4\x90\xc3\xa1p \xe1\xbb\xa9ng])).flatten())
"""


def sample_pdf(component: str) -> bytes:
    """A one-page PDF with the title of the component."""
    pdf = typst.compile(SOURCE, format="pdf", ignore_system_fonts=True, sys_inputs={"title": TITLES[component]})
    if not isinstance(pdf, bytes):
        raise TypeError("typst made several files of one page")
    return pdf
