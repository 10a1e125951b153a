// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

const (
	wireID = "3EB0AA"
	about  = "3EB0BB"
)

var (
	me    = Self{Phone: jid("4915100000001:7@s.whatsapp.net"), LID: jid("100001:7@lid")}
	anna  = jid("4915100000002@s.whatsapp.net")
	annas = jid("100002@lid")
	bob   = jid("4915100000003@s.whatsapp.net")
	bobs  = jid("100003@lid")
	cora  = jid("100004@lid") // whose number nobody knows
	group = jid("120363000000000001@g.us")
	at    = time.Unix(1_700_000_000, 0)
)

func jid(text string) types.JID {
	parsed, err := types.ParseJID(text)
	if err != nil {
		panic(err)
	}
	return parsed
}

type knownPeople map[types.JID]types.JID

func (k knownPeople) PhoneOf(lid types.JID) types.JID { return k[lid] }

func (k knownPeople) LIDOf(phone types.JID) types.JID {
	for lid, known := range k {
		if known == phone {
			return lid
		}
	}
	return types.EmptyJID
}

var people = knownPeople{bobs: bob}

func fromAnna() types.MessageInfo {
	return types.MessageInfo{
		MessageSource: types.MessageSource{Chat: annas, Sender: annas, SenderAlt: anna},
		ID:            wireID, PushName: "Anna", Timestamp: at,
	}
}

func fromBobInGroup() types.MessageInfo {
	return types.MessageInfo{
		MessageSource: types.MessageSource{Chat: group, Sender: bobs, IsGroup: true},
		ID:            wireID, Timestamp: at,
	}
}

func fromMyPhone() types.MessageInfo {
	return types.MessageInfo{
		MessageSource: types.MessageSource{
			Chat: annas, Sender: jid("100001@lid"), IsFromMe: true, RecipientAlt: anna,
		},
		ID: wireID, PushName: "Me", Timestamp: at,
	}
}

func convert(info types.MessageInfo, message *waE2E.Message) *protocol.Incoming {
	event := &events.Message{Info: info, RawMessage: message}
	return Message(event.UnwrapRaw(), me, people)
}

func text(words string) *waE2E.Message { return &waE2E.Message{Conversation: &words} }

func wrapped(message *waE2E.Message) *waE2E.FutureProofMessage {
	return &waE2E.FutureProofMessage{Message: message}
}

func TestWhoAndWhere(t *testing.T) {
	cases := map[string]struct {
		info         types.MessageInfo
		chat, sender string
		aliases      int
	}{
		"the message shows the number":         {fromAnna(), "+4915100000002", "+4915100000002", 1},
		"the book knows the number":            {fromBobInGroup(), "group:120363000000000001", "+4915100000003", 0},
		"the owner wrote on the phone":         {fromMyPhone(), "+4915100000002", "+4915100000001", 1},
		"nobody knows the number":              {types.MessageInfo{MessageSource: types.MessageSource{Chat: cora, Sender: cora}, ID: wireID, Timestamp: at}, "lid:100004", "lid:100004", 0},
		"addressed by number":                  {types.MessageInfo{MessageSource: types.MessageSource{Chat: anna, Sender: anna, SenderAlt: annas}, ID: wireID, Timestamp: at}, "+4915100000002", "+4915100000002", 1},
		"to a broadcast list that we are on":   {types.MessageInfo{MessageSource: types.MessageSource{Chat: jid("1@broadcast"), Sender: jid("100002:3@lid"), SenderAlt: anna, IsGroup: true}, ID: wireID, Timestamp: at}, "+4915100000002", "+4915100000002", 1},
		"written on another device of a phone": {types.MessageInfo{MessageSource: types.MessageSource{Chat: bobs, Sender: jid("100003:12@lid")}, ID: wireID, Timestamp: at}, "+4915100000003", "+4915100000003", 0},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			got := convert(one.info, text("hello"))
			if got.GetChat() != one.chat || got.GetSender() != one.sender || len(got.GetAliases()) != one.aliases {
				t.Fatalf("%v", got)
			}
			if got.GetAt() != at.UnixMilli() || got.GetWireId() != wireID {
				t.Fatalf("%v", got)
			}
		})
	}
	if got := convert(fromMyPhone(), text("x")); !got.GetFromMe() || got.GetSenderName() != "" {
		t.Fatalf("%v", got)
	}
	got := convert(fromAnna(), text("x")).GetAliases()[0]
	if got.GetPhone() != "+4915100000002" || got.GetLid() != "100002" {
		t.Fatalf("%v", got)
	}
}

