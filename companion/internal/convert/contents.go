// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"go.mau.fi/whatsmeow/proto/waE2E"

	"hebah.example/companion/internal/protocol"
)

// describe fills in what a message says, and tells whether we understand its kind.
func describe(incoming *protocol.Incoming, message *waE2E.Message, who speaker) bool {
	for _, attempt := range []func(*protocol.Incoming, *waE2E.Message, speaker) bool{
		describeAbout, describeWords, describeMedia, describeThings, describeBusiness,
	} {
		if attempt(incoming, message, who) {
			return true
		}
	}
	return false
}

func describeWords(incoming *protocol.Incoming, message *waE2E.Message, who speaker) bool {
	switch {
	case message.Conversation != nil:
		incoming.Kind, incoming.Body = "text", message.GetConversation()
	case message.GetExtendedTextMessage() != nil:
		text := message.GetExtendedTextMessage()
		incoming.Kind, incoming.Body = "text", text.GetText()
		incoming.Quote = who.quote(text.GetContextInfo())
	case message.GetCommentMessage().GetMessage() != nil:
		inside, _ := unwrap(message.GetCommentMessage().GetMessage())
		return describeWords(incoming, inside, who)
	default:
		return false
	}
	return true
}

// describeThings is about places, people and questions.
func describeThings(incoming *protocol.Incoming, message *waE2E.Message, who speaker) bool {
	switch {
	case message.GetLocationMessage() != nil:
		place := message.GetLocationMessage()
		incoming.Kind, incoming.Body = "location", place.GetComment()
		incoming.Place = &protocol.Place{
			Latitude: place.GetDegreesLatitude(), Longitude: place.GetDegreesLongitude(),
			Name: firstOf(place.GetName(), place.GetAddress()), Live: place.GetIsLive(),
		}
		incoming.Quote = who.quote(place.GetContextInfo())
	case message.GetLiveLocationMessage() != nil:
		place := message.GetLiveLocationMessage()
		incoming.Kind, incoming.Body = "location", place.GetCaption()
		incoming.Place = &protocol.Place{
			Latitude: place.GetDegreesLatitude(), Longitude: place.GetDegreesLongitude(), Live: true,
		}
		incoming.Quote = who.quote(place.GetContextInfo())
	case message.GetContactMessage() != nil:
		card := message.GetContactMessage()
		incoming.Kind, incoming.Cards = "contacts", cards([]*waE2E.ContactMessage{card})
		incoming.Quote = who.quote(card.GetContextInfo())
	case message.GetContactsArrayMessage() != nil:
		several := message.GetContactsArrayMessage()
		incoming.Kind, incoming.Cards = "contacts", cards(several.GetContacts())
		incoming.Quote = who.quote(several.GetContextInfo())
	default:
		return describePoll(incoming, pollOf(message), who)
	}
	return true
}

func cards(contacts []*waE2E.ContactMessage) []*protocol.Card {
	found := make([]*protocol.Card, 0, len(contacts))
	for _, contact := range contacts {
		found = append(found, &protocol.Card{Name: contact.GetDisplayName(), Vcard: contact.GetVcard()})
	}
	return found
}

func pollOf(message *waE2E.Message) *waE2E.PollCreationMessage {
	for _, poll := range []*waE2E.PollCreationMessage{
		message.GetPollCreationMessage(), message.GetPollCreationMessageV2(), message.GetPollCreationMessageV3(),
		message.GetPollCreationMessageV5(), message.GetPollCreationMessageV6(),
	} {
		if poll != nil {
			return poll
		}
	}
	return nil
}

func describePoll(incoming *protocol.Incoming, poll *waE2E.PollCreationMessage, who speaker) bool {
	if poll == nil {
		return false
	}
	incoming.Kind, incoming.Body = "poll", poll.GetName()
	for _, option := range poll.GetOptions() {
		incoming.Options = append(incoming.Options, option.GetOptionName())
	}
	incoming.Quote = who.quote(poll.GetContextInfo())
	return true
}

// describeBusiness takes the words out of the forms that businesses send and out of the answers to them.
func describeBusiness(incoming *protocol.Incoming, message *waE2E.Message, who speaker) bool {
	words, context := "", (*waE2E.ContextInfo)(nil)
	switch {
	case message.GetButtonsMessage() != nil:
		words, context = message.GetButtonsMessage().GetContentText(), message.GetButtonsMessage().GetContextInfo()
	case message.GetButtonsResponseMessage() != nil:
		answer := message.GetButtonsResponseMessage()
		words, context = answer.GetSelectedDisplayText(), answer.GetContextInfo()
	case message.GetListMessage() != nil:
		list := message.GetListMessage()
		words, context = firstOf(list.GetDescription(), list.GetTitle()), list.GetContextInfo()
	case message.GetListResponseMessage() != nil:
		answer := message.GetListResponseMessage()
		words, context = firstOf(answer.GetTitle(), answer.GetDescription()), answer.GetContextInfo()
	case message.GetTemplateMessage() != nil:
		template := message.GetTemplateMessage()
		words, context = template.GetHydratedTemplate().GetHydratedContentText(), template.GetContextInfo()
	case message.GetTemplateButtonReplyMessage() != nil:
		answer := message.GetTemplateButtonReplyMessage()
		words, context = answer.GetSelectedDisplayText(), answer.GetContextInfo()
	case message.GetInteractiveMessage() != nil:
		form := message.GetInteractiveMessage()
		words, context = form.GetBody().GetText(), form.GetContextInfo()
	case message.GetInteractiveResponseMessage() != nil:
		answer := message.GetInteractiveResponseMessage()
		words, context = answer.GetBody().GetText(), answer.GetContextInfo()
	}
	if words == "" {
		return false
	}
	incoming.Kind, incoming.Body, incoming.Quote = "text", words, who.quote(context)
	return true
}

func firstOf(words ...string) string {
	for _, word := range words {
		if word != "" {
			return word
		}
	}
	return ""
}
