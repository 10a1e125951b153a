// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/protocol"
)

// forGood stands for a silence without an end.
const forGood = -1

// Told is what the phone keeps of a chat, or nil for what we have no word for.
func Told(event any, book Book) *protocol.ChatTold {
	told, chat := &protocol.ChatTold{}, types.EmptyJID
	switch event := event.(type) {
	case *events.Pin:
		chat, told.Told = event.JID, &protocol.ChatTold_Pinned{Pinned: event.Action.GetPinned()}
	case *events.Archive:
		chat, told.Told = event.JID, &protocol.ChatTold_Archived{Archived: event.Action.GetArchived()}
	case *events.Mute:
		until := int64(0)
		if event.Action.GetMuted() {
			until = event.Action.GetMuteEndTimestamp()
		}
		chat, told.Told = event.JID, &protocol.ChatTold_MutedUntil{MutedUntil: max(until, forGood)}
	case *events.MarkChatAsRead:
		chat, told.Told = event.JID, &protocol.ChatTold_Unread{Unread: !event.Action.GetRead()}
	case *events.Contact:
		name := firstOf(event.Action.GetFullName(), event.Action.GetFirstName())
		chat, told.Told = event.JID, &protocol.ChatTold_Name{Name: name}
	}
	if told.Chat = Address(chat.ToNonAD(), types.EmptyJID, book); told.Chat == "" {
		return nil
	}
	return told
}
