// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"go.mau.fi/whatsmeow"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

// Why a linking failed.
const (
	failedTimeout   = "qr_timeout"
	failedCancelled = "cancelled"
	failedRefused   = "refused"
	failedLinked    = "already_linked"
	failedOutdated  = "outdated"
	failedReach     = "unreachable"
	failedPasskey   = "passkey_needed"
	failedOldPhone  = "multidevice_off"
	failedDown      = "transport_down"
)

const (
	helloWithin   = 30 * time.Second // for the first codes after the connection is made
	passkeyWithin = 5 * time.Minute
	loggedInAfter = 30 * time.Second // for the first login after the phone has accepted
	unlinkWithin  = 10 * time.Second
	nearlyOver    = 15 * time.Second
)

// linking leads one slot from nothing to a phone. Everything happens in its one goroutine; events come in over a
// channel, and the answer to the request ends it.
type linking struct {
	fleet   *Fleet
	slot    *slot
	request uint64
	phone   string // to type a code on; empty for a QR
	answer  answering
	log     *slog.Logger

	ctx     context.Context // until somebody cancels
	cancel  context.CancelFunc
	events  chan any
	trouble chan struct{}
	deaf    chan struct{} // closed when nobody takes events any more
	gone    chan struct{} // closed when the client is gone

	device *wastore.Device
	client *whatsmeow.Client
	hangUp context.CancelFunc // ends the connection, or the attempt to make it

	codes        []string // still to be shown
	showing      string
	showingUntil time.Time
	timer        *time.Timer // for whatever is waited for next
	expired      string      // what it means when it is not there in time
	accepted     bool
}

func (f *Fleet) beginLinking(ref store.Ref, request uint64, phone string, answer answering) {
	ctx, cancel := context.WithCancel(context.Background())
	begun := &linking{
		fleet: f, request: request, phone: phone, answer: answer, log: f.logOf(ref), ctx: ctx, cancel: cancel,
		events: make(chan any, 16), trouble: make(chan struct{}), deaf: make(chan struct{}), gone: make(chan struct{}),
	}
	f.mu.Lock()
	begun.slot = f.slotOf(ref)
	former, live := begun.slot.linking, begun.slot.live
	begun.slot.linking = begun
	f.mu.Unlock()
	go begun.run(former, live)
}

// run leads the linking and answers. The slot is free again before the answer is sent.
func (l *linking) run(former *linking, live *link) {
	response := coded(failedDown)
	defer func() {
		if fault := recover(); fault != nil {
			l.log.Error("linking_fault", "error", fmt.Sprintf("%T", fault))
			l.log.Debug("linking_fault_trace", "trace", string(debug.Stack()))
		}
		l.letGo()
		l.answer(response)
	}()
	if former != nil {
		former.abandon()
	}
	if live != nil && live.ctx.Err() == nil {
		response = coded(failedLinked)
		return
	}
	if code := l.prepare(); code != "" {
		response = coded(code)
		return
	}
	response = l.lead()
	l.log.Info("linking_ended", "code", response.GetCode())
}

// prepare makes credentials, if the slot has none.
func (l *linking) prepare() string {
	ctx, cancel := background(openWithin)
	defer cancel()
	held, err := l.fleet.vault.Open(ctx, l.slot.ref, 0, func(error) {})
	switch {
	case errors.Is(err, store.ErrNoSession):
	case errors.Is(err, store.ErrUnavailable):
		return codeStorage
	case err != nil:
		return failedLinked
	default:
		_ = l.fleet.vault.Release(ctx, held)
		return failedLinked
	}
	if l.device, err = l.fleet.vault.New(l.slot.ref, l.storeTrouble); err != nil {
		l.log.Warn("new_failed", "error", errorType(err))
		return codeStorage
	}
	l.client = l.fleet.newClient(l.device, &ear{log: l.log})
	l.client.AddEventHandlerWithSuccessStatus(l.hear)
	return ""
}

// hear passes on what concerns the linking. Messages wait for the first real connection: they are not acknowledged.
func (l *linking) hear(event any) bool {
	switch event.(type) {
	case *events.QR, *events.RotateADVSecret, *events.PairSuccess, *events.PairError, *events.PairPasskeyRequest,
		*events.PairPasskeyConfirmation, *events.PairPasskeyError, *events.QRScannedWithoutMultidevice,
		*events.Connected, *events.Disconnected, *events.ClientOutdated, *events.ConnectFailure, *events.LoggedOut,
		*events.TemporaryBan, *events.StreamError, *events.StreamReplaced:
		select {
		case l.events <- event:
		case <-l.deaf:
		}
		return true
	default:
		return false
	}
}

func (l *linking) lead() *protocol.Response {
	l.timer = time.NewTimer(helloWithin)
	defer l.timer.Stop()
	l.expired = failedReach
	connected := make(chan error, 1)
	ctx, hangUp := context.WithCancel(context.Background())
	l.hangUp = hangUp
	go func() { connected <- l.client.ConnectContext(ctx) }()
	for {
		over, code := l.next(connected)
		if !over {
			continue
		}
		if code == "" {
			return &protocol.Response{Result: &protocol.Response_Identity{Identity: l.identity()}}
		}
		return coded(code)
	}
}

