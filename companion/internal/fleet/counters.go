// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"bytes"
	"hash/maphash"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"hebah.example/companion/internal/protocol"
)

const mostRemembered = 256

var seed = maphash.MakeSeed()

// counts are of a device, over all its connections in this process.
type counts struct {
	sent, received, redelivered, undecryptable, openings atomic.Uint64

	mu      sync.Mutex
	refused map[uint64]struct{} // messages that were handed up and not taken: they come again
}

func nameOf(incoming *protocol.Incoming) uint64 {
	return maphash.String(seed, incoming.GetChat()+"\x00"+incoming.GetSender()+"\x00"+incoming.GetWireId())
}

func (c *counts) notTaken(incoming *protocol.Incoming) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused == nil || len(c.refused) >= mostRemembered {
		c.refused = map[uint64]struct{}{}
	}
	c.refused[nameOf(incoming)] = struct{}{}
}

func (c *counts) isSecondTime(incoming *protocol.Incoming) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refused) == 0 {
		return false
	}
	name := nameOf(incoming)
	_, known := c.refused[name]
	delete(c.refused, name)
	return known
}

func (f *Fleet) counters() *protocol.Response {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	values := &protocol.CounterValues{
		RssBytes: rss(), HeapBytes: memory.HeapAlloc, Goroutines: uint32(runtime.NumGoroutine()),
		Unacknowledged: uint32(f.awaited.count()),
	}
	go f.tidiness.look(time.Now(), values.GetRssBytes())
	f.mu.Lock()
	defer f.mu.Unlock()
	for ref, known := range f.slots {
		if known.live != nil && known.live.ctx.Err() == nil {
			values.Devices++
			if known.live.isOnline() {
				values.Online++
			}
		}
		values.ByDevice = append(values.ByDevice, &protocol.DeviceCounters{
			Device: protoOf(ref), Sent: known.counts.sent.Load(), Received: known.counts.received.Load(),
			Redelivered: known.counts.redelivered.Load(), Undecryptable: known.counts.undecryptable.Load(),
			Reconnects: max(known.counts.openings.Load(), 1) - 1,
		})
	}
	return &protocol.Response{Result: &protocol.Response_Counters{Counters: values}}
}

// rss is the memory that the process holds, as the kernel counts it; 0 where it does not tell.
func rss() uint64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseUint(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}
