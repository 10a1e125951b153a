"""Guessing is made to wait: attempts at passwords and codes are counted before anything is looked at."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from hebah.access import rules, store
from hebah.access.model import Account, TooManyAttempts, Visitor
from hebah.foundation.postgres import Database


async def count_attempt(db: Database, keys: Mapping[bytes, rules.Limit], now: datetime) -> None:
    """One more attempt on each key; raises `TooManyAttempts` when any has had enough of them."""
    since = now - max(limit.window for limit in keys.values())
    async with db.transaction() as tx:
        attempts = await store.attempts_under_lock(tx, list(keys), since)
        waits = [rules.wait_before_trying(attempts[key], limit, now) for key, limit in keys.items()]
        if longest := max((wait for wait in waits if wait is not None), default=None):
            raise TooManyAttempts(max(1, round(longest.total_seconds())))
        await store.add_attempts(tx, list(keys), now)


def of_account(email: str, visitor: Visitor) -> dict[bytes, rules.Limit]:
    """Attempts at one account; a right password forgets them."""
    address = email.strip().lower()[: rules.LONGEST_EMAIL]
    return {
        key_of("one place", address, visitor.address): rules.FROM_ONE_PLACE,
        key_of("everywhere", address): rules.FROM_EVERYWHERE,
    }


def of_address(visitor: Visitor) -> dict[bytes, rules.Limit]:
    """Attempts from one place at whatever account; no password forgets them, or an own account would reset them."""
    return {key_of("address", _network(visitor.address)): rules.FROM_ONE_ADDRESS}


def of_codes(account: Account) -> dict[bytes, rules.Limit]:
    """Attempts at somebody's second step."""
    return {key_of("code", str(account.user_id)): rules.OF_CODES}


def of_own_password(account: Account) -> dict[bytes, rules.Limit]:
    """Attempts at one's own present password."""
    return {key_of("password", str(account.user_id)): rules.FROM_ONE_PLACE}


def key_of(*parts: str) -> bytes:
    """What is stored of who tries: nothing that could be read."""
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _network(address: str) -> str:
    """Whoever has one IPv6 address has its whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return parsed.exploded[:19] if isinstance(parsed, IPv6Address) else address
