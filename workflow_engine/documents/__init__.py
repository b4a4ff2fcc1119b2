"""Papers of a dossier as PDF, laid out as Decree 30/2020/NĐ-CP wants, by typst from the templates in forms/documents.

Values reach a template only as JSON and are set as text, never as markup; a paper reads no file but its own templates.

``render(template_key, values, root=…)`` wants these values; a missing one is a ModelError naming template and field,
``None`` or "" prints as a gap. Moments (keys ending in ``at``) are ISO 8601 with an offset or aware datetimes and
print in Vietnamese time; dates (``…_on``, ``valid_to``) are "YYYY-MM-DD" or ``date``::

    authority    superior, name, short, place, desk, address, phone
    document     number, symbol, issued_on, title, abstract, is_draft, is_demo, verify_url
    dossier      code, procedure, procedure_code, submitted_at, received_at, due_at, deadline_text, result_channel,
                 tracking_url, lookup_hint, components [{name, copy, quantity}],
                 applicant {name, code, address, phone, email, representative, representative_title}
    signer       capacity ("head" | "deputy" | "by_order" | "delegated"), head_title, title, name
    author       name, unit, phone          the official who wrote the paper
    legal_basis  [text]                     without the word "Căn cứ" and the semicolon
    recipients   [text]
    movements    [{from, to, at, result, note}]
    fields       values of the forms, rows as lists of objects:

    receipt_note              copies; may have fee_text
    supplement_request        missing_items [{document, requirement, reason}], supplement_due_at
    refusal_note              refusal_reason; may have refusal_legal_basis, competent_agency
    apology_note              delay_reason, new_due_on
    stop_notice               stop_reason, stop_detail; may have fee_handling, papers_returned
    control_sheet             –
    submission_note           grounds; may have submission_no, verification_opinion
    appraisal_report          scope [{test_name, method_code, row_outcome, row_reason}], conclusion; may have note,
                              refusal_reason, valid_to, accreditation and management system answers
    registration_certificate  scope [{test_name, method_code; may have field, range, row_outcome}], valid_to
    refusal_letter            refusal_reason; may have refusal_legal_basis
"""

from workflow_engine.documents.rendering import Box, Rendered, person_appearance, render, seal_appearance

__all__ = ["Box", "Rendered", "person_appearance", "render", "seal_appearance"]
