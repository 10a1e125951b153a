// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

const (
	senderKeyTable = "sender_key"
	readSenderKey  = `select sealed from companion.sender_key
		where workspace_id = $1 and device_id = $2 and chat = $3 and sender = $4`
)

// PutSenderKey is durable when it returns, or with the transaction: group messages are encrypted with what follows it.
func (s *slot) PutSenderKey(ctx context.Context, group, user string, session []byte) error {
	key := senderKey{group, user}
	if own := transaction(ctx); own != nil {
		put(&own.senderKeys, key, session)
		return s.usable(ctx)
	}
	own := &writes{}
	put(&own.senderKeys, key, session)
	return s.commit(ctx, own)
}

func (s *slot) GetSenderKey(ctx context.Context, group, user string) ([]byte, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	key := senderKey{group, user}
	if own := transaction(ctx); own != nil {
		if value, ok := own.senderKeys[key]; ok {
			return value, nil
		}
	}
	if value, ok := s.store.cache.get(&s.shelf, senderKeyItem, key.row()); ok {
		return value.([]byte), nil
	}
	var sealed []byte
	err := s.one(ctx, readSenderKey, s.mine(group, user), &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	value := s.unsealed(senderKeyTable, key.row(), sealed)
	s.store.cache.put(&s.shelf, senderKeyItem, key.row(), value, len(value))
	return value, nil
}
