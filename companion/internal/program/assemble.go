// SPDX-License-Identifier: GPL-3.0-or-later

package program

import (
	"context"
	"errors"
	"os"

	wastore "go.mau.fi/whatsmeow/store"
	waLog "go.mau.fi/whatsmeow/util/log"

	"hebah.example/companion/internal/fleet"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

// Why the companion cannot work with what it was told.
const (
	refusedVersion  = "protocol_version"
	refusedDatabase = "database"
	refusedSchema   = "schema"
	refusedKey      = "sealing_key"
	refusedSpool    = "spool"
)

// assemble makes the fleet, or says why there is none.
func (p *process) assemble(ctx context.Context, told *protocol.Configure) (*fleet.Fleet, string) {
	if told.GetVersion() != protocolVersion {
		return nil, refusedVersion
	}
	if about, err := os.Stat(told.GetSpool()); err != nil || !about.IsDir() {
		return nil, refusedSpool
	}
	vault, err := store.Connect(ctx, store.Options{
		DatabaseURL: told.GetDatabaseUrl(), Key: told.GetSealingKey(), Connections: int(told.GetConnections()),
		Log: waLog.Noop,
	})
	if err != nil {
		return nil, whyNot(err)
	}
	if told.GetDeviceName() != "" {
		wastore.SetOSInfo(told.GetDeviceName(), [3]uint32{1, 0, 0})
	}
	p.vault = vault
	return fleet.New(fleet.SettingsOf(told), vault, p.clients, p.out, p.log), ""
}

func whyNot(err error) string {
	switch {
	case errors.Is(err, store.ErrKey):
		return refusedKey
	case errors.Is(err, store.ErrSchema):
		return refusedSchema
	default:
		return refusedDatabase
	}
}
