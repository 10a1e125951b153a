// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.mau.fi/whatsmeow/proto/waAdv"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

const (
	sessionRowTable = "session"

	takeSession = `update companion.session set epoch = $3
		where workspace_id = $1 and device_id = $2 and epoch <= $3
		returning incarnation, sealed, salt, next_prekey, jid, lid, platform, business_name, push_name,
			lid_migrated_at, meta_nonce, swept_at`
	readEpoch = `select epoch from companion.session where workspace_id = $1 and device_id = $2`

	// Linking replaces whatever the slot had. The epoch stays: it belongs to the slot.
	beginSession = `insert into companion.session as s (workspace_id, device_id, epoch, incarnation, sealed,
			jid, lid, platform, business_name, push_name, lid_migrated_at, meta_nonce)
		values ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (workspace_id, device_id) do update
		set incarnation = excluded.incarnation, sealed = excluded.sealed, salt = null, next_prekey = 1,
			jid = excluded.jid, lid = excluded.lid, platform = excluded.platform,
			business_name = excluded.business_name, push_name = excluded.push_name,
			lid_migrated_at = excluded.lid_migrated_at, meta_nonce = excluded.meta_nonce,
			linked_at = excluded.linked_at, swept_at = excluded.swept_at
		returning epoch`
	saveSession = `with held as (
			update companion.session
			set sealed = $5, jid = $6, lid = $7, platform = $8, business_name = $9, push_name = $10,
				lid_migrated_at = $11, meta_nonce = $12
			where workspace_id = $1 and device_id = $2 and epoch = $3 and incarnation = $4 returning 1)
		select count(*) from held`
	endSession = `with held as (
			delete from companion.session
			where workspace_id = $1 and device_id = $2 and epoch = $3 and incarnation = $4 returning 1)
		select count(*) from held`
	deleteSession = `delete from companion.session where workspace_id = $1 and device_id = $2`
	deleteRest    = `with
		peers as (delete from companion.peer where workspace_id = $1 and device_id = $2),
		prekeys as (delete from companion.prekey where workspace_id = $1 and device_id = $2),
		sender_keys as (delete from companion.sender_key where workspace_id = $1 and device_id = $2),
		received as (delete from companion.received where workspace_id = $1 and device_id = $2),
		sent as (delete from companion.sent where workspace_id = $1 and device_id = $2),
		secrets as (delete from companion.message_secret where workspace_id = $1 and device_id = $2),
		tokens as (delete from companion.privacy_token where workspace_id = $1 and device_id = $2),
		app_state_keys as (delete from companion.app_state_key where workspace_id = $1 and device_id = $2),
		app_states as (delete from companion.app_state where workspace_id = $1 and device_id = $2),
		macs as (delete from companion.app_state_mac where workspace_id = $1 and device_id = $2),
		contacts as (delete from companion.contact where workspace_id = $1 and device_id = $2),
		chats as (delete from companion.chat where workspace_id = $1 and device_id = $2)
		select`
)

// sessionRow is what Open reads.
type sessionRow struct {
	epoch, incarnation           int64
	sealed, salt                 []byte
	nextPrekey                   int32
	jid, lid                     string
	platform, business, pushName string
	lidMigratedAt                int64
	metaNonce                    string
	sweptAt                      time.Time
}

func (r *sessionRow) columns() []any {
	return []any{&r.incarnation, &r.sealed, &r.salt, &r.nextPrekey, &r.jid, &r.lid, &r.platform, &r.business, &r.pushName,
		&r.lidMigratedAt, &r.metaNonce, &r.sweptAt}
}

// credentials are what is sealed into a session's row.
type credentials struct {
	Noise          []byte    `json:"noise"`
	Identity       []byte    `json:"identity"`
	SignedPrekey   []byte    `json:"signed_prekey"`
	SignedPrekeyID uint32    `json:"signed_prekey_id"`
	Signature      []byte    `json:"signature"`
	RegistrationID uint32    `json:"registration_id"`
	AdvSecret      []byte    `json:"adv_secret"`
	Account        []byte    `json:"account"`
	Facebook       uuid.UUID `json:"facebook"`
}

func credentialsOf(device *wastore.Device) ([]byte, error) {
	account, err := proto.Marshal(device.Account)
	if err != nil {
		return nil, err
	}
	return json.Marshal(credentials{
		Noise: device.NoiseKey.Priv[:], Identity: device.IdentityKey.Priv[:],
		SignedPrekey: device.SignedPreKey.Priv[:], SignedPrekeyID: device.SignedPreKey.KeyID,
		Signature: device.SignedPreKey.Signature[:], RegistrationID: device.RegistrationID,
		AdvSecret: device.AdvSecretKey, Account: account, Facebook: device.FacebookUUID,
	})
}

func (c *credentials) fill(device *wastore.Device) error {
	if len(c.Noise) != 32 || len(c.Identity) != 32 || len(c.SignedPrekey) != 32 || len(c.Signature) != 64 {
		return ErrCorrupt
	}
	device.Account = &waAdv.ADVSignedDeviceIdentity{}
	if proto.Unmarshal(c.Account, device.Account) != nil {
		return ErrCorrupt
	}
	device.NoiseKey = keys.NewKeyPairFromPrivateKey([32]byte(c.Noise))
	device.IdentityKey = keys.NewKeyPairFromPrivateKey([32]byte(c.Identity))
	device.SignedPreKey = &keys.PreKey{
		KeyPair: *keys.NewKeyPairFromPrivateKey([32]byte(c.SignedPrekey)), KeyID: c.SignedPrekeyID,
		Signature: (*[64]byte)(c.Signature),
	}
	device.RegistrationID, device.AdvSecretKey, device.FacebookUUID = c.RegistrationID, c.AdvSecret, c.Facebook
	return nil
}

