// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"testing"

	"go.mau.fi/libsignal/protocol"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/store"
)

// send calls what whatsmeow calls for one text to a contact with one device.
func send(t *testing.T, from, to *wastore.Device, phone types.JID, id string) {
	t.Helper()
	lid, err := from.LIDs.GetLIDForPN(ctx, phone)
	must(t, err)
	if lid.IsEmpty() { // the server is asked
		must(t, from.LIDs.PutManyLIDMappings(ctx, []wastore.LIDMapping{{LID: to.LID, PN: phone}}))
	}
	must(t, from.EventBuffer.AddOutgoingEvent(ctx, to.LID, id, "wa", []byte(id)))
	must(t, from.EventBuffer.DeleteOldOutgoingEvents(ctx))
	encrypt(t, from, to, id)
	_, err = from.PrivacyTokens.GetPrivacyToken(ctx, to.LID)
	must(t, err)
	_, err = from.NCTSalt.GetNCTSalt(ctx)
	must(t, err)
}

// receive calls what whatsmeow calls for one text.
func receive(t *testing.T, to, from *wastore.Device, phone types.JID, sealed protocol.CiphertextMessage, secret string) {
	t.Helper()
	must(t, to.LIDs.PutLIDMapping(ctx, from.LID, phone))
	_, _, err := to.Contacts.PutPushName(ctx, from.LID, "Aminah")
	must(t, err)
	event, err := to.EventBuffer.GetBufferedEvent(ctx, hashOf(sealed))
	must(t, err)
	equal(t, "new", event == nil, true)
	_, err = decrypt(to, from, sealed)
	must(t, err)
	if secret != "" {
		must(t, to.MsgSecrets.PutMessageSecret(ctx, from.LID, from.LID, secret, []byte(secret)))
	}
	must(t, to.EventBuffer.ClearBufferedEventPlaintext(ctx, hashOf(sealed)))
}

// The counts that the package's documentation gives.
func TestAMessageTakesFewStatements(t *testing.T) {
	w, address := throughWire(t)
	s := connectWith(t, store.Options{DatabaseURL: address, Key: sealingKey, Connections: 1})
	elsewhere := connect(t)
	ref, device := link(t, s)
	_, contact := link(t, elsewhere)
	phone, _ := randomPerson()
	other, _ := randomPerson()
	_, stranger := link(t, elsewhere)

	equal(t, "prekeys at linking", w.counted(func() {
		made, err := device.PreKeys.GetOrGenPreKeys(ctx, 812)
		must(t, err)
		equal(t, "keys", len(made), 812)
	}), 2)
	must(t, s.Release(ctx, device))
	equal(t, "opening", w.counted(func() { device = open(t, s, ref, 1) }), 1)
	equal(t, "first message to a contact", w.counted(func() { send(t, device, contact, phone, "1") }), 5)
	equal(t, "next message to them", w.counted(func() { send(t, device, contact, phone, "2") }), 1)
	for _, c := range []struct {
		what, secret string
		statements   int64
	}{
		{"first message of a contact", "", 6},
		{"next message of them", "", 2},
		{"one with a secret", "secret", 3},
		{"and one without", "", 2},
	} {
		sealed := encrypt(t, stranger, device, c.what)
		equal(t, c.what, w.counted(func() { receive(t, device, stranger, other, sealed, c.secret) }), c.statements)
	}
	must(t, s.Release(ctx, device))
}
