// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/wire"
)

const messagesPerChunk = 200

var errUnreadable = errors.New("packet of history cannot be read")

// fetchHistory turns a packet into a file of HistoryChunk frames. The packet is read twice, because what it tells of
// people, which the messages need, comes after them; only one chat is in memory at a time.
func (l *link) fetchHistory(told *protocol.FetchHistory) *protocol.Response {
	ctx, cancel := l.within(downloadWithin)
	defer cancel()
	offer := &waE2E.HistorySyncNotification{}
	if err := proto.Unmarshal(told.GetRef(), offer); err != nil {
		return coded(fileDamaged)
	}
	packet, forget, err := l.packet(ctx, offer)
	if err != nil {
		return l.notFetched(ctx, err)
	}
	defer forget()
	fetched, err := l.intoSpool("history-*", func(file *os.File) error { return l.unpack(ctx, packet, file) })
	if err != nil {
		return l.notFetched(ctx, err)
	}
	return &protocol.Response{Result: &protocol.Response_File{File: fetched}}
}

// packet has the packed bytes: in the offer itself, or fetched into the spool.
func (l *link) packet(ctx context.Context, offer *waE2E.HistorySyncNotification) (io.ReadSeeker, func(), error) {
	if inline := offer.GetInitialHistBootstrapInlinePayload(); inline != nil {
		return bytes.NewReader(inline), func() {}, nil
	}
	file, err := os.CreateTemp(l.fleet.settings.Spool, "packet-*")
	if err != nil {
		return nil, nil, err
	}
	forget := func() {
		file.Close()
		_ = os.Remove(file.Name())
	}
	if err = l.client.DownloadToFile(ctx, offer, file); err != nil {
		forget()
		return nil, nil, err
	}
	return file, forget, nil
}

func (l *link) unpack(ctx context.Context, packet io.ReadSeeker, file io.Writer) error {
	rest := &waHistorySync.HistorySync{}
	if err := eachField(packet, func(number int, raw []byte) error {
		return merge(rest, number, raw)
	}, isAboutPeople); err != nil {
		return err
	}
	l.learn(ctx, rest)
	out := bufio.NewWriterSize(file, 64<<10)
	if err := eachField(packet, func(_ int, raw []byte) error {
		return l.unpackChat(ctx, raw, out)
	}, isConversation); err != nil {
		return err
	}
	return out.Flush()
}

// learn keeps what a packet tells besides messages, as whatsmeow does when it reads one itself.
func (l *link) learn(ctx context.Context, rest *waHistorySync.HistorySync) {
	internals := inside(l.client)
	if err := internals.StoreNCTSalt(ctx, rest.GetNctSalt()); err != nil {
		l.log.Info("salt_not_kept", "error", errorType(err))
	}
	if mappings := rest.GetPhoneNumberToLidMappings(); len(mappings) > 0 {
		internals.StoreHistoricalPNLIDMappings(ctx, mappings)
	}
	if names := rest.GetPushnames(); len(names) > 0 {
		internals.HandleHistoricalPushNames(ctx, names)
	}
	if rest.GlobalSettings != nil {
		internals.StoreGlobalSettings(ctx, rest.GlobalSettings)
	}
	if rest.CompanionMetaNonce != nil {
		internals.StoreCompanionMetaNonce(ctx, rest.GetCompanionMetaNonce())
	}
}

func (l *link) unpackChat(ctx context.Context, raw []byte, out io.Writer) error {
	conversation := &waHistorySync.Conversation{}
	if err := (proto.UnmarshalOptions{AllowPartial: true}).Unmarshal(raw, conversation); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	inside(l.client).StoreHistoricalMessageSecrets(ctx, []*waHistorySync.Conversation{conversation})
	people := l.book()
	chat := convert.Chat(conversation, people)
	if chat == nil {
		return people.err
	}
	chunk := &protocol.HistoryChunk{Chats: []*protocol.HistoryChat{chat}}
	for _, packed := range conversation.GetMessages() {
		chunk.Messages = append(chunk.Messages, l.unpackMessage(conversation, packed, people)...)
		if len(chunk.Messages) >= messagesPerChunk {
			if err := write(out, chunk); err != nil {
				return err
			}
			chunk = &protocol.HistoryChunk{}
		}
	}
	if err := write(out, chunk); err != nil {
		return err
	}
	return people.err
}

func (l *link) unpackMessage(
	conversation *waHistorySync.Conversation, packed *waHistorySync.HistorySyncMsg, people *book,
) []*protocol.Incoming {
	chat, _ := types.ParseJID(conversation.GetID())
	event, err := l.client.ParseWebMessage(chat, packed.GetMessage())
	if err != nil {
		return nil
	}
	convert.Complete(&event.Info, conversation)
	var found []*protocol.Incoming
	if message := convert.Message(event, l.self(), people); message != nil {
		found = append(found, message)
	}
	return append(found, convert.Reactions(event, l.self(), people)...)
}

// write puts a chunk into the file, in halves where it would be longer than a frame may be.
func write(out io.Writer, chunk *protocol.HistoryChunk) error {
	if len(chunk.Messages) == 0 && len(chunk.Chats) == 0 {
		return nil
	}
	frame, err := wire.Encode(chunk)
	if errors.Is(err, wire.ErrTooLarge) {
		if len(chunk.Messages) < 2 {
			return nil // no message is that long
		}
		half := len(chunk.Messages) / 2
		if err = write(out, &protocol.HistoryChunk{Chats: chunk.Chats, Messages: chunk.Messages[:half]}); err != nil {
			return err
		}
		return write(out, &protocol.HistoryChunk{Messages: chunk.Messages[half:]})
	}
	if err != nil {
		return err
	}
	_, err = out.Write(frame)
	return err
}

// inflated starts a packet from its beginning.
func inflated(packet io.ReadSeeker) (*bufio.Reader, error) {
	if _, err := packet.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	unpacked, err := zlib.NewReader(packet)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return bufio.NewReaderSize(unpacked, 64<<10), nil
}