// adopt makes the device from its row.
func (s *slot) adopt(row *sessionRow) (*wastore.Device, error) {
	opened, err := s.sealer.open(sessionRowTable, "", row.sealed)
	if err != nil {
		return nil, fmt.Errorf("the session: %w", err)
	}
	var kept credentials
	device := s.device()
	if json.Unmarshal(opened, &kept) != nil || kept.fill(device) != nil {
		return nil, fmt.Errorf("the session: %w", ErrCorrupt)
	}
	jid, err := types.ParseJID(row.jid)
	if err != nil || jid.User == "" {
		return nil, fmt.Errorf("the session's JID: %w", ErrCorrupt)
	}
	lid, err := types.ParseJID(row.lid)
	if row.lid != "" && err != nil {
		return nil, fmt.Errorf("the session's LID: %w", ErrCorrupt)
	}
	device.ID, device.LID = &jid, lid
	device.Platform, device.BusinessName, device.PushName = row.platform, row.business, row.pushName
	device.LIDMigrationTimestamp, device.CompanionMetaNonce = row.lidMigratedAt, row.metaNonce
	s.epoch, s.incarnation = row.epoch, row.incarnation
	s.nextPrekey = uint32(row.nextPrekey)
	s.salt = s.unsealed(saltTable, "", row.salt)
	s.swept = row.sweptAt
	s.paired = true
	return device, nil
}

// fresh makes a device that was never linked.
func (s *slot) fresh() *wastore.Device {
	device := s.device()
	device.NoiseKey, device.IdentityKey = keys.NewKeyPair(), keys.NewKeyPair()
	device.SignedPreKey = device.IdentityKey.CreateSignedPreKey(1)
	device.AdvSecretKey = make([]byte, 32)
	_, _ = rand.Read(device.AdvSecretKey)                    // never fails
	device.RegistrationID = uint32(randomNumber()%16380) + 1 // as the apps do
	return device
}

func (s *slot) device() *wastore.Device {
	device := &wastore.Device{Log: s.store.log, Container: s, LIDs: lids{s}, Initialized: true}
	device.SetAllStores(s)
	return device
}

func randomNumber() int64 {
	var number [8]byte
	_, _ = rand.Read(number[:]) // never fails
	return int64(binary.BigEndian.Uint64(number[:]) >> 1)
}

var errNotPaired = errors.New("a device is saved only when it is paired")

// PutDevice saves what pairing and later news brought. The first time it ends an earlier session of the slot.
func (s *slot) PutDevice(ctx context.Context, device *wastore.Device) error {
	if device.ID == nil || device.Account == nil {
		return errNotPaired
	}
	kept, err := credentialsOf(device)
	if err != nil {
		return err
	}
	values := []any{s.sealer.seal(sessionRowTable, "", kept), device.ID.String(), jidOrNothing(device.LID),
		device.Platform, device.BusinessName, device.PushName, device.LIDMigrationTimestamp, device.CompanionMetaNonce}
	s.mu.Lock()
	paired := s.paired
	s.mu.Unlock()
	if paired {
		return s.write(ctx, saveSession, values...)
	}
	return s.inTurn(func() error { return s.begin(ctx, values) })
}

func jidOrNothing(jid types.JID) string {
	if jid.IsEmpty() {
		return ""
	}
	return jid.String()
}

func (s *slot) begin(ctx context.Context, values []any) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	incarnation := randomNumber()
	var epoch int64
	err := pgx.BeginFunc(ctx, s.store.pool, func(tx pgx.Tx) error {
		// The session first: it waits for writes under way of a former owner, and fences later ones.
		err := tx.QueryRow(ctx, beginSession, append(s.mine(incarnation), values...)...).Scan(&epoch)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, deleteRest, s.mine()...)
		return err
	})
	if err != nil {
		return unavailable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch, s.incarnation, s.nextPrekey, s.swept, s.paired = epoch, incarnation, 1, time.Now(), true
	return nil
}

// DeleteDevice ends the session and everything that belongs to it; whatsmeow calls it when the phone has removed us.
func (s *slot) DeleteDevice(ctx context.Context, _ *wastore.Device) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	err := s.inTurn(func() error {
		ctx, cancel := bounded(ctx)
		defer cancel()
		err := pgx.BeginFunc(ctx, s.store.pool, func(tx pgx.Tx) error {
			var held int64
			if err := tx.QueryRow(ctx, endSession, s.fenced()...).Scan(&held); err != nil {
				return err
			}
			if held == 0 {
				return ErrStale
			}
			_, err := tx.Exec(ctx, deleteRest, s.mine()...)
			return err
		})
		if err != nil && !errors.Is(err, ErrStale) {
			return unavailable(err)
		}
		return err
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.ended == nil {
		s.ended = ErrClosed
	}
	s.waiting = nil
	s.stopTimer()
	s.mu.Unlock()
	s.store.cache.close(&s.shelf)
	return nil
}
