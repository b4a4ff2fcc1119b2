"""Which unit a task goes to: the role says the kind of unit, the dossier says of which authority."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_engine.models import Authority, Dossier, Unit
from workflow_engine.spiff import Fault

# Roles whose unit is the authority's own of this kind; the others work in the unit that handles the dossier.
KIND_OF_ROLE = {
    "reception": "reception",
    "clerk": "records",
    "accountant": "accounting",
    "leader": "leadership",
    "legal_dept": "legal",
    "council": "council",
}
HANDLING_ROLES = frozenset({"dept_head", "specialist", "assessment_team"})
SUPERIOR_ROLE = "superior_office"
ROLES = frozenset({*KIND_OF_ROLE, *HANDLING_ROLES, SUPERIOR_ROLE, "system"})


def unit_of_kind(session: Session, authority_id: int, kind: str) -> Unit | None:
    """The unit of an authority of a kind; the first one made when there are several."""
    units: dict[tuple[int, str], Unit] = session.info.setdefault("units", {})
    if (authority_id, kind) not in units:
        for unit in session.scalars(select(Unit).where(Unit.authority_id == authority_id).order_by(Unit.id.desc())):
            units[authority_id, unit.kind] = unit
    return units.get((authority_id, kind))


def unit_for(session: Session, dossier: Dossier, role: str, element_id: str) -> int:
    """The id of the unit where officials of ``role`` handle this dossier. A missing unit is a fault that names it."""
    if role in HANDLING_ROLES:
        if dossier.unit_id is None:
            raise Fault("the dossier has no handling unit", element=element_id)
        return dossier.unit_id
    authority_id, kind = dossier.authority_id, KIND_OF_ROLE.get(role, "")
    if role == SUPERIOR_ROLE:
        superior = session.scalar(select(Authority.superior_id).where(Authority.id == dossier.authority_id))
        authority_id, kind = superior or 0, "office"
    unit = unit_of_kind(session, authority_id, kind)
    if unit is None:
        raise Fault(
            f"the authority has no unit of the kind {kind or role!r} for the role {role!r}: an administrator adds it",
            element=element_id,
        )
    return unit.id
