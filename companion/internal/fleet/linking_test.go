// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

func newLinking(t *testing.T, settings Settings) (*linking, <-chan *protocol.Envelope) {
	t.Helper()
	fleet, said := newFleet(t, &emptyVault{}, settings)
	under := &linking{
		fleet: fleet, slot: fleet.slotOf(aRef), request: 3, log: fleet.log, ctx: t.Context(),
		timer: time.NewTimer(time.Hour), expired: failedReach, device: linkedDevice(),
	}
	return under, said
}

func nextStep(t *testing.T, said <-chan *protocol.Envelope) *protocol.LinkStep {
	t.Helper()
	event := next(t, said).GetEvent()
	if event.GetLinkStep() == nil || event.GetRequestId() != 3 {
		t.Fatalf("%v", event)
	}
	return event.GetLinkStep()
}

func TestCodesAreShownOneAfterAnotherUntilTheyRunOut(t *testing.T) {
	under, said := newLinking(t, Settings{QRFirst: time.Minute, QRNext: 20 * time.Second})
	under.take(&events.QR{Codes: []string{"a", "b"}})
	first := nextStep(t, said)
	if left := time.Until(time.UnixMilli(first.GetExpiresAt())); first.GetText() != "a" || left < 50*time.Second {
		t.Fatalf("%v", first)
	}
	if over, _ := under.timeUp(); over {
		t.Fatal("over although a code is left")
	}
	second := nextStep(t, said)
	if left := time.Until(time.UnixMilli(second.GetExpiresAt())); second.GetText() != "b" || left > 20*time.Second {
		t.Fatalf("%v", second)
	}
	if over, code := under.timeUp(); !over || code != failedTimeout {
		t.Fatal(code)
	}
}

func TestWithoutACodeTheNetworkWasNotReached(t *testing.T) {
	under, _ := newLinking(t, Settings{})
	if over, code := under.timeUp(); !over || code != failedReach {
		t.Fatal(code)
	}
}

func TestHowALinkingEnds(t *testing.T) {
	database := &whatsmeow.PairDatabaseError{DBErr: store.ErrUnavailable}
	cases := map[string]struct {
		event any
		code  string
	}{
		"no link to the network": {&events.Disconnected{}, failedReach},
		"an old phone":           {&events.QRScannedWithoutMultidevice{}, failedOldPhone},
		"an old companion":       {&events.ClientOutdated{}, failedOutdated},
		"a ban":                  {&events.TemporaryBan{}, failedRefused},
		"a refusal":              {&events.ConnectFailure{}, failedRefused},
		"a phone that lies":      {&events.PairError{Error: whatsmeow.ErrPairInvalidDeviceSignature}, failedRefused},
		"no database":            {&events.PairError{Error: database}, codeStorage},
		"no passkey":             {&events.PairPasskeyError{Error: errors.New("x")}, failedPasskey},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			under, _ := newLinking(t, Settings{})
			if over, code := under.take(one.event); !over || code != one.code {
				t.Fatalf("%v %s", over, code)
			}
		})
	}
}

func TestTheServerClosesWhenTheLastCodeHasBeenShown(t *testing.T) {
	under, _ := newLinking(t, Settings{QRFirst: time.Minute})
	under.take(&events.QR{Codes: []string{"a"}})
	if over, code := under.take(&events.Disconnected{}); !over || code != failedTimeout {
		t.Fatal(code)
	}
	under, _ = newLinking(t, Settings{QRFirst: time.Minute})
	under.take(&events.QR{Codes: []string{"a", "b"}})
	if over, code := under.take(&events.Disconnected{}); !over || code != failedReach {
		t.Fatal(code)
	}
}

