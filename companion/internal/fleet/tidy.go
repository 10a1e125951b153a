// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"runtime/debug"
	"sync"
	"time"
)

const tidyEvery = time.Minute

// tidiness gives back to the machine what a burst has left behind, such as hundreds of devices that connected: left
// alone, the runtime waits until the heap has doubled once more.
type tidiness struct {
	mu  sync.Mutex
	at  time.Time
	rss uint64 // when last tidied
}

// look tidies when the process has grown since the last time, at most once a minute.
func (t *tidiness) look(now time.Time, size uint64) {
	if !t.mu.TryLock() {
		return
	}
	defer t.mu.Unlock()
	if now.Sub(t.at) < tidyEvery || size < t.rss+t.rss/8 {
		return
	}
	debug.FreeOSMemory()
	t.at, t.rss = now, rss()
}
