// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	wastore "go.mau.fi/whatsmeow/store"

	"hebah.example/companion/internal/store"
)

// windows are every way of reading for a device that has to ask the database.
var windows = map[string]func(d *wastore.Device) error{
	"session": func(d *wastore.Device) error { _, err := d.Sessions.GetSession(ctx, "1:0"); return err },
	"has":     func(d *wastore.Device) error { _, err := d.Sessions.HasSession(ctx, "1:0"); return err },
	"sessions": func(d *wastore.Device) error {
		_, err := d.Sessions.GetManySessions(ctx, []string{"1:0", "2:0"})
		return err
	},
	"trusted": func(d *wastore.Device) error {
		_, err := d.Identities.IsTrustedIdentity(ctx, "1:0", [32]byte{1})
		return err
	},
	"identity":   func(d *wastore.Device) error { return d.Identities.PutIdentity(ctx, "1:0", [32]byte{1}) },
	"prekey":     func(d *wastore.Device) error { _, err := d.PreKeys.GetPreKey(ctx, 1); return err },
	"count":      func(d *wastore.Device) error { _, err := d.PreKeys.UploadedPreKeyCount(ctx); return err },
	"sender key": func(d *wastore.Device) error { _, err := d.SenderKeys.GetSenderKey(ctx, "g", "1:0"); return err },
	"state key": func(d *wastore.Device) error {
		_, err := d.AppStateKeys.GetAppStateSyncKey(ctx, []byte("k"))
		return err
	},
	"latest":    func(d *wastore.Device) error { _, err := d.AppStateKeys.GetLatestAppStateSyncKeyID(ctx); return err },
	"all keys":  func(d *wastore.Device) error { _, err := d.AppStateKeys.GetAllAppStateSyncKeys(ctx); return err },
	"state":     func(d *wastore.Device) error { _, _, err := d.AppState.GetAppStateVersion(ctx, "n"); return err },
	"mac":       func(d *wastore.Device) error { _, err := d.AppState.GetAppStateMutationMAC(ctx, "n", nil); return err },
	"contact":   func(d *wastore.Device) error { _, err := d.Contacts.GetContact(ctx, somebody); return err },
	"push name": func(d *wastore.Device) error { _, _, err := d.Contacts.PutPushName(ctx, somebody, "n"); return err },
	"contacts":  func(d *wastore.Device) error { _, err := d.Contacts.GetAllContacts(ctx); return err },
	"chat":      func(d *wastore.Device) error { _, err := d.ChatSettings.GetChatSettings(ctx, somebody); return err },
	"secret": func(d *wastore.Device) error {
		_, _, err := d.MsgSecrets.GetMessageSecret(ctx, somebody, somebody, "I")
		return err
	},
	"token": func(d *wastore.Device) error { _, err := d.PrivacyTokens.GetPrivacyToken(ctx, somebody); return err },
	"expired": func(d *wastore.Device) error {
		_, err := d.PrivacyTokens.DeleteExpiredPrivacyTokens(ctx, sentAt)
		return err
	},
	"received": func(d *wastore.Device) error {
		_, err := d.EventBuffer.GetBufferedEvent(ctx, [32]byte{1})
		return err
	},
	"sent": func(d *wastore.Device) error {
		_, _, err := d.EventBuffer.GetOutgoingEvent(ctx, somebody, somebody, "I")
		return err
	},
	"migration": func(d *wastore.Device) error {
		phone, lid := randomPerson()
		return d.Sessions.MigratePNToLID(ctx, phone, lid)
	},
	"lid": func(d *wastore.Device) error {
		phone, _ := randomPerson()
		_, err := d.LIDs.GetLIDForPN(ctx, phone)
		return err
	},
	"phone": func(d *wastore.Device) error {
		_, lid := randomPerson()
		_, err := d.LIDs.GetPNForLID(ctx, lid)
		return err
	},
	"alias": func(d *wastore.Device) error {
		phone, lid := randomPerson()
		return d.LIDs.PutLIDMapping(ctx, lid, phone)
	},
	"decrypting": func(d *wastore.Device) error {
		return d.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
			_, err := d.Sessions.GetSession(ctx, "9:0")
			return err
		})
	},
}

