// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"
	wastore "go.mau.fi/whatsmeow/store"
)

const (
	appStateKeyTable = "app_state_key"

	putAppStateKey = fence + `, written as (
			insert into companion.app_state_key as k (workspace_id, device_id, id, sealed, at)
			select $1, $2, $5, $6, $7 from held
			on conflict (workspace_id, device_id, id) do update set sealed = excluded.sealed, at = excluded.at
			where excluded.at > k.at)
		select count(*) from held`
	readAppStateKeys = `select id, sealed, at from companion.app_state_key
		where workspace_id = $1 and device_id = $2 order by at desc, id`
	readAppStateKey = `select sealed, at from companion.app_state_key
		where workspace_id = $1 and device_id = $2 and id = $3`
	readLatestAppStateKey = `select id from companion.app_state_key
		where workspace_id = $1 and device_id = $2 order by at desc, id limit 1`

	putAppState = fence + `, written as (
			insert into companion.app_state (workspace_id, device_id, name, version, hash, untold)
			select $1, $2, $5, $6, $7, true from held
			on conflict (workspace_id, device_id, name) do update
			set version = excluded.version, hash = excluded.hash, untold = true)
		select count(*) from held`
	readAppState = `select version, hash from companion.app_state
		where workspace_id = $1 and device_id = $2 and name = $3`
	readUntold = `select name from companion.app_state
		where workspace_id = $1 and device_id = $2 and untold order by name`
	putTold = fence + `, written as (
			update companion.app_state a set untold = false from held
			where a.workspace_id = $1 and a.device_id = $2 and a.untold)
		select count(*) from held`
	dropAppState = fence + `, state as (
			delete from companion.app_state a using held
			where a.workspace_id = $1 and a.device_id = $2 and a.name = $5), macs as (
			delete from companion.app_state_mac m using held
			where m.workspace_id = $1 and m.device_id = $2 and m.name = $5)
		select count(*) from held`

	putMACs = fence + `, written as (
			insert into companion.app_state_mac as m (workspace_id, device_id, name, version, index_mac, value_mac)
			select $1, $2, $5, $6, u.index_mac, u.value_mac
			from held, unnest($7::bytea[], $8::bytea[]) as u(index_mac, value_mac)
			on conflict (workspace_id, device_id, name, index_mac) do update
			set version = excluded.version, value_mac = excluded.value_mac where excluded.version >= m.version)
		select count(*) from held`
	dropMACs = fence + `, dropped as (
			delete from companion.app_state_mac m using held
			where m.workspace_id = $1 and m.device_id = $2 and m.name = $5 and m.index_mac = any($6::bytea[]))
		select count(*) from held`
	readMAC = `select value_mac from companion.app_state_mac
		where workspace_id = $1 and device_id = $2 and name = $3 and index_mac = $4`
)

// PutAppStateSyncKey keeps the newer one of two keys with the same id.
func (s *slot) PutAppStateSyncKey(ctx context.Context, id []byte, key wastore.AppStateSyncKey) error {
	value := binary.AppendUvarint(nil, uint64(len(key.Data)))
	value = append(append(value, key.Data...), key.Fingerprint...)
	return s.write(ctx, putAppStateKey, id, s.sealer.seal(appStateKeyTable, string(id), value), key.Timestamp)
}

func (s *slot) unsealedAppStateKey(id, sealed []byte, at int64) *wastore.AppStateSyncKey {
	value := s.unsealed(appStateKeyTable, string(id), sealed)
	length, read := binary.Uvarint(value)
	if read <= 0 || uint64(len(value)-read) < length {
		return nil
	}
	data := value[read:]
	return &wastore.AppStateSyncKey{Data: data[:length:length], Fingerprint: data[length:], Timestamp: at}
}

func (s *slot) GetAppStateSyncKey(ctx context.Context, id []byte) (*wastore.AppStateSyncKey, error) {
	var sealed []byte
	var at int64
	err := s.one(ctx, readAppStateKey, s.mine(id), &sealed, &at)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.unsealedAppStateKey(id, sealed, at), nil
}

func (s *slot) GetLatestAppStateSyncKeyID(ctx context.Context) ([]byte, error) {
	var id []byte
	err := s.one(ctx, readLatestAppStateKey, s.mine(), &id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return id, err
}

func (s *slot) GetAllAppStateSyncKeys(ctx context.Context) ([]*wastore.AppStateSyncKey, error) {
	var found []*wastore.AppStateSyncKey
	var id, sealed []byte
	var at int64
	err := s.each(ctx, readAppStateKeys, s.mine(), []any{&id, &sealed, &at}, func() {
		if key := s.unsealedAppStateKey(id, sealed, at); key != nil {
			found = append(found, key)
		}
	})
	return found, err
}

// PutAppStateVersion notes what has been read of a collection. whatsmeow calls it before it says what was in it, so that
// it also notes that this may not have been heard of.
func (s *slot) PutAppStateVersion(ctx context.Context, name string, version uint64, hash [128]byte) error {
	return s.write(ctx, putAppState, name, int64(version), hash[:])
}

// GetAppStateVersion answers version 0 for what was never synchronised, and for what is corrupt: it is fetched anew.
func (s *slot) GetAppStateVersion(ctx context.Context, name string) (uint64, [128]byte, error) {
	var version int64
	var hash []byte
	err := s.one(ctx, readAppState, s.mine(name), &version, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, [128]byte{}, nil
	}
	if err != nil || len(hash) != 128 {
		return 0, [128]byte{}, err
	}
	return uint64(version), [128]byte(hash), nil
}

func (s *slot) DeleteAppStateVersion(ctx context.Context, name string) error {
	return s.write(ctx, dropAppState, name)
}

func (s *slot) PutAppStateMutationMACs(
	ctx context.Context, name string, version uint64, mutations []wastore.AppStateMutationMAC,
) error {
	for part := range slices.Chunk(mutations, chunk) {
		values := make(map[string][]byte, len(part))
		for _, mutation := range part {
			values[string(mutation.IndexMAC)] = mutation.ValueMAC
		}
		var indexMACs, valueMACs [][]byte
		for index, value := range values {
			indexMACs, valueMACs = append(indexMACs, []byte(index)), append(valueMACs, value)
		}
		if err := s.write(ctx, putMACs, name, int64(version), indexMACs, valueMACs); err != nil {
			return err
		}
	}
	return nil
}

func (s *slot) DeleteAppStateMutationMACs(ctx context.Context, name string, indexMACs [][]byte) error {
	if len(indexMACs) == 0 {
		return nil
	}
	return s.write(ctx, dropMACs, name, indexMACs)
}

func (s *slot) GetAppStateMutationMAC(ctx context.Context, name string, indexMAC []byte) ([]byte, error) {
	var value []byte
	err := s.one(ctx, readMAC, s.mine(name, indexMAC), &value)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return value, err
}

// Untold names the collections of app state whose changes may have been read and not been told above.
func (s *Store) Untold(ctx context.Context, device *wastore.Device) ([]string, error) {
	slot, ok := device.Container.(*slot)
	if !ok {
		return nil, nil
	}
	var names []string
	var name string
	err := slot.each(ctx, readUntold, slot.mine(), []any{&name}, func() { names = append(names, name) })
	return names, err
}

// Told notes that everything read of the app state has been told above.
func (s *Store) Told(ctx context.Context, device *wastore.Device) error {
	if slot, ok := device.Container.(*slot); ok {
		return slot.write(ctx, putTold)
	}
	return nil
}
