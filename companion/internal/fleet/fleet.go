// SPDX-License-Identifier: GPL-3.0-or-later

// Package fleet runs the devices of a process: it links them, keeps their connections, sends for them and hands up
// what comes in.
package fleet

import (
	"context"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"hebah.example/companion/internal/network"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
	"hebah.example/companion/internal/wire"
)

const (
	sendsMayFinish = 5 * time.Second
	mostSendTime   = 8 * time.Second // for what comes before the frame, on top of the wait for the answer
)

// Settings are what the fleet was told when it was made.
type Settings struct {
	Spool       string
	QRFirst     time.Duration
	QRNext      time.Duration
	SendTimeout time.Duration
	Patience    time.Duration
}

// SettingsOf takes the settings out of a Configure, with sensible values for those left out.
func SettingsOf(told *protocol.Configure) Settings {
	return Settings{
		Spool:       told.GetSpool(),
		QRFirst:     millisOr(told.GetQrFirstMs(), 60*time.Second),
		QRNext:      millisOr(told.GetQrNextMs(), 20*time.Second),
		SendTimeout: millisOr(told.GetSendTimeoutMs(), 20*time.Second),
		Patience:    millisOr(told.GetPatienceMs(), 30*time.Second),
	}
}

// codeShownFor is as long as all QRs together: WhatsApp closes the connection then.
func (s Settings) codeShownFor() time.Duration { return s.QRFirst + 5*s.QRNext }

func millisOr(millis uint32, otherwise time.Duration) time.Duration {
	if millis == 0 {
		return otherwise
	}
	return time.Duration(millis) * time.Millisecond
}

// Fleet is all devices of a process.
type Fleet struct {
	settings Settings
	vault    Vault
	clients  network.Clients
	out      *wire.Queue
	log      *slog.Logger
	awaited  awaited
	version  clientVersion
	tidiness tidiness

	mu      sync.Mutex
	slots   map[store.Ref]*slot
	leaving bool
	sending sync.WaitGroup
	leave   sync.Once
	left    chan struct{}

	leftOnce sync.Once
}

// slot is what a process knows of a device beyond one connection.
type slot struct {
	ref     store.Ref
	live    *link
	linking *linking
	counts  counts
	uploads uploads
}

// New makes a fleet without devices.
func New(settings Settings, vault Vault, clients network.Clients, out *wire.Queue, log *slog.Logger) *Fleet {
	return &Fleet{
		settings: settings, vault: vault, clients: clients, out: out, log: log,
		slots: map[store.Ref]*slot{}, left: make(chan struct{}),
	}
}

// slotOf finds or makes the record of a slot; the fleet is locked.
func (f *Fleet) slotOf(ref store.Ref) *slot {
	known := f.slots[ref]
	if known == nil {
		known = &slot{ref: ref}
		f.slots[ref] = known
	}
	return known
}

// linkOf is the connection of a slot, or nil.
func (f *Fleet) linkOf(ref store.Ref) *link {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.slots[ref]; known != nil {
		return known.live
	}
	return nil
}

func (f *Fleet) logOf(ref store.Ref) *slog.Logger {
	return f.log.With("workspace_id", uuid(ref.Workspace), "device_id", uuid(ref.Device))
}

func uuid(id [16]byte) string {
	text := hex.EncodeToString(id[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// Left is closed once the fleet has been asked to leave and has left.
func (f *Fleet) Left() <-chan struct{} { return f.left }

// Leave takes no more commands, lets sends finish for a while, and disconnects every device.
func (f *Fleet) Leave() {
	f.leave.Do(func() {
		links, linkings := f.stop()
		finished := make(chan struct{})
		go func() {
			f.sending.Wait()
			close(finished)
		}()
		select {
		case <-finished:
		case <-time.After(sendsMayFinish):
		}
		var gone sync.WaitGroup
		for _, linking := range linkings {
			gone.Go(linking.abandon)
		}
		for _, link := range links {
			gone.Go(link.close)
		}
		gone.Wait()
	})
}

func (f *Fleet) stop() (links []*link, linkings []*linking) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leaving = true
	for _, known := range f.slots {
		if known.live != nil {
			links = append(links, known.live)
		}
		if known.linking != nil {
			linkings = append(linkings, known.linking)
		}
	}
	return links, linkings
}

func (f *Fleet) isLeaving() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leaving
}

// beginSend counts a send in flight, unless the fleet is leaving.
func (f *Fleet) beginSend() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.leaving {
		return false
	}
	f.sending.Add(1)
	return true
}

func background(within time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), within)
}