func TestKinds(t *testing.T) {
	quoting := &waE2E.ContextInfo{
		StanzaID: proto.String(about), Participant: proto.String("100003@lid"), QuotedMessage: text("what?"),
	}
	seconds, yes, length := uint32(7), true, uint64(1234)
	image := &waE2E.ImageMessage{
		Mimetype: proto.String("image/jpeg"), Caption: proto.String("look"), FileLength: &length, Width: &seconds,
		Height: &seconds, DirectPath: proto.String("/p"), MediaKey: []byte("key"), JPEGThumbnail: []byte("jpg"),
	}
	cases := map[string]struct {
		message *waE2E.Message
		want    *protocol.Incoming
	}{
		"words": {text("hello"), &protocol.Incoming{Kind: "text", Body: "hello"}},
		"words in answer to others": {
			&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("this"), ContextInfo: quoting}},
			&protocol.Incoming{
				Kind: "text", Body: "this",
				Quote: &protocol.Quote{WireId: about, Sender: "+4915100000003", Body: "what?"},
			},
		},
		"a picture":    {&waE2E.Message{ImageMessage: image}, &protocol.Incoming{Kind: "image", Body: "look"}},
		"a film":       {&waE2E.Message{VideoMessage: &waE2E.VideoMessage{Seconds: &seconds}}, &protocol.Incoming{Kind: "video"}},
		"a round film": {&waE2E.Message{PtvMessage: &waE2E.VideoMessage{}}, &protocol.Incoming{Kind: "video"}},
		"a voice note": {&waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: &yes, Waveform: []byte{1}}}, &protocol.Incoming{Kind: "voice"}},
		"music":        {&waE2E.Message{AudioMessage: &waE2E.AudioMessage{}}, &protocol.Incoming{Kind: "audio"}},
		"a document":   {&waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{FileName: proto.String("a.pdf")}}, &protocol.Incoming{Kind: "document"}},
		"a sticker":    {&waE2E.Message{StickerMessage: &waE2E.StickerMessage{}}, &protocol.Incoming{Kind: "sticker"}},
		"a moving sticker": {
			&waE2E.Message{LottieStickerMessage: wrapped(&waE2E.Message{StickerMessage: &waE2E.StickerMessage{}})},
			&protocol.Incoming{Kind: "sticker"},
		},
		"a disappearing message": {&waE2E.Message{EphemeralMessage: wrapped(text("soon gone"))}, &protocol.Incoming{Kind: "text", Body: "soon gone"}},
		"a picture to be seen once": {
			&waE2E.Message{ViewOnceMessageV2: wrapped(&waE2E.Message{ImageMessage: image})},
			&protocol.Incoming{Kind: "image", Body: "look", Once: true},
		},
		"a disappearing picture to be seen once": {
			&waE2E.Message{EphemeralMessage: wrapped(&waE2E.Message{ViewOnceMessage: wrapped(&waE2E.Message{ImageMessage: image})})},
			&protocol.Incoming{Kind: "image", Body: "look", Once: true},
		},
		"a document with words": {
			&waE2E.Message{DocumentWithCaptionMessage: wrapped(&waE2E.Message{
				DocumentMessage: &waE2E.DocumentMessage{Caption: proto.String("read it"), Title: proto.String("t")},
			})},
			&protocol.Incoming{Kind: "document", Body: "read it"},
		},
		"a place": {
			&waE2E.Message{LocationMessage: &waE2E.LocationMessage{
				DegreesLatitude: proto.Float64(1.5), DegreesLongitude: proto.Float64(-2), Name: proto.String("here"),
			}},
			&protocol.Incoming{Kind: "location", Place: &protocol.Place{Latitude: 1.5, Longitude: -2, Name: "here"}},
		},
		"a moving place": {
			&waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{DegreesLatitude: proto.Float64(1)}},
			&protocol.Incoming{Kind: "location", Place: &protocol.Place{Latitude: 1, Live: true}},
		},
		"a card": {
			&waE2E.Message{ContactMessage: &waE2E.ContactMessage{DisplayName: proto.String("A"), Vcard: proto.String("BEGIN")}},
			&protocol.Incoming{Kind: "contacts", Cards: []*protocol.Card{{Name: "A", Vcard: "BEGIN"}}},
		},
		"two cards": {
			&waE2E.Message{ContactsArrayMessage: &waE2E.ContactsArrayMessage{Contacts: []*waE2E.ContactMessage{
				{DisplayName: proto.String("A")}, {DisplayName: proto.String("B")},
			}}},
			&protocol.Incoming{Kind: "contacts", Cards: []*protocol.Card{{Name: "A"}, {Name: "B"}}},
		},
		"a question": {
			&waE2E.Message{PollCreationMessageV3: &waE2E.PollCreationMessage{
				Name: proto.String("tea?"), Options: []*waE2E.PollCreationMessage_Option{
					{OptionName: proto.String("yes")}, {OptionName: proto.String("no")},
				},
			}},
			&protocol.Incoming{Kind: "poll", Body: "tea?", Options: []string{"yes", "no"}},
		},
		"a pressed button": {
			&waE2E.Message{TemplateButtonReplyMessage: &waE2E.TemplateButtonReplyMessage{SelectedDisplayText: proto.String("Yes")}},
			&protocol.Incoming{Kind: "text", Body: "Yes"},
		},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			got := convert(fromAnna(), one.message)
			bare := &protocol.Incoming{
				Kind: got.GetKind(), Body: got.GetBody(), Quote: got.GetQuote(), Target: got.GetTarget(),
				Place: got.GetPlace(), Cards: got.GetCards(), Options: got.GetOptions(), Once: got.GetOnce(),
			}
			if !proto.Equal(bare, one.want) {
				t.Fatalf("got  %v\nwant %v", bare, one.want)
			}
		})
	}
}

