// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"bytes"
	"context"

	"go.mau.fi/whatsmeow/types"
)

const (
	sessionTable  = "peer.session"
	identityTable = "peer.identity"
)

// peer is what is known of one device of a contact. Nil is absent. Never changed, only replaced.
type peer struct {
	session  []byte
	identity []byte
	version  uint64
}

func (p *peer) changed(by *peerChange) *peer {
	if by == nil {
		return p
	}
	after := *p
	if by.session != nil {
		after.session = nilIfEmpty(by.session)
	}
	if by.identity != nil {
		after.identity = nilIfEmpty(by.identity)
	}
	return &after
}

func nilIfEmpty(value []byte) []byte {
	if len(value) == 0 {
		return nil
	}
	return value
}

const (
	readPeers = `select address, session, identity from companion.peer
		where workspace_id = $1 and device_id = $2 and address = any($3::text[])`
	readPeer = `select address, session, identity from companion.peer
		where workspace_id = $1 and device_id = $2 and address = $3`
)

// peers reads through what waits to be written, what is being written, and the cache.
func (s *slot) peers(ctx context.Context, addresses ...string) (map[string]*peer, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	found := make(map[string]*peer, len(addresses))
	var missing []string
	s.mu.Lock()
	for _, address := range addresses {
		if cached, ok := s.cachedPeer(address); ok {
			found[address] = s.overlaid(ctx, address, cached)
		} else {
			missing = append(missing, address)
		}
	}
	s.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	loaded, err := s.loadPeers(ctx, missing)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, address := range missing {
		now, ok := s.cachedPeer(address)
		if !ok { // else someone has written it since we read
			now = loaded[address]
			s.version++
			now.version = s.version
			s.cachePeer(address, now)
		}
		found[address] = s.overlaid(ctx, address, now)
	}
	return found, nil
}

func (s *slot) loadPeers(ctx context.Context, addresses []string) (map[string]*peer, error) {
	loaded := make(map[string]*peer, len(addresses))
	for _, address := range addresses {
		loaded[address] = &peer{}
	}
	sql, arguments := readPeers, s.mine(addresses)
	if len(addresses) == 1 {
		sql, arguments = readPeer, s.mine(addresses[0])
	}
	var address string
	var session, identity []byte
	err := s.each(ctx, sql, arguments, []any{&address, &session, &identity}, func() {
		loaded[address] = &peer{
			session:  s.unsealed(sessionTable, address, session),
			identity: s.unsealed(identityTable, address, identity),
		}
	})
	return loaded, err
}

// overlaid needs mu.
func (s *slot) overlaid(ctx context.Context, address string, now *peer) *peer {
	for _, layer := range []*writes{s.underway, s.waiting, transaction(ctx)} {
		if layer != nil {
			now = now.changed(layer.peers[address])
		}
	}
	return now
}

func (s *slot) cachedPeer(address string) (*peer, bool) {
	cached, ok := s.store.cache.get(&s.shelf, peerItem, address)
	if !ok {
		return nil, false
	}
	return cached.(*peer), true
}

func (s *slot) cachePeer(address string, now *peer) {
	s.store.cache.put(&s.shelf, peerItem, address, now, len(now.session)+len(now.identity))
}

// remember puts into the cache what has been written; it needs mu.
func (s *slot) remember(all *writes) {
	for address, change := range all.peers {
		now, cached := s.cachedPeer(address)
		if !cached {
			if change.session == nil || change.identity == nil {
				continue // we would have to know the other half
			}
			now = &peer{}
		}
		after := now.changed(change)
		if change.session != nil {
			s.version++
			after.version = s.version
		}
		s.cachePeer(address, after)
	}
	for key, value := range all.senderKeys {
		s.store.cache.put(&s.shelf, senderKeyItem, key.row(), value, len(value))
	}
}

// lend remembers which version of a ratchet is being stepped outside a transaction.
func (s *slot) lend(ctx context.Context, lent map[string]*peer) {
	if own := transaction(ctx); own != nil {
		for address, now := range lent {
			own.based(address, now.version)
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.loans) > most { // of those who never came back
		s.loans = nil
	}
	for address, now := range lent {
		put(&s.loans, address, now.version)
	}
}

// takeBack adds the versions from which the changes were made.
func (s *slot) takeBack(own *writes) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for address := range own.peers {
		if base, ok := s.loans[address]; ok {
			own.based(address, base)
			delete(s.loans, address)
		}
	}
	if len(s.loans) == 0 {
		s.loans = nil
	}
}

func (s *slot) GetSession(ctx context.Context, address string) ([]byte, error) {
	var err error
	if own := transaction(ctx); own != nil {
		err = s.take(ctx, own.lease, address)
	} else {
		err = s.takeLoosely(ctx, address)
	}
	if err != nil {
		return nil, err
	}
	found, err := s.peers(ctx, address)
	if err != nil {
		return nil, err
	}
	s.lend(ctx, found)
	return found[address].session, nil
}

