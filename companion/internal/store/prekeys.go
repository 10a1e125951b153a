// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
	"go.mau.fi/whatsmeow/util/keys"
)

const (
	prekeyTable = "prekey"
	// lastPrekey is the largest id that the protocol can carry, less one that it keeps for itself.
	lastPrekey = 1<<24 - 2

	readNewPrekeys = `select id, sealed from companion.prekey
		where workspace_id = $1 and device_id = $2 and not uploaded order by id limit $3`
	readPrekey   = `select sealed from companion.prekey where workspace_id = $1 and device_id = $2 and id = $3`
	countPrekeys = `select count(*) from companion.prekey where workspace_id = $1 and device_id = $2 and uploaded`

	// The counter moves with the keys: the id of a key that is used up and gone must not come again.
	addPrekeys = `with held as (
			update companion.session set next_prekey = $5
			where workspace_id = $1 and device_id = $2 and epoch = $3 and incarnation = $4
			returning 1
		), added as (
			insert into companion.prekey (workspace_id, device_id, id, sealed, uploaded)
			select $1, $2, u.id, u.sealed, $8 from held, unnest($6::int[], $7::bytea[]) as u(id, sealed))
		select count(*) from held`
	dropPrekey = fence + `, dropped as (
			delete from companion.prekey p using held
			where p.workspace_id = $1 and p.device_id = $2 and p.id = $5)
		select count(*) from held`
	markPrekeys = fence + `, marked as (
			update companion.prekey p set uploaded = true from held
			where p.workspace_id = $1 and p.device_id = $2 and p.id <= $5 and not p.uploaded)
		select count(*) from held`
)

// GetOrGenPreKeys answers keys that the server does not have yet, made now as far as there are not enough.
func (s *slot) GetOrGenPreKeys(ctx context.Context, count uint32) ([]*keys.PreKey, error) {
	s.prekeys.Lock()
	defer s.prekeys.Unlock()
	var found []*keys.PreKey
	var id uint32
	var sealed []byte
	err := s.each(ctx, readNewPrekeys, s.mine(int32(count)), []any{&id, &sealed}, func() {
		if key := s.unsealedPrekey(id, sealed); key != nil {
			found = append(found, key)
		}
	})
	if err != nil || len(found) >= int(count) {
		return found, err
	}
	made, err := s.makePrekeys(ctx, count-uint32(len(found)), false)
	return append(found, made...), err
}

// GenOnePreKey makes a key for one peer alone, which counts as uploaded.
func (s *slot) GenOnePreKey(ctx context.Context) (*keys.PreKey, error) {
	s.prekeys.Lock()
	defer s.prekeys.Unlock()
	made, err := s.makePrekeys(ctx, 1, true)
	if err != nil {
		return nil, err
	}
	return made[0], nil
}

// makePrekeys needs `prekeys`. Keys are returned only when they are durable.
func (s *slot) makePrekeys(ctx context.Context, count uint32, uploaded bool) ([]*keys.PreKey, error) {
	s.mu.Lock()
	next := s.nextPrekey
	s.mu.Unlock()
	if next+count > lastPrekey {
		return nil, fmt.Errorf("prekey ids are used up: the device has to be linked anew")
	}
	made := make([]*keys.PreKey, count)
	ids := make([]int32, count)
	sealed := make([][]byte, count)
	for i := range made {
		id := next + uint32(i)
		made[i] = keys.NewPreKey(id)
		ids[i] = int32(id)
		sealed[i] = s.sealer.seal(prekeyTable, prekeyRow(id), made[i].Priv[:])
	}
	if err := s.write(ctx, addPrekeys, int32(next+count), ids, sealed, uploaded); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.nextPrekey = next + count
	s.mu.Unlock()
	return made, nil
}

func prekeyRow(id uint32) string { return strconv.FormatUint(uint64(id), 10) }

func (s *slot) unsealedPrekey(id uint32, sealed []byte) *keys.PreKey {
	private := s.unsealed(prekeyTable, prekeyRow(id), sealed)
	if len(private) != 32 {
		return nil
	}
	return &keys.PreKey{KeyPair: *keys.NewKeyPairFromPrivateKey([32]byte(private)), KeyID: id}
}

func (s *slot) GetPreKey(ctx context.Context, id uint32) (*keys.PreKey, error) {
	if own := transaction(ctx); own != nil {
		for _, used := range own.prekeys {
			if uint32(used) == id {
				return nil, nil
			}
		}
	}
	var sealed []byte
	err := s.one(ctx, readPrekey, s.mine(int32(id)), &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.unsealedPrekey(id, sealed), nil
}

func (s *slot) RemovePreKey(ctx context.Context, id uint32) error {
	if own := transaction(ctx); own != nil {
		own.prekeys = append(own.prekeys, int32(id))
		return s.usable(ctx)
	}
	return s.write(ctx, dropPrekey, int32(id))
}

func (s *slot) MarkPreKeysAsUploaded(ctx context.Context, upToID uint32) error {
	return s.write(ctx, markPrekeys, int32(upToID))
}

func (s *slot) UploadedPreKeyCount(ctx context.Context) (int, error) {
	var count int
	err := s.one(ctx, countPrekeys, s.mine(), &count)
	return count, err
}
