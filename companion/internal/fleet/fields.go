// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// Fields of a HistorySync message.
const (
	fieldConversations = 2
	fieldPushNames     = 7
	fieldSettings      = 8
	fieldMappings      = 15
	fieldNonce         = 16
	fieldSalt          = 19
)

const longestField = 256 << 20

func isConversation(number int) bool { return number == fieldConversations }

func isAboutPeople(number int) bool {
	switch number {
	case fieldPushNames, fieldSettings, fieldMappings, fieldNonce, fieldSalt:
		return true
	default:
		return false
	}
}

// eachField reads a packet from its beginning and hands out the wanted fields, one at a time.
func eachField(packet io.ReadSeeker, take func(number int, raw []byte) error, wanted func(number int) bool) error {
	reader, err := inflated(packet)
	if err != nil {
		return err
	}
	for {
		tag, err := binary.ReadUvarint(reader)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errUnreadable, err)
		}
		number, kind := protowire.DecodeTag(tag)
		if kind != protowire.BytesType {
			err = skip(reader, kind)
		} else {
			err = field(reader, int(number), take, wanted)
		}
		if err != nil {
			return err
		}
	}
}

func field(
	reader *bufio.Reader, number int, take func(number int, raw []byte) error, wanted func(number int) bool,
) error {
	length, err := binary.ReadUvarint(reader)
	if err != nil || length > longestField {
		return fmt.Errorf("%w: a field of %d bytes", errUnreadable, length)
	}
	if !wanted(number) {
		if _, err = io.CopyN(io.Discard, reader, int64(length)); err != nil {
			return fmt.Errorf("%w: %w", errUnreadable, err)
		}
		return nil
	}
	raw := bytes.Buffer{} // grows with what is there, not with what is claimed
	if _, err = io.CopyN(&raw, reader, int64(length)); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return take(number, raw.Bytes())
}

func skip(reader *bufio.Reader, kind protowire.Type) error {
	var err error
	switch kind {
	case protowire.VarintType:
		_, err = binary.ReadUvarint(reader)
	case protowire.Fixed32Type:
		_, err = reader.Discard(4)
	case protowire.Fixed64Type:
		_, err = reader.Discard(8)
	default:
		err = errUnreadable
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// merge adds one field to what is known of a packet.
func merge(rest *waHistorySync.HistorySync, number int, raw []byte) error {
	field := protowire.AppendTag(nil, protowire.Number(number), protowire.BytesType)
	field = protowire.AppendBytes(field, raw)
	if err := (proto.UnmarshalOptions{AllowPartial: true, Merge: true}).Unmarshal(field, rest); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}
