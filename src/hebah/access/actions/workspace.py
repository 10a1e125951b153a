"""The workspace's settings."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hebah.access import rules, store
from hebah.access.actions.trail import account_of, announce, record_audit
from hebah.access.model import Actor, OwnersOnly, Role, Workspace
from hebah.foundation.clock import Clock
from hebah.foundation.postgres import Database, Transaction
from hebah.second_step.model import SecondStepFirst


async def edit_workspace(db: Database, clock: Clock, actor: Actor, changes: Mapping[str, Any]) -> Workspace:
    """Change settings; they are checked as a whole."""  # Any: values of Settings' own fields
    async with db.transaction() as tx:
        workspace = await store.lock_workspace(tx, actor.workspace_id)
        settings = replace(workspace.settings, **changes)
        rules.check_settings(settings)
        if settings.second_step_required != workspace.settings.second_step_required:
            await _check_may_require(tx, actor, wanted=settings.second_step_required)
        await store.save_settings(tx, workspace.id, settings)
        details = {"changed": sorted(changes)}
        await record_audit(tx, actor, "settings_changed", subject=workspace.id, details=details, at=clock.now())
        await announce(tx, workspace.id, "settings_changed")
    return replace(workspace, settings=settings)


async def _check_may_require(tx: Transaction, actor: Actor, *, wanted: bool) -> None:
    """Owners decide about the second step of owners and admins; and nobody asks for what they have not set up."""
    if actor.role is not Role.OWNER or actor.key_id is not None:
        raise OwnersOnly()
    user = await store.find_user(tx, account_of(actor))
    if wanted and not (user and user.second_step_on):
        raise SecondStepFirst()
