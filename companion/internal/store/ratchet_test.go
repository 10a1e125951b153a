// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/libsignal/session"
	wastore "go.mau.fi/whatsmeow/store"

	"hebah.example/companion/internal/store"
)

func TestAConversationGoesOnWhateverRestartsBetween(t *testing.T) {
	s := connect(t)
	hers, aminah := link(t, s)
	his, bala := link(t, s)
	for round := range 4 {
		for i := range 3 {
			text := fmt.Sprint("from Aminah ", round, i)
			got, err := decrypt(bala, aminah, encrypt(t, aminah, bala, text))
			must(t, err)
			equal(t, "Bala reads", got, text)
		}
		text := fmt.Sprint("from Bala ", round)
		got, err := decrypt(aminah, bala, encrypt(t, bala, aminah, text))
		must(t, err)
		equal(t, "Aminah reads", got, text)
		aminah, bala = reopen(t, s, hers, aminah), reopen(t, s, his, bala)
	}
}

// A message that has left was encrypted with a step that is kept: after a crash its key is not used again.
func TestASentMessageIsKeptWithItsStepBeforeItLeaves(t *testing.T) {
	s := connect(t)
	hers, aminah := link(t, s)
	_, bala := link(t, s)
	got, err := decrypt(bala, aminah, encrypt(t, aminah, bala, "hello"))
	must(t, err)
	equal(t, "first", got, "hello")
	for i := range 3 {
		text := fmt.Sprint("message ", i)
		must(t, aminah.EventBuffer.AddOutgoingEvent(ctx, bala.LID, text, "wa", []byte(text)))
		sealed := encrypt(t, aminah, bala, text)
		// The process dies here: nothing is released.
		aminah = open(t, connect(t), hers, int64(i+2))
		got, err = decrypt(bala, aminah, sealed)
		must(t, err)
		equal(t, "Bala reads", got, text)
		_, kept, err := aminah.EventBuffer.GetOutgoingEvent(ctx, bala.LID, bala.LID, text)
		must(t, err)
		equalBytes(t, "for retries", kept, []byte(text))
	}
}

func TestACrashInTheMiddleOfDecryptingLeavesTheMessageToBeDecryptedAgain(t *testing.T) {
	s, pool := connect(t), raw(t)
	_, aminah := link(t, s)
	his, bala := link(t, s)
	sealed := encrypt(t, aminah, bala, "hello") // with a prekey
	before := digest(t, pool, his)
	func() {
		defer func() { _ = recover() }()
		builder := session.NewBuilderFromSignal(bala, address(aminah), wastore.SignalProtobufSerializer)
		_ = bala.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
			_, err := session.NewCipher(builder, address(aminah)).DecryptMessage(ctx, sealed.(*protocol.PreKeySignalMessage))
			must(t, err)
			panic("the lights go out")
		})
	}()
	equal(t, "nothing changed", fmt.Sprint(digest(t, pool, his)), fmt.Sprint(before))
	for range 2 { // in the same process, and in the next one
		has, err := bala.Sessions.HasSession(ctx, address(aminah).String())
		must(t, err)
		equal(t, "no ratchet yet", has, false)
		bala = open(t, connect(t), his, 2)
	}
	got, err := decrypt(bala, aminah, sealed)
	must(t, err)
	equal(t, "Bala reads", got, "hello")
	event, err := bala.EventBuffer.GetBufferedEvent(ctx, hashOf(sealed))
	must(t, err)
	equalBytes(t, "and finds it again", event.Plaintext, []byte("hello"))
}

func TestAMessageThatDoesNotDecryptChangesNothing(t *testing.T) {
	s, pool := connect(t), raw(t)
	_, aminah := link(t, s)
	his, bala := link(t, s)
	first := encrypt(t, aminah, bala, "hello")
	_, err := decrypt(bala, aminah, first)
	must(t, err)
	before := digest(t, pool, his)
	if _, err = decrypt(bala, aminah, first); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("the same once more: %v", err)
	}
	equal(t, "nothing changed", fmt.Sprint(digest(t, pool, his)), fmt.Sprint(before))
}

