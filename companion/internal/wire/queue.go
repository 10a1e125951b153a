// SPDX-License-Identifier: GPL-3.0-or-later

package wire

import (
	"bufio"
	"context"
	"errors"
	"io"
	"sync"

	"hebah.example/companion/internal/protocol"
)

// ErrClosed says that the queue takes nothing any more.
var ErrClosed = errors.New("queue closed")

// Queue holds frames on their way out. Answers and states always fit: they are as many as requests and devices.
// Events wait for room or are dropped, so that a reader who stands still cannot fill our memory.
type Queue struct {
	mu     sync.Mutex
	frames [][]byte
	bytes  int
	limit  int
	closed bool
	wake   chan struct{}
	room   chan struct{}
}

// NewQueue makes a queue in which events have room up to a number of bytes.
func NewQueue(limit int) *Queue {
	return &Queue{limit: limit, wake: make(chan struct{}, 1), room: make(chan struct{})}
}

// Post puts an envelope at the end, however full the queue is.
func (q *Queue) Post(envelope *protocol.Envelope) error {
	frame, err := Encode(envelope)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.put(frame)
}

// Try puts an envelope at the end if there is room, and says whether there was.
func (q *Queue) Try(envelope *protocol.Envelope) bool {
	frame, err := Encode(envelope)
	if err != nil {
		return false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bytes < q.limit && q.put(frame) == nil
}

// Offer puts an envelope at the end as soon as there is room.
func (q *Queue) Offer(ctx context.Context, envelope *protocol.Envelope) error {
	frame, err := Encode(envelope)
	if err != nil {
		return err
	}
	for {
		q.mu.Lock()
		if q.closed || q.bytes < q.limit {
			err = q.put(frame)
			q.mu.Unlock()
			return err
		}
		room := q.room
		q.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (q *Queue) put(frame []byte) error {
	if q.closed {
		return ErrClosed
	}
	q.frames = append(q.frames, frame)
	q.bytes += len(frame)
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// Close lets what is queued be written, and nothing more be queued.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.closed = true
	close(q.wake)
	close(q.room)
}

// Write writes frames until the queue is closed and empty, or the stream fails. It flushes whenever nothing waits.
func (q *Queue) Write(to io.Writer) error {
	out := bufio.NewWriterSize(to, 64<<10)
	for {
		frames, closed := q.take()
		for _, frame := range frames {
			if _, err := out.Write(frame); err != nil {
				return err
			}
		}
		if len(frames) > 0 {
			continue
		}
		if err := out.Flush(); err != nil || closed {
			return err
		}
		<-q.wake
	}
}

func (q *Queue) take() ([][]byte, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	frames := q.frames
	q.frames = nil
	if q.bytes >= q.limit && !q.closed {
		close(q.room)
		q.room = make(chan struct{})
	}
	q.bytes = 0
	return frames, q.closed
}
