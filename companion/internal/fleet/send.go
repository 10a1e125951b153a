// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

// underway is a message that is being prepared: there is still time to stop it.
type underway struct {
	to   types.JID
	stop context.CancelCauseFunc
}

var (
	errNotEncrypted = errors.New("could not be encrypted for its recipient's phone")
	errTurn         = errors.New("others were sent first for too long")
	errNobody       = errors.New("nobody is there")
	errNoLID        = errors.New("whatsmeow writes to nobody without a LID")
)

func (f *Fleet) send(ref store.Ref, told *protocol.Send, answer answering) {
	live := f.linkOf(ref)
	switch {
	case live == nil || !live.isOnline():
		answer(sent(notWritten(codeNotConnected)))
	case !f.beginSend():
		answer(sent(notWritten(codeLeaving)))
	default:
		before, leave := live.order.join(told.GetTo())
		go func() {
			defer f.sending.Done()
			defer leave()
			// Should we fail ourselves, nobody can say how far the message got.
			result := unknown(codeFault)
			defer func() {
				if fault := recover(); fault != nil {
					f.complain(fault)
				}
				answer(sent(result))
			}()
			result = live.send(told, before)
		}()
	}
}

// send puts one message on the wire, after the one before it in its chat. What it answers is exact: see outcome.
func (l *link) send(told *protocol.Send, before <-chan struct{}) *protocol.SendResult {
	to, err := convert.ParseAddress(told.GetTo())
	if err != nil || told.GetWireId() == "" {
		return refused("not_possible", "")
	}
	content, result := l.content(to, told)
	if result != nil {
		return result
	}
	timeout, cancel := context.WithTimeout(l.ctx, l.fleet.settings.SendTimeout+mostSendTime)
	defer cancel()
	ctx, stop := context.WithCancelCause(timeout)
	defer stop(nil)
	select {
	case <-before:
	case <-ctx.Done():
		return notWritten(l.why(ctx, errTurn))
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return notWritten(l.why(ctx, errTurn))
	}
	if to, err = l.reach(ctx, to); err != nil {
		return l.unreached(ctx, err)
	}
	result = l.deliver(ctx, stop, to, told.GetWireId(), content)
	if result.GetOutcome() == "accepted" {
		l.slot.counts.sent.Add(1)
	}
	return result
}

func (l *link) unreached(ctx context.Context, err error) *protocol.SendResult {
	switch {
	case errors.Is(err, errNobody):
		return refused("not_on_whatsapp", "")
	case errors.Is(err, errNoLID):
		return refused("not_possible", "")
	default:
		return notWritten(l.why(ctx, err))
	}
}

func (l *link) deliver(
	ctx context.Context, stop context.CancelCauseFunc, to types.JID, id string, content *waE2E.Message,
) *protocol.SendResult {
	l.watch(id, &underway{to: to, stop: stop})
	defer l.watch(id, nil)
	extra := whatsmeow.SendRequestExtra{ID: id, Timeout: l.fleet.settings.SendTimeout}
	response, err := l.client.SendMessage(ctx, to, content, extra)
	if err != nil {
		l.log.Info("send_failed", "error", errorType(err), "cause", l.why(ctx, err))
	}
	result := outcome(response, err, l.why(ctx, err))
	if result.GetServerCode() == timeLockCode {
		l.restrict(true, "new_chats_refused", 0)
	}
	return result
}

// reach finds out, before anything is made for it, that a person is there to be written to. whatsmeow keeps what it
// learns for the message itself, so that nothing is asked twice.
func (l *link) reach(ctx context.Context, to types.JID) (types.JID, error) {
	if to.Server == types.GroupServer {
		return to, nil
	}
	lid := to
	if to.Server == types.DefaultUserServer {
		known, err := l.device.LIDs.GetLIDForPN(ctx, to)
		if err != nil {
			return to, err
		}
		if lid = known; lid.IsEmpty() {
			found, err := l.client.GetUserInfo(ctx, []types.JID{to})
			if err != nil {
				return to, err
			}
			if lid = found[to].LID; lid.IsEmpty() && len(found[to].Devices) > 0 {
				return to, errNoLID
			}
			if lid.IsEmpty() {
				return to, errNobody
			}
		}
	}
	devices, err := l.client.GetUserDevices(ctx, []types.JID{lid, l.device.GetLID().ToNonAD()})
	if err != nil {
		return to, err
	}
	for _, device := range devices {
		if device.User == lid.User {
			return to, nil
		}
	}
	return to, errNobody
}

func (l *link) watch(id string, message *underway) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if message == nil {
		delete(l.sends, id)
		return
	}
	if l.sends == nil {
		l.sends = map[string]*underway{}
	}
	l.sends[id] = message
}

// notEncrypted stops a message that would leave without a copy for its recipient's phone: whatsmeow only notes that,
// and the server would take it.
func (l *link) notEncrypted(id string, whom types.JID) {
	l.mu.Lock()
	message := l.sends[id]
	l.mu.Unlock()
	if message == nil || message.to.Server == types.GroupServer || whom.Device != 0 {
		return
	}
	if !l.self().Is(whom) {
		message.stop(errNotEncrypted)
	}
}
