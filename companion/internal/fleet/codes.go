// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

// The server wants a browser's name here and shows it on the phone.
const linkedAs = "Chrome (Linux)"

func (l *linking) step(kind, text string, expires time.Time) {
	event := &protocol.Event{
		Device: protoOf(l.slot.ref), RequestId: l.request,
		Event: &protocol.Event_LinkStep{LinkStep: &protocol.LinkStep{
			Kind: kind, Text: text, ExpiresAt: expires.UnixMilli(),
		}},
	}
	_ = l.fleet.out.Post(&protocol.Envelope{Body: &protocol.Envelope_Event{Event: event}})
}

// shown begins with the first QR, or with a code to type: the server takes either from now on.
func (l *linking) shown(codes []string) (over bool, code string) {
	if l.phone != "" {
		if l.showing != "" {
			return false, ""
		}
		return l.showCode()
	}
	if len(codes) == 0 {
		return true, failedRefused
	}
	l.codes = codes
	l.showNext(l.fleet.settings.QRFirst)
	return false, ""
}

func (l *linking) showNext(lasts time.Duration) {
	text := l.codes[0]
	l.codes = l.codes[1:]
	l.showing = text
	l.showingUntil = l.wait(lasts, failedTimeout)
	l.step("qr", text, l.showingUntil)
}

// rotate replaces a secret of the codes when a phone has begun with another one.
func (l *linking) rotate(told *events.RotateADVSecret) {
	for index, text := range l.codes {
		l.codes[index] = strings.Replace(text, told.OldSecret, told.NewSecret, 1)
	}
	if l.showing != "" && l.phone == "" {
		l.showing = strings.Replace(l.showing, told.OldSecret, told.NewSecret, 1)
		l.step("qr", l.showing, l.showingUntil)
	}
}

func (l *linking) showCode() (over bool, code string) {
	ctx, cancel := context.WithTimeout(l.ctx, helloWithin)
	defer cancel()
	text, err := l.client.PairPhone(ctx, l.phone, true, whatsmeow.PairClientChrome, linkedAs)
	if l.ctx.Err() != nil {
		return true, failedCancelled
	}
	if err != nil {
		l.log.Info("code_refused", "error", errorType(err))
		return true, failedRefused
	}
	l.showing = strings.ReplaceAll(text, "-", "")
	l.showingUntil = l.wait(l.fleet.settings.codeShownFor(), failedTimeout)
	l.step("code", l.showing, l.showingUntil)
	return false, ""
}

// takePasskey leads through what WhatsApp asks of accounts with a passkey.
func (l *linking) takePasskey(event any) (over bool, code string) {
	switch told := event.(type) {
	case *events.PairPasskeyRequest:
		request, err := json.Marshal(told.PublicKey)
		if err != nil {
			return true, failedPasskey
		}
		l.codes, l.showing = nil, ""
		l.step("passkey", string(request), l.wait(passkeyWithin, failedPasskey))
	case *events.PairPasskeyConfirmation:
		if !told.SkipHandoffUX {
			expires := l.wait(passkeyWithin, failedPasskey)
			l.step("passkey_code", strings.ReplaceAll(told.Code, "-", ""), expires)
		}
		ctx, cancel := background(helloWithin)
		defer cancel()
		if err := l.client.SendPasskeyConfirmation(ctx); err != nil {
			l.log.Info("passkey_unconfirmed", "error", errorType(err))
			return true, failedPasskey
		}
	case *events.PairPasskeyError:
		l.log.Info("passkey_failed", "error", errorType(told.Error))
		return true, failedPasskey
	}
	return false, ""
}

// answerPasskey hands WhatsApp the assertion that a browser has given.
func (f *Fleet) answerPasskey(ref store.Ref, told *protocol.AnswerPasskey) *protocol.Response {
	f.mu.Lock()
	var under *linking
	if known := f.slots[ref]; known != nil {
		under = known.linking
	}
	f.mu.Unlock()
	if under == nil || under.client == nil {
		return coded("no_linking")
	}
	assertion := &types.WebAuthnResponse{}
	if err := json.Unmarshal([]byte(told.GetResponseJson()), assertion); err != nil {
		return coded(codeBadRequest)
	}
	ctx, cancel := background(helloWithin)
	defer cancel()
	if err := under.client.SendPasskeyResponse(ctx, assertion); err != nil {
		under.log.Info("passkey_refused", "error", errorType(err))
		return coded(codeRefused)
	}
	return done()
}