func TestAFileComesWithItsFactsAndAWayToIt(t *testing.T) {
	got := convert(fromAnna(), &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
		Mimetype: proto.String("audio/ogg; codecs=opus"), FileLength: proto.Uint64(99), Seconds: proto.Uint32(4),
		PTT: proto.Bool(true), Waveform: []byte{1, 2}, DirectPath: proto.String("/old"), MediaKey: []byte("key"),
		FileSHA256: []byte("sha"), FileEncSHA256: []byte("enc"), URL: proto.String("https://example.org/x"),
	}}).GetMedia()
	if got.GetMime() != "audio/ogg; codecs=opus" || got.GetSize() != 99 || got.GetSeconds() != 4 ||
		string(got.GetWaveform()) != "\x01\x02" || string(got.GetSha256()) != "sha" {
		t.Fatalf("%v", got)
	}
	file, moved, err := File(got.GetRef())
	if err != nil || file.GetDirectPath() != "/old" || string(file.GetMediaKey()) != "key" ||
		string(file.GetFileEncSHA256()) != "enc" || file.GetFileLength() != 99 {
		t.Fatalf("%v %v", file, err)
	}
	if moved("/new"); file.GetDirectPath() != "/new" {
		t.Fatalf("%v", file)
	}
	for _, bad := range [][]byte{nil, []byte("nonsense"), {0x0a, 0x01, 'x'}} {
		if _, _, err := File(bad); err == nil {
			t.Fatalf("%q leads to a file", bad)
		}
	}
}

func TestWhatAMessageIsAbout(t *testing.T) {
	reaction := func(key *waCommon.MessageKey) *waE2E.Message {
		return &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Key: key, Text: proto.String("👍")}}
	}
	revoke := func(key *waCommon.MessageKey) *waE2E.Message {
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: key}}
	}
	theirs := &waCommon.MessageKey{ID: proto.String(about), FromMe: proto.Bool(true)}
	others := &waCommon.MessageKey{ID: proto.String(about), FromMe: proto.Bool(false)}
	by := func(participant string) *waCommon.MessageKey {
		return &waCommon.MessageKey{ID: proto.String(about), Participant: proto.String(participant)}
	}
	edit := &waE2E.Message{EditedMessage: wrapped(&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: theirs, EditedMessage: text("better"),
	}})}
	cases := map[string]struct {
		info       types.MessageInfo
		message    *waE2E.Message
		kind, body string
		want       *protocol.Target
	}{
		"a reaction to a message of mine":       {fromAnna(), reaction(others), "reaction", "👍", &protocol.Target{WireId: about, FromMe: true}},
		"a reaction to their own message":       {fromAnna(), reaction(theirs), "reaction", "👍", &protocol.Target{WireId: about}},
		"my reaction on the phone":              {fromMyPhone(), reaction(others), "reaction", "👍", &protocol.Target{WireId: about}},
		"my reaction to myself":                 {fromMyPhone(), reaction(theirs), "reaction", "👍", &protocol.Target{WireId: about, FromMe: true}},
		"in a group, to a message of mine":      {fromBobInGroup(), reaction(by("100001@lid")), "reaction", "👍", &protocol.Target{WireId: about, FromMe: true, Sender: "+4915100000001"}},
		"in a group, to a third one's":          {fromBobInGroup(), reaction(by("100004@lid")), "reaction", "👍", &protocol.Target{WireId: about, Sender: "lid:100004"}},
		"in a group, to their own":              {fromBobInGroup(), reaction(theirs), "reaction", "👍", &protocol.Target{WireId: about, Sender: "+4915100000003"}},
		"an edit":                               {fromAnna(), edit, "edit", "better", &protocol.Target{WireId: about}},
		"a deletion":                            {fromAnna(), revoke(theirs), "deletion", "", &protocol.Target{WireId: about}},
		"a deletion by the admin of a group":    {fromBobInGroup(), revoke(by("100004@lid")), "deletion", "", &protocol.Target{WireId: about, Sender: "lid:100004"}},
		"a deletion of mine, done on the phone": {fromMyPhone(), revoke(theirs), "deletion", "", &protocol.Target{WireId: about, FromMe: true}},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			got := convert(one.info, one.message)
			if got.GetKind() != one.kind || got.GetBody() != one.body || !proto.Equal(got.GetTarget(), one.want) {
				t.Fatalf("%v", got)
			}
		})
	}
}

