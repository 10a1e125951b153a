// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// sweepEvery is how often the process looks for sessions that were not swept for a day; sweeping goes along their
	// keys, so that no index by time has to be kept up with every message.
	sweepEvery = 10 * time.Minute
	sweepAfter = 12 * time.Hour
	// bite is how many rows go at once: short locks, small write-ahead log.
	bite = 500

	takeUnswept = `update companion.session s set swept_at = now()
		from (
			select workspace_id, device_id from companion.session
			where swept_at < now() - interval '1 day' order by swept_at limit 1 for update skip locked
		) due
		where s.workspace_id = due.workspace_id and s.device_id = due.device_id
		returning s.workspace_id, s.device_id`
	// The network keeps messages for 14 days, and asks for one of ours again within 7. Old is old, whoever says so: no fence.
	sweepReceived = `delete from companion.received where ctid = any(array(
			select ctid from companion.received
			where workspace_id = $1 and device_id = $2 and at < now() - interval '14 days' limit $3))`
	sweepSent = `delete from companion.sent where ctid = any(array(
			select ctid from companion.sent
			where workspace_id = $1 and device_id = $2 and at < now() - interval '7 days' limit $3))`
	sweepSecrets = `delete from companion.message_secret where ctid = any(array(
			select ctid from companion.message_secret
			where workspace_id = $1 and device_id = $2 and at < now() - interval '90 days' limit $3))`
)

func (s *Store) sweepNowAndThen(ctx context.Context) {
	defer close(s.stopped)
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := s.sweepDue(ctx); err != nil && ctx.Err() == nil {
				s.log.Warnf("sweeping: %v", err)
			}
		}
	}
}

// sweepDue sweeps every session, of whichever process, that nobody has swept for a day.
func (s *Store) sweepDue(ctx context.Context) error {
	for ctx.Err() == nil {
		var ref Ref
		err := s.pool.QueryRow(ctx, takeUnswept).Scan(&ref.Workspace, &ref.Device)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return unavailable(err)
		}
		if err = s.sweep(ctx, ref, sweepReceived, sweepSent, sweepSecrets); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *Store) sweep(ctx context.Context, ref Ref, statements ...string) error {
	for _, statement := range statements {
		for {
			done, err := s.pool.Exec(ctx, statement, ref.Workspace, ref.Device, bite)
			if err != nil {
				return unavailable(err)
			}
			if done.RowsAffected() < bite {
				break
			}
		}
	}
	return nil
}

func (s *slot) DeleteOldBufferedHashes(ctx context.Context) error {
	return s.sweepSometimes(ctx)
}

// DeleteOldOutgoingEvents is called with every send.
func (s *slot) DeleteOldOutgoingEvents(ctx context.Context) error {
	return s.sweepSometimes(ctx)
}

// sweepSometimes does nothing when the device was swept lately: whatsmeow does not keep count well.
func (s *slot) sweepSometimes(ctx context.Context) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	lately := time.Since(s.swept) < sweepAfter
	if !lately {
		s.swept = time.Now()
	}
	s.mu.Unlock()
	if lately {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := s.store.sweep(ctx, s.ref, sweepReceived, sweepSent, sweepSecrets); err != nil {
		return s.fail(err)
	}
	return nil
}
