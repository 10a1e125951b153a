"""`hebah user`: people of an installation, for whoever sits at its machine; on record in the first owner's name."""

from dataclasses import dataclass

from hebah.access import reads
from hebah.access.actions import entry, people
from hebah.access.model import Actor, LinkPurpose, NewUser, Role, RoleChange, User
from hebah.app.wiring import Hebah
from hebah.foundation.errors import NotFound

_PAGE_OF = {LinkPurpose.INVITATION: "join", LinkPurpose.RESET: "reset", LinkPurpose.OWNER_SIGN_IN: "enter"}


class NobodyYet(NotFound):
    """There is no owner in whose name something could be done."""

    code = "nobody_yet"
    sentence = "This Hebah has no owner yet. Start `hebah up` and open the link that it prints."


class NoSuchUser(NotFound):
    """The address is nobody's."""

    code = "no_such_user"
    sentence = "Nobody here has the address {email}."
    email: str


@dataclass(frozen=True, slots=True)
class People:
    """The people of the first owner's workspace."""

    hebah: Hebah
    actor: Actor

    async def list(self) -> list[User]:
        """Everybody, oldest first."""
        async with self.hebah.db.connection() as connection:
            return await reads.list_users(connection, self.actor.workspace_id)

    async def add(self, name: str, email: str, role: Role) -> str:
        """Invite somebody; gives the link by which they choose a password."""
        invited = await people.invite(
            self.hebah.db, self.hebah.clock, self.actor, NewUser(name, email, role), frozenset()
        )
        return self._link(invited.purpose, invited.token)

    async def switch(self, email: str, *, off: bool) -> None:
        """Let somebody in no more, or again; a workspace keeps an owner."""
        user = await self._find(email)
        await people.edit_user(self.hebah.db, self.hebah.clock, self.actor, user.id, RoleChange(disabled=off))

    async def link(self, email: str) -> str:
        """A one-time link by which somebody chooses a new password; it signs the first owner in instead."""
        user, db, clock = await self._find(email), self.hebah.db, self.hebah.clock
        if user.id == self.actor.user_id:
            return self._link(LinkPurpose.OWNER_SIGN_IN, await entry.make_sign_in_link(db, clock))
        made = await people.make_reset_link(db, clock, self.actor, user.id)
        return self._link(made.purpose, made.token)

    async def _find(self, email: str) -> User:
        for user in await self.list():
            if user.email.casefold() == email.strip().casefold():
                return user
        raise NoSuchUser(email)

    def _link(self, purpose: LinkPurpose, token: str) -> str:
        settings = self.hebah.settings
        address = settings.public_url or f"http://{settings.host}:{settings.port}"
        return f"{address}/{_PAGE_OF[purpose]}?token={token}"


async def people_of(hebah: Hebah) -> People:
    """Raises `NobodyYet` before the set-up."""
    async with hebah.db.connection() as connection:
        account = await reads.find_first_owner(connection)
        if account is None:
            raise NobodyYet()
        owner = await reads.find_user(connection, account)
    return People(hebah, Actor(account.workspace_id, owner.id, owner.name, owner.role))