func (s *slot) HasSession(ctx context.Context, address string) (bool, error) {
	found, err := s.peers(ctx, address)
	if err != nil {
		return false, err
	}
	return found[address].session != nil, nil
}

func (s *slot) GetManySessions(ctx context.Context, addresses []string) (map[string][]byte, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	if transaction(ctx) == nil {
		if err := s.takeForSending(ctx, addresses); err != nil {
			return nil, err
		}
	}
	found, err := s.peers(ctx, addresses...)
	if err != nil {
		return nil, err
	}
	s.lend(ctx, found)
	sessions := make(map[string][]byte, len(found))
	for address, now := range found {
		sessions[address] = now.session
	}
	return sessions, nil
}

func (s *slot) PutSession(ctx context.Context, address string, session []byte) error {
	return s.PutManySessions(ctx, map[string][]byte{address: session})
}

func (s *slot) PutManySessions(ctx context.Context, sessions map[string][]byte) error {
	own := transaction(ctx)
	staged := own != nil
	if !staged {
		own = &writes{}
	}
	for address, session := range sessions {
		if session == nil {
			session = []byte{}
		}
		own.peer(address).session = session
	}
	if staged {
		return s.usable(ctx)
	}
	s.takeBack(own)
	defer s.giveWritten(own)
	return s.commit(ctx, own)
}

// change waits for the write that makes it worthwhile: a session is built or stepped right after.
func (s *slot) change(ctx context.Context, address string, change func(*peerChange)) error {
	if own := transaction(ctx); own != nil {
		change(own.peer(address))
		return s.usable(ctx)
	}
	return s.postpone(ctx, soon, func(waiting *writes) { change(waiting.peer(address)) })
}

func (s *slot) DeleteSession(ctx context.Context, address string) error {
	return s.change(ctx, address, func(c *peerChange) { c.session = []byte{} })
}

func (s *slot) DeleteIdentity(ctx context.Context, address string) error {
	return s.change(ctx, address, func(c *peerChange) { c.identity = []byte{} })
}

// PutIdentity is called with every step of a ratchet, nearly always with what we have.
func (s *slot) PutIdentity(ctx context.Context, address string, key [32]byte) error {
	found, err := s.peers(ctx, address)
	if err != nil || bytes.Equal(found[address].identity, key[:]) {
		return err
	}
	return s.change(ctx, address, func(c *peerChange) { c.identity = bytes.Clone(key[:]) })
}

func (s *slot) IsTrustedIdentity(ctx context.Context, address string, key [32]byte) (bool, error) {
	found, err := s.peers(ctx, address)
	if err != nil {
		return false, err
	}
	known := found[address].identity
	// Unknown is trusted: it is saved next, and a change is noticed from then on.
	return known == nil || bytes.Equal(known, key[:]), nil
}

const (
	dropSessions = fence + `, dropped as (
		update companion.peer p set session = null from held
		where p.workspace_id = $1 and p.device_id = $2 and p.session is not null
			and (p.address >= $5 and p.address < $6 or p.address >= $7 and p.address < $8))
		select count(*) from held`
	dropIdentities = fence + `, dropped as (
		update companion.peer p set identity = null from held
		where p.workspace_id = $1 and p.device_id = $2 and p.identity is not null
			and (p.address >= $5 and p.address < $6 or p.address >= $7 and p.address < $8))
		select count(*) from held`
)

func (s *slot) DeleteAllSessions(ctx context.Context, user string) error {
	return s.dropAll(ctx, dropSessions, user)
}

func (s *slot) DeleteAllIdentities(ctx context.Context, user string) error {
	return s.dropAll(ctx, dropIdentities, user)
}

// dropAll serves all devices of a user. It is told a bare user, which may be that of a LID: their addresses differ.
func (s *slot) dropAll(ctx context.Context, sql, user string) error {
	if err := s.commit(ctx, nil); err != nil {
		return err
	}
	hidden := types.JID{User: user, Server: types.HiddenUserServer}.SignalAddressUser()
	from, to := devicesOf(user)
	hiddenFrom, hiddenTo := devicesOf(hidden)
	err := s.write(ctx, sql, from, to, hiddenFrom, hiddenTo)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store.cache.removePrefix(&s.shelf, peerItem, from)
	s.store.cache.removePrefix(&s.shelf, peerItem, hiddenFrom)
	return err
}

// devicesOf spans the addresses "user:0", "user:1"… bytewise: a semicolon follows the colon.
func devicesOf(user string) (from, to string) { return user + ":", user + ";" }
