// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"bytes"
	"compress/zlib"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/proto/waWeb"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/wire"
)

func TestAFileGoesUpOnceForManyMessages(t *testing.T) {
	known, key := &uploads{}, uploadKey{kind: "image", sha256: "abc"}
	first, mine := known.of(key)
	if !mine {
		t.Fatal("nobody has it, and nobody is to bring it")
	}
	var waiting sync.WaitGroup
	for range 5 {
		placed, mine := known.of(key)
		if mine {
			t.Fatal("two are to bring it")
		}
		waiting.Go(func() { <-placed.done })
	}
	first.found = whatsmeow.UploadResponse{DirectPath: "/p"}
	close(first.done)
	waiting.Wait()
	first.at = time.Now().Add(-uploadsLast)
	if _, mine = known.of(key); !mine {
		t.Fatal("an old place is still used")
	}
	failed, _ := known.of(uploadKey{kind: "audio", sha256: "abc"})
	known.forget(uploadKey{kind: "audio", sha256: "abc"}, failed)
	if _, mine = known.of(uploadKey{kind: "audio", sha256: "abc"}); !mine {
		t.Fatal("a failure is remembered")
	}
}

func TestOldUploadsMakeRoom(t *testing.T) {
	known := &uploads{}
	for index := range 3 * mostUploads {
		known.of(uploadKey{sha256: string(rune(index))})
	}
	if len(known.known) > mostUploads {
		t.Fatalf("%d are remembered", len(known.known))
	}
}

func packed(t *testing.T, sync *waHistorySync.HistorySync) []byte {
	t.Helper()
	raw, err := proto.Marshal(sync)
	if err != nil {
		t.Fatal(err)
	}
	var packet bytes.Buffer
	writer := zlib.NewWriter(&packet)
	_, _ = writer.Write(raw)
	_ = writer.Close()
	return packet.Bytes()
}

func aConversation(id string, messages int) *waHistorySync.Conversation {
	conversation := &waHistorySync.Conversation{ID: &id, Name: proto.String("A chat")}
	for range messages {
		conversation.Messages = append(conversation.Messages, &waHistorySync.HistorySyncMsg{
			Message: &waWeb.WebMessageInfo{
				Key:              &waCommon.MessageKey{ID: proto.String("M"), FromMe: proto.Bool(false)},
				Message:          &waE2E.Message{Conversation: proto.String("hello")},
				MessageTimestamp: proto.Uint64(1_700_000_000),
			},
		})
	}
	return conversation
}

func fetched(t *testing.T, link *link, offer *waE2E.HistorySyncNotification) (chunks []*protocol.HistoryChunk) {
	t.Helper()
	ref, _ := proto.Marshal(offer)
	response := link.fetchHistory(&protocol.FetchHistory{Ref: ref})
	if response.GetCode() != "" {
		t.Fatal(response)
	}
	raw, err := os.ReadFile(response.GetFile().GetPath())
	if err != nil || uint64(len(raw)) != response.GetFile().GetSize() {
		t.Fatal(err)
	}
	for len(raw) > 0 {
		length := int(raw[0])<<24 | int(raw[1])<<16 | int(raw[2])<<8 | int(raw[3])
		chunk := &protocol.HistoryChunk{}
		if err := proto.Unmarshal(raw[4:4+length], chunk); err != nil {
			t.Fatal(err)
		}
		chunks, raw = append(chunks, chunk), raw[4+length:]
	}
	return chunks
}

