// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/store"
)

const versionWithin = 20 * time.Second

// versionLasts is how long an answer is believed: all devices become outdated at the same time.
const versionLasts = time.Hour

// clientVersion guards the version of WhatsApp Web that the process says it is: one for all devices.
type clientVersion struct {
	use   sync.RWMutex
	asked sync.Mutex
	last  time.Time
}

// payloadOf is what a device says of itself when it connects.
func (v *clientVersion) payloadOf(device *store.Device) *waWa6.ClientPayload {
	v.use.RLock()
	defer v.use.RUnlock()
	return device.GetClientPayload()
}

// renew asks for WhatsApp Web's present version, unless that was asked lately. It returns when that has been tried.
func (v *clientVersion) renew(f *Fleet) {
	v.asked.Lock()
	defer v.asked.Unlock()
	if !v.last.IsZero() && time.Since(v.last) < versionLasts {
		return
	}
	v.last = time.Now()
	ctx, cancel := background(versionWithin)
	defer cancel()
	latest, err := whatsmeow.GetLatestVersion(ctx, f.clients.Files)
	if err != nil {
		f.log.Warn("version_unknown", "error", errorType(err))
		return
	}
	v.use.Lock()
	defer v.use.Unlock()
	if store.GetWAVersion().LessThan(*latest) {
		store.SetWAVersion(*latest)
		f.log.Info("version_renewed", "build", latest.String())
	}
}

func (v *clientVersion) present() store.WAVersionContainer {
	v.use.RLock()
	defer v.use.RUnlock()
	return store.GetWAVersion()
}

// outdated tries once more as a later version, where there is one.
func (l *link) outdated() {
	l.fleet.version.renew(l.fleet)
	if l.version == l.fleet.version.present() {
		l.end("outdated", "client_outdated", 0)
		return
	}
	l.client.Disconnect()
	l.connect()
}
