// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
)

const (
	keyLength   = 32
	keyIDLength = 4
	// A key id, the nonce that crypto/cipher puts first, and the tag.
	sealLength = keyIDLength + 12 + 16
)

// masterKey is what the product gave us. Devices are sealed with keys derived from it, so that the number of random
// nonces under one key stays small however many devices there are.
type masterKey struct {
	key []byte
	id  [keyIDLength]byte
}

func newMasterKey(key []byte) (masterKey, error) {
	if len(key) != keyLength {
		return masterKey{}, ErrKey
	}
	digest := sha256.Sum256(append([]byte("hebah companion sealing key\x00"), key...))
	return masterKey{key: bytes.Clone(key), id: [keyIDLength]byte(digest[:])}, nil
}

func (m masterKey) name() string { return hex.EncodeToString(m.id[:]) }

// sealer of one device: AES-256-GCM, bound to table, device and row, so that no value can take another one's place.
type sealer struct {
	aead   cipher.AEAD
	id     [keyIDLength]byte
	device [32]byte
}

func (m masterKey) sealerOf(ref Ref) (sealer, error) {
	made := sealer{id: m.id}
	copy(made.device[:16], ref.Workspace[:])
	copy(made.device[16:], ref.Device[:])
	key, err := hkdf.Key(sha256.New, m.key, nil, "hebah companion device\x00"+string(made.device[:]), keyLength)
	if err != nil {
		return sealer{}, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return sealer{}, err
	}
	made.aead, err = cipher.NewGCMWithRandomNonce(block)
	return made, err
}

func (s *sealer) seal(table, row string, value []byte) []byte {
	sealed := make([]byte, keyIDLength, sealLength+len(value))
	copy(sealed, s.id[:])
	return s.aead.Seal(sealed, nil, value, s.place(table, row))
}

// open answers ErrWrongKey or ErrCorrupt when it cannot.
func (s *sealer) open(table, row string, sealed []byte) ([]byte, error) {
	if len(sealed) < sealLength {
		return nil, ErrCorrupt
	}
	if !bytes.Equal(sealed[:keyIDLength], s.id[:]) {
		return nil, ErrWrongKey
	}
	value, err := s.aead.Open(nil, nil, sealed[keyIDLength:], s.place(table, row))
	if err != nil {
		return nil, ErrCorrupt
	}
	return value, nil
}

func (s *sealer) place(table, row string) []byte {
	place := make([]byte, 0, len(table)+1+len(s.device)+len(row))
	place = append(place, table...)
	place = append(place, 0)
	place = append(place, s.device[:]...)
	return append(place, row...)
}
