// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"

	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/util/keys"
)

var errNotOurs = errors.New("the device is not of this store")

// AddUploaded keeps prekeys that the server has already: those of a device that was linked elsewhere. Their ids must
// be larger than all that the device has had.
func (s *Store) AddUploaded(ctx context.Context, device *wastore.Device, prekeys []*keys.PreKey) error {
	slot, ok := device.Container.(*slot)
	if !ok {
		return errNotOurs
	}
	slot.prekeys.Lock()
	defer slot.prekeys.Unlock()
	slot.mu.Lock()
	next := slot.nextPrekey
	slot.mu.Unlock()
	ids := make([]int32, len(prekeys))
	sealed := make([][]byte, len(prekeys))
	for i, key := range prekeys {
		ids[i] = int32(key.KeyID)
		sealed[i] = slot.sealer.seal(prekeyTable, prekeyRow(key.KeyID), key.Priv[:])
		next = max(next, key.KeyID+1)
	}
	if err := slot.write(ctx, addPrekeys, int32(next), ids, sealed, true); err != nil {
		return err
	}
	slot.mu.Lock()
	slot.nextPrekey = next
	slot.mu.Unlock()
	return nil
}
