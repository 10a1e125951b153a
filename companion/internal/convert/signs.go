// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

var receiptKinds = map[types.ReceiptType]string{
	types.ReceiptTypeDelivered: "delivered", types.ReceiptTypeInactive: "delivered",
	types.ReceiptTypeRead: "read", types.ReceiptTypeReadSelf: "read",
	types.ReceiptTypePlayed: "played", types.ReceiptTypePlayedSelf: "played",
}

// Receipt is how far messages got, or nil for a receipt that is between devices. By me: the owner read them elsewhere.
func Receipt(event *events.Receipt, self Self, book Book) *protocol.Receipt {
	kind := receiptKinds[event.Type]
	byMe := event.IsFromMe || self.Is(event.Sender) || event.Type == types.ReceiptTypeReadSelf ||
		event.Type == types.ReceiptTypePlayedSelf
	if kind == "" || (byMe && kind == "delivered") || len(event.MessageIDs) == 0 {
		return nil
	}
	chat, other := chatOf(&event.MessageSource)
	receipt := &protocol.Receipt{
		Chat: Address(chat, other, book), WireIds: event.MessageIDs, Kind: kind,
		At: event.Timestamp.UnixMilli(), ByMe: byMe,
	}
	if event.IsGroup {
		receipt.Sender = Address(event.Sender.ToNonAD(), event.SenderAlt, book)
	}
	if receipt.Chat == "" {
		return nil
	}
	return receipt
}

// Typing is somebody writing or recording, or nil where we have no word for the chat.
func Typing(event *events.ChatPresence, self Self, book Book) *protocol.ChatPresence {
	chat, other := chatOf(&event.MessageSource)
	typing := &protocol.ChatPresence{
		Chat: Address(chat, other, book), Sender: Address(event.Sender.ToNonAD(), event.SenderAlt, book),
	}
	switch {
	case typing.Chat == "" || typing.Sender == "" || self.Is(event.Sender):
		return nil
	case event.State == types.ChatPresencePaused:
		typing.State = "paused"
	case event.Media == types.ChatPresenceMediaAudio:
		typing.State = "recording"
	default:
		typing.State = "typing"
	}
	return typing
}

var historyKinds = map[waE2E.HistorySyncType]string{
	waE2E.HistorySyncType_INITIAL_BOOTSTRAP: "initial", waE2E.HistorySyncType_RECENT: "recent",
	waE2E.HistorySyncType_FULL: "full", waE2E.HistorySyncType_PUSH_NAME: "push_names",
	waE2E.HistorySyncType_ON_DEMAND: "on_demand",
}

// History is an offer of older messages, or nil for a packet that holds none.
func History(notification *waE2E.HistorySyncNotification) *protocol.HistoryOffered {
	kind := historyKinds[notification.GetSyncType()]
	if kind == "" {
		return nil
	}
	ref, err := proto.Marshal(notification)
	if err != nil {
		return nil
	}
	return &protocol.HistoryOffered{
		Ref: ref, Kind: kind, Chunk: notification.GetChunkOrder(), Progress: notification.GetProgress(),
	}
}