// A send that has read a ratchet and dawdles loses its turn, and must not write what it made of the old one.
func TestASendThatWasOvertakenWritesNothing(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	must(t, device.Sessions.PutSession(ctx, "1:0", []byte("first")))
	_, err := device.Sessions.GetManySessions(ctx, []string{"1:0"})
	must(t, err)
	must(t, device.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
		_, err := device.Sessions.GetSession(ctx, "1:0")
		must(t, err)
		return device.Sessions.PutSession(ctx, "1:0", []byte("received"))
	}))
	err = device.Sessions.PutManySessions(ctx, map[string][]byte{"1:0": []byte("sent")})
	if !errors.Is(err, store.ErrOvertaken) || !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	got, err := reopen(t, s, ref, device).Sessions.GetSession(ctx, "1:0")
	must(t, err)
	equalBytes(t, "kept", got, []byte("received"))
}

func TestAReceiptThatWasOvertakenIsDoneAgain(t *testing.T) {
	_, device := link(t, connect(t))
	must(t, device.Sessions.PutSession(ctx, "1:0", []byte("0")))
	rounds := 0
	must(t, device.EventBuffer.DoDecryptionTxn(ctx, func(inside context.Context) error {
		found, err := device.Sessions.GetSession(inside, "1:0")
		must(t, err)
		if rounds++; rounds == 1 {
			must(t, device.Sessions.PutSession(ctx, "1:0", []byte("sent")))
		}
		return device.Sessions.PutSession(inside, "1:0", append(bytes.Clone(found), '+'))
	}))
	got, err := device.Sessions.GetSession(ctx, "1:0")
	must(t, err)
	equalBytes(t, "one after the other", got, []byte("sent+"))
	equal(t, "rounds", rounds, 2)
}

func TestSendingAndDecryptingTakeTurnsOnOneRatchetOnly(t *testing.T) {
	_, device := link(t, connect(t))
	must(t, device.Sessions.PutManySessions(ctx, map[string][]byte{"1:0": []byte("0"), "2:0": []byte("0")}))
	sent, other := make(chan error, 1), make(chan error, 1)
	must(t, device.EventBuffer.DoDecryptionTxn(ctx, func(inside context.Context) error {
		found, err := device.Sessions.GetSession(inside, "1:0")
		must(t, err)
		go func() { sent <- step(device, "1:0") }()
		go func() { other <- step(device, "2:0") }()
		must(t, <-other) // it does not wait for us
		return device.Sessions.PutSession(inside, "1:0", append(bytes.Clone(found), '+'))
	}))
	must(t, <-sent)
	got, err := device.Sessions.GetSession(ctx, "1:0")
	must(t, err)
	equalBytes(t, "one after the other", got, []byte("0+s"))
}

// step does what a message to one device does that is sent once more.
func step(device *wastore.Device, address string) error {
	found, err := device.Sessions.GetSession(ctx, address)
	if err != nil {
		return err
	}
	return device.Sessions.PutSession(ctx, address, append(bytes.Clone(found), 's'))
}

// Both send and receive at the same time, on the same two ratchets. A lost update would use a message key twice, and the
// other side would drop the second message as one it knows.
func TestSendingAndReceivingAtOnceLosesNothing(t *testing.T) {
	s := connect(t)
	_, aminah := link(t, s)
	_, bala := link(t, s)
	_, err := decrypt(bala, aminah, encrypt(t, aminah, bala, "hello"))
	must(t, err)
	_, err = decrypt(aminah, bala, encrypt(t, bala, aminah, "hello"))
	must(t, err)

	const messages = 100
	var all sync.WaitGroup
	for _, pair := range [][2]*wastore.Device{{aminah, bala}, {bala, aminah}} {
		from, to := pair[0], pair[1]
		between := make(chan protocol.CiphertextMessage, messages)
		all.Go(func() {
			defer close(between)
			for i := range messages {
				sealed, err := tryEncrypt(t, from, to, fmt.Sprint(i))
				for errors.Is(err, store.ErrOvertaken) { // nothing has left: the outbox sends it again
					sealed, err = tryEncrypt(t, from, to, fmt.Sprint(i))
				}
				if err != nil {
					t.Error(err)
					return
				}
				between <- sealed
			}
		})
		all.Go(func() {
			i := 0
			for sealed := range between {
				got, err := decrypt(to, from, sealed)
				if err != nil || got != fmt.Sprint(i) {
					t.Errorf("message %d: %q, %v", i, got, err)
				}
				i++
			}
			equal(t, "read", i, messages)
		})
	}
	all.Wait()
}
