// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"
)

// What can be wrong with a store or with the session of one device. Ask with errors.Is.
var (
	// ErrUnavailable: the database did not answer, or refused.
	ErrUnavailable = errors.New("the database is not available")
	// ErrSchema: the database was migrated for another version of the companion, or not at all.
	ErrSchema = errors.New("the schema of the database does not fit")
	// ErrKey: the sealing key is not 32 bytes.
	ErrKey = errors.New("the sealing key must have 32 bytes")
	// ErrNoSession: nothing was ever linked in this slot, or it was forgotten.
	ErrNoSession = errors.New("no session")
	// ErrWrongKey: the session was sealed with another key than the one given.
	ErrWrongKey = errors.New("the session is sealed with another key")
	// ErrCorrupt: the session's own row does not open although the key is right.
	ErrCorrupt = errors.New("the session is corrupt")
	// ErrStale: someone opened the device with a later epoch, or linked it anew.
	ErrStale = errors.New("the epoch has passed")
	// ErrClosed: the device was released; nothing is read or written for it any more.
	ErrClosed = errors.New("the device is closed")
)

// failure is how every error of an open device looks to whatsmeow: as a cancelled context, the one error on which it
// returns from a received stanza without acknowledging it.
type failure struct {
	cause error
}

func (f *failure) Error() string { return f.cause.Error() }

func (f *failure) Unwrap() error { return f.cause }

func (f *failure) Is(target error) bool { return target == context.Canceled }

func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }
