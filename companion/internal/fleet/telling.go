// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"sync"
	"time"

	"go.mau.fi/whatsmeow/appstate"
)

// toldAfter is how long nothing more of the app state has to come before what came counts as all there was: whatsmeow
// says when it begins to tell what it has read, and not when it has told everything.
const toldAfter = 10 * time.Second

// telling follows what is told of the app state. whatsmeow notes a change as read before it tells of it, and does not
// come back to it; so the store keeps a mark from then until everything has been stored above, and a connection that
// finds the mark reads the whole state again.
type telling struct {
	mu      sync.Mutex
	pending int  // events that are being handed up
	failed  bool // one was not stored: the mark has to stay
	quiet   *time.Timer
}

func (t *telling) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending++
	if t.quiet != nil {
		t.quiet.Stop()
	}
}

// end notes how handing up an event has ended; `settled` is called once nothing more has come for a while.
func (t *telling) end(stored bool, settled func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pending--
	t.failed = t.failed || !stored
	if t.pending > 0 || t.failed {
		return
	}
	if t.quiet == nil {
		t.quiet = time.AfterFunc(toldAfter, settled)
	} else {
		t.quiet.Reset(toldAfter)
	}
}

// all answers whether everything that has come was stored.
func (t *telling) all() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pending == 0 && !t.failed
}

// follow hands up an event of the app state, or only notes that one is about to come.
func (l *link) follow(handUp func() bool) bool {
	l.telling.begin()
	stored := handUp()
	l.telling.end(stored, l.allTold)
	return stored
}

func (l *link) allTold() {
	ctx, cancel := l.within(openWithin)
	defer cancel()
	if ctx.Err() != nil || !l.telling.all() {
		return
	}
	if err := l.fleet.vault.Told(ctx, l.device); err != nil {
		l.log.Warn("app_state_not_marked", "error", errorType(err))
	}
}

// tellAgain reads whole what another connection has read and perhaps not told.
func (l *link) tellAgain() {
	ctx, cancel := l.within(openWithin)
	defer cancel()
	names, err := l.fleet.vault.Untold(ctx, l.device)
	if err != nil {
		l.log.Warn("app_state_not_found", "error", errorType(err))
		return
	}
	for _, name := range names {
		if err = l.client.FetchAppState(l.ctx, appstate.WAPatchName(name), true, false); err != nil {
			l.log.Warn("app_state_not_read", "collection", name, "error", errorType(err))
		}
	}
}
