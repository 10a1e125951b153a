// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"
)

// What can be wrong with the store or with the session of one device. Ask with errors.Is.
var (
	// ErrUnavailable means that the database did not answer, or refused.
	ErrUnavailable = errors.New("the database is not available")
	// ErrSchema means that the database was migrated for another version of the companion, or not at all.
	ErrSchema = errors.New("the schema of the database does not fit")
	// ErrKey means that the sealing key is not 32 bytes long.
	ErrKey = errors.New("the sealing key must have 32 bytes")
	// ErrNoSession means that nothing was ever linked in this slot, or that it was forgotten.
	ErrNoSession = errors.New("no session")
	// ErrWrongKey means that the session was sealed with another key than ours.
	ErrWrongKey = errors.New("sealed with another key")
	// ErrCorrupt means that something sealed with our key does not open, or holds nonsense.
	ErrCorrupt = errors.New("corrupt")
	// ErrStale means that someone opened the device with a later epoch, or linked it anew.
	ErrStale = errors.New("the epoch has passed")
	// ErrClosed means that the device was released; nothing is read or written for it any more.
	ErrClosed = errors.New("the device is closed")
	// ErrOvertaken means that two goroutines moved one ratchet at the same time; the later one wrote nothing.
	ErrOvertaken = errors.New("overtaken by another step of the same ratchet")
	// ErrNotKept means that a message is too old to be sent once more.
	ErrNotKept = errors.New("the message is not kept any more")
)

// failure is how errors of an open device look to whatsmeow: like a cancelled context, the one error on which it leaves
// a received stanza without an acknowledgement.
type failure struct {
	cause error
}

func (f *failure) Error() string { return f.cause.Error() }

func (f *failure) Unwrap() error { return f.cause }

func (f *failure) Is(target error) bool { return target == context.Canceled }

func unavailable(err error) error { return fmt.Errorf("%w: %w", ErrUnavailable, err) }
