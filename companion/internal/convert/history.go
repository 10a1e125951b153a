// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/protocol"
)

// Beyond this a number of an instant cannot be seconds.
const lastSecond = 100_000_000_000

// Chat is a chat as the phone keeps it, or nil where we have no word for it.
func Chat(conversation *waHistorySync.Conversation, book Book) *protocol.HistoryChat {
	jid, err := types.ParseJID(conversation.GetID())
	if err != nil {
		return nil
	}
	address := Address(jid, otherName(jid, conversation), book)
	if address == "" {
		return nil
	}
	chat := &protocol.HistoryChat{
		Chat: address, Name: firstOf(conversation.GetName(), conversation.GetDisplayName()),
		Unread: conversation.GetUnreadCount(), Archived: conversation.GetArchived(),
		Pinned: conversation.GetPinned() > 0, MutedUntil: millis(conversation.GetMuteEndTime()),
	}
	if lid := lidOf(jid, conversation); lid.Server == types.HiddenUserServer {
		chat.Lid = lid.User
	}
	return chat
}

// Complete adds to a message of history the other name of the one it was exchanged with.
func Complete(info *types.MessageInfo, conversation *waHistorySync.Conversation) {
	other := otherName(info.Chat, conversation)
	switch {
	case info.IsGroup || other.IsEmpty():
	case info.IsFromMe:
		info.RecipientAlt = other
	default:
		info.SenderAlt = other
	}
}

// Reactions are those that a message of history carries with it.
func Reactions(event *events.Message, self Self, book Book) []*protocol.Incoming {
	var found []*protocol.Incoming
	about := speaker{info: &event.Info, self: self, book: book}
	for _, reaction := range event.SourceWebMsg.GetReactions() {
		info := event.Info
		info.ID, info.PushName = reaction.GetKey().GetID(), ""
		info.IsFromMe = reaction.GetKey().GetFromMe()
		info.Sender, info.SenderAlt = about.reactor(reaction.GetKey())
		incoming := envelope(&info, self, book)
		if incoming == nil {
			continue
		}
		if at := reaction.GetSenderTimestampMS(); at > 0 {
			incoming.At = at
		}
		incoming.Kind, incoming.Body = "reaction", reaction.GetText()
		incoming.Target = &protocol.Target{WireId: event.Info.ID, FromMe: event.Info.IsFromMe}
		if event.Info.IsGroup {
			incoming.Target.Sender = about.person(event.Info.Sender, event.Info.SenderAlt)
		}
		found = append(found, incoming)
	}
	return found
}

// reactor is who reacted: we, a member of the group, or the other one.
func (s speaker) reactor(key *waCommon.MessageKey) (sender, other types.JID) {
	if key.GetFromMe() {
		return s.self.Phone, types.EmptyJID
	}
	if participant, err := types.ParseJID(key.GetParticipant()); err == nil && participant.User != "" {
		return participant, types.EmptyJID
	}
	if s.info.IsFromMe {
		return s.info.Chat, s.info.RecipientAlt
	}
	return s.info.Chat, s.info.SenderAlt
}

func otherName(jid types.JID, conversation *waHistorySync.Conversation) types.JID {
	name := ""
	switch jid.Server {
	case types.HiddenUserServer:
		name = conversation.GetPnJID()
	case types.DefaultUserServer:
		name = firstOf(conversation.GetLidJID(), conversation.GetAccountLid())
	}
	other, err := types.ParseJID(name)
	if err != nil || other.User == "" {
		return types.EmptyJID
	}
	if other.Server == types.LegacyUserServer {
		other.Server = types.DefaultUserServer
	}
	return other
}

func lidOf(jid types.JID, conversation *waHistorySync.Conversation) types.JID {
	if jid.Server == types.HiddenUserServer {
		return jid
	}
	return otherName(jid, conversation)
}

// millis takes an instant in seconds or in milliseconds: phones write both.
func millis(instant uint64) int64 {
	if instant < lastSecond {
		return int64(instant) * 1000
	}
	return int64(instant)
}
