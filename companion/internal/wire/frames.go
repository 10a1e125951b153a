// SPDX-License-Identifier: GPL-3.0-or-later

// Package wire carries envelopes over the socket pair: a big-endian u32 length and one Envelope each.
package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

// MaxFrame is the most bytes that one envelope may have.
const MaxFrame = 16 << 20

var (
	// ErrTooLarge says that a frame is longer than MaxFrame.
	ErrTooLarge = errors.New("frame longer than 16 MiB")
	// ErrMalformed says that a frame does not hold an Envelope.
	ErrMalformed = errors.New("frame holds no envelope")
	// ErrCut says that the other end went away in the middle of a frame.
	ErrCut = errors.New("stream ended inside a frame")
)

// Reader takes envelopes off a stream.
type Reader struct {
	from *bufio.Reader
}

// NewReader reads envelopes from a stream.
func NewReader(from io.Reader) *Reader {
	return &Reader{from: bufio.NewReaderSize(from, 64<<10)}
}

// Next waits for one envelope. It returns io.EOF when the stream ends between two frames.
func (r *Reader) Next() (*protocol.Envelope, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.from, head[:]); err != nil {
		return nil, ended(err)
	}
	length := binary.BigEndian.Uint32(head[:])
	if length > MaxFrame {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, length)
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(r.from, body); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCut, err)
	}
	envelope := &protocol.Envelope{}
	if err := proto.Unmarshal(body, envelope); err != nil {
		return nil, fmt.Errorf("%w: %d bytes", ErrMalformed, length)
	}
	return envelope, nil
}

func ended(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrCut
	}
	return err
}

// Encode makes one frame of any message; files of history use it as well.
func Encode(message proto.Message) ([]byte, error) {
	options := proto.MarshalOptions{}
	size := options.Size(message)
	if size > MaxFrame {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
	}
	frame := make([]byte, 4, 4+size)
	binary.BigEndian.PutUint32(frame, uint32(size))
	frame, err := options.MarshalAppend(frame, message)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return frame, nil
}
