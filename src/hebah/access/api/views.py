"""How access looks on the wire."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from hebah.access.model import Language, Permission, Role, Theme, User, Workspace
from hebah.foundation.wire import Input, View

Hour = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="An hour of the day, as 21:00")]


class SetupState(View):
    """What the set-up page needs to know before it asks anything."""

    needed: bool
    token_valid: bool
    simulated_available: bool


class SetupInput(Input):
    """The first workspace and its owner."""

    token: str
    workspace_name: str
    zone: str
    language: Language
    owner_name: str
    email: str
    password: str
    try_simulated: bool


class EntryInput(Input):
    """A one-time sign-in link."""

    token: str


class SignIn(Input):
    """Address and password; `code` once `second_step_needed` asked for it."""

    email: str
    password: str
    code: str | None = None


class ResetInput(Input):
    """A new password by a one-time link; `code` once `second_step_needed` asked for it."""

    token: str
    password: str
    code: str | None = None


class InvitationInput(Input):
    """Accepting an invitation."""

    token: str
    name: str
    password: str


class PasswordInput(Input):
    """Replacing one's own password."""

    current: str
    replacement: str


class UserView(View):
    """Somebody of the workspace."""

    id: UUID
    name: str
    email: str
    role: Role
    theme: Theme
    language: Language | None
    device_ids: list[UUID]
    created_at: datetime
    disabled_at: datetime | None
    second_step_on: bool


class WorkspaceSettings(View):
    """What the people of a workspace decide for it."""

    name: str
    zone: str
    language: Language
    region: str
    quiet_on: bool
    quiet_from: Hour
    quiet_until: Hour
    gap_min_s: float
    gap_max_s: float
    hourly_cap: int | None
    daily_cap: int | None
    pause_errors_percent: int | None
    pause_opt_outs_percent: int | None
    simulated_on: bool
    keep_files_days: int | None
    keep_messages_days: int | None
    media_quota: int | None
    typing_on: bool
    number_checks: int
    second_step_required: bool


class WorkspaceView(WorkspaceSettings):
    """The workspace."""

    id: UUID
    created_at: datetime


class Me(View):
    """Who is signed in, and what this person may do. Without `chat_storage` no words of chats are kept."""

    user: UserView
    workspace: WorkspaceView
    permissions: list[Permission]
    csrf_token: str
    device_ids: list[UUID] | None
    simulated_on: bool
    chat_storage: bool
    second_step_missing: bool
    version: str


class MeEdit(Input):
    """What people change of themselves; what is left out stays."""

    name: str | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    language: Language | UnsetType | None = UNSET


class WorkspaceEdit(Input):
    """A part of the settings; what is left out stays."""

    name: str | UnsetType = UNSET
    zone: str | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    region: str | UnsetType = UNSET
    quiet_on: bool | UnsetType = UNSET
    quiet_from: Hour | UnsetType = UNSET
    quiet_until: Hour | UnsetType = UNSET
    gap_min_s: float | UnsetType = UNSET
    gap_max_s: float | UnsetType = UNSET
    hourly_cap: int | UnsetType | None = UNSET
    daily_cap: int | UnsetType | None = UNSET
    pause_errors_percent: int | UnsetType | None = UNSET
    pause_opt_outs_percent: int | UnsetType | None = UNSET
    simulated_on: bool | UnsetType = UNSET
    keep_files_days: int | UnsetType | None = UNSET
    keep_messages_days: int | UnsetType | None = UNSET
    media_quota: int | UnsetType | None = UNSET
    typing_on: bool | UnsetType = UNSET
    number_checks: int | UnsetType = UNSET
    second_step_required: bool | UnsetType = UNSET


class UserInput(Input):
    """Somebody to invite."""

    email: str
    name: str
    role: Role
    device_ids: list[UUID]


class UserEdit(Input):
    """What an owner changes about somebody; what is left out stays."""

    role: Role | UnsetType = UNSET
    device_ids: list[UUID] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class UserList(View):
    """Everybody of the workspace."""

    items: list[UserView]


class HelpedUser(View):
    """Where the link leads by which somebody gets back in; the path is shown once."""

    path: str


class OwnershipInput(Input):
    """Who becomes the owner in one's own place."""

    user_id: UUID


class InvitedUser(View):
    """The invited user and where the invitation leads; the path is shown once."""

    user: UserView
    invitation_path: str


def user_view(user: User) -> UserView:
    """The user as everybody of the workspace sees them."""
    return UserView(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        theme=user.theme,
        language=user.language,
        device_ids=sorted(user.device_ids),
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        second_step_on=user.second_step_on,
    )


def workspace_view(workspace: Workspace) -> WorkspaceView:
    """The workspace with its settings."""
    facts = asdict(workspace.settings)
    facts |= {name: f"{facts[name]:%H:%M}" for name in ("quiet_from", "quiet_until")}
    return WorkspaceView(id=workspace.id, created_at=workspace.created_at, **facts)