func TestWhatTheOwnerWroteElsewhereIsUnwrapped(t *testing.T) {
	got := convert(fromMyPhone(), &waE2E.Message{DeviceSentMessage: &waE2E.DeviceSentMessage{
		DestinationJID: proto.String("100002@lid"), Message: text("from my phone"),
	}})
	if got.GetBody() != "from my phone" || !got.GetFromMe() || got.GetChat() != "+4915100000002" {
		t.Fatalf("%v", got)
	}
}

func TestWhatNobodySees(t *testing.T) {
	status := fromAnna()
	status.Chat = types.StatusBroadcastJID
	newsletter := fromAnna()
	newsletter.Chat, newsletter.Sender = jid("1@newsletter"), jid("1@newsletter")
	keys := &waE2E.Message{
		SenderKeyDistributionMessage: &waE2E.SenderKeyDistributionMessage{GroupID: proto.String("g")},
		MessageContextInfo:           &waE2E.MessageContextInfo{},
	}
	cases := map[string]*protocol.Incoming{
		"a status post":   convert(status, text("x")),
		"a newsletter":    convert(newsletter, text("x")),
		"keys of a group": convert(fromBobInGroup(), keys),
		"nothing at all":  convert(fromAnna(), &waE2E.Message{}),
		"no message":      convert(fromAnna(), nil),
		"keys between devices": convert(fromMyPhone(), &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_APP_STATE_SYNC_KEY_SHARE.Enum(), AppStateSyncKeyShare: &waE2E.AppStateSyncKeyShare{},
		}}),
		"a new timer": convert(fromAnna(), &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(),
		}}),
		"the cover of an album": convert(fromAnna(), &waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{}}),
		"an unreadable reaction": Undecrypted(&events.UndecryptableMessage{
			Info: fromAnna(), DecryptFailMode: events.DecryptFailHide,
		}, me, people),
	}
	for name, got := range cases {
		if got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestKeysOfAGroupMayComeWithWords(t *testing.T) {
	message := text("hello")
	message.SenderKeyDistributionMessage = &waE2E.SenderKeyDistributionMessage{GroupID: proto.String("g")}
	if got := convert(fromBobInGroup(), message); got.GetBody() != "hello" {
		t.Fatalf("%v", got)
	}
}

func TestWhatWeDoNotUnderstandIsKept(t *testing.T) {
	message := &waE2E.Message{EphemeralMessage: wrapped(&waE2E.Message{
		GroupInviteMessage: &waE2E.GroupInviteMessage{GroupName: proto.String("G")},
	})}
	got := convert(fromAnna(), message)
	kept := &waE2E.Message{}
	if err := proto.Unmarshal(got.GetRaw(), kept); err != nil || got.GetKind() != "unknown" ||
		kept.GetGroupInviteMessage().GetGroupName() != "G" {
		t.Fatalf("%v %v", got, err)
	}
	fromTheFuture := &waE2E.Message{}
	if err := proto.Unmarshal([]byte{0xfa, 0xff, 0x01, 0x01, 'x'}, fromTheFuture); err != nil {
		t.Fatal(err)
	}
	if got := convert(fromAnna(), fromTheFuture); got.GetKind() != "unknown" || len(got.GetRaw()) == 0 {
		t.Fatalf("%v", got)
	}
}

func TestWhatCouldNotBeReadHasItsPlace(t *testing.T) {
	event := &events.UndecryptableMessage{Info: fromAnna(), UnavailableType: events.UnavailableTypeViewOnce}
	got := Undecrypted(event, me, people)
	if got.GetKind() != "undecrypted" || !got.GetOnce() || got.GetWireId() != wireID {
		t.Fatalf("%v", got)
	}
}

func TestAQuoteIsCutBetweenLetters(t *testing.T) {
	if got := beginning(strings.Repeat("é", 300)); got != strings.Repeat("é", quotedRunes) {
		t.Fatalf("%d bytes", len(got))
	}
}

func TestAMessageWrappedWithoutEndIsNotFollowedForEver(t *testing.T) {
	message := text("deep")
	for range 100 {
		message = &waE2E.Message{EphemeralMessage: wrapped(message)}
	}
	if got := convert(fromAnna(), message); got.GetKind() != "unknown" {
		t.Fatalf("%v", got)
	}
}
