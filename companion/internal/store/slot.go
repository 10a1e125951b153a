// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	wastore "go.mau.fi/whatsmeow/store"
)

// fence opens every statement that writes for a device. It locks the session row against a later Open, which therefore
// waits for writes under way and sees them; and it finds no row once the epoch has passed, so that nothing is written.
// Every such statement ends by counting `held`.
const fence = `with held as materialized (
	select from companion.session
	where workspace_id = $1 and device_id = $2 and epoch = $3 and incarnation = $4
	for share
)`

// cutWithin is how long others wait for the connection of a device in trouble to be cut before they return errors.
const cutWithin = 10 * time.Second

// slot is the store of one device, open for one epoch: every interface that whatsmeow asks of it.
type slot struct {
	store       *Store
	ref         Ref
	sealer      sealer
	trouble     Trouble
	epoch       int64
	incarnation int64

	shelf   shelf
	aliases *shelf

	// flushing is held while something is written, so that a device's writes reach the database in their order.
	flushing sync.Mutex
	prekeys  sync.Mutex

	mu         sync.Mutex
	waiting    *writes // written along with the next write, or when its time has come
	underway   *writes
	timer      *time.Timer
	due        time.Time
	loans      map[string]uint64 // the version of ratchets that were read outside a transaction, to be written later
	leases     map[string]*lease
	sending    *lease
	version    uint64
	nextPrekey uint32
	salt       []byte
	expired    time.Time // privacy tokens before this are gone
	swept      time.Time
	paired     bool
	ended      error         // why nothing is read or written any more
	cut        chan struct{} // closed when trouble has been dealt with
}

var (
	_ wastore.AllSessionSpecificStores = (*slot)(nil)
	_ wastore.DeviceContainer          = (*slot)(nil)
)

func (s *Store) newSlot(ref Ref, trouble Trouble) (*slot, error) {
	sealer, err := s.key.sealerOf(ref)
	if err != nil {
		return nil, err
	}
	return &slot{store: s, ref: ref, sealer: sealer, trouble: trouble, aliases: s.aliases(ref.Workspace)}, nil
}

// usable answers the error that a call has to return at once, if any.
func (s *slot) usable(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	ended, paired := s.ended, s.paired
	s.mu.Unlock()
	switch {
	case ended != nil:
		s.awaitCut()
		return &failure{ended}
	case !paired:
		return &failure{ErrNoSession}
	}
	return nil
}

// awaitCut keeps errors back until the connection is cut: nobody may acknowledge meanwhile.
func (s *slot) awaitCut() {
	s.mu.Lock()
	cut := s.cut
	s.mu.Unlock()
	if cut == nil {
		return
	}
	select {
	case <-cut:
	case <-time.After(cutWithin):
	}
}

// fail ends the slot on its first error and has the connection cut before anyone is told.
func (s *slot) fail(err error) error { return s.tell(err, s.end(err)) }

// end answers whether this is the first error, of which tell has to tell.
func (s *slot) end(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return false
	}
	s.ended = err
	s.cut = make(chan struct{})
	s.stopTimer()
	return true
}

func (s *slot) tell(err error, first bool) error {
	if !first {
		s.awaitCut()
		return &failure{err}
	}
	defer close(s.cut)
	if s.trouble != nil {
		s.trouble(err)
	}
	return &failure{err}
}

// inTurn runs what writes to the database, one at a time. An error ends the slot before the next one gets its turn: its
// order would be wrong.
func (s *slot) inTurn(write func() error) error {
	s.flushing.Lock()
	s.mu.Lock()
	err := s.ended
	s.mu.Unlock()
	first := false
	if err == nil {
		if err = write(); err == nil || err == errOvertaken {
			s.flushing.Unlock()
			return err
		}
		first = s.end(err)
	}
	s.flushing.Unlock()
	return s.tell(err, first)
}

// bounded is a context that a caller's giving up does not end: it would cost the connection to the database.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}

// one reads at most one row; absent is pgx.ErrNoRows.
func (s *slot) one(ctx context.Context, sql string, arguments []any, targets ...any) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	err := s.store.pool.QueryRow(ctx, sql, arguments...).Scan(targets...)
	if err == nil || errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return s.fail(unavailable(err))
}

// each reads rows; `row` is called when the targets hold one.
func (s *slot) each(ctx context.Context, sql string, arguments, targets []any, row func()) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	rows, err := s.store.pool.Query(ctx, sql, arguments...)
	if err == nil {
		_, err = pgx.ForEachRow(rows, targets, func() error {
			row()
			return nil
		})
	}
	if err != nil {
		return s.fail(unavailable(err))
	}
	return nil
}

// mine are the arguments that begin every statement of this device that reads.
func (s *slot) mine(arguments ...any) []any {
	return append([]any{s.ref.Workspace, s.ref.Device}, arguments...)
}

// fenced are the arguments that begin every statement that writes.
func (s *slot) fenced(arguments ...any) []any {
	return append([]any{s.ref.Workspace, s.ref.Device, s.epoch, s.incarnation}, arguments...)
}

// write runs one fenced statement in its turn.
func (s *slot) write(ctx context.Context, sql string, arguments ...any) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.inTurn(func() error { return s.run(ctx, sql, s.fenced(arguments...)) })
}

// run needs `flushing`. Its errors are bare: the caller hands them to fail, after unlocking.
func (s *slot) run(ctx context.Context, sql string, arguments []any) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var held int64
	if err := s.store.pool.QueryRow(ctx, sql, arguments...).Scan(&held); err != nil {
		return unavailable(err)
	}
	if held == 0 {
		return ErrStale
	}
	return nil
}

// unsealed opens a value of which a contact or the server can give us a new one: corrupt is as good as absent.
func (s *slot) unsealed(table, row string, sealed []byte) []byte {
	if len(sealed) == 0 {
		return nil
	}
	value, err := s.sealer.open(table, row, sealed)
	if err != nil {
		s.store.log.Warnf("a row of %s does not open (%v) and is treated as absent, device %x", table, err, s.ref.Device)
		return nil
	}
	return value
}

func (s *slot) release(ctx context.Context) error {
	var err error
	if s.usable(ctx) == nil {
		err = s.commit(ctx, nil)
	}
	s.mu.Lock()
	if s.ended == nil {
		s.ended = ErrClosed
	}
	s.stopTimer()
	s.loans, s.leases, s.sending, s.waiting = nil, nil, nil, nil
	s.mu.Unlock()
	s.store.cache.close(&s.shelf)
	if err != nil {
		return fmt.Errorf("writing the rest: %w", err)
	}
	return nil
}
