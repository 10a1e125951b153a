// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import "sync"

// order keeps the messages of each chat as they were asked for: every send waits for the one before it.
type order struct {
	mu   sync.Mutex
	last map[string]chan struct{}
}

// join takes the next place in a chat's line. Before is closed once that place's turn has come; leave ends the turn.
func (o *order) join(chat string) (before <-chan struct{}, leave func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last == nil {
		o.last = map[string]chan struct{}{}
	}
	former, mine := o.last[chat], make(chan struct{})
	if former == nil {
		former = make(chan struct{})
		close(former)
	}
	o.last[chat] = mine
	return former, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		close(mine)
		if o.last[chat] == mine {
			delete(o.last, chat)
		}
	}
}
