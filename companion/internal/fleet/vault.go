// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"

	wastore "go.mau.fi/whatsmeow/store"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

// Vault keeps the credentials of devices; package store says what its methods do.
type Vault interface {
	Open(ctx context.Context, ref store.Ref, epoch int64, trouble store.Trouble) (*wastore.Device, error)
	New(ref store.Ref, trouble store.Trouble) (*wastore.Device, error)
	Release(ctx context.Context, device *wastore.Device) error
	Forget(ctx context.Context, ref store.Ref) error
	Untold(ctx context.Context, device *wastore.Device) ([]string, error)
	Told(ctx context.Context, device *wastore.Device) error
}

func refOf(device *protocol.Device) (store.Ref, bool) {
	if len(device.GetWorkspaceId()) != 16 || len(device.GetDeviceId()) != 16 {
		return store.Ref{}, false
	}
	return store.Ref{Workspace: [16]byte(device.WorkspaceId), Device: [16]byte(device.DeviceId)}, true
}

func protoOf(ref store.Ref) *protocol.Device {
	return &protocol.Device{WorkspaceId: ref.Workspace[:], DeviceId: ref.Device[:]}
}
