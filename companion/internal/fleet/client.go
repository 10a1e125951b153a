// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/store"
	waLog "go.mau.fi/whatsmeow/util/log"
)

const (
	closesItself = 500 * time.Millisecond
	closingStep  = 2 * time.Millisecond
)

var errNoToken = errors.New("there is no token to refresh")

// newClient makes a client that acknowledges nothing before we have stored it, and never reconnects by itself.
func (f *Fleet) newClient(device *store.Device, log waLog.Logger) *whatsmeow.Client {
	client := whatsmeow.NewClient(device, log)
	client.EnableAutoReconnect = false
	client.SynchronousAck = true
	client.EnableDecryptedEventBuffer = true
	client.UseRetryMessageStore = true
	client.EmitAppStateEventsOnFullSync = true // chats that are known already must be as the phone keeps them
	client.ManualHistorySyncDownload = true
	client.DisableManualHistorySyncReceipt = true // sent by us, once the offer is stored
	client.SetWebsocketHTTPClient(f.clients.Messages)
	client.SetPreLoginHTTPClient(f.clients.Messages)
	client.SetMediaHTTPClient(f.clients.Files)
	// Only Messenger has such a token; without this, a connect failure 413 or 414 would end the process.
	client.RefreshCAT = func(context.Context) error { return errNoToken }
	client.GetClientPayload = func() *waWa6.ClientPayload { return f.version.payloadOf(device) }
	return client
}

// disconnect closes a client whose context has ended. whatsmeow then closes the socket by itself, and it must have done
// so first: the two ways at the same time can trip over each other and take the whole process along.
func disconnect(client *whatsmeow.Client) {
	for waited := time.Duration(0); client.IsConnected() && waited < closesItself; waited += closingStep {
		time.Sleep(closingStep)
	}
	time.Sleep(closingStep)
	client.Disconnect()
}

// inside opens what whatsmeow keeps to itself and warns of: pings on demand, how a group names its members, and what a
// packet of history tells besides messages have no other door. go.mod pins the version that this was read in.
func inside(client *whatsmeow.Client) *whatsmeow.DangerousInternalClient {
	//lint:ignore SA1019 see above
	return client.DangerousInternals()
}

// What whatsmeow tells its log and nobody else, word for word in the version that go.mod pins.
const (
	saysServerGoing  = "Got 503 stream error, assuming automatic reconnect will handle it"
	saysServerBusy   = "Got %d/%s connect failure, assuming automatic reconnect will handle it"
	saysNotEncrypted = "Failed to encrypt %s for %s: %v"
)

// ear listens to whatsmeow's log for what it tells nobody else. It writes no line of it: they quote people and numbers.
type ear struct {
	log  *slog.Logger
	hear func(words string, details []any)
}

func (e *ear) Warnf(words string, details ...any) {
	if e.hear != nil {
		e.hear(words, details)
	}
	e.log.Debug("library_warning", "text", words)
}

func (e *ear) Errorf(words string, _ ...any) { e.log.Debug("library_error", "text", words) }

func (e *ear) Infof(words string, _ ...any) { e.log.Debug("library_info", "text", words) }

func (e *ear) Debugf(string, ...any) {}

func (e *ear) Sub(string) waLog.Logger { return e }
