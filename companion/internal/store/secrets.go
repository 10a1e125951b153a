// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

const (
	secretTable = "message_secret"
	// chunk is how many rows of a long list go into one statement.
	chunk = 500

	addSecrets = fence + `, added as (
			insert into companion.message_secret (workspace_id, device_id, wire_id, chat, sender, sealed)
			select $1, $2, u.wire_id, u.chat, u.sender, u.sealed
			from held, unnest($5::text[], $6::text[], $7::text[], $8::bytea[]) as u(wire_id, chat, sender, sealed)
			on conflict (workspace_id, device_id, wire_id, chat, sender) do nothing)
		select count(*) from held`
	readSecret = `select chat, sender, sealed from companion.message_secret
		where workspace_id = $1 and device_id = $2 and wire_id = $3
			and chat = any($4::text[]) and sender = any($5::text[])
		order by at limit 1`
)

// PutMessageSecret waits for the write of the message that it belongs to: the ratchet's step of one that is sent, the
// end of one that was received.
func (s *slot) PutMessageSecret(
	ctx context.Context, chat, sender types.JID, id types.MessageID, secret []byte,
) error {
	key := secretKeyOf(chat, sender, id)
	return s.postpone(ctx, soon, func(waiting *writes) {
		if waiting.secret(key) == nil { // the first one counts
			put(&waiting.secrets, key, secret)
		}
	})
}

func (s *slot) PutMessageSecrets(ctx context.Context, inserts []wastore.MessageSecretInsert) error {
	for part := range slices.Chunk(inserts, chunk) {
		secrets := make(map[secretKey][]byte, len(part))
		for _, insert := range part {
			if insert.Chat.IsEmpty() || insert.Sender.IsEmpty() || insert.ID == "" || len(insert.Secret) == 0 {
				continue
			}
			key := secretKeyOf(insert.Chat, insert.Sender, insert.ID)
			if secrets[key] == nil {
				secrets[key] = insert.Secret
			}
		}
		if len(secrets) == 0 {
			continue
		}
		if err := s.write(ctx, addSecrets, s.secretColumns(secrets)...); err != nil {
			return err
		}
	}
	return nil
}

func (s *slot) secretColumns(secrets map[secretKey][]byte) []any {
	var ids, chats, senders []string
	var sealed [][]byte
	for key, secret := range secrets {
		ids, chats, senders = append(ids, key.id), append(chats, key.chat), append(senders, key.sender)
		sealed = append(sealed, s.sealer.seal(secretTable, key.row(), secret))
	}
	return []any{ids, chats, senders, sealed}
}

// GetMessageSecret finds a message under either name of chat and sender, and answers the sender it was kept with.
func (s *slot) GetMessageSecret(
	ctx context.Context, chat, sender types.JID, id types.MessageID,
) ([]byte, types.JID, error) {
	chats, err := s.bothNames(ctx, chat)
	if err != nil {
		return nil, types.EmptyJID, err
	}
	senders, err := s.bothNames(ctx, sender)
	if err != nil {
		return nil, types.EmptyJID, err
	}
	if key, secret := s.waitingSecret(id, chats, senders); secret != nil {
		return keptWith(key, secret)
	}
	key := secretKey{id: id}
	var sealed []byte
	err = s.one(ctx, readSecret, s.mine(id, chats, senders), &key.chat, &key.sender, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, types.EmptyJID, nil
	}
	if err != nil {
		return nil, types.EmptyJID, err
	}
	secret := s.unsealed(secretTable, key.row(), sealed)
	if secret == nil {
		return nil, types.EmptyJID, nil
	}
	return keptWith(key, secret)
}

func keptWith(key secretKey, secret []byte) ([]byte, types.JID, error) {
	sender, err := types.ParseJID(key.sender)
	return secret, sender, err
}

func (s *slot) waitingSecret(id string, chats, senders []string) (secretKey, []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, layer := range []*writes{s.waiting, s.underway} {
		for _, chat := range chats {
			for _, sender := range senders {
				key := secretKey{id, chat, sender}
				if secret := layer.secret(key); secret != nil {
					return key, secret
				}
			}
		}
	}
	return secretKey{}, nil
}

func secretKeyOf(chat, sender types.JID, id types.MessageID) secretKey {
	return secretKey{id: id, chat: chat.ToNonAD().String(), sender: sender.ToNonAD().String()}
}
