// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"

	"go.mau.fi/whatsmeow/types"
)

const (
	// The two kinds of rows come from one statement, since there are nearly always none.
	readMovable = `select address, null::text, session, identity from companion.peer
			where workspace_id = $1 and device_id = $2 and address >= $3 and address < $4
		union all
		select sender, chat, sealed, null from companion.sender_key
			where workspace_id = $1 and device_id = $2 and sender >= $3 and sender < $4`
	dropMoved = fence + `, peers as (
			delete from companion.peer p using held
			where p.workspace_id = $1 and p.device_id = $2 and p.address >= $5 and p.address < $6), sender_keys as (
			delete from companion.sender_key k using held
			where k.workspace_id = $1 and k.device_id = $2 and k.sender >= $5 and k.sender < $6)
		select count(*) from held`
)

// MigratePNToLID moves what was agreed with someone known by phone number to their LID. It is called with every message
// of such a sender, so that it remembers whom it has dealt with.
func (s *slot) MigratePNToLID(ctx context.Context, phone, lid types.JID) error {
	from, to := phone.SignalAddressUser(), lid.SignalAddressUser()
	if _, done := s.store.cache.get(&s.shelf, migratedItem, from); done {
		return s.usable(ctx)
	}
	if err := s.commit(ctx, nil); err != nil {
		return err
	}
	moved, err := s.movable(ctx, from, to)
	if err != nil {
		return err
	}
	first, last := devicesOf(from)
	if moved.size() > 0 {
		// New rows first: between the two statements nobody else reads, and after a crash it is done again.
		if err = s.commit(ctx, moved); err != nil {
			return err
		}
		if err = s.write(ctx, dropMoved, first, last); err != nil {
			return err
		}
	}
	s.mu.Lock()
	s.store.cache.removePrefix(&s.shelf, peerItem, first)
	s.mu.Unlock()
	s.store.cache.put(&s.shelf, migratedItem, from, nil, 0)
	return nil
}

// movable opens the rows of a phone number, to be sealed again for where they go.
func (s *slot) movable(ctx context.Context, from, to string) (*writes, error) {
	first, last := devicesOf(from)
	moved := &writes{}
	var address string
	var chat *string
	var value, identity []byte
	err := s.each(ctx, readMovable, s.mine(first, last), []any{&address, &chat, &value, &identity}, func() {
		target := to + address[len(from):]
		if chat != nil {
			if opened := s.unsealed(senderKeyTable, senderKey{*chat, address}.row(), value); opened != nil {
				put(&moved.senderKeys, senderKey{*chat, target}, opened)
			}
			return
		}
		change := moved.peer(target)
		change.session = s.unsealed(sessionTable, address, value)
		change.identity = s.unsealed(identityTable, address, identity)
	})
	return moved, err
}
