// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/protocol"
)

const quotedRunes = 200

// speaker is who said the message that is being described, and where.
type speaker struct {
	info *types.MessageInfo
	self Self
	book Book
}

// describeAbout is for messages that are about another message of the same chat.
func describeAbout(incoming *protocol.Incoming, message *waE2E.Message, who speaker) bool {
	if reaction := message.GetReactionMessage(); reaction != nil {
		incoming.Kind, incoming.Body = "reaction", reaction.GetText()
		incoming.Target = who.target(reaction.GetKey())
		return true
	}
	note := message.GetProtocolMessage()
	switch {
	case note.GetKey().GetID() == "":
		return false
	case note.GetType() == waE2E.ProtocolMessage_REVOKE:
		incoming.Kind = "deletion"
	case note.GetType() == waE2E.ProtocolMessage_MESSAGE_EDIT && note.GetEditedMessage() != nil:
		incoming.Kind, incoming.Body = "edit", wordsOf(note.GetEditedMessage())
	default:
		return false
	}
	incoming.Target = who.target(note.GetKey())
	return true
}

// target finds whose message a key means: keys are written from the point of view of whoever sends them.
func (s speaker) target(key *waCommon.MessageKey) *protocol.Target {
	author, other := s.info.Chat, types.EmptyJID
	participant, _ := types.ParseJID(key.GetParticipant())
	switch {
	case key.GetFromMe():
		author, other = s.info.Sender, s.info.SenderAlt
	case participant.User != "":
		author = participant
	case !s.info.IsFromMe:
		author = s.self.Phone
	}
	target := &protocol.Target{WireId: key.GetID(), FromMe: s.self.Is(author)}
	if s.info.IsGroup {
		target.Sender = s.person(author, other)
	}
	return target
}

func (s speaker) quote(context *waE2E.ContextInfo) *protocol.Quote {
	if context.GetStanzaID() == "" {
		return nil
	}
	author, _ := types.ParseJID(context.GetParticipant())
	quote := &protocol.Quote{WireId: context.GetStanzaID(), Sender: s.person(author, types.EmptyJID)}
	if quoted := context.GetQuotedMessage(); quoted != nil {
		quote.Body = beginning(wordsOf(quoted))
	}
	return quote
}

func (s speaker) person(jid, other types.JID) string {
	if s.self.Is(jid) {
		jid, other = s.self.Phone, types.EmptyJID
	}
	return Address(jid.ToNonAD(), other, s.book)
}

// wordsOf is the text or the caption of a message.
func wordsOf(message *waE2E.Message) string {
	inside, _ := unwrap(message)
	return firstOf(
		inside.GetConversation(), inside.GetExtendedTextMessage().GetText(), inside.GetImageMessage().GetCaption(),
		inside.GetVideoMessage().GetCaption(), inside.GetDocumentMessage().GetCaption(),
		inside.GetPtvMessage().GetCaption(), pollOf(inside).GetName(),
	)
}

func beginning(words string) string {
	count := 0
	for index := range words {
		if count == quotedRunes {
			return words[:index]
		}
		count++
	}
	return words
}
