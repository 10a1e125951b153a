// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/libsignal/session"
	"go.mau.fi/libsignal/util/optional"
	"go.mau.fi/whatsmeow/proto/waAdv"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/store"
)

var ctx = context.Background()

var sealingKey = bytes.Repeat([]byte{7}, 32)

// databaseURL is that of a migrated database; `make companion.test` makes one.
func databaseURL(t *testing.T) string {
	t.Helper()
	address := os.Getenv("HEBAH_TEST_DATABASE_URL")
	if address == "" {
		t.Fatal("HEBAH_TEST_DATABASE_URL is not set: run `make companion.test`")
	}
	return address
}

// raw looks into the database past the store.
func raw(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(ctx, databaseURL(t))
	must(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func connect(t *testing.T) *store.Store {
	t.Helper()
	return connectWith(t, store.Options{DatabaseURL: databaseURL(t), Key: sealingKey, Connections: 4})
}

func connectWith(t *testing.T, options store.Options) *store.Store {
	t.Helper()
	opened, err := store.Connect(ctx, options)
	must(t, err)
	t.Cleanup(opened.Close)
	return opened
}

func newRef() store.Ref {
	var ref store.Ref
	_, _ = rand.Read(ref.Workspace[:])
	_, _ = rand.Read(ref.Device[:])
	return ref
}

func noTrouble(t *testing.T) store.Trouble {
	return func(err error) { t.Errorf("unexpected trouble: %v", err) }
}

// link makes a paired device in a slot of its own.
func link(t *testing.T, s *store.Store) (store.Ref, *wastore.Device) {
	t.Helper()
	ref := newRef()
	return ref, linkAt(t, s, ref)
}

func linkAt(t *testing.T, s *store.Store, ref store.Ref) *wastore.Device {
	t.Helper()
	device, err := s.New(ref, noTrouble(t))
	must(t, err)
	pair(device)
	must(t, device.Save(ctx))
	t.Cleanup(func() { _ = s.Release(ctx, device) })
	return device
}

func pair(device *wastore.Device) {
	jid, lid := randomPerson()
	jid.Device = 3
	device.ID, device.LID = &jid, lid
	device.Account = &waAdv.ADVSignedDeviceIdentity{
		Details: []byte("details"), AccountSignature: make([]byte, 64), AccountSignatureKey: make([]byte, 32),
		DeviceSignature: make([]byte, 64),
	}
	device.Platform, device.BusinessName, device.PushName = "android", "Kedai", "Aminah"
}

func randomPerson() (phone, lid types.JID) {
	var number [8]byte
	_, _ = rand.Read(number[:])
	digits := strconv.FormatUint(binary.BigEndian.Uint64(number[:])>>20, 10)
	return types.NewJID("60"+digits, types.DefaultUserServer), types.NewJID("9"+digits, types.HiddenUserServer)
}

func open(t *testing.T, s *store.Store, ref store.Ref, epoch int64) *wastore.Device {
	t.Helper()
	device, err := s.Open(ctx, ref, epoch, noTrouble(t))
	must(t, err)
	t.Cleanup(func() { _ = s.Release(ctx, device) })
	return device
}

// reopen forgets what is in memory, so that only the database speaks.
func reopen(t *testing.T, s *store.Store, ref store.Ref, device *wastore.Device) *wastore.Device {
	t.Helper()
	must(t, s.Release(ctx, device))
	return open(t, s, ref, 1)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func equalBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// address of a device in the ratchets of others.
func address(device *wastore.Device) *protocol.SignalAddress { return device.LID.SignalAddress() }

// bundle is what the server hands out for a device.
func bundle(t *testing.T, device *wastore.Device) *prekey.Bundle {
	t.Helper()
	key, err := device.PreKeys.GenOnePreKey(ctx)
	must(t, err)
	signed := device.SignedPreKey
	return prekey.NewBundle(device.RegistrationID, 0, optional.NewOptionalUint32(key.KeyID), signed.KeyID,
		ecc.NewDjbECPublicKey(*key.Pub), ecc.NewDjbECPublicKey(*signed.Pub), *signed.Signature,
		identity.NewKey(ecc.NewDjbECPublicKey(*device.IdentityKey.Pub)))
}

// encrypt does what whatsmeow does to send a message to one device of a contact.
func encrypt(t *testing.T, from, to *wastore.Device, text string) protocol.CiphertextMessage {
	t.Helper()
	sealed, err := tryEncrypt(t, from, to, text)
	must(t, err)
	return sealed
}

func tryEncrypt(t *testing.T, from, to *wastore.Device, text string) (protocol.CiphertextMessage, error) {
	known, ctx, err := from.WithCachedSessions(ctx, []string{address(to).String()})
	if err != nil {
		return nil, err
	}
	builder := session.NewBuilderFromSignal(from, address(to), wastore.SignalProtobufSerializer)
	if !known[address(to).String()] {
		if err = builder.ProcessBundle(ctx, bundle(t, to)); err != nil {
			return nil, err
		}
	}
	sealed, err := session.NewCipher(builder, address(to)).Encrypt(ctx, []byte(text))
	if err != nil {
		return nil, err
	}
	return sealed, from.PutCachedSessions(ctx)
}

// decrypt does what whatsmeow does with a message as it comes.
func decrypt(to, from *wastore.Device, sealed protocol.CiphertextMessage) (string, error) {
	builder := session.NewBuilderFromSignal(to, address(from), wastore.SignalProtobufSerializer)
	cipher := session.NewCipher(builder, address(from))
	var plaintext []byte
	err := to.EventBuffer.DoDecryptionTxn(ctx, func(ctx context.Context) error {
		var err error
		switch message := sealed.(type) {
		case *protocol.PreKeySignalMessage:
			plaintext, err = cipher.DecryptMessage(ctx, message)
		case *protocol.SignalMessage:
			plaintext, err = cipher.Decrypt(ctx, message)
		}
		if err != nil {
			return err
		}
		return to.EventBuffer.PutBufferedEvent(ctx, hashOf(sealed), plaintext, sentAt)
	})
	return string(plaintext), err
}

func hashOf(sealed protocol.CiphertextMessage) [32]byte {
	var hash [32]byte
	copy(hash[:], sealed.Serialize()[len(sealed.Serialize())-32:])
	return hash
}

// wire is a door between the store and the database that a test can shut, and that counts who passes.
type wire struct {
	listener   net.Listener
	statements atomic.Int64
	mu         sync.Mutex
	shut       bool
	tearing    bool // the next statement gets through by half
	swallowing bool // answers do not come back any more
	passing    []net.Conn
	network    string
	target     string
}

// throughWire answers the address of a database that can be taken away.
func throughWire(t *testing.T) (*wire, string) {
	t.Helper()
	address := databaseURL(t)
	config, err := pgxpool.ParseConfig(address)
	must(t, err)
	w := &wire{network: "tcp", target: net.JoinHostPort(config.ConnConfig.Host, strconv.Itoa(int(config.ConnConfig.Port)))}
	if filepath.IsAbs(config.ConnConfig.Host) {
		w.network = "unix"
		w.target = filepath.Join(config.ConnConfig.Host, ".s.PGSQL."+strconv.Itoa(int(config.ConnConfig.Port)))
	}
	folder, err := os.MkdirTemp("/tmp", "wire-") // a socket's path must be short
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	w.listener, err = net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	must(t, err)
	t.Cleanup(func() { w.listener.Close(); w.cut() })
	go w.serve()
	values := url.Values{"host": {folder}, "port": {"5432"}, "sslmode": {"disable"}}
	user := url.User(config.ConnConfig.User)
	if config.ConnConfig.Password != "" {
		user = url.UserPassword(config.ConnConfig.User, config.ConnConfig.Password)
	}
	through := url.URL{Scheme: "postgresql", User: user, Path: "/" + config.ConnConfig.Database, RawQuery: values.Encode()}
	return w, through.String()
}

func (w *wire) serve() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(w.network, w.target)
		w.mu.Lock()
		if err != nil || w.shut {
			client.Close()
			if err == nil {
				server.Close()
			}
			w.mu.Unlock()
			continue
		}
		w.passing = append(w.passing, client, server)
		w.mu.Unlock()
		go w.up(client, server)
		go w.down(server, client)
	}
}

// up passes on what the store says, message by message; an Execute is a statement.
func (w *wire) up(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	started := false
	for {
		head := make([]byte, 5)
		if !started {
			head = head[:4]
		}
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		length := binary.BigEndian.Uint32(head[len(head)-4:]) - 4
		body := make([]byte, length)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		if started && head[0] == 'E' {
			w.statements.Add(1)
		}
		whole := append(head, body...)
		w.mu.Lock()
		tearing := w.tearing && started && (head[0] == 'B')
		w.mu.Unlock()
		if tearing {
			_, _ = server.Write(whole[:len(whole)/2])
			return
		}
		started = true
		if _, err := server.Write(whole); err != nil {
			return
		}
	}
}

func (w *wire) down(server, client net.Conn) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := server.Read(buffer)
		w.mu.Lock()
		swallowing := w.swallowing
		w.mu.Unlock()
		if err != nil || swallowing {
			client.Close()
			return
		}
		if _, err = client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (w *wire) set(change func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
}

// cut takes the database away; connections end and new ones are refused.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shut = true
	for _, connection := range w.passing {
		connection.Close()
	}
	w.passing = nil
}

func (w *wire) mend() { w.set(func() { w.shut, w.tearing, w.swallowing = false, false, false }) }

// counted answers how many statements something took.
func (w *wire) counted(do func()) int64 {
	before := w.statements.Load()
	do()
	return w.statements.Load() - before
}
