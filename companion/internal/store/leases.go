// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"time"
)

// leaseFor is how long a ratchet is kept for whoever has read it to step it. Most take a millisecond; a send to a new
// contact asks the network for keys meanwhile, and one that fails never comes back.
const leaseFor = time.Second

// lease keeps others from reading ratchets that are about to be stepped: their step would be lost, or ours. It is a
// courtesy that ends; what guards the ratchet is its version.
type lease struct {
	addresses []string
	expires   time.Time
	over      chan struct{}
	ended     bool
	loose     bool // of one that steps a single ratchet, outside a transaction
}

func newLease() *lease { return &lease{expires: time.Now().Add(leaseFor), over: make(chan struct{})} }

// take waits until nobody else holds any of the ratchets.
func (s *slot) take(ctx context.Context, own *lease, addresses ...string) error {
	for {
		s.mu.Lock()
		other := s.holder(own, addresses)
		if other == nil {
			own.addresses = append(own.addresses, addresses...)
			for _, address := range addresses {
				put(&s.leases, address, own)
			}
			s.mu.Unlock()
			return nil
		}
		s.mu.Unlock()
		patient := time.NewTimer(time.Until(other.expires))
		select {
		case <-other.over:
		case <-patient.C:
		case <-ctx.Done():
		}
		patient.Stop()
		if err := s.usable(ctx); err != nil {
			return err
		}
	}
}

// holder needs mu.
func (s *slot) holder(own *lease, addresses []string) *lease {
	now := time.Now()
	for _, address := range addresses {
		other := s.leases[address]
		if other != nil && other != own && now.Before(other.expires) && !(other.loose && own.loose) {
			return other
		}
	}
	return nil
}

// give needs mu.
func (s *slot) give(own *lease) {
	if own == nil || own.ended {
		return
	}
	for _, address := range own.addresses {
		if s.leases[address] == own {
			delete(s.leases, address)
		}
	}
	if len(s.leases) == 0 {
		s.leases = nil
	}
	own.ended = true
	close(own.over)
}

// takeForSending leases the ratchets of a message. Messages are sent one at a time: an earlier one has ended.
func (s *slot) takeForSending(ctx context.Context, addresses []string) error {
	own := newLease()
	s.mu.Lock()
	s.give(s.sending)
	s.sending = own
	s.mu.Unlock()
	return s.take(ctx, own, addresses...)
}

// takeLoosely leases one ratchet, of a message that is sent to a single device once more.
func (s *slot) takeLoosely(ctx context.Context, address string) error {
	own := newLease()
	own.loose = true
	return s.take(ctx, own, address)
}

// giveWritten ends the leases of what has been written outside a transaction.
func (s *slot) giveWritten(own *writes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for address := range own.peers {
		if held := s.leases[address]; held != nil && (held.loose || held == s.sending) {
			s.give(held)
		}
	}
}