// next waits for one thing to happen, and says whether the linking is over with it; an empty code means well.
func (l *linking) next(connected <-chan error) (over bool, code string) {
	select {
	case err := <-connected:
		if err != nil {
			l.log.Info("connect_failed", "error", errorType(err))
			return true, failedReach
		}
		return false, ""
	case event := <-l.events:
		return l.take(event)
	case <-l.timer.C:
		return l.timeUp()
	case <-l.trouble:
		return true, codeStorage
	case <-l.ctx.Done():
		return l.cancelled()
	}
}

func (l *linking) take(event any) (over bool, code string) {
	switch told := event.(type) {
	case *events.QR:
		return l.shown(told.Codes)
	case *events.RotateADVSecret:
		l.rotate(told)
	case *events.PairSuccess:
		l.accepted = true
		l.wait(loggedInAfter, "")
	case *events.Connected:
		return l.accepted, ""
	case *events.Disconnected, *events.StreamError, *events.StreamReplaced:
		return l.cutOff()
	case *events.PairError:
		return true, pairingFailure(told.Error)
	case *events.QRScannedWithoutMultidevice:
		return true, failedOldPhone
	case *events.ClientOutdated:
		return true, failedOutdated
	case *events.ConnectFailure, *events.LoggedOut, *events.TemporaryBan:
		return true, failedRefused
	default:
		return l.takePasskey(event)
	}
	return false, ""
}

// cutOff is the end of the connection: of the codes' time, when the last one is being shown.
func (l *linking) cutOff() (over bool, code string) {
	switch {
	case l.accepted:
		return true, "" // the credentials are stored; the first opening will log in
	case l.expired != failedTimeout || len(l.codes) > 0:
		return true, failedReach
	case l.phone == "" || time.Until(l.showingUntil) < nearlyOver:
		return true, failedTimeout
	default:
		return true, failedReach
	}
}

func (l *linking) timeUp() (over bool, code string) {
	if l.expired == failedTimeout && len(l.codes) > 0 && l.phone == "" {
		l.showNext(l.fleet.settings.QRNext)
		return false, ""
	}
	return true, l.expired
}

// cancelled undoes what a phone has accepted meanwhile.
func (l *linking) cancelled() (over bool, code string) {
	if !l.accepted {
		return true, failedCancelled
	}
	ctx, cancel := background(unlinkWithin)
	defer cancel()
	if l.client.WaitForConnection(unlinkWithin / 2) {
		if err := l.client.Logout(ctx); err != nil {
			l.log.Warn("unlink_failed", "error", errorType(err))
		}
	}
	if err := l.fleet.vault.Forget(ctx, l.slot.ref); err != nil {
		l.log.Warn("forget_failed", "error", errorType(err))
	}
	return true, failedCancelled
}

// wait sets what is waited for, and what it means when it does not come.
func (l *linking) wait(within time.Duration, expired string) time.Time {
	l.timer.Reset(within)
	l.expired = expired
	return time.Now().Add(within)
}

// letGo closes the client and frees the slot.
func (l *linking) letGo() {
	close(l.deaf)
	defer close(l.gone)
	defer l.cancel()
	if l.client != nil {
		if l.hangUp != nil {
			l.hangUp()
		}
		disconnect(l.client)
		ctx, cancel := background(openWithin)
		defer cancel()
		if err := l.fleet.vault.Release(ctx, l.device); err != nil {
			l.log.Warn("release_failed", "error", errorType(err))
		}
	}
	l.fleet.mu.Lock()
	defer l.fleet.mu.Unlock()
	if l.slot.linking == l {
		l.slot.linking = nil
	}
}

// abandon cancels and returns once the client is gone.
func (l *linking) abandon() {
	l.cancel()
	<-l.gone
}

func (l *linking) storeTrouble(err error) {
	l.log.Warn("store_trouble", "error", errorType(err))
	close(l.trouble)
	if l.hangUp != nil {
		l.hangUp()
	}
}

func (f *Fleet) cancelLinking(ref store.Ref) func() *protocol.Response {
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.slots[ref]
	if known == nil || known.linking == nil {
		return done
	}
	under := known.linking
	return func() *protocol.Response {
		under.abandon()
		return done()
	}
}

func (l *linking) identity() *protocol.Identity {
	self := convert.Self{Phone: l.device.GetJID(), LID: l.device.GetLID()}
	return &protocol.Identity{
		Phone: "+" + self.Phone.User, Lid: self.LID.User, PushName: l.device.PushName, Platform: l.device.Platform,
		Jid: self.Phone.String(),
	}
}

func pairingFailure(err error) string {
	var database *whatsmeow.PairDatabaseError
	if errors.As(err, &database) {
		return codeStorage
	}
	return failedRefused
}
