// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

const (
	receivedTable = "received"
	sentTable     = "sent"

	readReceived = `select sealed, server_at, at from companion.received
		where workspace_id = $1 and device_id = $2 and hash = $3`
	readSent = `select chat, format, sealed from companion.sent
		where workspace_id = $1 and device_id = $2 and wire_id = $3 and chat = any($4::text[])
		order by at desc limit 1`

	// decryptions is how often a message is decrypted anew because a send has stepped the same ratchet meanwhile.
	decryptions = 5
)

// GetBufferedEvent answers nil for a message that was never decrypted, and one without plaintext for one that was dealt
// with. A plaintext that does not open is lost here; the error makes whatsmeow ask the sender for it once more.
func (s *slot) GetBufferedEvent(ctx context.Context, hash [32]byte) (*wastore.BufferedEvent, error) {
	var sealed []byte
	var event wastore.BufferedEvent
	err := s.one(ctx, readReceived, s.mine(hash[:]), &sealed, &event.ServerTime, &event.InsertTime)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if sealed == nil || s.isCleared(hash) {
		return &event, nil
	}
	event.Plaintext, err = s.sealer.open(receivedTable, string(hash[:]), sealed)
	if err != nil {
		return nil, fmt.Errorf("a received message: %w", err)
	}
	return &event, nil
}

func (s *slot) isCleared(hash [32]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, layer := range []*writes{s.waiting, s.underway} {
		if layer != nil {
			if _, ok := layer.cleared[hash]; ok {
				return true
			}
		}
	}
	return false
}

func (s *slot) PutBufferedEvent(ctx context.Context, hash [32]byte, plaintext []byte, serverAt time.Time) error {
	row := receivedRow{hash: hash, plaintext: plaintext, serverAt: serverAt}
	if own := transaction(ctx); own != nil {
		own.received = append(own.received, row)
		return s.usable(ctx)
	}
	return s.commit(ctx, &writes{received: []receivedRow{row}})
}

// DoDecryptionTxn makes the step of the ratchet and the plaintext durable together or not at all. What is written inside
// stays in memory until the function has returned, then it is one statement: no transaction ever waits for anything.
func (s *slot) DoDecryptionTxn(ctx context.Context, decrypt func(context.Context) error) error {
	if transaction(ctx) != nil {
		return decrypt(ctx)
	}
	for range decryptions {
		if err := s.decryptOnce(ctx, decrypt); err != errOvertaken {
			return err
		}
	}
	return errOvertaken
}

func (s *slot) decryptOnce(ctx context.Context, decrypt func(context.Context) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	own := &writes{lease: newLease()}
	defer func() {
		s.mu.Lock()
		s.give(own.lease)
		s.mu.Unlock()
	}()
	if err := decrypt(context.WithValue(ctx, transactionKey{}, own)); err != nil {
		return err
	}
	return s.commit(ctx, own)
}

// ClearBufferedEventPlaintext is called before the acknowledgement. Whoever read the event has it; at worst it comes once
// more. What the message taught us, however, must be durable now.
func (s *slot) ClearBufferedEventPlaintext(ctx context.Context, hash [32]byte) error {
	s.mu.Lock()
	taught := s.waiting != nil && len(s.waiting.secrets) > 0
	s.mu.Unlock()
	err := s.postpone(ctx, later, func(waiting *writes) { put(&waiting.cleared, hash, struct{}{}) })
	if err != nil || !taught {
		return err
	}
	return s.commit(ctx, nil)
}

// AddOutgoingEvent waits for the step of the ratchet that the message is encrypted with: that is durable before the
// message leaves, and both are one write.
func (s *slot) AddOutgoingEvent(
	ctx context.Context, chat types.JID, id types.MessageID, format string, plaintext []byte,
) error {
	return s.postpone(ctx, soon, func(waiting *writes) {
		put(&waiting.sent, sentKey{id, chat.String()}, sentRow{format, plaintext})
	})
}

// GetOutgoingEvent answers ErrNotKept for a message that was not sent lately.
func (s *slot) GetOutgoingEvent(
	ctx context.Context, chat, otherChat types.JID, id types.MessageID,
) (string, []byte, error) {
	if err := s.usable(ctx); err != nil {
		return "", nil, err
	}
	chats := []string{chat.String()}
	if !otherChat.IsEmpty() {
		chats = append(chats, otherChat.String())
	}
	if row, ok := s.unsent(id, chats); ok {
		return row.format, row.plaintext, nil
	}
	var key = sentKey{id: id}
	var format string
	var sealed []byte
	err := s.one(ctx, readSent, s.mine(id, chats), &key.chat, &format, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil, ErrNotKept
	}
	if err != nil {
		return "", nil, err
	}
	plaintext, err := s.sealer.open(sentTable, key.row(), sealed)
	if err != nil {
		return "", nil, fmt.Errorf("a sent message: %w", err)
	}
	return format, plaintext, nil
}

func (s *slot) unsent(id string, chats []string) (sentRow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, layer := range []*writes{s.waiting, s.underway} {
		for _, chat := range chats {
			if layer != nil {
				if row, ok := layer.sent[sentKey{id, chat}]; ok {
					return row, true
				}
			}
		}
	}
	return sentRow{}, false
}
