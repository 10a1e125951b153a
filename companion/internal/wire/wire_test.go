// SPDX-License-Identifier: GPL-3.0-or-later

package wire

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

func answer(id uint64) *protocol.Envelope {
	return &protocol.Envelope{Body: &protocol.Envelope_Response{Response: &protocol.Response{Id: id}}}
}

func framed(t *testing.T, message proto.Message) []byte {
	t.Helper()
	frame, err := Encode(message)
	if err != nil {
		t.Fatal(err)
	}
	return frame
}

func TestWhatIsQueuedIsReadInOrder(t *testing.T) {
	queue := NewQueue(1 << 20)
	for id := uint64(1); id <= 3; id++ {
		if err := queue.Post(answer(id)); err != nil {
			t.Fatal(err)
		}
	}
	queue.Close()
	var stream bytes.Buffer
	if err := queue.Write(&stream); err != nil {
		t.Fatal(err)
	}
	reader := NewReader(&stream)
	for id := uint64(1); id <= 3; id++ {
		envelope, err := reader.Next()
		if err != nil || envelope.GetResponse().GetId() != id {
			t.Fatalf("frame %d: %v, %v", id, envelope, err)
		}
	}
	if _, err := reader.Next(); !errors.Is(err, io.EOF) {
		t.Fatalf("after the last frame: %v", err)
	}
}

func TestAnEventWaitsForRoomAndAnAnswerDoesNot(t *testing.T) {
	queue := NewQueue(1)
	if err := queue.Post(answer(1)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := queue.Offer(ctx, answer(2)); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("an event found room: %v", err)
	}
	if queue.Try(answer(3)) {
		t.Fatal("an event that may be dropped found room")
	}
	if err := queue.Post(answer(4)); err != nil {
		t.Fatalf("an answer found no room: %v", err)
	}
}

func TestAnEventGetsRoomOnceTheReaderHasRead(t *testing.T) {
	queue := NewQueue(1)
	_ = queue.Post(answer(1))
	offered := make(chan error, 1)
	go func() { offered <- queue.Offer(context.Background(), answer(2)) }()
	reading, writing := io.Pipe()
	go func() { _ = queue.Write(writing) }()
	reader := NewReader(reading)
	for id := uint64(1); id <= 2; id++ {
		if envelope, err := reader.Next(); err != nil || envelope.GetResponse().GetId() != id {
			t.Fatalf("frame %d: %v, %v", id, envelope, err)
		}
	}
	if err := <-offered; err != nil {
		t.Fatal(err)
	}
	queue.Close()
	if err := queue.Post(answer(3)); !errors.Is(err, ErrClosed) {
		t.Fatalf("a closed queue took a frame: %v", err)
	}
}

func TestAMessageBeyondTheLimitIsNotQueued(t *testing.T) {
	huge := answer(1)
	huge.GetResponse().Detail = string(make([]byte, MaxFrame+1))
	if err := NewQueue(1).Post(huge); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("%v", err)
	}
}

func TestBadFramesAreNamed(t *testing.T) {
	whole := framed(t, answer(7))
	cases := map[string]struct {
		stream []byte
		want   error
	}{
		"nothing":          {nil, io.EOF},
		"half a length":    {[]byte{0, 0}, ErrCut},
		"half a body":      {whole[:len(whole)-1], ErrCut},
		"a huge length":    {[]byte{0xff, 0xff, 0xff, 0xff}, ErrTooLarge},
		"one byte too big": {binary.BigEndian.AppendUint32(nil, MaxFrame+1), ErrTooLarge},
		"not an envelope":  {[]byte{0, 0, 0, 3, 0xff, 0xff, 0xff}, ErrMalformed},
	}
	for name, bad := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := NewReader(bytes.NewReader(bad.stream)).Next(); !errors.Is(err, bad.want) {
				t.Fatalf("got %v, want %v", err, bad.want)
			}
		})
	}
}

func FuzzReader(f *testing.F) {
	seed, _ := Encode(&protocol.Envelope{Body: &protocol.Envelope_Configure{
		Configure: &protocol.Configure{Version: 1, SealingKey: make([]byte, 32)},
	}})
	f.Add(seed)
	f.Add(append(seed, seed...))
	f.Add([]byte{0, 0, 0, 0})
	f.Add([]byte{0, 0, 0, 1, 0x0a})
	f.Add([]byte{0, 0xff, 0xff, 0xff, 1, 2, 3})
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		reader := NewReader(bytes.NewReader(stream))
		for frames := 0; frames <= len(stream); frames++ {
			if _, err := reader.Next(); err != nil {
				return
			}
		}
		t.Fatal("more frames than bytes")
	})
}
