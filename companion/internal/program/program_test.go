// SPDX-License-Identifier: GPL-3.0-or-later

package program

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/network"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/wire"
)

const soon = 5 * time.Second

// born starts a process whose other end of the socket the test holds.
func born(t *testing.T) (net.Conn, <-chan int) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close() })
	ended := make(chan int, 1)
	go func() {
		ended <- newProcess(theirs, network.Direct()).live()
		theirs.Close()
	}()
	return ours, ended
}

func endsWith(t *testing.T, ended <-chan int, want int) {
	t.Helper()
	select {
	case code := <-ended:
		if code != want {
			t.Fatalf("ended with %d instead of %d", code, want)
		}
	case <-time.After(soon):
		t.Fatal("did not end")
	}
}

func say(t *testing.T, to net.Conn, message proto.Message) {
	t.Helper()
	frame, err := wire.Encode(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = to.Write(frame); err != nil {
		t.Fatal(err)
	}
}

func configured(told *protocol.Configure) *protocol.Envelope {
	return &protocol.Envelope{Body: &protocol.Envelope_Configure{Configure: told}}
}

func TestWhatItCannotWorkWithIsSaid(t *testing.T) {
	nowhere := "postgresql://nobody@127.0.0.1:1/none"
	cases := map[string]*protocol.Configure{
		refusedVersion: {Version: 99},
		refusedSpool:   {Version: protocolVersion, Spool: "/nowhere"},
		refusedKey: {
			Version: protocolVersion, Spool: t.TempDir(), DatabaseUrl: nowhere, SealingKey: []byte("short"),
		},
		refusedDatabase: {
			Version: protocolVersion, Spool: t.TempDir(), DatabaseUrl: nowhere, SealingKey: make([]byte, 32),
		},
	}
	for want, told := range cases {
		t.Run(want, func(t *testing.T) {
			socket, ended := born(t)
			say(t, socket, configured(told))
			envelope, err := wire.NewReader(socket).Next()
			if err != nil || envelope.GetReady().GetCode() != want {
				t.Fatalf("%v %v", envelope, err)
			}
			if envelope.GetReady().GetVersion() != protocolVersion || envelope.GetReady().GetBootId() == "" {
				t.Fatalf("%v", envelope)
			}
			endsWith(t, ended, ExitRefused)
		})
	}
}

func TestNonsenseEndsIt(t *testing.T) {
	cases := map[string]struct {
		bytes []byte
		code  int
	}{
		"a frame too long":        {binary.BigEndian.AppendUint32(nil, wire.MaxFrame+1), ExitNonsense},
		"no envelope":             {[]byte{0, 0, 0, 2, 0xff, 0xff}, ExitNonsense},
		"a request comes first":   {[]byte{0, 0, 0, 2, 0x1a, 0x00}, ExitNonsense},
		"the other end goes away": {nil, ExitDone},
		"in the middle of a word": {[]byte{0, 0}, ExitDone},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			socket, ended := born(t)
			if one.bytes != nil {
				if _, err := socket.Write(one.bytes); err != nil {
					t.Fatal(err)
				}
			}
			if one.code == ExitDone {
				socket.Close()
			}
			endsWith(t, ended, one.code)
		})
	}
}

func TestItIsNotForHands(t *testing.T) {
	for _, arguments := range [][]string{nil, {"--fd", "0"}, {"--fd", "987654"}, {"--port", "80"}} {
		if code := Run(arguments, network.Direct()); code != ExitUsage {
			t.Errorf("%v: %d", arguments, code)
		}
	}
}