func TestAPacketOfHistoryBecomesAFileOfChunks(t *testing.T) {
	spool := t.TempDir()
	fleet, _ := newFleet(t, &emptyVault{}, Settings{Spool: spool})
	link := openLink(t, fleet)
	packet := packed(t, &waHistorySync.HistorySync{
		SyncType: waHistorySync.HistorySync_RECENT.Enum(), Progress: proto.Uint32(50),
		Conversations: []*waHistorySync.Conversation{
			aConversation("4915100000002@s.whatsapp.net", 450), aConversation("status@broadcast", 3),
			aConversation("100009@lid", 1),
		},
		Pushnames: []*waHistorySync.Pushname{{ID: proto.String("4915100000002@s.whatsapp.net")}},
	})
	chunks := fetched(t, link, &waE2E.HistorySyncNotification{InitialHistBootstrapInlinePayload: packet})
	total, chats := 0, 0
	for _, chunk := range chunks {
		if len(chunk.GetMessages()) > messagesPerChunk {
			t.Fatalf("%d messages in one chunk", len(chunk.GetMessages()))
		}
		total, chats = total+len(chunk.GetMessages()), chats+len(chunk.GetChats())
	}
	if total != 451 || chats != 2 {
		t.Fatalf("%d messages of %d chats", total, chats)
	}
	if first := chunks[0].GetMessages()[0]; first.GetBody() != "hello" || first.GetChat() != "+4915100000002" {
		t.Fatalf("%v", first)
	}
	left, _ := os.ReadDir(spool)
	if len(left) != 1 {
		t.Fatalf("%d files are left", len(left))
	}
}

func TestADamagedPacketIsNamedAndLeavesNothing(t *testing.T) {
	spool := t.TempDir()
	fleet, _ := newFleet(t, &emptyVault{}, Settings{Spool: spool})
	link := openLink(t, fleet)
	whole := packed(t, &waHistorySync.HistorySync{
		SyncType:      waHistorySync.HistorySync_RECENT.Enum(),
		Conversations: []*waHistorySync.Conversation{aConversation("4915100000002@s.whatsapp.net", 5)},
	})
	for name, bad := range map[string][]byte{"cut": whole[:len(whole)/2], "no zlib": []byte("nonsense"), "empty": {}} {
		ref, _ := proto.Marshal(&waE2E.HistorySyncNotification{InitialHistBootstrapInlinePayload: bad})
		if response := link.fetchHistory(&protocol.FetchHistory{Ref: ref}); response.GetCode() != fileDamaged {
			t.Errorf("%s: %v", name, response)
		}
	}
	if response := link.fetchHistory(&protocol.FetchHistory{Ref: []byte{0xff}}); response.GetCode() != fileDamaged {
		t.Errorf("%v", response)
	}
	if left, _ := os.ReadDir(spool); len(left) != 0 {
		t.Fatalf("%d files are left", len(left))
	}
}

func TestAChunkLongerThanAFrameIsHalved(t *testing.T) {
	chunk := &protocol.HistoryChunk{}
	for range 3 {
		chunk.Messages = append(chunk.Messages, &protocol.Incoming{Raw: make([]byte, 6<<20)})
	}
	var out bytes.Buffer
	if err := write(&out, chunk); err != nil {
		t.Fatal(err)
	}
	if _, err := wire.Encode(chunk); !errors.Is(err, wire.ErrTooLarge) || out.Len() < 18<<20 {
		t.Fatalf("%d bytes, %v", out.Len(), err)
	}
}

func TestAFileWithoutAWayToItIsDamaged(t *testing.T) {
	fleet, _ := newFleet(t, &emptyVault{}, Settings{Spool: t.TempDir()})
	if response := openLink(t, fleet).fetchMedia(&protocol.FetchMedia{Ref: []byte("x")}); response.GetCode() != fileDamaged {
		t.Fatalf("%v", response)
	}
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0x12, 0x00})
	f.Add([]byte{0x12, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{0x7a, 0x02, 0x0a, 0x00, 0x08, 0x01})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var packet bytes.Buffer
		writer := zlib.NewWriter(&packet)
		_, _ = writer.Write(raw)
		_ = writer.Close()
		total := 0
		_ = eachField(bytes.NewReader(packet.Bytes()), func(_ int, field []byte) error {
			total += len(field)
			return nil
		}, func(int) bool { return true })
		if total > len(raw) {
			t.Fatalf("%d bytes out of %d", total, len(raw))
		}
	})
}
