// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

// groupChanged hands up the lines that a change of a group makes. A picture is told of besides, because somebody may
// want to fetch it.
func (l *link) groupChanged(event any) bool {
	people := l.book()
	var lines []*protocol.Incoming
	switch told := event.(type) {
	case *events.GroupInfo:
		lines = convert.Notices(told, l.self(), people)
	case *events.JoinedGroup:
		lines = convert.Joined(told, l.self(), people, time.Now())
	}
	if people.err != nil {
		return false
	}
	for _, line := range lines {
		if !l.arrived(line, &types.MessageInfo{Timestamp: time.UnixMilli(line.At)}) {
			return false
		}
	}
	return true
}

func (l *link) pictureChanged(told *events.Picture) bool {
	people := l.book()
	line := convert.Pictured(told, l.self(), people)
	chat := convert.Address(told.JID.ToNonAD(), types.EmptyJID, people)
	if people.err != nil {
		return false
	}
	if line != nil && !l.arrived(line, &types.MessageInfo{Timestamp: told.Timestamp}) {
		return false
	}
	return l.chatTold(&protocol.ChatTold{Chat: chat, Told: &protocol.ChatTold_PictureChanged{PictureChanged: true}})
}

func (l *link) lookUpGroup(told *protocol.LookUpGroup) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	group, err := convert.ParseAddress(told.GetChat())
	if err != nil || group.Server != types.GroupServer {
		return coded(codeBadRequest)
	}
	info, err := l.client.GetGroupInfo(ctx, group)
	if err != nil {
		return l.failed(ctx, err)
	}
	people := l.book()
	facts := convert.Group(info, l.self(), people, func(jid types.JID) string { return l.nameOf(ctx, jid) })
	if people.err != nil {
		return coded(codeStorage)
	}
	return &protocol.Response{Result: &protocol.Response_Group{Group: facts}}
}

// nameOf is what the phone's owner calls somebody, else what they call themselves.
func (l *link) nameOf(ctx context.Context, jid types.JID) string {
	if jid.User == "" {
		return ""
	}
	known, err := l.device.Contacts.GetContact(ctx, jid.ToNonAD())
	switch {
	case err != nil:
		return ""
	case known.FullName != "":
		return known.FullName
	case known.BusinessName != "":
		return known.BusinessName
	default:
		return known.PushName
	}
}
