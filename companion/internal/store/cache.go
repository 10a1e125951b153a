// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"strings"
	"sync"
)

// itemOverhead is about what an item costs beside its key and value: map slot, links, headers.
const itemOverhead = 200

// cache keeps what was lately used, of all devices together, within one budget of bytes: a device that idles gives way
// to those that work. Each owner has a shelf in it; only the owner's fence makes what lies there true.
type cache struct {
	mu     sync.Mutex
	budget int
	used   int
	first  *item // the most lately used
	last   *item
}

type shelf struct {
	items  map[itemKey]*item
	closed bool
}

type kind uint8

const (
	peerItem kind = iota
	senderKeyItem
	contactItem
	tokenItem
	migratedItem
	lidItem
	phoneItem
)

type itemKey struct {
	kind kind
	id   string
}

type item struct {
	key   itemKey
	value any
	cost  int
	shelf *shelf
	newer *item
	older *item
}

func (c *cache) get(s *shelf, kind kind, id string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := s.items[itemKey{kind, id}]
	if !ok {
		return nil, false
	}
	c.unlink(found)
	c.link(found)
	return found.value, true
}

// put replaces; cost is that of the value alone.
func (c *cache) put(s *shelf, kind kind, id string, value any, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.closed {
		return
	}
	if old, ok := s.items[itemKey{kind, id}]; ok {
		c.drop(old)
	}
	made := &item{key: itemKey{kind, id}, value: value, cost: cost + len(id) + itemOverhead, shelf: s}
	if s.items == nil {
		s.items = make(map[itemKey]*item)
	}
	s.items[made.key] = made
	c.link(made)
	c.used += made.cost
	for c.used > c.budget && c.last != made {
		c.drop(c.last)
	}
}

func (c *cache) remove(s *shelf, kind kind, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := s.items[itemKey{kind, id}]; ok {
		c.drop(found)
	}
}

func (c *cache) removePrefix(s *shelf, kind kind, prefix string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, found := range s.items {
		if key.kind == kind && strings.HasPrefix(key.id, prefix) {
			c.drop(found)
		}
	}
}

// close empties a shelf for good.
func (c *cache) close(s *shelf) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.closed = true
	for _, found := range s.items {
		c.drop(found)
	}
}

func (c *cache) drop(gone *item) {
	c.unlink(gone)
	c.used -= gone.cost
	delete(gone.shelf.items, gone.key)
	if len(gone.shelf.items) == 0 {
		gone.shelf.items = nil // a map does not shrink
	}
}

func (c *cache) link(i *item) {
	i.newer, i.older = nil, c.first
	if c.first != nil {
		c.first.newer = i
	}
	c.first = i
	if c.last == nil {
		c.last = i
	}
}

func (c *cache) unlink(i *item) {
	if i.newer != nil {
		i.newer.older = i.older
	} else {
		c.first = i.older
	}
	if i.older != nil {
		i.older.newer = i.newer
	} else {
		c.last = i.newer
	}
	i.newer, i.older = nil, nil
}
