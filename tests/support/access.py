"""What the other tenant calls the verbs of agents and their access with, for the matrix of all verbs."""

from __future__ import annotations

from typing import Any

from hub.accounts import agents, audit, invitations, passkeys, profile, roles, second, security, sessions, sso
from hub.accounts.grants import OWNER
from hub.core.actor import Actor
from hub.core.hub import Hub
from tests.support.house import PASSWORD


async def access_of_acme(hub: Hub, actor: Actor) -> dict[str, int]:
    """Make a role by the verb; return the ids that Globex tries."""
    owner = Actor("agent", actor.id, actor.name, actor.scope, OWNER)
    role = await roles.create_role(hub, owner, roles.NewRole("Acme's secret role", ["contacts.read"]))
    invited = await invitations.invite(hub, owner, invitations.NewInvitation("secret@acme.example", mail=False))
    (sign_in, *_) = await sessions.sessions_of(hub, actor.id)
    return {"role": int(role.id), "invitation": invited.invitation.id, "sign_in": sign_in["id"]}


ACCESS_INPUTS: dict[str, Any] = {
    "accounts.agents.list_agents": None,
    "accounts.agents.change_agent": lambda ids: agents.AgentChange(ids["agent"], name="Theirs"),
    "accounts.agents.remove_agent": lambda ids: agents.AgentRef(ids["agent"]),
    "accounts.roles.list_roles": None,
    "accounts.roles.create_role": lambda ids: roles.NewRole("Globex's own", ["contacts.read"]),
    "accounts.roles.change_role": lambda ids: roles.RoleChange(ids["role"], name="Theirs"),
    "accounts.roles.delete_role": lambda ids: roles.RoleRef(ids["role"]),
    "accounts.invitations.list_invitations": None,
    "accounts.invitations.invite": lambda ids: invitations.NewInvitation("walt@globex.example", groups=[ids["group"]]),
    "accounts.invitations.renew_invitation": lambda ids: invitations.InvitationRef(ids["invitation"]),
    "accounts.invitations.revoke_invitation": lambda ids: invitations.InvitationRef(ids["invitation"]),
    "accounts.sessions.list_sign_ins": None,
    "accounts.sessions.end_sign_in": lambda ids: sessions.SignInRef(ids["sign_in"]),
    "accounts.sessions.end_other_sign_ins": None,
    "accounts.sessions.list_agent_sign_ins": lambda ids: sessions.AgentSignIns(ids["agent"]),
    "accounts.sessions.end_agent_sign_ins": lambda ids: sessions.AgentSignIns(ids["agent"]),
    "accounts.second.get_second_factors": None,
    "accounts.second.begin_totp": lambda ids: second.Proof(PASSWORD),
    "accounts.second.confirm_totp": lambda ids: second.TotpCode("000000"),
    "accounts.second.remove_totp": lambda ids: second.Proof(PASSWORD),
    "accounts.second.renew_recovery_codes": lambda ids: second.Proof(PASSWORD),
    "accounts.sso.get_sso": None,
    "accounts.sso.set_sso": lambda ids: sso.SsoRule(on=False),
    "accounts.security.get_security": None,
    "accounts.security.set_security": lambda ids: security.SecurityRule(second=False),
    "accounts.audit.list_audit": lambda ids: audit.FindAudit(by=f"agent:{ids['agent']}"),
    "accounts.audit.export_audit": lambda ids: audit.FindAudit(),
    "accounts.audit.get_audit_rule": None,
    "accounts.audit.set_audit_rule": lambda ids: audit.AuditRule(90),
    "accounts.passkeys.begin_passkey": lambda ids: passkeys.PasskeyBegin(
        password=PASSWORD, origin="https://globex.example"
    ),
    "accounts.passkeys.add_passkey": lambda ids: passkeys.NewPasskey("x", "https://globex.example", {}, "Theirs"),
    "accounts.passkeys.rename_passkey": lambda ids: passkeys.PasskeyChange(1, "Theirs"),
    "accounts.passkeys.remove_passkey": lambda ids: passkeys.PasskeyGone(passkey=1, password=PASSWORD),
    "accounts.second.reset_second_factors": lambda ids: second.AgentSecond(ids["agent"]),
    "accounts.profile.get_profile": None,
    "accounts.profile.change_profile": lambda ids: profile.ProfileChange("Gus the Great"),
    "accounts.profile.change_password": lambda ids: profile.PasswordChange(PASSWORD, "another good password"),
}
ACCESS_HARMLESS = {
    "list_agents", "list_roles", "create_role", "list_invitations", "invite", "list_sign_ins", "end_other_sign_ins",
    "get_second_factors", "begin_passkey", "begin_totp", "remove_totp",
    "export_audit", "get_audit_rule", "get_sso", "set_sso", "set_audit_rule",
    "get_security", "set_security", "get_profile", "change_profile", "change_password",
}  # fmt: skip
ACCESS_EMPTY = {"list_audit"}
ACCESS_ONESELF = {"confirm_totp", "add_passkey", "renew_recovery_codes"}
"""Verbs that reach nobody but Gus himself, who has no phone: refused, whatever Acme has."""
