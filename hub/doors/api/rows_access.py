"""Calls about agents: how they come, what they may do, how they sign in. A part of the table in routes.py."""

from __future__ import annotations

from hub.accounts import agents, audit, invitations, passkeys, profile, roles, second, security, sessions, sso
from hub.accounts.joining import InvitationLink, Joining, OpenInvitation
from hub.accounts.profile import Forgotten, NewPassword
from hub.accounts.sessions import SignedIn
from hub.accounts.sign_in import SecondGiven, SecondStep
from hub.doors.api import account, joining
from hub.doors.api.audit import download_audit
from hub.doors.api.route import BOTH, CSV, Route
from hub.doors.api.route import panel_row as _panel
from hub.doors.api.usercom.told.versioned import Either

JOINING = [
    Route("POST", "/api/app/sso/begin", joining.begin_sso, "Begin to sign in at the provider of an application", sso.SsoBegin,
          sso.SsoBegun, by=()),
    Route("POST", "/api/app/sso/finish", joining.finish_sso, "Sign in with what the provider sent back", sso.SsoFinish,
          SignedIn, by=()),
    Route("POST", "/api/app/sign-in/passkey/begin", joining.ask_for_passkey, "Begin to sign in with a passkey",
          passkeys.PasskeyAsked, passkeys.PasskeyChallenge, by=()),
    Route("POST", "/api/app/sign-in/passkey", joining.with_passkey, "Sign in with a passkey", passkeys.PasskeyGiven,
          Either((SignedIn, account.Applications)), by=()),
    Route("POST", "/api/app/sign-in/second", joining.second, "Give the second factor of a sign-in", SecondGiven, SignedIn, by=()),
    Route("POST", "/api/app/join/look", joining.look, "Look at the invitation of a link", InvitationLink, OpenInvitation, by=()),
    Route("POST", "/api/app/join", joining.join, "Take up an invitation, and sign in", Joining,
          Either((SignedIn, SecondStep)), by=()),
    Route("POST", "/api/app/password/forgotten", joining.forgot, "Ask for a mail with which to choose a new password",
          Forgotten, status=204, by=()),
    Route("POST", "/api/app/password/new", joining.reset, "Choose a new password with the link of a mail", NewPassword,
          status=204, by=()),
]  # fmt: skip
"""Without a token: whoever calls has none yet"""

ACCESS = [
    _panel("PATCH",  "agents/{agent}",                   agents.change_agent),
    _panel("GET",    "agents/{agent}/sign-ins",          sessions.list_agent_sign_ins),
    _panel("DELETE", "agents/{agent}/sign-ins",          sessions.end_agent_sign_ins),
    _panel("GET",    "invitations",                      invitations.list_invitations),
    _panel("POST",   "invitations",                      invitations.invite, 201),
    _panel("POST",   "invitations/{invitation}/renew",   invitations.renew_invitation),
    _panel("DELETE", "invitations/{invitation}",         invitations.revoke_invitation),
    _panel("GET",    "profile",                          profile.get_profile),
    _panel("PATCH",  "profile",                          profile.change_profile),
    _panel("PUT",    "profile/password",                 profile.change_password),
    _panel("GET",    "profile/sign-ins",                 sessions.list_sign_ins),
    _panel("DELETE", "profile/sign-ins",                 sessions.end_other_sign_ins),
    _panel("DELETE", "profile/sign-ins/{sign_in}",       sessions.end_sign_in),
    _panel("GET",    "profile/second",                   second.get_second_factors),
    _panel("POST",   "profile/totp",                     second.begin_totp),
    _panel("POST",   "profile/totp/confirm",             second.confirm_totp),
    _panel("POST",   "profile/totp/remove",              second.remove_totp),
    _panel("POST",   "profile/recovery-codes",           second.renew_recovery_codes),
    _panel("POST",   "profile/passkeys/begin",           passkeys.begin_passkey),
    _panel("POST",   "profile/passkeys",                 passkeys.add_passkey, 201),
    _panel("PATCH",  "profile/passkeys/{passkey}",       passkeys.rename_passkey),
    _panel("POST",   "profile/passkeys/{passkey}/remove", passkeys.remove_passkey),
    _panel("DELETE", "agents/{agent}/second",            second.reset_second_factors),
    _panel("GET",    "sso",                              sso.get_sso),
    _panel("PUT",    "sso",                              sso.set_sso),
    _panel("GET",    "security",                         security.get_security),
    _panel("PUT",    "security",                         security.set_security),
    _panel("GET",    "audit",                            audit.list_audit),
    Route("GET", "/api/app/audit/export", download_audit, "Download the audit log as CSV", by=BOTH, gives=(CSV,),
          query={"by": "who did it: `agent:5`, `key:3`", "area": "an area, as `roles`", "since": "a time", "before": "a time"}),
    _panel("GET",    "audit/rule",                       audit.get_audit_rule),
    _panel("PUT",    "audit/rule",                       audit.set_audit_rule),
    _panel("GET",    "roles",                            roles.list_roles),
    _panel("POST",   "roles",                            roles.create_role, 201),
    _panel("PATCH",  "roles/{role}",                     roles.change_role),
    _panel("DELETE", "roles/{role}",                     roles.delete_role),
]  # fmt: skip
