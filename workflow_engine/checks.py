"""The six lines under the verdict on a signed document, as sentences a citizen understands."""

from collections.abc import Sequence
from datetime import datetime

from workflow_engine.local_time import VIETNAM
from workflow_engine.verification import Check, Signature


def _local(moment: str | None) -> str:
    """Return an ISO time as "16:20:07 18/11/2026" in Viet Nam."""
    return datetime.fromisoformat(moment).astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y") if moment else "?"


def checks_of(signatures: Sequence[Signature], *, is_revocation_known: bool) -> tuple[Check, ...]:
    """Return the six checks in the order of the screen; needs at least one signature."""
    return (
        _content(signatures),
        _signer(signatures),
        _seal(signatures),
        _certificates(signatures, is_revocation_known),
        _timestamp(signatures),
        Check(
            "in_force",
            "unknown",
            "Document in force",
            "The file can not tell whether the document is still in force: look it up in the register of the agency.",
        ),
    )


def _content(signatures: Sequence[Signature]) -> Check:
    title = "Content not changed after signing"
    if not all(signature.is_intact for signature in signatures):
        return Check("content", "failed", title, "The content was changed after it was signed.")
    if not any(signature.covers_whole_file for signature in signatures):
        return Check("content", "failed", title, "Something was added to the file after the last signature.")
    return Check("content", "passed", title, "The content is what was signed, from the first byte to the last.")


def _signer(signatures: Sequence[Signature]) -> Check:
    title = "Signature of the person in charge"
    signed = next((signature for signature in signatures if signature.role == "leader"), None)
    if signed is None:
        return Check("leader_signature", "absent", title, "No person signed this document.")
    params = {"name": signed.common_name, "title": signed.title, "signed_at": _local(signed.signed_at)}
    if not signed.is_intact:
        return Check("leader_signature", "failed", title, "The signature of {name} is not valid.", params)
    return Check("leader_signature", "passed", title, "{name}, {title}, signed at {signed_at}.", params)


def _seal(signatures: Sequence[Signature]) -> Check:
    title = "Seal of the agency"
    seal = next((signature for signature in signatures if signature.role == "seal"), None)
    if seal is None:
        return Check("agency_seal", "absent", title, "The document carries no seal of an agency.")
    params = {"organisation": seal.organisation, "signed_at": _local(seal.signed_at)}
    if not seal.is_intact:
        return Check("agency_seal", "failed", title, "The seal of {organisation} is not valid.", params)
    return Check("agency_seal", "passed", title, "{organisation} sealed it at {signed_at}.", params)


def _certificates(signatures: Sequence[Signature], is_revocation_known: bool) -> Check:
    title = "Certificates of the signers"
    revoked = next((signature for signature in signatures if signature.is_revoked), None)
    if revoked is not None:
        params = {"name": revoked.common_name}
        return Check("certificates", "failed", title, "The certificate of {name} was revoked.", params)
    foreign = next((signature for signature in signatures if not signature.is_trusted), None)
    if foreign is not None:
        sentence = "The certificate of {name} was not issued by an authority that is trusted here, or has expired."
        return Check("certificates", "failed", title, sentence, {"name": foreign.common_name})
    params = {"issuer": signatures[0].issuer}
    if not is_revocation_known:
        sentence = "Issued by {issuer}; no list of revoked certificates was at hand to look them up."
        return Check("certificates", "unknown", title, sentence, params)
    return Check("certificates", "passed", title, "Issued by {issuer}, valid and not revoked.", params)


def _timestamp(signatures: Sequence[Signature]) -> Check:
    title = "Trusted timestamp"
    if all(signature.has_timestamp for signature in signatures):
        return Check("timestamp", "passed", title, "Every signature carries a timestamp of a timestamp authority.")
    return Check("timestamp", "absent", title, "No timestamp: the times of signing are what the signers' systems said.")
