// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

const (
	tokenTable = "privacy_token"
	saltTable  = "session.salt"

	putTokens = fence + `, written as (
			insert into companion.privacy_token as t (workspace_id, device_id, contact, token, at, issued_at)
			select $1, $2, u.contact, u.token, u.at, u.issued_at
			from held, unnest($5::text[], $6::bytea[], $7::timestamptz[], $8::timestamptz[])
				as u(contact, token, at, issued_at)
			on conflict (workspace_id, device_id, contact) do update
			set token = excluded.token, at = excluded.at, issued_at = coalesce(excluded.issued_at, t.issued_at)
			where excluded.at >= t.at)
		select count(*) from held`
	readToken = `select contact, token, at, issued_at from companion.privacy_token
		where workspace_id = $1 and device_id = $2 and contact = any($3::text[]) order by at desc limit 1`
	// Expired is expired, whoever says so: no fence.
	dropTokens = `delete from companion.privacy_token where workspace_id = $1 and device_id = $2 and at < $3`
	putSalt    = `with held as (
			update companion.session set salt = $5
			where workspace_id = $1 and device_id = $2 and epoch = $3 and incarnation = $4 returning 1)
		select count(*) from held`
)

func (s *slot) PutPrivacyTokens(ctx context.Context, tokens ...wastore.PrivacyToken) error {
	latest := make(map[string]wastore.PrivacyToken, len(tokens))
	for _, token := range tokens {
		contact := token.User.ToNonAD().String()
		if known, ok := latest[contact]; !ok || !token.Timestamp.Before(known.Timestamp) {
			latest[contact] = token
		}
	}
	var contacts []string
	var sealed [][]byte
	var at []time.Time
	var issued []*time.Time
	for contact, token := range latest {
		contacts, at = append(contacts, contact), append(at, token.Timestamp)
		sealed = append(sealed, s.sealer.seal(tokenTable, contact, token.Token))
		var issuedAt *time.Time
		if !token.SenderTimestamp.IsZero() {
			issuedAt = &token.SenderTimestamp
		}
		issued = append(issued, issuedAt)
	}
	for from := 0; from < len(contacts); from += chunk {
		to := min(from+chunk, len(contacts))
		err := s.write(ctx, putTokens, contacts[from:to], sealed[from:to], at[from:to], issued[from:to])
		if err != nil {
			return err
		}
	}
	// A token is found under either name of its contact; which names were asked for is not known here.
	s.store.cache.removePrefix(&s.shelf, tokenItem, "")
	return nil
}

// GetPrivacyToken is asked with every send; nearly always there is none, which is remembered as well.
func (s *slot) GetPrivacyToken(ctx context.Context, user types.JID) (*wastore.PrivacyToken, error) {
	user = user.ToNonAD()
	token, ok := s.store.cache.get(&s.shelf, tokenItem, user.String())
	if !ok {
		read, err := s.readToken(ctx, user)
		if err != nil {
			return nil, err
		}
		token = read
		s.store.cache.put(&s.shelf, tokenItem, user.String(), read, len(read.Token))
	} else if err := s.usable(ctx); err != nil {
		return nil, err
	}
	found := token.(wastore.PrivacyToken)
	s.mu.Lock()
	expired := found.Timestamp.Before(s.expired)
	s.mu.Unlock()
	if found.Token == nil || expired {
		return nil, nil
	}
	found.Token = bytes.Clone(found.Token)
	return &found, nil
}

// readToken answers one without a token when there is none.
func (s *slot) readToken(ctx context.Context, user types.JID) (wastore.PrivacyToken, error) {
	token := wastore.PrivacyToken{User: user}
	contacts, err := s.bothNames(ctx, user)
	if err != nil {
		return token, err
	}
	var contact string
	var sealed []byte
	var issued *time.Time
	err = s.one(ctx, readToken, s.mine(contacts), &contact, &sealed, &token.Timestamp, &issued)
	if errors.Is(err, pgx.ErrNoRows) {
		return token, nil
	}
	if err != nil {
		return token, err
	}
	if issued != nil {
		token.SenderTimestamp = *issued
	}
	token.Token = s.unsealed(tokenTable, contact, sealed)
	return token, nil
}

func (s *slot) DeleteExpiredPrivacyTokens(ctx context.Context, cutoff time.Time) (int64, error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	done, err := s.store.pool.Exec(ctx, dropTokens, s.mine(cutoff)...)
	if err != nil {
		return 0, s.fail(unavailable(err))
	}
	s.mu.Lock()
	s.expired = cutoff
	s.mu.Unlock()
	return done.RowsAffected(), nil
}

func (s *slot) PutNCTSalt(ctx context.Context, salt []byte) error {
	return s.changeSalt(ctx, salt, s.sealer.seal(saltTable, "", salt))
}

func (s *slot) DeleteNCTSalt(ctx context.Context) error {
	return s.changeSalt(ctx, nil, nil)
}

func (s *slot) changeSalt(ctx context.Context, salt, sealed []byte) error {
	if err := s.write(ctx, putSalt, sealed); err != nil {
		return err
	}
	s.mu.Lock()
	s.salt = slices.Clone(salt)
	s.mu.Unlock()
	return nil
}

func (s *slot) GetNCTSalt(ctx context.Context) ([]byte, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.salt), nil
}
