// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

// Message is what people see of a message, or nil for one that nobody sees: status posts, newsletters, and what
// devices tell each other.
func Message(event *events.Message, self Self, book Book) *protocol.Incoming {
	incoming := envelope(&event.Info, self, book)
	if incoming == nil {
		return nil
	}
	message, once := unwrap(event.Message)
	if message == nil {
		return nil
	}
	incoming.Once = once || event.IsViewOnce
	who := speaker{info: &event.Info, self: self, book: book}
	if describe(incoming, message, who) {
		return incoming
	}
	if silent(message) {
		return nil
	}
	incoming.Kind = "unknown"
	incoming.Raw, _ = proto.Marshal(message)
	return incoming
}

// Undecrypted stands for a message that we could not read; nil for one that nobody would have seen.
func Undecrypted(event *events.UndecryptableMessage, self Self, book Book) *protocol.Incoming {
	if event.DecryptFailMode == events.DecryptFailHide {
		return nil
	}
	incoming := envelope(&event.Info, self, book)
	if incoming == nil {
		return nil
	}
	incoming.Kind = "undecrypted"
	incoming.Once = event.UnavailableType == events.UnavailableTypeViewOnce
	return incoming
}

// envelope is all of a message but what it says.
func envelope(info *types.MessageInfo, self Self, book Book) *protocol.Incoming {
	chat, other := chatOf(&info.MessageSource)
	incoming := &protocol.Incoming{
		Chat:       Address(chat, other, book),
		WireId:     info.ID,
		At:         info.Timestamp.UnixMilli(),
		FromMe:     info.IsFromMe,
		SenderName: nameOf(info),
		Aliases:    aliases(&info.MessageSource),
	}
	if info.IsFromMe {
		incoming.Sender = Address(self.Phone, types.EmptyJID, book)
	} else {
		incoming.Sender = Address(info.Sender, info.SenderAlt, book)
	}
	if incoming.Chat == "" || incoming.Sender == "" || incoming.WireId == "" {
		return nil
	}
	return incoming
}

// chatOf is the chat in which people see a message, and the other name of the one they see it with.
func chatOf(source *types.MessageSource) (chat, other types.JID) {
	switch {
	case source.Chat.Server == types.GroupServer:
		return source.Chat, types.EmptyJID
	case source.IsFromMe:
		return source.Chat, source.RecipientAlt
	case source.IsIncomingBroadcast():
		return source.Sender.ToNonAD(), source.SenderAlt
	default:
		return source.Chat, source.SenderAlt
	}
}

func nameOf(info *types.MessageInfo) string {
	if info.IsFromMe || info.PushName == "-" {
		return ""
	}
	return info.PushName
}

func aliases(source *types.MessageSource) []*protocol.Alias {
	var found []*protocol.Alias
	if known := alias(source.Sender, source.SenderAlt); known != nil {
		found = append(found, known)
	}
	if known := alias(source.Chat, source.RecipientAlt); known != nil {
		found = append(found, known)
	}
	return found
}

// unwrap takes a message out of whatever it is wrapped in.
func unwrap(message *waE2E.Message) (inside *waE2E.Message, once bool) {
	for range 16 {
		wrapped, viewOnce := wrapping(message)
		if wrapped == nil {
			return message, once
		}
		message, once = wrapped, once || viewOnce
	}
	return message, once
}

func wrapping(message *waE2E.Message) (inside *waE2E.Message, once bool) {
	if sent := message.GetDeviceSentMessage().GetMessage(); sent != nil {
		return sent, false
	}
	for _, wrapper := range []*waE2E.FutureProofMessage{
		message.GetViewOnceMessage(), message.GetViewOnceMessageV2(), message.GetViewOnceMessageV2Extension(),
	} {
		if inside := wrapper.GetMessage(); inside != nil {
			return inside, true
		}
	}
	for _, wrapper := range []*waE2E.FutureProofMessage{
		message.GetEphemeralMessage(), message.GetDocumentWithCaptionMessage(), message.GetEditedMessage(),
		message.GetGroupMentionedMessage(), message.GetBotInvokeMessage(), message.GetLottieStickerMessage(),
		message.GetAssociatedChildMessage(), message.GetPollCreationMessageV4(), message.GetSpoilerMessage(),
		message.GetQuestionMessage(), message.GetQuestionReplyMessage(), message.GetBotForwardedMessage(),
	} {
		if inside := wrapper.GetMessage(); inside != nil {
			return inside, false
		}
	}
	return nil, false
}

// silentFields are parts of a message that are no line of a chat: keys, housekeeping between devices, and notes about
// other messages that we do not show.
var silentFields = map[string]bool{
	"senderKeyDistributionMessage": true, "fastRatchetKeySenderKeyDistributionMessage": true,
	"messageContextInfo": true, "protocolMessage": true, "deviceSentMessage": true, "chat": true, "call": true,
	"keepInChatMessage": true, "pinInChatMessage": true, "stickerSyncRmrMessage": true, "albumMessage": true,
	"messageHistoryBundle": true, "messageHistoryNotice": true, "placeholderMessage": true, "groupRootKeyShare": true,
	"rootSecretDistributeMessage": true, "statusNotificationMessage": true, "statusMentionMessage": true,
	"groupStatusMentionMessage": true, "limitSharingMessage": true, "acp2SettingMessage": true,
}

func silent(message *waE2E.Message) bool {
	reflected := message.ProtoReflect()
	fields := reflected.Descriptor().Fields()
	for index := range fields.Len() {
		field := fields.Get(index)
		if reflected.Has(field) && !silentFields[string(field.Name())] {
			return false
		}
	}
	return len(reflected.GetUnknown()) == 0
}
