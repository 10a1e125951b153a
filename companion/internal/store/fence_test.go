// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/store"
)

// doors are every way of writing for a device; each leaves a row of its own.
var doors = map[string]func(d *wastore.Device) error{
	"session":       func(d *wastore.Device) error { return d.Sessions.PutSession(ctx, "1:0", []byte("s")) },
	"sessions":      func(d *wastore.Device) error { return d.Sessions.PutManySessions(ctx, map[string][]byte{"2:0": {1}}) },
	"sessions gone": func(d *wastore.Device) error { return d.Sessions.DeleteAllSessions(ctx, "1") },
	"identities":    func(d *wastore.Device) error { return d.Identities.DeleteAllIdentities(ctx, "1") },
	"prekeys":       func(d *wastore.Device) error { _, err := d.PreKeys.GetOrGenPreKeys(ctx, wanted.Add(1)); return err },
	"prekey":        func(d *wastore.Device) error { _, err := d.PreKeys.GenOnePreKey(ctx); return err },
	"prekey used":   func(d *wastore.Device) error { return d.PreKeys.RemovePreKey(ctx, 1) },
	"uploaded":      func(d *wastore.Device) error { return d.PreKeys.MarkPreKeysAsUploaded(ctx, 9) },
	"sender key":    func(d *wastore.Device) error { return d.SenderKeys.PutSenderKey(ctx, "g", "1:0", []byte("k")) },
	"state key": func(d *wastore.Device) error {
		return d.AppStateKeys.PutAppStateSyncKey(ctx, []byte("k"), wastore.AppStateSyncKey{Data: []byte("d"), Timestamp: 1})
	},
	"state":      func(d *wastore.Device) error { return d.AppState.PutAppStateVersion(ctx, "n", 1, [128]byte{}) },
	"state gone": func(d *wastore.Device) error { return d.AppState.DeleteAppStateVersion(ctx, "m") },
	"macs": func(d *wastore.Device) error {
		return d.AppState.PutAppStateMutationMACs(ctx, "n", 1, []wastore.AppStateMutationMAC{{IndexMAC: []byte("i"), ValueMAC: []byte("v")}})
	},
	"macs gone": func(d *wastore.Device) error {
		return d.AppState.DeleteAppStateMutationMACs(ctx, "m", [][]byte{[]byte("i")})
	},
	"contact": func(d *wastore.Device) error { return d.Contacts.PutContactName(ctx, somebody, "a", "b") },
	"redacted": func(d *wastore.Device) error {
		return d.Contacts.PutManyRedactedPhones(ctx, []wastore.RedactedPhoneEntry{{JID: somebody, RedactedPhone: "…"}})
	},
	"muted":    func(d *wastore.Device) error { return d.ChatSettings.PutMutedUntil(ctx, somebody, time.Now()) },
	"pinned":   func(d *wastore.Device) error { return d.ChatSettings.PutPinned(ctx, somebody, true) },
	"archived": func(d *wastore.Device) error { return d.ChatSettings.PutArchived(ctx, somebody, true) },
	"secrets": func(d *wastore.Device) error {
		return d.MsgSecrets.PutMessageSecrets(ctx, []wastore.MessageSecretInsert{{Chat: somebody, Sender: somebody, ID: "I", Secret: []byte("s")}})
	},
	"token": func(d *wastore.Device) error {
		return d.PrivacyTokens.PutPrivacyTokens(ctx, wastore.PrivacyToken{User: somebody, Token: []byte("t"), Timestamp: time.Now()})
	},
	"salt":      func(d *wastore.Device) error { return d.NCTSalt.PutNCTSalt(ctx, []byte("s")) },
	"salt gone": func(d *wastore.Device) error { return d.NCTSalt.DeleteNCTSalt(ctx) },
	"received": func(d *wastore.Device) error {
		return d.EventBuffer.PutBufferedEvent(ctx, [32]byte{1}, []byte("p"), sentAt)
	},
	"decrypted": func(d *wastore.Device) error {
		return d.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
			return errors.Join(d.Sessions.PutSession(ctx, "3:0", []byte("s")), d.PreKeys.RemovePreKey(ctx, 1),
				d.Identities.PutIdentity(ctx, "3:0", [32]byte{3}), d.SenderKeys.PutSenderKey(ctx, "h", "1:0", []byte("k")),
				d.EventBuffer.PutBufferedEvent(ctx, [32]byte{2}, []byte("p"), sentAt))
		})
	},
	// What waits for a later write is written, or refused, with the next one.
	"sent": func(d *wastore.Device) error {
		return errors.Join(d.EventBuffer.AddOutgoingEvent(ctx, somebody, "I", "wa", []byte("p")),
			d.Sessions.PutSession(ctx, "4:0", []byte("s")))
	},
	"name": func(d *wastore.Device) error {
		_, _, err := d.Contacts.PutPushName(ctx, somebody, "Ali")
		return errors.Join(err, d.Sessions.PutSession(ctx, "5:0", []byte("s")))
	},
	"save":   func(d *wastore.Device) error { return d.Save(ctx) },
	"delete": func(d *wastore.Device) error { return d.Container.DeleteDevice(ctx, d) },
}

// wanted grows, so that each time some keys have to be made.
var wanted atomic.Uint32

var somebody = types.NewJID("60123", types.DefaultUserServer)

