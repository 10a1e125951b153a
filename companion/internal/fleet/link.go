// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/socket"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

const (
	loginWithin    = 60 * time.Second
	openWithin     = 20 * time.Second
	missedPings    = 2
	lastWordWithin = 300 * time.Millisecond
)

// link is one opening of a device: one client, one attempt to connect, one end. Whoever wants another opens again.
type link struct {
	fleet   *Fleet
	slot    *slot
	request uint64
	epoch   int64
	log     *slog.Logger
	ctx     context.Context
	cancel  context.CancelFunc
	began   time.Time

	device  *wastore.Device
	client  *whatsmeow.Client
	version wastore.WAVersionContainer // of WhatsApp Web, as which it tries to connect
	ready   chan struct{}              // closed once device and client are set, or never will be
	gone    sync.Once
	turn    chan struct{} // held by the one message that is being sent
	order   order
	telling telling

	mu         sync.Mutex
	over       bool
	online     bool
	restricted bool
	login      *time.Timer
	sends      map[string]*underway
	retries    map[string]chan *events.MediaRetry

	busy     atomic.Bool // the server has said that it is going away
	leaving  atomic.Bool // we unlink the device: its end is no news
	caughtUp atomic.Bool // what waited at the server has come
}

func (f *Fleet) open(ref store.Ref, request uint64, epoch int64) {
	ctx, cancel := context.WithCancel(context.Background())
	opened := &link{
		fleet: f, request: request, epoch: epoch, log: f.logOf(ref).With("epoch", epoch), ctx: ctx, cancel: cancel,
		began: time.Now(), ready: make(chan struct{}), turn: make(chan struct{}, 1),
	}
	f.mu.Lock()
	opened.slot = f.slotOf(ref)
	former, linking := opened.slot.live, opened.slot.linking
	opened.slot.live = opened
	f.mu.Unlock()
	opened.slot.counts.openings.Add(1)
	go opened.run(former, linking)
}

// run connects. Two clients of one slot never live at the same time: the former one is let go first.
func (l *link) run(former *link, linking *linking) {
	l.report("connecting", "opening", 0)
	if former != nil {
		former.close()
	}
	if linking != nil {
		linking.abandon()
	}
	defer close(l.ready)
	ctx, cancel := context.WithTimeout(l.ctx, openWithin)
	defer cancel()
	device, err := l.fleet.vault.Open(ctx, l.slot.ref, l.epoch, l.storeTrouble)
	if err != nil {
		l.refused(err)
		return
	}
	l.device = device
	l.client = l.fleet.newClient(device, &ear{log: l.log, hear: l.overheard})
	l.client.BackgroundEventCtx = l.ctx
	l.client.DisableLoginAutoReconnect = true
	l.client.AddEventHandlerWithSuccessStatus(l.handle)
	l.connect()
}

func (l *link) connect() {
	l.arm()
	l.version = l.fleet.version.present()
	err := l.client.ConnectContext(l.ctx)
	if err == nil {
		return
	}
	l.log.Info("connect_failed", "error", errorType(err))
	cause := "connect_failed"
	var status socket.ErrWithStatusCode
	if errors.As(err, &status) && status.StatusCode >= 500 {
		cause = "server_unavailable"
	}
	l.end("waiting", cause, 0)
}

// arm ends an attempt that the server neither accepts nor refuses.
func (l *link) arm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	if l.login != nil {
		l.login.Stop()
	}
	l.login = time.AfterFunc(loginWithin, func() { l.end("waiting", "connect_failed", 0) })
}

func (l *link) refused(err error) {
	switch {
	case errors.Is(err, store.ErrNoSession):
		l.end("unlinked", "no_session", 0)
	case errors.Is(err, store.ErrStale):
		l.end("replaced", "epoch_passed", 0)
	case errors.Is(err, store.ErrCorrupt):
		l.end("stopped", "session_corrupt", 0)
	case errors.Is(err, store.ErrWrongKey):
		l.end("stopped", "sealing_key_wrong", 0)
	default:
		l.log.Warn("open_failed", "error", errorType(err))
		l.end("waiting", codeStorage, 0)
	}
}

// storeTrouble is told by the store, which waits for us. What could not be read or written must not be acknowledged: when
// this returns, the connection's context has ended, without which no handler of whatsmeow can say anything more.
func (l *link) storeTrouble(err error) {
	if errors.Is(err, store.ErrStale) {
		l.end("replaced", "epoch_passed", 0)
	} else {
		l.log.Warn("store_trouble", "error", errorType(err))
		l.end("waiting", codeStorage, 0)
	}
}

// came notes that the device is connected and logged in; a server may say so more than once.
func (l *link) came() {
	l.mu.Lock()
	if l.over || l.online {
		l.mu.Unlock()
		return
	}
	l.online = true
	l.login.Stop()
	l.mu.Unlock()
	l.report("online", "connected", 0)
	go l.tellAgain()
}

func (l *link) isOnline() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.online && !l.over
}

// end reports why the connection is over and lets go of it. Only the first reason counts.
func (l *link) end(state, cause string, until int64) {
	if l.leaving.Load() || !l.finish() {
		return
	}
	l.report(state, cause, until)
	go l.disconnect()
}

// close lets go without a word, because whoever holds the device has asked for it. It returns when that is done.
func (l *link) close() {
	l.finish()
	l.disconnect()
}

func (l *link) finish() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.over = true
	if l.login != nil {
		l.login.Stop()
	}
	l.cancel()
	return true
}

func (l *link) disconnect() { l.gone.Do(l.letGo) }

// letGo waits for a store that is being opened or a connection that is being made, which the end has told to give up.
func (l *link) letGo() {
	<-l.ready
	if l.client == nil {
		return
	}
	disconnect(l.client)
	ctx, cancel := background(openWithin)
	defer cancel()
	if err := l.fleet.vault.Release(ctx, l.device); err != nil {
		l.log.Warn("release_failed", "error", errorType(err))
	}
}

func (f *Fleet) letGo(ref store.Ref) func() *protocol.Response {
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.slots[ref]
	if known == nil || known.live == nil {
		return done
	}
	live := known.live
	known.live = nil
	return func() *protocol.Response {
		live.close()
		return done()
	}
}

func (l *link) self() convert.Self {
	return convert.Self{Phone: l.device.GetJID(), LID: l.device.GetLID()}
}

// book looks people up for one conversion, and remembers whether a look-up failed.
type book struct {
	ctx    context.Context
	people wastore.LIDStore
	err    error
}

func (l *link) book() *book { return &book{ctx: l.ctx, people: l.device.LIDs} }

func (b *book) PhoneOf(lid types.JID) types.JID {
	found, err := b.people.GetPNForLID(b.ctx, lid)
	b.err = errors.Join(b.err, err)
	return found
}

func (b *book) LIDOf(phone types.JID) types.JID {
	found, err := b.people.GetLIDForPN(b.ctx, phone)
	b.err = errors.Join(b.err, err)
	return found
}
