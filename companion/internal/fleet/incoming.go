// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

func (l *link) message(told *events.Message) bool {
	if offer := told.Message.GetProtocolMessage().GetHistorySyncNotification(); offer != nil && told.Info.IsFromMe {
		return l.historyOffered(told.Info.ID, offer)
	}
	l.openSecret(told)
	people := l.book()
	incoming := convert.Message(told, l.self(), people)
	if people.err != nil {
		return false
	}
	return l.arrived(incoming, &told.Info)
}

func (l *link) undecryptable(told *events.UndecryptableMessage) bool {
	l.slot.counts.undecryptable.Add(1)
	people := l.book()
	incoming := convert.Undecrypted(told, l.self(), people)
	if people.err != nil {
		return false
	}
	return l.arrived(incoming, &told.Info)
}

func (l *link) arrived(incoming *protocol.Incoming, info *types.MessageInfo) bool {
	if incoming == nil {
		return true
	}
	incoming.Offline = l.waited(info.Timestamp)
	if l.slot.counts.isSecondTime(incoming) {
		l.slot.counts.redelivered.Add(1)
	}
	if !l.handUp(&protocol.Event{Event: &protocol.Event_Message{Message: incoming}}) {
		l.slot.counts.notTaken(incoming)
		return false
	}
	l.slot.counts.received.Add(1)
	return true
}

// waited says whether a message was there before this connection. Until the server says that it has handed over what
// waited, that is everything older than the connection; later, only what is clearly older. Stamps are whole seconds.
func (l *link) waited(at time.Time) bool {
	if l.caughtUp.Load() {
		return at.Before(l.began.Add(-time.Second))
	}
	return at.Before(l.began)
}

func (l *link) receipt(told *events.Receipt) bool {
	people := l.book()
	receipt := convert.Receipt(told, l.self(), people)
	if people.err != nil {
		return false
	}
	if receipt == nil {
		return true
	}
	return l.handUp(&protocol.Event{Event: &protocol.Event_Receipt{Receipt: receipt}})
}

// openSecret opens what is sealed once more, with the secret of the message it is about. What cannot be opened stays
// as it came.
func (l *link) openSecret(told *events.Message) {
	switch {
	case told.Message.GetEncReactionMessage() != nil:
		reaction, err := l.client.DecryptReaction(l.ctx, told)
		if err != nil {
			l.log.Info("reaction_sealed", "error", errorType(err))
			return
		}
		if reaction.Key == nil {
			reaction.Key = told.Message.GetEncReactionMessage().GetTargetMessageKey()
		}
		told.Message = &waE2E.Message{ReactionMessage: reaction}
	case told.Message.GetSecretEncryptedMessage() != nil:
		sealed := told.Message.GetSecretEncryptedMessage()
		opened, err := l.client.DecryptSecretEncryptedMessage(l.ctx, told)
		if err != nil {
			l.log.Info("secret_sealed", "error", errorType(err))
			return
		}
		if sealed.GetSecretEncType() == waE2E.SecretEncryptedMessage_MESSAGE_EDIT && opened.GetProtocolMessage() == nil {
			opened = &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
				Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: sealed.GetTargetMessageKey(), EditedMessage: opened,
			}}
		}
		told.Message = opened
	}
}

// historyOffered hands a packet of history up. One that holds no messages is read here, for what it tells of people.
func (l *link) historyOffered(id types.MessageID, offer *waE2E.HistorySyncNotification) bool {
	told := convert.History(offer)
	if told == nil {
		go l.readQuietly(proto.CloneOf(offer))
	} else if !l.handUp(&protocol.Event{Event: &protocol.Event_History{History: told}}) {
		return false
	}
	if err := l.client.SendProtocolMessageReceipt(l.ctx, id, types.ReceiptTypeHistorySync); err != nil {
		l.log.Info("history_receipt_failed", "error", errorType(err))
	}
	return true
}

func (l *link) readQuietly(offer *waE2E.HistorySyncNotification) {
	defer func() {
		if fault := recover(); fault != nil {
			l.fleet.complain(fault)
		}
	}()
	if offer.GetDirectPath() == "" && offer.GetInitialHistBootstrapInlinePayload() == nil {
		return
	}
	if _, err := l.client.DownloadHistorySync(l.ctx, offer, true); err != nil {
		l.log.Info("history_unread", "error", errorType(err))
	}
}
