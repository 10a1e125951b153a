// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	wastore "go.mau.fi/whatsmeow/store"

	"hebah.example/companion/internal/store"
)

func exec(t *testing.T, pool *pgxpool.Pool, statement string, arguments ...any) {
	t.Helper()
	done, err := pool.Exec(ctx, statement, arguments...)
	must(t, err)
	if done.RowsAffected() == 0 {
		t.Fatalf("nothing changed: %s", statement)
	}
}

func TestASessionOfAnotherKeyIsToldFromACorruptOne(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, _ := link(t, s)
	other := connectWith(t, store.Options{DatabaseURL: databaseURL(t), Key: bytes.Repeat([]byte{8}, 32)})
	if _, err := other.Open(ctx, ref, 1, noTrouble(t)); !errors.Is(err, store.ErrWrongKey) {
		t.Errorf("with another key: %v", err)
	}
	equal(t, "keys have names", s.KeyID() != other.KeyID() && s.KeyID() == connect(t).KeyID(), true)
	open(t, s, ref, 1)

	exec(t, pool, `update companion.session set sealed = set_byte(sealed, length(sealed) - 5, get_byte(sealed, length(sealed) - 5) # 1)
		where workspace_id = $1 and device_id = $2`, ref.Workspace, ref.Device)
	if _, err := s.Open(ctx, ref, 1, noTrouble(t)); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("a flipped bit: %v", err)
	}
	exec(t, pool, "update companion.session set sealed = '' where workspace_id = $1 and device_id = $2", ref.Workspace, ref.Device)
	if _, err := s.Open(ctx, ref, 1, noTrouble(t)); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("an empty value: %v", err)
	}
}

func TestAKeyMustHaveItsLength(t *testing.T) {
	_, err := store.Connect(ctx, store.Options{DatabaseURL: databaseURL(t), Key: sealingKey[1:]})
	if !errors.Is(err, store.ErrKey) {
		t.Errorf("a short key: %v", err)
	}
}

func TestCredentialsOfOneDeviceDoNotOpenForAnother(t *testing.T) {
	s, pool := connect(t), raw(t)
	mine, _ := link(t, s)
	theirs, _ := link(t, s)
	exec(t, pool, `update companion.session set sealed = other.sealed from companion.session other
		where session.workspace_id = $1 and session.device_id = $2 and other.workspace_id = $3 and other.device_id = $4`,
		mine.Workspace, mine.Device, theirs.Workspace, theirs.Device)
	if _, err := s.Open(ctx, mine, 1, noTrouble(t)); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("swapped: %v", err)
	}
}

func TestACorruptOrMisplacedRatchetIsAsGoodAsNone(t *testing.T) {
	s, pool := connect(t), raw(t)
	for name, spoil := range map[string]string{
		"flipped": `update companion.peer set session = set_byte(session, 20, get_byte(session, 20) # 1),
			identity = set_byte(identity, 20, get_byte(identity, 20) # 1)
			where workspace_id = $1 and device_id = $2 and address = '1:0'`,
		"cut short": `update companion.peer set session = '\x01', identity = '\x01'
			where workspace_id = $1 and device_id = $2 and address = '1:0'`,
		"swapped": `update companion.peer set session = other.session, identity = other.identity from companion.peer other
			where peer.workspace_id = $1 and peer.device_id = $2 and peer.address = '1:0'
				and other.workspace_id = $1 and other.device_id = $2 and other.address = '2:0'`,
	} {
		t.Run(name, func(t *testing.T) {
			ref, device := link(t, s)
			for _, address := range []string{"1:0", "2:0"} {
				must(t, device.Identities.PutIdentity(ctx, address, [32]byte{1}))
				must(t, device.Sessions.PutSession(ctx, address, []byte("a ratchet")))
			}
			exec(t, pool, spoil, ref.Workspace, ref.Device)
			device = reopen(t, s, ref, device)
			many, err := device.Sessions.GetManySessions(ctx, []string{"1:0", "2:0"})
			must(t, err)
			equal(t, "the spoilt one", many["1:0"] == nil, true)
			equalBytes(t, "the other one", many["2:0"], []byte("a ratchet"))
			trusted, err := device.Identities.IsTrustedIdentity(ctx, "1:0", [32]byte{2})
			must(t, err)
			equal(t, "anyone may come", trusted, true)

			must(t, device.Sessions.PutSession(ctx, "1:0", []byte("a new one")))
			device = reopen(t, s, ref, device)
			session, err := device.Sessions.GetSession(ctx, "1:0")
			must(t, err)
			equalBytes(t, "renegotiated", session, []byte("a new one"))
		})
	}
}

// An unreadable plaintext must not look like a message that was dealt with, nor keep the device from ever going on.
func TestACorruptPlaintextIsAskedForAgain(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, device := link(t, s)
	must(t, device.EventBuffer.PutBufferedEvent(ctx, [32]byte{1}, []byte("plaintext"), sentAt))
	exec(t, pool, `update companion.received set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)
		where workspace_id = $1 and device_id = $2`, ref.Workspace, ref.Device)
	event, err := device.EventBuffer.GetBufferedEvent(ctx, [32]byte{1})
	if event != nil || !errors.Is(err, store.ErrCorrupt) || errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", event, err)
	}
}

func TestTheDatabaseHoldsNoSecretInTheClear(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, d := link(t, s)
	needle := []byte("a needle in the database")
	must(t, d.Sessions.PutSession(ctx, "1:0", needle))
	must(t, d.SenderKeys.PutSenderKey(ctx, "g", "1:0", needle))
	must(t, d.AppStateKeys.PutAppStateSyncKey(ctx, []byte("k"), wastore.AppStateSyncKey{Data: needle, Fingerprint: needle}))
	must(t, d.MsgSecrets.PutMessageSecret(ctx, somebody, somebody, "I", needle))
	must(t, d.PrivacyTokens.PutPrivacyTokens(ctx, wastore.PrivacyToken{User: somebody, Token: needle, Timestamp: sentAt}))
	must(t, d.NCTSalt.PutNCTSalt(ctx, needle))
	must(t, d.EventBuffer.PutBufferedEvent(ctx, [32]byte{1}, needle, sentAt))
	must(t, d.EventBuffer.AddOutgoingEvent(ctx, somebody, "I", "wa", needle))
	key, err := d.PreKeys.GenOnePreKey(ctx)
	must(t, err)
	d = reopen(t, s, ref, d)
	for _, secret := range [][]byte{needle, key.Priv[:], d.NoiseKey.Priv[:], d.IdentityKey.Priv[:], d.SignedPreKey.Priv[:], d.AdvSecretKey} {
		for _, table := range tables {
			var found bool
			err := pool.QueryRow(ctx, `select exists (select from companion.`+table+` t
				where workspace_id = $1 and device_id = $2 and position(encode($3::bytea, 'hex') in t::text) > 0)`,
				ref.Workspace, ref.Device, secret).Scan(&found)
			must(t, err)
			equal(t, "found in "+table, found, false)
		}
	}
}
