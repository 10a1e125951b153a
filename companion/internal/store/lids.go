// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

// lids are the aliases of a workspace as one of its devices sees them. They are true whoever learns them, so that
// nothing fences them; and what is not known is asked each time, because another process may have learned it.
type lids struct {
	slot *slot
}

var _ wastore.LIDStore = lids{}

const (
	readLID    = `select lid from companion.alias where workspace_id = $1 and phone = $2 limit 1`
	readPhone  = `select phone from companion.alias where workspace_id = $1 and lid = $2`
	readLIDs   = `select lid, phone from companion.alias where workspace_id = $1 and phone = any($2::text[])`
	putAliases = `with learned as (
			select distinct on (u.lid) u.lid, u.phone from unnest($2::text[], $3::text[]) as u(lid, phone) order by u.lid
		), moved as (
			delete from companion.alias a using learned
			where a.workspace_id = $1 and a.phone = learned.phone and a.lid <> learned.lid
		)
		insert into companion.alias as a (workspace_id, lid, phone) select $1, lid, phone from learned
		on conflict (workspace_id, lid) do update set phone = excluded.phone where a.phone <> excluded.phone`
)

func (l lids) cached(kind kind, user string) (string, bool) {
	found, ok := l.slot.store.cache.get(l.slot.aliases, kind, user)
	if !ok {
		return "", false
	}
	return found.(string), true
}

func (l lids) remember(lid, phone string) {
	cache := &l.slot.store.cache
	if former, ok := l.cached(phoneItem, lid); ok && former != phone {
		cache.remove(l.slot.aliases, lidItem, former)
	}
	if former, ok := l.cached(lidItem, phone); ok && former != lid {
		cache.remove(l.slot.aliases, phoneItem, former)
	}
	cache.put(l.slot.aliases, phoneItem, lid, phone, len(phone))
	cache.put(l.slot.aliases, lidItem, phone, lid, len(lid))
}

func (l lids) PutLIDMapping(ctx context.Context, lid, phone types.JID) error {
	if lid.Server != types.HiddenUserServer || phone.Server != types.DefaultUserServer {
		return fmt.Errorf("not a LID and a phone number: %s and %s", lid.Server, phone.Server)
	}
	return l.PutManyLIDMappings(ctx, []wastore.LIDMapping{{LID: lid, PN: phone}})
}

func (l lids) PutManyLIDMappings(ctx context.Context, mappings []wastore.LIDMapping) error {
	if err := l.slot.usable(ctx); err != nil {
		return err
	}
	news := make(map[string]string) // by phone: the last word on each
	for _, mapping := range mappings {
		if mapping.LID.Server != types.HiddenUserServer || mapping.PN.Server != types.DefaultUserServer {
			continue // whatsmeow passes on what the server says
		}
		if known, ok := l.cached(lidItem, mapping.PN.User); ok && known == mapping.LID.User {
			delete(news, mapping.PN.User)
			continue
		}
		news[mapping.PN.User] = mapping.LID.User
	}
	for len(news) > 0 {
		var some, phones []string
		for phone, lid := range news {
			some, phones = append(some, lid), append(phones, phone)
			delete(news, phone)
			if len(some) == chunk {
				break
			}
		}
		if err := l.learn(ctx, some, phones); err != nil {
			return err
		}
	}
	return nil
}

// learn may meet another device of the workspace that learns the same in another order; one of them tries again.
func (l lids) learn(ctx context.Context, some, phones []string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	for {
		_, err := l.slot.store.pool.Exec(ctx, putAliases, l.slot.ref.Workspace, some, phones)
		if isDeadlock(err) {
			continue
		}
		if err != nil {
			return l.slot.fail(unavailable(err))
		}
		for i, lid := range some {
			l.remember(lid, phones[i])
		}
		return nil
	}
}

func isDeadlock(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "40P01"
}

func (l lids) GetPNForLID(ctx context.Context, lid types.JID) (types.JID, error) {
	if lid.Server != types.HiddenUserServer {
		return types.EmptyJID, fmt.Errorf("not a LID: %s", lid.Server)
	}
	phone, ok := l.cached(phoneItem, lid.User)
	if !ok {
		err := l.slot.one(ctx, readPhone, []any{l.slot.ref.Workspace, lid.User}, &phone)
		if errors.Is(err, pgx.ErrNoRows) {
			return types.EmptyJID, nil
		}
		if err != nil {
			return types.EmptyJID, err
		}
		l.remember(lid.User, phone)
	}
	return types.JID{User: phone, Device: lid.Device, Server: types.DefaultUserServer}, nil
}

func (l lids) GetLIDForPN(ctx context.Context, phone types.JID) (types.JID, error) {
	if phone.Server != types.DefaultUserServer {
		return types.EmptyJID, fmt.Errorf("not a phone number: %s", phone.Server)
	}
	lid, ok := l.cached(lidItem, phone.User)
	if !ok {
		err := l.slot.one(ctx, readLID, []any{l.slot.ref.Workspace, phone.User}, &lid)
		if errors.Is(err, pgx.ErrNoRows) {
			return types.EmptyJID, nil
		}
		if err != nil {
			return types.EmptyJID, err
		}
		l.remember(lid, phone.User)
	}
	return types.JID{User: lid, Device: phone.Device, Server: types.HiddenUserServer}, nil
}

func (l lids) GetManyLIDsForPNs(ctx context.Context, phones []types.JID) (map[types.JID]types.JID, error) {
	if len(phones) == 0 {
		return nil, nil
	}
	found := make(map[types.JID]types.JID, len(phones))
	asked := make(map[string][]types.JID)
	add := func(phone types.JID, lid string) {
		found[phone] = types.JID{User: lid, Device: phone.Device, Server: types.HiddenUserServer}
	}
	for _, phone := range phones {
		if phone.Server != types.DefaultUserServer {
			continue
		}
		if lid, ok := l.cached(lidItem, phone.User); ok {
			add(phone, lid)
		} else {
			asked[phone.User] = append(asked[phone.User], phone)
		}
	}
	if len(asked) == 0 {
		return found, l.slot.usable(ctx)
	}
	users := make([]string, 0, len(asked))
	for user := range asked {
		users = append(users, user)
	}
	var lid, user string
	err := l.slot.each(ctx, readLIDs, []any{l.slot.ref.Workspace, users}, []any{&lid, &user}, func() {
		l.remember(lid, user)
		for _, phone := range asked[user] {
			add(phone, lid)
		}
	})
	return found, err
}

// bothNames are a JID and, as far as it is known, the other one of the same person.
func (s *slot) bothNames(ctx context.Context, jid types.JID) ([]string, error) {
	jid = jid.ToNonAD()
	var other types.JID
	var err error
	switch jid.Server {
	case types.DefaultUserServer:
		other, err = lids{s}.GetLIDForPN(ctx, jid)
	case types.HiddenUserServer:
		other, err = lids{s}.GetPNForLID(ctx, jid)
	}
	if err != nil || other.IsEmpty() {
		return []string{jid.String()}, err
	}
	return []string{jid.String(), other.String()}, nil
}
