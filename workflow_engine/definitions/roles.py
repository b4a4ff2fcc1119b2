"""The roles of an authority: lanes and candidate groups of models are these keys (MODELLING, roles)."""

ROLES = {
    "reception": "Bộ phận Một cửa",
    "dept_head": "Lãnh đạo phòng",
    "specialist": "Chuyên viên thụ lý",
    "assessment_team": "Đoàn đánh giá",
    "council": "Hội đồng",
    "legal_dept": "Pháp chế",
    "superior_office": "Văn phòng cấp trên",
    "leader": "Lãnh đạo cơ quan",
    "clerk": "Văn thư",
    "accountant": "Kế toán",
    "system": "Hệ thống (tự động)",
}