func TestALinkingIsDoneWithTheFirstLogin(t *testing.T) {
	under, _ := newLinking(t, Settings{QRFirst: time.Minute})
	under.take(&events.QR{Codes: []string{"a", "b"}})
	if over, _ := under.take(&events.PairSuccess{}); over {
		t.Fatal("over before the first login")
	}
	if over, code := under.take(&events.Connected{}); !over || code != "" {
		t.Fatal(code)
	}
	identity := under.identity()
	if identity.GetPhone() != "+4915100000001" || identity.GetLid() != "100001" {
		t.Fatalf("%v", identity)
	}
}

func TestWhatAPhoneHasAcceptedIsLinkedEvenWithoutALogin(t *testing.T) {
	for _, happens := range []func(*linking) (bool, string){
		func(l *linking) (bool, string) { return l.take(&events.Disconnected{}) },
		func(l *linking) (bool, string) { return l.timeUp() },
	} {
		under, _ := newLinking(t, Settings{})
		under.take(&events.PairSuccess{})
		if over, code := happens(under); !over || code != "" {
			t.Fatal(code)
		}
	}
}

func TestANewSecretGoesIntoTheCodes(t *testing.T) {
	under, said := newLinking(t, Settings{QRFirst: time.Minute, QRNext: time.Minute})
	under.take(&events.QR{Codes: []string{"a,old,1", "b,old,1"}})
	nextStep(t, said)
	under.take(&events.RotateADVSecret{OldSecret: "old", NewSecret: "new"})
	if step := nextStep(t, said); step.GetText() != "a,new,1" {
		t.Fatalf("%v", step)
	}
	under.timeUp()
	if step := nextStep(t, said); step.GetText() != "b,new,1" {
		t.Fatalf("%v", step)
	}
}

func TestAPasskeyStopsTheCodes(t *testing.T) {
	under, said := newLinking(t, Settings{QRFirst: time.Minute, QRNext: time.Minute})
	under.take(&events.QR{Codes: []string{"a", "b"}})
	nextStep(t, said)
	under.take(&events.PairPasskeyRequest{PublicKey: &types.WebAuthnPublicKey{RelyingPartID: "whatsapp.com"}})
	step := nextStep(t, said)
	var asked struct {
		Party string `json:"rpId"`
	}
	if err := json.Unmarshal([]byte(step.GetText()), &asked); err != nil || asked.Party != "whatsapp.com" {
		t.Fatalf("%v %v", step, err)
	}
	if over, code := under.timeUp(); !over || code != failedPasskey {
		t.Fatal(code)
	}
}

func TestASlotWithASessionIsNotLinkedAgain(t *testing.T) {
	cases := map[string]*emptyVault{
		failedLinked: {device: linkedDevice()},
		codeStorage:  {err: store.ErrUnavailable},
	}
	for want, vault := range cases {
		fleet, said := newFleet(t, vault, Settings{})
		fleet.Do(&protocol.Request{Id: 8, Device: protoOf(aRef), Command: &protocol.Request_Link{Link: &protocol.Link{}}})
		if response := next(t, said).GetResponse(); response.GetId() != 8 || response.GetCode() != want {
			t.Fatalf("%v", response)
		}
	}
}

func TestALinkingThatReachesNobodyFreesItsSlot(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{err: store.ErrNoSession}, Settings{})
	for id := uint64(1); id <= 2; id++ {
		fleet.Do(&protocol.Request{Id: id, Device: protoOf(aRef), Command: &protocol.Request_Link{Link: &protocol.Link{}}})
		if response := next(t, said).GetResponse(); response.GetId() != id || response.GetCode() != failedReach {
			t.Fatalf("%v", response)
		}
	}
}

func TestAnAnswerToNoPasskeyIsRefused(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	fleet.Do(&protocol.Request{
		Id: 1, Device: protoOf(aRef), Command: &protocol.Request_AnswerPasskey{AnswerPasskey: &protocol.AnswerPasskey{}},
	})
	if response := next(t, said).GetResponse(); response.GetCode() != "no_linking" {
		t.Fatalf("%v", response)
	}
}
