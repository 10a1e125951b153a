// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	wastore "go.mau.fi/whatsmeow/store"
	waLog "go.mau.fi/whatsmeow/util/log"
)

const (
	schemaFormat = 1
	// patience with the database, waiting for a connection included. Whoever waits for a send or an acknowledgement is
	// told within this time that there is trouble.
	patience           = 10 * time.Second
	defaultConnections = 8
	defaultCacheBytes  = 32 << 20
	// preparedStatements of one connection; the store has about a hundred, a connection sees the hot third of them.
	preparedStatements = 64
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
	CacheBytes  int    // for what all devices together used lately; 0 means 32 MiB
	Log         waLog.Logger
}

// Trouble is called once for a device whose reading or writing failed, by the goroutine that found out and before the
// failing call returns. When Trouble returns, the device's connection must be cut: of some errors whatsmeow takes no more
// notice than a line in its log, and it would acknowledge what was not stored. Client.Disconnect does it and is safe
// here; Release is not. The error is ErrUnavailable or ErrStale.
type Trouble func(err error)

// Store keeps the sessions of all devices of one process.
type Store struct {
	pool  *pgxpool.Pool
	key   masterKey
	log   waLog.Logger
	cache cache
	texts texts

	mu         sync.Mutex
	workspaces map[[16]byte]*shelf // what is known of aliases
	stop       context.CancelFunc
	stopped    chan struct{}
}

// Connect reaches the database and checks it. Errors: ErrKey, ErrSchema, ErrUnavailable.
func Connect(ctx context.Context, options Options) (*Store, error) {
	key, err := newMasterKey(options.Key)
	if err != nil {
		return nil, err
	}
	config, err := poolConfig(options)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, unavailable(err)
	}
	if err = checkFormat(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	s := &Store{pool: pool, key: key, log: options.Log, workspaces: make(map[[16]byte]*shelf), stopped: make(chan struct{})}
	s.cache.budget = options.CacheBytes
	if s.cache.budget <= 0 {
		s.cache.budget = defaultCacheBytes
	}
	if s.log == nil {
		s.log = waLog.Noop
	}
	var sweeping context.Context
	sweeping, s.stop = context.WithCancel(context.Background())
	go s.sweepNowAndThen(sweeping)
	return s, nil
}

func poolConfig(options Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(options.DatabaseURL)
	if err != nil {
		// The driver's own words quote the address, which is a secret.
		return nil, fmt.Errorf("%w: its address cannot be read", ErrUnavailable)
	}
	config.MaxConns = defaultConnections
	if options.Connections > 0 {
		config.MaxConns = int32(options.Connections)
	}
	config.ConnConfig.ConnectTimeout = patience
	config.ConnConfig.StatementCacheCapacity = preparedStatements
	config.ConnConfig.DescriptionCacheCapacity = 0
	config.ConnConfig.RuntimeParams["application_name"] = "hebah-companion"
	limit := fmt.Sprint(patience.Milliseconds())
	config.ConnConfig.RuntimeParams["statement_timeout"] = limit
	// A process that is frozen in the middle must not keep others from taking over.
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = limit
	config.AfterConnect = func(ctx context.Context, connection *pgx.Conn) error {
		// A step of a ratchet that a crash of the server rolls back would let a message key be used twice.
		_, err := connection.Exec(ctx, `select set_config('synchronous_commit', 'local', false)
			where current_setting('synchronous_commit') = 'off'`)
		return err
	}
	return config, nil
}

func checkFormat(ctx context.Context, pool *pgxpool.Pool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var format int
	err := pool.QueryRow(ctx, "select version from companion.format").Scan(&format)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && (refused.Code == "42P01" || refused.Code == "3F000"):
		return fmt.Errorf("%w: it was never migrated", ErrSchema)
	case err != nil:
		return unavailable(err)
	case format != schemaFormat:
		return fmt.Errorf("%w: format %d instead of %d", ErrSchema, format, schemaFormat)
	}
	return nil
}

// Close ends every connection. Devices must be released before.
func (s *Store) Close() {
	s.stop()
	<-s.stopped
	s.pool.Close()
}

// KeyID tells the sealing key from others without betraying it.
func (s *Store) KeyID() string { return s.key.name() }

// Open takes the slot's session for an epoch; whoever held it with an earlier one can no longer write.
// Errors: ErrNoSession, ErrStale, ErrWrongKey, ErrCorrupt, ErrUnavailable.
func (s *Store) Open(ctx context.Context, ref Ref, epoch int64, trouble Trouble) (*wastore.Device, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	row := sessionRow{epoch: epoch}
	err := s.pool.QueryRow(ctx, takeSession, ref.Workspace, ref.Device, epoch).Scan(row.columns()...)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, s.whyNotTaken(ctx, ref)
	}
	if err != nil {
		return nil, unavailable(err)
	}
	slot, err := s.newSlot(ref, trouble)
	if err != nil {
		return nil, err
	}
	return slot.adopt(&row)
}

func (s *Store) whyNotTaken(ctx context.Context, ref Ref) error {
	var epoch int64
	err := s.pool.QueryRow(ctx, readEpoch, ref.Workspace, ref.Device).Scan(&epoch)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNoSession
	}
	if err != nil {
		return unavailable(err)
	}
	return ErrStale
}

// New makes credentials for linking. They become durable when whatsmeow saves the paired device, which ends an earlier
// session of the slot.
func (s *Store) New(ref Ref, trouble Trouble) (*wastore.Device, error) {
	slot, err := s.newSlot(ref, trouble)
	if err != nil {
		return nil, err
	}
	return slot.fresh(), nil
}

// Release writes what still waits for a later write and frees what is kept in memory. Call it when the client has
// disconnected; what comes for the device afterwards fails with ErrClosed and without Trouble.
func (s *Store) Release(ctx context.Context, device *wastore.Device) error {
	slot, ok := device.Container.(*slot)
	if !ok {
		return nil
	}
	return slot.release(ctx)
}

// Forget removes everything that is kept for the slot, whatever its epoch.
func (s *Store) Forget(ctx context.Context, ref Ref) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		// The session first: that waits for writes under way, so that the second statement sees what they left.
		if _, err := tx.Exec(ctx, deleteSession, ref.Workspace, ref.Device); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, deleteRest, ref.Workspace, ref.Device)
		return err
	})
	if err != nil {
		return unavailable(err)
	}
	return nil
}

// aliases of a workspace that were used lately.
func (s *Store) aliases(workspace [16]byte) *shelf {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.workspaces[workspace]
	if !ok {
		found = &shelf{}
		s.workspaces[workspace] = found
	}
	return found
}
