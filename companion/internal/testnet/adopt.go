// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/google/uuid"
	"go.mau.fi/whatsmeow/proto/waAdv"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/store"
)

const (
	adopters    = 8
	longestLine = 1 << 20
)

// family is the first line that adopt reads: where devices go, and the keys that all of them share. Bytes are base64.
type family struct {
	DatabaseURL     string   `json:"database_url"`
	SealingKey      []byte   `json:"sealing_key"`
	RegistrationID  uint32   `json:"registration_id"`
	Identity        []byte   `json:"identity"`
	Noise           []byte   `json:"noise"`
	SignedPrekeyID  uint32   `json:"signed_prekey_id"`
	SignedPrekey    []byte   `json:"signed_prekey"`
	Signature       []byte   `json:"signed_prekey_signature"`
	AdvSecret       []byte   `json:"adv_secret"`
	Account         []byte   `json:"account"`
	PhoneIdentity   []byte   `json:"phone_identity"`
	Prekeys         [][]byte `json:"prekeys"`
	account         waAdv.ADVSignedDeviceIdentity
	uploadedPrekeys []*keys.PreKey
}

// child is every further line: one device and its slot.
type child struct {
	Workspace uuid.UUID `json:"workspace"`
	Device    uuid.UUID `json:"device"`
	JID       string    `json:"jid"`
	LID       string    `json:"lid"`
}

// Adopt stores devices that were never linked, as JSON lines tell of them, by the store that the companion has.
func Adopt(ctx context.Context, from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, longestLine)
	if !lines.Scan() {
		return errors.New("no family")
	}
	var told family
	if err := json.Unmarshal(lines.Bytes(), &told); err != nil {
		return err
	}
	if err := told.check(); err != nil {
		return err
	}
	vault, err := store.Connect(ctx, store.Options{
		DatabaseURL: told.DatabaseURL, Key: told.SealingKey, Connections: adopters,
	})
	if err != nil {
		return err
	}
	defer vault.Close()
	return adoptAll(ctx, vault, &told, lines)
}

func adoptAll(ctx context.Context, vault *store.Store, told *family, lines *bufio.Scanner) error {
	children, faults := make(chan child), make(chan error, adopters)
	var working sync.WaitGroup
	for range adopters {
		working.Go(func() {
			var fault error
			for one := range children {
				if fault == nil {
					fault = told.adopt(ctx, vault, one)
				}
			}
			faults <- fault
		})
	}
	var unread error
	for unread == nil && lines.Scan() {
		var one child
		if unread = json.Unmarshal(lines.Bytes(), &one); unread == nil {
			children <- one
		}
	}
	close(children)
	working.Wait()
	close(faults)
	all := []error{unread, lines.Err()}
	for fault := range faults {
		all = append(all, fault)
	}
	return errors.Join(all...)
}

func (f *family) check() error {
	for _, key := range append([][]byte{f.Identity, f.Noise, f.SignedPrekey, f.PhoneIdentity}, f.Prekeys...) {
		if len(key) != 32 {
			return errors.New("a key is not 32 bytes")
		}
	}
	if len(f.Signature) != 64 {
		return errors.New("the signature is not 64 bytes")
	}
	for index, private := range f.Prekeys {
		pair := keys.NewKeyPairFromPrivateKey([32]byte(private))
		f.uploadedPrekeys = append(f.uploadedPrekeys, &keys.PreKey{KeyPair: *pair, KeyID: uint32(index + 1)})
	}
	return proto.Unmarshal(f.Account, &f.account)
}

func (f *family) adopt(ctx context.Context, vault *store.Store, one child) error {
	device, err := vault.New(store.Ref{Workspace: one.Workspace, Device: one.Device}, func(error) {})
	if err != nil {
		return err
	}
	jid, err := types.ParseJID(one.JID)
	if err != nil {
		return err
	}
	lid, err := types.ParseJID(one.LID)
	if err != nil {
		return err
	}
	f.fill(device)
	device.ID, device.LID = &jid, lid
	if err = device.Save(ctx); err != nil {
		return fmt.Errorf("the session of %s: %w", one.Device, err)
	}
	if err = vault.AddUploaded(ctx, device, f.uploadedPrekeys); err != nil {
		return fmt.Errorf("the prekeys of %s: %w", one.Device, err)
	}
	if err = device.LIDs.PutLIDMapping(ctx, lid.ToNonAD(), jid.ToNonAD()); err != nil {
		return err
	}
	phone := lid.ToNonAD().SignalAddress().String()
	if err = device.Identities.PutIdentity(ctx, phone, [32]byte(f.PhoneIdentity)); err != nil {
		return err
	}
	return vault.Release(ctx, device)
}

func (f *family) fill(device *wastore.Device) {
	device.NoiseKey = keys.NewKeyPairFromPrivateKey([32]byte(f.Noise))
	device.IdentityKey = keys.NewKeyPairFromPrivateKey([32]byte(f.Identity))
	device.SignedPreKey = &keys.PreKey{
		KeyPair: *keys.NewKeyPairFromPrivateKey([32]byte(f.SignedPrekey)), KeyID: f.SignedPrekeyID,
		Signature: (*[64]byte)(f.Signature),
	}
	device.RegistrationID, device.AdvSecretKey, device.Account = f.RegistrationID, f.AdvSecret, &f.account
	device.Platform = "smba"
}
