// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"time"

	"go.mau.fi/whatsmeow/appstate"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

// chatKept hands up what the phone keeps of a chat. Of the whole state, read when there was none, names of an address
// book are left in the store, where they are looked up, and marks are older than what has come since.
func (l *link) chatKept(event any) bool {
	switch told := event.(type) {
	case *events.Contact:
		if told.FromFullSync {
			return true
		}
	case *events.MarkChatAsRead:
		if told.FromFullSync {
			return true
		}
	}
	people := l.book()
	told := convert.Told(event, people)
	if people.err != nil {
		return false
	}
	return told == nil || l.chatTold(told)
}

func (l *link) chatTold(told *protocol.ChatTold) bool {
	return told.Chat == "" || l.handUp(&protocol.Event{Event: &protocol.Event_ChatTold{ChatTold: told}})
}

// keepChat tells the account's other devices, the phone first of all, what we keep of a chat.
func (l *link) keepChat(told *protocol.KeepChat) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	chat, err := convert.ParseAddress(told.GetChat())
	if err == nil && l.device.LIDMigrationTimestamp > 0 {
		chat, err = l.chatOf(told.GetChat())
	}
	if err != nil {
		return coded(codeBadRequest)
	}
	patch, ok := l.patch(chat, told)
	if !ok {
		return coded(codeBadRequest)
	}
	if err = l.client.SendAppState(ctx, patch); err != nil {
		return l.failed(ctx, err)
	}
	return done()
}

func (l *link) patch(chat types.JID, told *protocol.KeepChat) (patch appstate.PatchInfo, ok bool) {
	at, newest := l.newest(chat, told)
	switch kept := told.GetKept().(type) {
	case *protocol.KeepChat_Pinned:
		return appstate.BuildPin(chat, kept.Pinned), true
	case *protocol.KeepChat_Archived:
		return appstate.BuildArchive(chat, kept.Archived, at, newest), true
	case *protocol.KeepChat_MutedUntil:
		var until *int64
		if kept.MutedUntil > 0 {
			until = &kept.MutedUntil
		}
		return appstate.BuildMuteAbs(chat, kept.MutedUntil != 0, until), true
	case *protocol.KeepChat_Unread:
		return appstate.BuildMarkChatAsRead(chat, !kept.Unread, at, newest), true
	default:
		return patch, false
	}
}

// newest names the chat's newest message, by which phones tell whether something has come since.
func (l *link) newest(chat types.JID, told *protocol.KeepChat) (time.Time, *waCommon.MessageKey) {
	if told.GetWireId() == "" {
		return time.Time{}, nil
	}
	remote, id, fromMe := chat.String(), told.GetWireId(), told.GetFromMe()
	key := &waCommon.MessageKey{RemoteJID: &remote, ID: &id, FromMe: &fromMe}
	if sender, err := convert.ParseAddress(told.GetSender()); err == nil && chat.Server == types.GroupServer && !fromMe {
		participant := l.inGroup(chat, sender).String()
		key.Participant = &participant
	}
	return time.UnixMilli(told.GetAt()), key
}
