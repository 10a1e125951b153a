// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waAdv"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"

	"hebah.example/companion/internal/network"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
	"hebah.example/companion/internal/wire"
)

const soon = 5 * time.Second

var aRef = store.Ref{Workspace: [16]byte{1}, Device: [16]byte{2}}

// emptyVault has whatever session the test gives it, and keeps nothing.
type emptyVault struct {
	err      error
	device   *wastore.Device
	released chan struct{}
}

func (v *emptyVault) Open(context.Context, store.Ref, int64, store.Trouble) (*wastore.Device, error) {
	return v.device, v.err
}

func (v *emptyVault) New(store.Ref, store.Trouble) (*wastore.Device, error) {
	return linkedDevice(), nil
}

func (v *emptyVault) Release(context.Context, *wastore.Device) error {
	if v.released != nil {
		v.released <- struct{}{}
	}
	return nil
}

func (v *emptyVault) Forget(context.Context, store.Ref) error { return nil }

func (v *emptyVault) Untold(context.Context, *wastore.Device) ([]string, error) { return nil, nil }

func (v *emptyVault) Told(context.Context, *wastore.Device) error { return nil }

func linkedDevice() *wastore.Device {
	kept := &wastore.NoopStore{}
	jid := types.NewADJID("4915100000001", 0, 7)
	identity := keys.NewKeyPair()
	device := &wastore.Device{
		NoiseKey: keys.NewKeyPair(), IdentityKey: identity, SignedPreKey: identity.CreateSignedPreKey(1),
		RegistrationID: 1, AdvSecretKey: make([]byte, 32), ID: &jid,
		LID:     types.JID{User: "100001", Device: 7, Server: types.HiddenUserServer},
		Account: &waAdv.ADVSignedDeviceIdentity{}, LIDs: kept, Container: kept, Initialized: true,
	}
	device.SetAllStores(kept)
	return device
}

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) { return nil, net.ErrClosed }

// newFleet makes a fleet that reaches nobody, and what it says.
func newFleet(t *testing.T, vault Vault, settings Settings) (*Fleet, <-chan *protocol.Envelope) {
	t.Helper()
	nowhere := &http.Client{Transport: noNetwork{}}
	out := wire.NewQueue(1 << 20)
	reading, writing := io.Pipe()
	said := make(chan *protocol.Envelope, 64)
	go func() { _ = out.Write(writing) }()
	go func() {
		reader := wire.NewReader(reading)
		for {
			envelope, err := reader.Next()
			if err != nil {
				return
			}
			said <- envelope
		}
	}()
	t.Cleanup(func() {
		out.Close()
		reading.Close()
	})
	clients := network.Clients{Messages: nowhere, Files: nowhere}
	return New(settings, vault, clients, out, slog.New(slog.DiscardHandler)), said
}

// openLink makes a link whose client is online as far as the fleet knows.
func openLink(t *testing.T, fleet *Fleet) *link {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	made := &link{
		fleet: fleet, slot: fleet.slotOf(aRef), request: 9, log: fleet.log, ctx: ctx, cancel: cancel, began: time.Now(),
		ready: make(chan struct{}), turn: make(chan struct{}, 1), device: linkedDevice(), online: true,
	}
	made.client = fleet.newClient(made.device, &ear{log: fleet.log, hear: made.overheard})
	made.client.DisableLoginAutoReconnect = true
	made.client.AddEventHandlerWithSuccessStatus(made.handle)
	made.slot.live = made
	close(made.ready)
	return made
}

func next(t *testing.T, said <-chan *protocol.Envelope) *protocol.Envelope {
	t.Helper()
	select {
	case envelope := <-said:
		return envelope
	case <-time.After(soon):
		t.Fatal("nothing was said")
		return nil
	}
}

func nextState(t *testing.T, said <-chan *protocol.Envelope) *protocol.State {
	t.Helper()
	for {
		if state := next(t, said).GetEvent().GetState(); state != nil {
			return state
		}
	}
}

func silence(t *testing.T, said <-chan *protocol.Envelope) {
	t.Helper()
	select {
	case envelope := <-said:
		t.Fatalf("said %v", envelope)
	case <-time.After(50 * time.Millisecond):
	}
}

// failingPeople cannot look anybody up.
type failingPeople struct{ wastore.LIDStore }

func (failingPeople) GetPNForLID(context.Context, types.JID) (types.JID, error) {
	return types.EmptyJID, store.ErrUnavailable
}