// away opens a linked device behind a wire, and remembers what trouble it had.
func away(t *testing.T, spoil func(*wire)) (store.Ref, *wastore.Device, *[]error, *wire) {
	t.Helper()
	w, address := throughWire(t)
	s := connectWith(t, store.Options{DatabaseURL: address, Key: sealingKey, Connections: 1})
	ref, linked := link(t, s)
	everywhere(t, linked)
	must(t, s.Release(ctx, linked))
	told := &[]error{}
	device, err := s.Open(ctx, ref, 1, func(err error) { *told = append(*told, err) })
	must(t, err)
	w.set(func() { spoil(w) })
	return ref, device, told, w
}

// Whatever is asked while the database is away looks like a cancelled context, on which whatsmeow acknowledges nothing.
func TestADatabaseThatIsAwayLooksLikeACancelledContext(t *testing.T) {
	all := maps.Clone(windows)
	for name, door := range doors {
		all["writing "+name] = door
	}
	for name, ask := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ref, device, told, w := away(t, func(*wire) {})
			pool := raw(t)
			before := digest(t, pool, ref)
			w.cut()
			err := ask(device)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("it ended with %v", err)
			}
			equal(t, "told before it ended", len(*told), 1)
			w.mend()
			if err = ask(device); !errors.Is(err, context.Canceled) {
				t.Errorf("a device in trouble stays closed until it is opened again: %v", err)
			}
			equal(t, "written", slices.Equal(before, digest(t, pool, ref)), true)
		})
	}
}

// A statement of which half arrives, and an answer that does not: the step of the ratchet and the plaintext are both
// there, or neither.
func TestRatchetAndPlaintextAreNeverKeptApart(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*wire)
		kept  bool
	}{
		"half a statement": {func(w *wire) { w.tearing = true }, false},
		"no answer":        {func(w *wire) { w.swallowing = true }, true},
	} {
		t.Run(name, func(t *testing.T) {
			ref, device, told, w := away(t, func(*wire) {})
			step := func(ctx context.Context) error {
				_, err := device.Sessions.GetSession(ctx, "1:0")
				if err != nil {
					return err
				}
				return errors.Join(device.Sessions.PutSession(ctx, "1:0", []byte("stepped")), device.PreKeys.RemovePreKey(ctx, 3),
					device.EventBuffer.PutBufferedEvent(ctx, [32]byte{9}, []byte("plaintext"), sentAt))
			}
			// Once undisturbed, so that the statement is prepared and goes at once.
			must(t, device.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
				return errors.Join(device.Sessions.PutSession(ctx, "1:0", []byte("before")), device.PreKeys.RemovePreKey(ctx, 2),
					device.EventBuffer.PutBufferedEvent(ctx, [32]byte{8}, []byte("p"), sentAt))
			}))
			_, err := device.Sessions.HasSession(ctx, "1:0") // that it is in memory
			must(t, err)
			w.set(func() { c.spoil(w) })
			err = device.EventBuffer.DoDecryptionTxn(ctx, step)
			if !errors.Is(err, context.Canceled) || len(*told) != 1 {
				t.Errorf("it ended with %v, told %v", err, *told)
			}
			again := open(t, connect(t), ref, 2)
			session, err := again.Sessions.GetSession(ctx, "1:0")
			must(t, err)
			event, err := again.EventBuffer.GetBufferedEvent(ctx, [32]byte{9})
			must(t, err)
			key, err := again.PreKeys.GetPreKey(ctx, 3)
			must(t, err)
			equal(t, "stepped", string(session) == "stepped", c.kept)
			equal(t, "plaintext", event != nil, c.kept)
			equal(t, "prekey used", key == nil, c.kept)
		})
	}
}

