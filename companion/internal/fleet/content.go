// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

// content makes the message that is sent, or says why there is none.
func (l *link) content(to types.JID, told *protocol.Send) (*waE2E.Message, *protocol.SendResult) {
	switch wanted := told.GetContent().(type) {
	case *protocol.Send_Text:
		return l.text(to, wanted.Text, told.GetQuote()), nil
	case *protocol.Send_Media:
		return l.media(to, wanted.Media, told.GetQuote())
	case *protocol.Send_Reaction:
		target := wanted.Reaction.GetTarget()
		author, ok := l.author(to, target)
		if !ok {
			return nil, refused("not_possible", "")
		}
		return l.client.BuildReaction(to, author, target.GetWireId(), wanted.Reaction.GetEmoji()), nil
	case *protocol.Send_Edit:
		words := &waE2E.Message{Conversation: proto.String(wanted.Edit.GetBody())}
		return l.client.BuildEdit(to, wanted.Edit.GetTarget().GetWireId(), words), nil
	case *protocol.Send_Deletion:
		target := wanted.Deletion.GetTarget()
		author, ok := l.author(to, target)
		if !ok {
			return nil, refused("not_possible", "")
		}
		return l.client.BuildRevoke(to, author, target.GetWireId()), nil
	default:
		return nil, refused("not_possible", "")
	}
}

// author is who wrote the message that another one is about; empty means that we did.
func (l *link) author(to types.JID, target *protocol.Target) (types.JID, bool) {
	switch {
	case target.GetWireId() == "":
		return types.EmptyJID, false
	case target.GetFromMe():
		return types.EmptyJID, true
	case to.Server != types.GroupServer:
		return to, true
	}
	author, err := convert.ParseAddress(target.GetSender())
	if err != nil || author.Server == types.GroupServer {
		return types.EmptyJID, false
	}
	return l.inGroup(to, author), true
}

// inGroup is the name by which a group knows one of its members.
func (l *link) inGroup(group, member types.JID) types.JID {
	ctx, cancel := context.WithTimeout(l.ctx, commandWithin)
	defer cancel()
	known, err := inside(l.client).GetCachedGroupData(ctx, group)
	if err != nil || known.AddressingMode != types.AddressingModeLID || member.Server != types.DefaultUserServer {
		return member
	}
	if lid := l.book().LIDOf(member); !lid.IsEmpty() {
		return lid
	}
	return member
}

func (l *link) text(to types.JID, told *protocol.Text, quote *protocol.Quote) *waE2E.Message {
	if quote == nil {
		return &waE2E.Message{Conversation: proto.String(told.GetBody())}
	}
	return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: proto.String(told.GetBody()), ContextInfo: l.quoting(to, quote),
	}}
}

// quoting says which message is answered; nil for none.
func (l *link) quoting(to types.JID, quote *protocol.Quote) *waE2E.ContextInfo {
	if quote.GetWireId() == "" {
		return nil
	}
	author, err := convert.ParseAddress(quote.GetSender())
	switch {
	case err != nil && to.Server == types.GroupServer:
		author = types.EmptyJID
	case err != nil:
		author = to
	case to.Server == types.GroupServer:
		author = l.inGroup(to, author)
	}
	quoted := &waE2E.ContextInfo{
		StanzaID:      proto.String(quote.GetWireId()),
		QuotedMessage: &waE2E.Message{Conversation: proto.String(quote.GetBody())},
	}
	if !author.IsEmpty() {
		quoted.Participant = proto.String(author.String())
	}
	return quoted
}
