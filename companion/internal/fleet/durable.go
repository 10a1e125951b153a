// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"sync"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/wire"
)

// awaited are the events that have been handed up and not been acknowledged.
type awaited struct {
	mu     sync.Mutex
	last   uint64
	stored map[uint64]chan struct{}
}

func (a *awaited) next() (uint64, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stored == nil {
		a.stored = map[uint64]chan struct{}{}
	}
	a.last++
	stored := make(chan struct{})
	a.stored[a.last] = stored
	return a.last, stored
}

func (a *awaited) drop(seq uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.stored, seq)
}

func (a *awaited) settle(seqs []uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, seq := range seqs {
		if stored := a.stored[seq]; stored != nil {
			delete(a.stored, seq)
			close(stored)
		}
	}
}

func (a *awaited) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.stored)
}

// handUp returns true once the event is stored above. It gives up when the connection ends, and ends it when nobody
// has stored the event for as long as we are told to be patient: WhatsApp then keeps it for another time.
func (l *link) handUp(event *protocol.Event) bool {
	seq, stored := l.fleet.awaited.next()
	defer l.fleet.awaited.drop(seq)
	event.Seq, event.Device, event.RequestId = seq, protoOf(l.slot.ref), l.request
	patience, cancel := context.WithTimeout(l.ctx, l.fleet.settings.Patience)
	defer cancel()
	err := l.fleet.out.Offer(patience, &protocol.Envelope{Body: &protocol.Envelope_Event{Event: event}})
	if errors.Is(err, wire.ErrTooLarge) {
		l.log.Error("event_too_large")
		return true // it would come again for ever
	}
	if err == nil {
		select {
		case <-stored:
			return true
		case <-patience.Done():
		}
	}
	if l.ctx.Err() == nil {
		l.end("waiting", "gateway_slow", 0)
	}
	return false
}

// mention tells something that may be lost.
func (l *link) mention(event *protocol.Event) {
	event.Device, event.RequestId = protoOf(l.slot.ref), l.request
	l.fleet.out.Try(&protocol.Envelope{Body: &protocol.Envelope_Event{Event: event}})
}

// report tells the state of the connection; it always arrives, in the order it was told.
func (l *link) report(state, cause string, until int64) {
	l.log.Info("state", "state", state, "cause", cause)
	event := &protocol.Event{
		Device: protoOf(l.slot.ref), RequestId: l.request,
		Event: &protocol.Event_State{State: &protocol.State{State: state, Cause: cause, Until: until}},
	}
	_ = l.fleet.out.Post(&protocol.Envelope{Body: &protocol.Envelope_Event{Event: event}})
}
