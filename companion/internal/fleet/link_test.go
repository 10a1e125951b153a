// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"testing"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

func aMessage(id string) *events.Message {
	sender := types.NewJID("100002", types.HiddenUserServer)
	event := &events.Message{
		Info: types.MessageInfo{
			MessageSource: types.MessageSource{Chat: sender, Sender: sender}, ID: id, Timestamp: time.Now(),
		},
		RawMessage: &waE2E.Message{Conversation: proto.String("hello")},
	}
	return event.UnwrapRaw()
}

func TestWhyASlotCannotBeOpened(t *testing.T) {
	cases := map[error]string{
		store.ErrNoSession:     "unlinked no_session",
		store.ErrStale:         "replaced epoch_passed",
		store.ErrCorrupt:       "stopped session_corrupt",
		store.ErrWrongKey:      "stopped sealing_key_wrong",
		store.ErrUnavailable:   "waiting storage_unavailable",
		errors.New("whatever"): "waiting storage_unavailable",
	}
	for err, want := range cases {
		t.Run(want, func(t *testing.T) {
			fleet, said := newFleet(t, &emptyVault{err: err}, Settings{})
			fleet.Do(&protocol.Request{
				Id: 4, Device: protoOf(aRef), Command: &protocol.Request_Open{Open: &protocol.Open{Epoch: 1}},
			})
			for {
				envelope := next(t, said)
				state := envelope.GetEvent().GetState()
				if state == nil || state.GetState() == "connecting" {
					continue
				}
				if got := state.GetState() + " " + state.GetCause(); got != want {
					t.Fatalf("%s", got)
				}
				if envelope.GetEvent().GetRequestId() != 4 {
					t.Fatalf("%v", envelope)
				}
				return
			}
		})
	}
}

func TestAnAttemptThatReachesNobodyIsOverAndLetsGo(t *testing.T) {
	vault := &emptyVault{device: linkedDevice(), released: make(chan struct{}, 1)}
	fleet, said := newFleet(t, vault, Settings{})
	fleet.Do(&protocol.Request{Id: 1, Device: protoOf(aRef), Command: &protocol.Request_Open{Open: &protocol.Open{}}})
	if state := nextState(t, said); state.GetState() != "connecting" {
		t.Fatalf("%v", state)
	}
	if state := nextState(t, said); state.GetState() != "waiting" || state.GetCause() != "connect_failed" {
		t.Fatalf("%v", state)
	}
	select {
	case <-vault.released:
	case <-time.After(soon):
		t.Fatal("the session is still held")
	}
}

func TestHowAConnectionEnds(t *testing.T) {
	cases := map[string]any{
		"replaced opened_elsewhere":       &events.StreamReplaced{},
		"logged_out removed_on_phone":     &events.LoggedOut{},
		"logged_out logged_out_elsewhere": &events.LoggedOut{OnConnect: true, Reason: events.ConnectFailureMainDeviceGone},
		"waiting connect_failed":          &events.ConnectFailure{Reason: events.ConnectFailureGeneric},
		"waiting stream_error":            &events.StreamError{Code: "500"},
		"waiting network_lost":            &events.Disconnected{},
		"waiting keepalive_timeout":       &events.KeepAliveTimeout{ErrorCount: missedPings},
		"banned temporary_ban_104":        &events.TemporaryBan{Code: events.TempBanSentTooManySameMessage, Expire: time.Hour},
	}
	for want, event := range cases {
		t.Run(want, func(t *testing.T) {
			fleet, said := newFleet(t, &emptyVault{}, Settings{})
			link := openLink(t, fleet)
			link.handle(event)
			state := nextState(t, said)
			if got := state.GetState() + " " + state.GetCause(); got != want {
				t.Fatalf("%s", got)
			}
			if banned := state.GetState() == "banned"; banned != (state.GetUntil() > 0) {
				t.Fatalf("%v", state)
			}
			link.end("waiting", "another_reason", 0)
			link.handle(&events.StreamReplaced{})
			silence(t, said)
		})
	}
}

func TestAServerMaySayTwiceThatWeAreIn(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	link := openLink(t, fleet)
	link.online, link.login = false, time.NewTimer(time.Hour)
	link.handle(&events.Connected{})
	if state := nextState(t, said); state.GetState() != "online" {
		t.Fatalf("%v", state)
	}
	link.handle(&events.Connected{})
	silence(t, said)
}

func TestOneMissedPingIsNoEnd(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	openLink(t, fleet).handle(&events.KeepAliveTimeout{ErrorCount: 1})
	silence(t, said)
}

func TestAServerThatGoesAwayIsNamed(t *testing.T) {
	says := map[string]func(*link){
		"while connected": func(l *link) {
			node := &waBinary.Node{Tag: "stream:error", Attrs: waBinary.Attrs{"code": "503"}}
			inside(l.client).HandleStreamError(l.ctx, node)
		},
		"at the door": func(l *link) {
			node := &waBinary.Node{Tag: "failure", Attrs: waBinary.Attrs{"reason": "503"}}
			inside(l.client).HandleConnectFailure(l.ctx, node)
		},
	}
	for name, say := range says {
		t.Run(name, func(t *testing.T) {
			fleet, said := newFleet(t, &emptyVault{}, Settings{})
			link := openLink(t, fleet)
			say(link)
			link.handle(&events.Disconnected{})
			if state := nextState(t, said); state.GetCause() != "server_unavailable" {
				t.Fatalf("%v", state)
			}
		})
	}
}

