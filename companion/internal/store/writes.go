// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"time"
)

const (
	// soon is how long something may wait for a write that takes it along.
	soon = time.Second
	// later is for what may be lost: the event of a cleared plaintext is with the reader, and would only come again.
	later = 10 * time.Second
	// most is how many things wait before they are written for their own sake.
	most = 200
)

// writes are gathered in memory and reach the database in one statement, hence all or nothing.
type writes struct {
	peers      map[string]*peerChange
	prekeys    []int32 // used up
	received   []receivedRow
	cleared    map[[32]byte]struct{}
	sent       map[sentKey]sentRow
	secrets    map[secretKey][]byte
	senderKeys map[senderKey][]byte
	names      map[string]names
	bases      map[string]uint64 // versions of the ratchets that the changes were made from
	lease      *lease            // of those that a transaction steps
}

// peerChange holds nil for what stays as it is, and empty for what is deleted.
type peerChange struct {
	session  []byte
	identity []byte
}

type receivedRow struct {
	hash      [32]byte
	plaintext []byte
	serverAt  time.Time
}

type sentKey struct{ id, chat string }

type sentRow struct {
	format    string
	plaintext []byte
}

type secretKey struct{ id, chat, sender string }

type senderKey struct{ chat, sender string }

// names hold nil for what stays as it is.
type names struct{ push, business *string }

func (w *writes) size() int {
	if w == nil {
		return 0
	}
	return len(w.peers) + len(w.prekeys) + len(w.received) + len(w.cleared) + len(w.sent) + len(w.secrets) +
		len(w.senderKeys) + len(w.names)
}

func (w *writes) peer(address string) *peerChange {
	change, ok := w.peers[address]
	if !ok {
		change = &peerChange{}
		put(&w.peers, address, change)
	}
	return change
}

func (w *writes) secret(key secretKey) []byte {
	if w == nil {
		return nil
	}
	return w.secrets[key]
}

// based remembers the first version that was read: the change was made from that one.
func (w *writes) based(address string, version uint64) {
	if _, ok := w.bases[address]; !ok {
		put(&w.bases, address, version)
	}
}

// put makes the map when it is needed: most writes are of one kind.
func put[K comparable, V any](target *map[K]V, key K, value V) {
	if *target == nil {
		*target = make(map[K]V)
	}
	(*target)[key] = value
}

func (w *writes) absorb(other *writes) {
	if other == nil {
		return
	}
	for address, change := range other.peers {
		ours := w.peer(address)
		if change.session != nil {
			ours.session = change.session
		}
		if change.identity != nil {
			ours.identity = change.identity
		}
	}
	w.prekeys = append(w.prekeys, other.prekeys...)
	w.received = append(w.received, other.received...)
	absorb(&w.cleared, other.cleared)
	absorb(&w.sent, other.sent)
	absorb(&w.secrets, other.secrets)
	absorb(&w.senderKeys, other.senderKeys)
	for jid, name := range other.names {
		w.name(jid, name)
	}
}

func (w *writes) name(jid string, name names) {
	ours := w.names[jid]
	if name.push != nil {
		ours.push = name.push
	}
	if name.business != nil {
		ours.business = name.business
	}
	put(&w.names, jid, ours)
}

func absorb[K comparable, V any](target *map[K]V, other map[K]V) {
	for key, value := range other {
		put(target, key, value)
	}
}

type transactionKey struct{}

// transaction is what DoDecryptionTxn carries in the context.
func transaction(ctx context.Context) *writes {
	found, _ := ctx.Value(transactionKey{}).(*writes)
	return found
}

// postpone lets something wait for a write that takes it along, but not longer than `within`.
func (s *slot) postpone(ctx context.Context, within time.Duration, add func(*writes)) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	if s.waiting == nil {
		s.waiting = &writes{}
	}
	add(s.waiting)
	crowded := s.waiting.size() >= most
	due := time.Now().Add(within)
	if s.due.IsZero() || due.Before(s.due) {
		s.stopTimer()
		s.due = due
		s.timer = time.AfterFunc(within, s.flush)
	}
	s.mu.Unlock()
	if crowded {
		return s.commit(ctx, nil)
	}
	return nil
}

func (s *slot) flush() {
	if s.usable(context.Background()) == nil {
		_ = s.commit(context.Background(), nil) // fail has told of it
	}
}

func (s *slot) stopTimer() {
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	s.due = time.Time{}
}

// commit writes a transaction together with everything that waits. ErrOvertaken means that nothing was written.
func (s *slot) commit(ctx context.Context, own *writes) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	return s.inTurn(func() error { return s.commitInTurn(ctx, own) })
}

var errOvertaken error = &failure{ErrOvertaken}

func (s *slot) commitInTurn(ctx context.Context, own *writes) error {
	s.mu.Lock()
	if own != nil && s.overtaken(own) {
		s.mu.Unlock()
		return errOvertaken
	}
	all := s.waiting
	if all == nil {
		all = &writes{}
	}
	all.absorb(own)
	s.waiting = nil
	s.stopTimer()
	if all.size() == 0 {
		s.mu.Unlock()
		return nil
	}
	s.underway = all
	s.mu.Unlock()

	sql, arguments := s.statement(all)
	err := s.run(ctx, sql, arguments)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.underway = nil
	if err == nil {
		s.remember(all)
	}
	return err
}

// overtaken needs mu.
func (s *slot) overtaken(own *writes) bool {
	for address, base := range own.bases {
		change, ok := own.peers[address]
		if !ok || change.session == nil {
			continue
		}
		if now, ok := s.cachedPeer(address); ok && now.version != base {
			return true
		}
	}
	return false
}
