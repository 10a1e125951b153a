// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

const (
	commandWithin = 30 * time.Second
	probeWithin   = 10 * time.Second
	mostNumbers   = 200 // in one question
)

func (l *link) within(limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(l.ctx, limit)
}

// failed is the answer to a command that came to nothing.
func (l *link) failed(ctx context.Context, err error) *protocol.Response {
	response := &protocol.Response{Code: l.why(ctx, err), Detail: errorType(err)}
	switch response.Code {
	case "connection_lost", "network_lost":
		response.Code = codeNotConnected
	case "failed":
		response.Code = codeRefused
	}
	return response
}

// chatOf is where signs for a chat go: to the name under which messages come from there.
func (l *link) chatOf(address string) (types.JID, error) {
	chat, err := convert.ParseAddress(address)
	if err != nil || chat.Server != types.DefaultUserServer {
		return chat, err
	}
	people := l.book()
	if lid := people.LIDOf(chat); !lid.IsEmpty() {
		return lid, people.err
	}
	return chat, people.err
}

func (l *link) markRead(told *protocol.MarkRead) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	chat, err := l.chatOf(told.GetChat())
	if err != nil || len(told.GetWireIds()) == 0 {
		return coded(codeBadRequest)
	}
	sender := types.EmptyJID
	if chat.Server == types.GroupServer {
		if sender, err = convert.ParseAddress(told.GetSender()); err != nil {
			return coded(codeBadRequest)
		}
		sender = l.inGroup(chat, sender)
	}
	kind := types.ReceiptTypeRead
	if told.GetPlayed() {
		kind = types.ReceiptTypePlayed
	}
	if err = l.client.MarkRead(ctx, told.GetWireIds(), time.Now(), chat, sender, kind); err != nil {
		return l.failed(ctx, err)
	}
	return done()
}

// typing shows that we write. It never says that the account is online: the owner's phone would fall silent.
func (l *link) typing(told *protocol.Typing) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	chat, err := l.chatOf(told.GetChat())
	if err != nil {
		return coded(codeBadRequest)
	}
	state, media := types.ChatPresenceComposing, types.ChatPresenceMediaText
	switch told.GetState() {
	case "typing":
	case "recording":
		media = types.ChatPresenceMediaAudio
	case "paused":
		state = types.ChatPresencePaused
	default:
		return coded(codeBadRequest)
	}
	if err = l.client.SendChatPresence(ctx, chat, state, media); err != nil {
		return l.failed(ctx, err)
	}
	return done()
}

func (l *link) checkNumbers(told *protocol.CheckNumbers) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	numbers := &protocol.Numbers{}
	for phones := told.GetPhones(); len(phones) > 0; {
		some := phones[:min(len(phones), mostNumbers)]
		phones = phones[len(some):]
		found, err := l.client.IsOnWhatsApp(ctx, some)
		if err != nil {
			return l.failed(ctx, err)
		}
		numbers.Found = append(numbers.Found, answers(some, found)...)
	}
	return &protocol.Response{Result: &protocol.Response_Numbers{Numbers: numbers}}
}

// answers brings what the server says into the order of the question; it leaves out numbers that it does not know.
func answers(phones []string, found []types.IsOnWhatsAppResponse) []*protocol.Number {
	byPhone := make(map[string]*types.IsOnWhatsAppResponse, len(found))
	for index := range found {
		known := &found[index]
		byPhone[bare(known.Query)] = known
		for _, jid := range []types.JID{known.PhoneNumber, known.JID} {
			if jid.Server == types.DefaultUserServer || jid.Server == types.LegacyUserServer {
				byPhone[jid.User] = known
			}
		}
	}
	numbers := make([]*protocol.Number, 0, len(phones))
	for _, phone := range phones {
		number := &protocol.Number{Phone: phone}
		if known := byPhone[bare(phone)]; known != nil {
			number.OnWhatsapp = known.IsIn
			if known.IsIn && known.JID.Server == types.HiddenUserServer {
				number.Lid = known.JID.User
			}
		}
		numbers = append(numbers, number)
	}
	return numbers
}

func bare(phone string) string { return strings.TrimPrefix(phone, "+") }

func (l *link) requestHistory(told *protocol.RequestHistory) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	chat, err := convert.ParseAddress(told.GetChat())
	if err == nil && l.device.LIDMigrationTimestamp > 0 {
		chat, err = l.chatOf(told.GetChat())
	}
	if err != nil {
		return coded(codeBadRequest)
	}
	before := &types.MessageInfo{
		MessageSource: types.MessageSource{Chat: chat, IsFromMe: told.GetFromMe()},
		ID:            told.GetWireId(), Timestamp: time.UnixMilli(told.GetAt()),
	}
	wanted := l.client.BuildHistorySyncRequest(before, int(told.GetCount()))
	if _, err = l.client.SendPeerMessage(ctx, wanted); err != nil {
		return l.failed(ctx, err)
	}
	return done()
}

// probe asks the server for a sign of life.
func (l *link) probe() *protocol.Response {
	ctx, cancel := l.within(probeWithin)
	defer cancel()
	if alive, _ := inside(l.client).SendKeepAlive(ctx); !alive {
		if !l.isOnline() {
			return coded(codeNotConnected)
		}
		return coded(codeNoAnswer)
	}
	return done()
}

// logOut unlinks at the network as far as it can be reached, and forgets the credentials in any case.
func (f *Fleet) logOut(ref store.Ref) func() *protocol.Response {
	live := f.linkOf(ref)
	forget := f.forget(ref)
	return func() *protocol.Response {
		if live != nil && live.isOnline() {
			ctx, cancel := live.within(unlinkWithin)
			defer cancel()
			live.leaving.Store(true)
			if err := live.client.Logout(ctx); err != nil {
				live.log.Warn("unlink_failed", "error", errorType(err))
			}
		}
		return forget()
	}
}

// forget ends whatever goes on in a slot and deletes its credentials.
func (f *Fleet) forget(ref store.Ref) func() *protocol.Response {
	letGo, cancelLinking := f.letGo(ref), f.cancelLinking(ref)
	return func() *protocol.Response {
		letGo()
		cancelLinking()
		ctx, cancel := background(openWithin)
		defer cancel()
		if err := f.vault.Forget(ctx, ref); err != nil {
			f.logOf(ref).Warn("forget_failed", "error", errorType(err))
			return coded(codeStorage)
		}
		f.dropIdle(ref)
		return done()
	}
}

func (f *Fleet) dropIdle(ref store.Ref) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.slots[ref]; known != nil && known.live == nil && known.linking == nil {
		delete(f.slots, ref)
	}
}
