// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"testing"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/proto/waWeb"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

func TestAChatAsThePhoneKeepsIt(t *testing.T) {
	got := Chat(&waHistorySync.Conversation{
		ID: proto.String("100002@lid"), PnJID: proto.String("4915100000002@s.whatsapp.net"), Name: proto.String("Anna"),
		UnreadCount: proto.Uint32(2), Archived: proto.Bool(true), Pinned: proto.Uint32(1700000000),
		MuteEndTime: proto.Uint64(1_800_000_000),
	}, people)
	want := &protocol.HistoryChat{
		Chat: "+4915100000002", Name: "Anna", Unread: 2, Archived: true, Pinned: true, MutedUntil: 1_800_000_000_000,
		Lid: "100002",
	}
	if !proto.Equal(got, want) {
		t.Fatalf("%v", got)
	}
	if got := Chat(&waHistorySync.Conversation{ID: proto.String("status@broadcast")}, people); got != nil {
		t.Fatalf("%v", got)
	}
}

func TestTheOtherNameOfAChatIsInItsMessages(t *testing.T) {
	conversation := &waHistorySync.Conversation{
		ID: proto.String("4915100000002@s.whatsapp.net"), LidJID: proto.String("100002@lid"),
	}
	info := types.MessageInfo{MessageSource: types.MessageSource{Chat: anna, Sender: anna}}
	if Complete(&info, conversation); info.SenderAlt != annas {
		t.Fatalf("%v", info)
	}
	info = types.MessageInfo{MessageSource: types.MessageSource{Chat: anna, Sender: me.Phone, IsFromMe: true}}
	if Complete(&info, conversation); info.RecipientAlt != annas {
		t.Fatalf("%v", info)
	}
}

func TestReactionsOfHistory(t *testing.T) {
	event := &events.Message{
		Info: fromAnna(),
		SourceWebMsg: &waWeb.WebMessageInfo{Reactions: []*waWeb.Reaction{
			{Key: &waCommon.MessageKey{ID: proto.String("R1"), FromMe: proto.Bool(true)}, Text: proto.String("a"), SenderTimestampMS: proto.Int64(5)},
			{Key: &waCommon.MessageKey{ID: proto.String("R2")}, Text: proto.String("b")},
			{Key: &waCommon.MessageKey{}, Text: proto.String("c")},
		}},
	}
	got := Reactions(event, me, people)
	if len(got) != 2 {
		t.Fatalf("%v", got)
	}
	if got[0].GetSender() != "+4915100000001" || !got[0].GetFromMe() || got[0].GetAt() != 5 || got[0].GetBody() != "a" {
		t.Errorf("%v", got[0])
	}
	if got[1].GetSender() != "+4915100000002" || got[1].GetFromMe() || got[1].GetTarget().GetWireId() != wireID {
		t.Errorf("%v", got[1])
	}
}