func TestAMessageForNobodysPhoneIsStopped(t *testing.T) {
	fleet, _ := newFleet(t, &emptyVault{}, Settings{})
	link := openLink(t, fleet)
	to := types.NewJID("100002", types.HiddenUserServer)
	ctx, stop := context.WithCancelCause(t.Context())
	link.watch("ID", &underway{to: to, stop: stop})
	devices := []types.JID{to}
	_, _, err := inside(link.client).EncryptMessageForDevices(ctx, devices, "ID", []byte("x"), nil, nil)
	if err == nil || !errors.Is(context.Cause(ctx), errNotEncrypted) {
		t.Fatalf("%v, %v", err, context.Cause(ctx))
	}
	if why := link.why(ctx, err); why != "not_encrypted" {
		t.Fatal(why)
	}
}

func TestAMessageIsHandledOnceItIsStoredAbove(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{Patience: soon})
	link := openLink(t, fleet)
	handled := make(chan bool, 1)
	go func() { handled <- link.handle(aMessage("M1")) }()
	event := next(t, said).GetEvent()
	if event.GetSeq() == 0 || event.GetRequestId() != 9 || event.GetMessage().GetChat() != "lid:100002" {
		t.Fatalf("%v", event)
	}
	select {
	case <-handled:
		t.Fatal("handled before it was stored")
	case <-time.After(20 * time.Millisecond):
	}
	fleet.Acknowledge([]uint64{event.GetSeq() + 1, event.GetSeq(), event.GetSeq()})
	if !<-handled {
		t.Fatal("not handled although it was stored")
	}
	if link.slot.counts.received.Load() != 1 {
		t.Fatal("not counted")
	}
}

func TestADeviceIsCutWhenNobodyStoresWhatItBrings(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{Patience: 20 * time.Millisecond})
	link := openLink(t, fleet)
	if link.handle(aMessage("M1")) {
		t.Fatal("handled although nobody stored it")
	}
	if state := nextState(t, said); state.GetState() != "waiting" || state.GetCause() != "gateway_slow" {
		t.Fatalf("%v", state)
	}
	if link.handle(aMessage("M2")) {
		t.Fatal("a message was handled after the end")
	}
	again := openLink(t, fleet)
	go again.handle(aMessage("M1"))
	next(t, said)
	if got := again.slot.counts.redelivered.Load(); got != 1 {
		t.Fatalf("%d redelivered", got)
	}
}

func TestAFaultOfOursIsNotHandled(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{Patience: soon})
	link := openLink(t, fleet)
	link.device = nil
	if link.handle(aMessage("M1")) {
		t.Fatal("a fault counted as handled")
	}
	silence(t, said)
}

func TestWhenTheDatabaseFailsNothingMoreIsHandled(t *testing.T) {
	cases := map[error]string{store.ErrUnavailable: codeStorage, store.ErrStale: "epoch_passed"}
	for err, want := range cases {
		fleet, said := newFleet(t, &emptyVault{}, Settings{Patience: soon})
		link := openLink(t, fleet)
		link.storeTrouble(err)
		if link.ctx.Err() == nil || link.handle(aMessage("M1")) {
			t.Fatal("the connection still acknowledges")
		}
		if state := nextState(t, said); state.GetCause() != want {
			t.Fatalf("%v", state)
		}
	}
}

func TestAPersonWhoCannotBeLookedUpIsNotAnotherPerson(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{Patience: soon})
	link := openLink(t, fleet)
	link.device.LIDs = failingPeople{}
	if link.handle(aMessage("M1")) {
		t.Fatal("handled")
	}
	silence(t, said)
}

func TestATimeLockComesAndGoes(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	link := openLink(t, fleet)
	link.handle(&events.NotifyAccountReachoutTimelock{IsActive: true})
	if state := nextState(t, said); state.GetState() != "restricted" || state.GetCause() != "reachout_timelock" {
		t.Fatalf("%v", state)
	}
	link.handle(&events.NotifyAccountReachoutTimelock{})
	if state := nextState(t, said); state.GetState() != "online" {
		t.Fatalf("%v", state)
	}
	link.handle(&events.NotifyAccountReachoutTimelock{})
	silence(t, said)
}

func TestTypingIsMentioned(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	sender := types.NewJID("100002", types.HiddenUserServer)
	openLink(t, fleet).handle(&events.ChatPresence{
		MessageSource: types.MessageSource{Chat: sender, Sender: sender}, State: types.ChatPresenceComposing,
	})
	event := next(t, said).GetEvent()
	if event.GetSeq() != 0 || event.GetTyping().GetState() != "typing" {
		t.Fatalf("%v", event)
	}
}