func TestWhatWaitsForALaterWriteIsTroubleToo(t *testing.T) {
	w, address := throughWire(t)
	s := connectWith(t, store.Options{DatabaseURL: address, Key: sealingKey})
	ref, linked := link(t, s)
	must(t, s.Release(ctx, linked))
	told := make(chan error, 1)
	device, err := s.Open(ctx, ref, 1, func(err error) { told <- err })
	must(t, err)
	must(t, device.EventBuffer.AddOutgoingEvent(ctx, somebody, "I", "wa", []byte("text")))
	w.cut()
	select {
	case err = <-told:
		equal(t, "unavailable", errors.Is(err, store.ErrUnavailable), true)
	case <-time.After(15 * time.Second):
		t.Error("nobody was told")
	}
}

// Others of the device learn of the trouble only when the connection is cut: until then they could acknowledge.
func TestNobodyGoesOnBeforeTheConnectionIsCut(t *testing.T) {
	w, address := throughWire(t)
	s := connectWith(t, store.Options{DatabaseURL: address, Key: sealingKey})
	ref, linked := link(t, s)
	must(t, s.Release(ctx, linked))
	cutting, cut := make(chan struct{}), make(chan struct{})
	device, err := s.Open(ctx, ref, 1, func(error) { close(cutting); <-cut })
	must(t, err)
	w.cut()
	var both sync.WaitGroup
	both.Go(func() { _ = device.Sessions.PutSession(ctx, "1:0", []byte("s")) })
	<-cutting
	ended := make(chan error, 1)
	both.Go(func() { ended <- device.MsgSecrets.PutMessageSecret(ctx, somebody, somebody, "I", []byte("s")) })
	select {
	case err = <-ended:
		t.Errorf("it went on with %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(cut)
	if err = <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	both.Wait()
}

func TestAReleasedDeviceIsQuietlyClosed(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	must(t, device.EventBuffer.AddOutgoingEvent(ctx, somebody, "I", "wa", []byte("text")))
	must(t, s.Release(ctx, device))
	must(t, s.Release(ctx, device))
	err := device.Sessions.PutSession(ctx, "1:0", []byte("s"))
	if !errors.Is(err, store.ErrClosed) || !errors.Is(err, context.Canceled) {
		t.Errorf("writing afterwards: %v", err)
	}
	_, text, err := open(t, s, ref, 1).EventBuffer.GetOutgoingEvent(ctx, somebody, somebody, "I")
	must(t, err)
	equalBytes(t, "what waited was written", text, []byte("text"))
}

func TestADatabaseThatDoesNotFitIsRefused(t *testing.T) {
	pool := raw(t)
	_, _ = pool.Exec(ctx, "drop database if exists hebah_bare")
	_, err := pool.Exec(ctx, "create database hebah_bare")
	must(t, err)
	bare, err := url.Parse(databaseURL(t))
	must(t, err)
	bare.Path = "/hebah_bare"
	_, err = store.Connect(ctx, store.Options{DatabaseURL: bare.String(), Key: sealingKey})
	if !errors.Is(err, store.ErrSchema) {
		t.Errorf("never migrated: %v", err)
	}
	connection, err := pgx.Connect(ctx, bare.String())
	must(t, err)
	_, err = connection.Exec(ctx, `create schema companion; create table companion.format as select 2 as version`)
	must(t, err)
	must(t, connection.Close(ctx))
	_, err = store.Connect(ctx, store.Options{DatabaseURL: bare.String(), Key: sealingKey})
	if !errors.Is(err, store.ErrSchema) {
		t.Errorf("of another format: %v", err)
	}
	_, err = pool.Exec(ctx, "drop database hebah_bare")
	must(t, err)
	_, err = store.Connect(ctx, store.Options{DatabaseURL: bare.String(), Key: sealingKey})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("no such database: %v", err)
	}
	_, err = store.Connect(ctx, store.Options{DatabaseURL: "postgresql://user:password@:nonsense", Key: sealingKey})
	if !errors.Is(err, store.ErrUnavailable) || strings.Contains(err.Error(), "password") {
		t.Errorf("no address: %v", err)
	}
}
