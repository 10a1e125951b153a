// SPDX-License-Identifier: GPL-3.0-or-later

// Package store keeps the sessions of linked devices in PostgreSQL.
package store

import (
	"context"

	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "go.mau.fi/whatsmeow"
	wastore "go.mau.fi/whatsmeow/store"
	waLog "go.mau.fi/whatsmeow/util/log"
)

// Ref names the slot of one device.
type Ref struct {
	Workspace [16]byte
	Device    [16]byte
}

// Options of a store. DatabaseURL and Key are secrets.
type Options struct {
	DatabaseURL string
	Key         []byte // 32 bytes
	Connections int    // at most; 0 means 8
	CacheBytes  int    // of recently used ratchets of all devices together; 0 means 32 MiB
	Log         waLog.Logger
	// OnTrouble is called once for an open device, by the goroutine whose reading or writing failed, before that
	// returns. When it returns, the device's connection must be cut (Client.Disconnect is safe here): whatsmeow only logs
	// some of these errors, and would acknowledge what was not stored. The error is ErrUnavailable or ErrStale.
	OnTrouble func(ref Ref, err error)
}

// Store keeps the sessions of all devices of one process.
type Store struct{}

// Connect reaches the database and checks it. Errors: ErrKey, ErrSchema, ErrUnavailable.
func Connect(ctx context.Context, options Options) (*Store, error) { return nil, ErrUnavailable }

// Close ends every connection. Devices must be released before.
func (s *Store) Close() {}

// KeyID tells the sealing key from others without betraying it.
func (s *Store) KeyID() string { return "" }

// Open takes the slot's session for an epoch; whoever held it with an earlier one can no longer write.
// Errors: ErrNoSession, ErrStale, ErrWrongKey, ErrCorrupt, ErrUnavailable.
func (s *Store) Open(ctx context.Context, ref Ref, epoch int64) (*wastore.Device, error) {
	return nil, ErrNoSession
}

// New makes credentials for linking. They become durable when whatsmeow saves the paired device, which ends an earlier
// session of the slot.
func (s *Store) New(ref Ref) *wastore.Device { return nil }

// Release writes what is still waiting for a later write and frees what was kept in memory. Call it after the client
// has disconnected; what still comes for the device afterwards fails without calling OnTrouble.
func (s *Store) Release(ctx context.Context, device *wastore.Device) error { return nil }

// Forget removes everything that is kept for the slot, whatever its epoch.
func (s *Store) Forget(ctx context.Context, ref Ref) error { return nil }