// everywhere writes at least one row into every table.
func everywhere(t *testing.T, d *wastore.Device) {
	t.Helper()
	for name, door := range doors {
		if name != "delete" {
			if err := door(d); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

var tables = []string{"session", "peer", "prekey", "sender_key", "received", "sent", "message_secret", "privacy_token",
	"app_state_key", "app_state", "app_state_mac", "contact", "chat"}

func rowsOf(t *testing.T, pool *pgxpool.Pool, ref store.Ref) []int {
	t.Helper()
	counts := make([]int, len(tables))
	for i, table := range tables {
		err := pool.QueryRow(ctx, "select count(*) from companion."+table+" where workspace_id = $1 and device_id = $2",
			ref.Workspace, ref.Device).Scan(&counts[i])
		must(t, err)
	}
	return counts
}

// digest is a fingerprint of everything that is kept for a slot.
func digest(t *testing.T, pool *pgxpool.Pool, ref store.Ref) []string {
	t.Helper()
	var all []string
	for _, table := range tables {
		var one string
		err := pool.QueryRow(ctx, fmt.Sprintf(`select coalesce(md5(string_agg(t::text, '' order by t::text)), '')
			from companion.%s t where workspace_id = $1 and device_id = $2`, table), ref.Workspace, ref.Device).Scan(&one)
		must(t, err)
		all = append(all, table+" "+one)
	}
	return all
}

func TestAnEpochThatHasPassedWritesNothing(t *testing.T) {
	s, later, pool := connect(t), connect(t), raw(t)
	for name, door := range doors {
		t.Run(name, func(t *testing.T) {
			ref, device := link(t, s)
			everywhere(t, device)
			must(t, s.Release(ctx, device))
			var told []error
			stale, err := s.Open(ctx, ref, 4, func(err error) { told = append(told, err) })
			must(t, err)
			open(t, later, ref, 5)
			before := digest(t, pool, ref)

			err = door(stale)
			if !errors.Is(err, store.ErrStale) || !errors.Is(err, context.Canceled) {
				t.Errorf("the write ended with %v", err)
			}
			if after := digest(t, pool, ref); !slices.Equal(before, after) {
				t.Errorf("something was written: %v instead of %v", after, before)
			}
			if len(told) != 1 || !errors.Is(told[0], store.ErrStale) {
				t.Errorf("told: %v", told)
			}
			if _, err = stale.Sessions.GetSession(ctx, "1:0"); !errors.Is(err, context.Canceled) {
				t.Errorf("reading afterwards: %v", err)
			}
			equal(t, "told once", len(told), 1)
		})
	}
}

func TestLinkingAnewFencesTheFormerSessionWhateverItsEpoch(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, device := link(t, s)
	must(t, s.Release(ctx, device))
	var told error
	former, err := s.Open(ctx, ref, 9, func(err error) { told = err })
	must(t, err)
	linkAt(t, connect(t), ref)
	before := digest(t, pool, ref)
	if err = former.Sessions.PutSession(ctx, "1:0", []byte("s")); !errors.Is(err, store.ErrStale) {
		t.Errorf("the write ended with %v", err)
	}
	equal(t, "told", errors.Is(told, store.ErrStale), true)
	equal(t, "written", slices.Equal(before, digest(t, pool, ref)), true)
	if _, err = s.Open(ctx, ref, 8, noTrouble(t)); !errors.Is(err, store.ErrStale) {
		t.Errorf("the slot keeps its epoch over linking: %v", err)
	}
}

func TestOnlyTheLatestEpochOpens(t *testing.T) {
	s := connect(t)
	ref, _ := link(t, s)
	open(t, s, ref, 3)
	open(t, s, ref, 3)
	if _, err := s.Open(ctx, ref, 2, noTrouble(t)); !errors.Is(err, store.ErrStale) {
		t.Errorf("an earlier epoch: %v", err)
	}
}

// A write that began before a take-over ends before it, and is seen by the new owner.
func TestATakeOverWaitsForAWriteUnderWay(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, device := link(t, s)
	must(t, device.Sessions.PutSession(ctx, "1:0", []byte("before")))
	// The write is held up at a row that another transaction has locked.
	blocker, err := pool.Begin(ctx)
	must(t, err)
	_, err = blocker.Exec(ctx, "select from companion.peer where workspace_id = $1 and device_id = $2 for update", ref.Workspace, ref.Device)
	must(t, err)
	written, opened := make(chan error, 1), make(chan error, 1)
	go func() { written <- device.Sessions.PutSession(ctx, "1:0", []byte("under way")) }()
	waitFor(t, pool, "insert into companion.peer")
	later := connect(t)
	var owner *wastore.Device
	go func() {
		var err error
		owner, err = later.Open(ctx, ref, 2, noTrouble(t))
		opened <- err
	}()
	waitFor(t, pool, "update companion.session set epoch")
	must(t, blocker.Rollback(ctx))
	must(t, <-written)
	must(t, <-opened)
	session, err := owner.Sessions.GetSession(ctx, "1:0")
	must(t, err)
	equalBytes(t, "the new owner sees", session, []byte("under way"))
}

// waitFor returns when a statement waits for a lock.
func waitFor(t *testing.T, pool *pgxpool.Pool, statement string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		var waiting bool
		must(t, pool.QueryRow(ctx, `select exists (select from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock' and query like '%' || $1 || '%')`, statement).Scan(&waiting))
		if waiting {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%q never waited", statement)
}
