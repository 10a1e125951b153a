// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"testing"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

func TestReceipts(t *testing.T) {
	direct := types.MessageSource{Chat: annas, Sender: jid("100002:4@lid"), SenderAlt: anna}
	mine := types.MessageSource{Chat: annas, Sender: jid("100001@lid"), IsFromMe: true, RecipientAlt: anna}
	inGroup := types.MessageSource{Chat: group, Sender: bobs, IsGroup: true}
	receipt := func(source types.MessageSource, kind types.ReceiptType) *protocol.Receipt {
		return Receipt(&events.Receipt{
			MessageSource: source, MessageIDs: []string{wireID, about}, Timestamp: at, Type: kind,
		}, me, people)
	}
	cases := map[string]struct {
		got          *protocol.Receipt
		kind, sender string
		byMe         bool
	}{
		"delivered":                      {receipt(direct, types.ReceiptTypeDelivered), "delivered", "", false},
		"delivered to a sleeping device": {receipt(direct, types.ReceiptTypeInactive), "delivered", "", false},
		"read":                           {receipt(direct, types.ReceiptTypeRead), "read", "", false},
		"played":                         {receipt(direct, types.ReceiptTypePlayed), "played", "", false},
		"read by one of a group":         {receipt(inGroup, types.ReceiptTypeRead), "read", "+4915100000003", false},
		"read by me on the phone":        {receipt(mine, types.ReceiptTypeRead), "read", "", true},
		"read by me, without telling":    {receipt(mine, types.ReceiptTypeReadSelf), "read", "", true},
		"played by me, without telling":  {receipt(mine, types.ReceiptTypePlayedSelf), "played", "", true},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			if one.got.GetKind() != one.kind || one.got.GetSender() != one.sender || one.got.GetByMe() != one.byMe {
				t.Fatalf("%v", one.got)
			}
			if len(one.got.GetWireIds()) != 2 || one.got.GetAt() != at.UnixMilli() {
				t.Fatalf("%v", one.got)
			}
			if want := "+4915100000002"; one.sender == "" && one.got.GetChat() != want {
				t.Fatalf("%v", one.got)
			}
		})
	}
	for _, kind := range []types.ReceiptType{types.ReceiptTypeSender, types.ReceiptTypeRetry, types.ReceiptTypeServerError} {
		if got := receipt(direct, kind); got != nil {
			t.Errorf("%q: %v", kind, got)
		}
	}
	if got := receipt(mine, types.ReceiptTypeDelivered); got != nil {
		t.Errorf("delivered to a device of mine: %v", got)
	}
}

func TestTyping(t *testing.T) {
	source := types.MessageSource{Chat: annas, Sender: annas, SenderAlt: anna}
	cases := map[string]*events.ChatPresence{
		"typing":    {MessageSource: source, State: types.ChatPresenceComposing},
		"recording": {MessageSource: source, State: types.ChatPresenceComposing, Media: types.ChatPresenceMediaAudio},
		"paused":    {MessageSource: source, State: types.ChatPresencePaused},
	}
	for want, event := range cases {
		if got := Typing(event, me, people); got.GetState() != want || got.GetChat() != "+4915100000002" {
			t.Errorf("%s: %v", want, got)
		}
	}
}

func TestAnOfferOfHistory(t *testing.T) {
	notification := &waE2E.HistorySyncNotification{
		SyncType: waE2E.HistorySyncType_RECENT.Enum(), ChunkOrder: proto.Uint32(3), Progress: proto.Uint32(40),
	}
	got := History(notification)
	again := &waE2E.HistorySyncNotification{}
	if err := proto.Unmarshal(got.GetRef(), again); err != nil || !proto.Equal(again, notification) {
		t.Fatalf("%v %v", again, err)
	}
	if got.GetKind() != "recent" || got.GetChunk() != 3 || got.GetProgress() != 40 {
		t.Fatalf("%v", got)
	}
	notification.SyncType = waE2E.HistorySyncType_NON_BLOCKING_DATA.Enum()
	if got := History(notification); got != nil {
		t.Fatalf("%v", got)
	}
}

func TestAddressesBothWays(t *testing.T) {
	for _, address := range []string{"+4915100000002", "lid:100004", "group:120363000000000001", "group:4915100-1500000"} {
		parsed, err := ParseAddress(address)
		if err != nil || Address(parsed, types.EmptyJID, people) != address {
			t.Errorf("%s: %v %v", address, parsed, err)
		}
	}
	for _, bad := range []string{"", "+", "4915100000002", "lid:", "+49 151", "group:../x", "lid:1@lid", "+1@g.us", "+1\n"} {
		if parsed, err := ParseAddress(bad); err == nil {
			t.Errorf("%q: %v", bad, parsed)
		}
	}
	for _, strange := range []string{"0@s.whatsapp.net", "status@broadcast", "1@newsletter", "1@bot", "s.whatsapp.net"} {
		if got := Address(jid(strange), types.EmptyJID, people); got != "" {
			t.Errorf("%s: %q", strange, got)
		}
	}
}
