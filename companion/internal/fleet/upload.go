// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

const (
	uploadsLast  = time.Hour
	uploadWithin = 10 * time.Minute
	mostUploads  = 64
)

// uploads are the files that a device has brought to the network lately, so that a file for thousands goes up once.
type uploads struct {
	mu    sync.Mutex
	known map[uploadKey]*upload
}

type uploadKey struct {
	kind   string
	sha256 string
}

type upload struct {
	at    time.Time
	done  chan struct{}
	found whatsmeow.UploadResponse
	err   error
}

// of gives the file's place on the network: of an earlier upload, or of one that the caller is told to make.
func (u *uploads) of(key uploadKey) (found *upload, mine bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if known := u.known[key]; known != nil && time.Since(known.at) < uploadsLast {
		return known, false
	}
	if u.known == nil {
		u.known = map[uploadKey]*upload{}
	}
	u.dropOld()
	made := &upload{at: time.Now(), done: make(chan struct{})}
	u.known[key] = made
	return made, true
}

func (u *uploads) dropOld() {
	oldest, found := uploadKey{}, false
	for key, known := range u.known {
		if time.Since(known.at) >= uploadsLast {
			delete(u.known, key)
		} else if !found || known.at.Before(u.known[oldest].at) {
			oldest, found = key, true
		}
	}
	if len(u.known) >= mostUploads {
		delete(u.known, oldest)
	}
}

func (u *uploads) forget(key uploadKey, failed *upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.known[key] == failed {
		delete(u.known, key)
	}
}

var mediaTypes = map[string]whatsmeow.MediaType{
	"image": whatsmeow.MediaImage, "video": whatsmeow.MediaVideo, "voice": whatsmeow.MediaAudio,
	"audio": whatsmeow.MediaAudio, "document": whatsmeow.MediaDocument,
}

func (l *link) media(to types.JID, file *protocol.MediaFile, quote *protocol.Quote) (*waE2E.Message, *protocol.SendResult) {
	kind, ok := mediaTypes[file.GetKind()]
	if !ok {
		return nil, refused("not_possible", "")
	}
	ctx, cancel := context.WithTimeout(l.ctx, uploadWithin)
	defer cancel()
	placed, err := l.place(ctx, file, kind)
	if err != nil {
		l.log.Info("upload_failed", "error", errorType(err), "cause", l.why(ctx, err))
		return nil, notWritten(uploadFailure(err, l.ctx))
	}
	return messageWith(file, placed, l.quoting(to, quote)), nil
}

func uploadFailure(err error, connection context.Context) string {
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, os.ErrPermission):
		return "file_unreadable"
	case connection.Err() != nil:
		return "connection_lost"
	default:
		return "upload_failed"
	}
}

// place makes sure that the file is on the network, and waits where another message brings it there just now.
func (l *link) place(ctx context.Context, file *protocol.MediaFile, kind whatsmeow.MediaType) (whatsmeow.UploadResponse, error) {
	key := uploadKey{kind: string(kind), sha256: string(file.GetSha256())}
	placed, mine := l.slot.uploads.of(key)
	if !mine {
		select {
		case <-placed.done:
			return placed.found, placed.err
		case <-ctx.Done():
			return whatsmeow.UploadResponse{}, ctx.Err()
		}
	}
	defer close(placed.done)
	placed.err = errors.New("upload ended early") // should the lines below panic
	placed.found, placed.err = l.upload(ctx, file.GetPath(), kind)
	if placed.err != nil {
		l.slot.uploads.forget(key, placed)
	}
	return placed.found, placed.err
}

// upload encrypts into the spool, because the size and the hash go before the first byte.
func (l *link) upload(ctx context.Context, path string, kind whatsmeow.MediaType) (whatsmeow.UploadResponse, error) {
	plain, err := os.Open(path)
	if err != nil {
		return whatsmeow.UploadResponse{}, err
	}
	defer plain.Close()
	sealed, err := os.CreateTemp(l.fleet.settings.Spool, "up-*")
	if err != nil {
		return whatsmeow.UploadResponse{}, err
	}
	defer os.Remove(sealed.Name())
	defer sealed.Close()
	return l.client.UploadReader(ctx, plain, sealed, kind)
}

func messageWith(file *protocol.MediaFile, placed whatsmeow.UploadResponse, quoting *waE2E.ContextInfo) *waE2E.Message {
	switch file.GetKind() {
	case "image":
		return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
			URL: &placed.URL, DirectPath: &placed.DirectPath, MediaKey: placed.MediaKey, FileSHA256: placed.FileSHA256,
			FileEncSHA256: placed.FileEncSHA256, FileLength: &placed.FileLength, Mimetype: proto.String(file.GetMime()),
			Caption: wordOrNone(file.GetCaption()), Width: numberOrNone(file.GetWidth()),
			Height: numberOrNone(file.GetHeight()), JPEGThumbnail: file.GetThumbnail(), ContextInfo: quoting,
		}}
	case "video":
		return &waE2E.Message{VideoMessage: &waE2E.VideoMessage{
			URL: &placed.URL, DirectPath: &placed.DirectPath, MediaKey: placed.MediaKey, FileSHA256: placed.FileSHA256,
			FileEncSHA256: placed.FileEncSHA256, FileLength: &placed.FileLength, Mimetype: proto.String(file.GetMime()),
			Caption: wordOrNone(file.GetCaption()), Width: numberOrNone(file.GetWidth()),
			Height: numberOrNone(file.GetHeight()), Seconds: numberOrNone(file.GetSeconds()),
			JPEGThumbnail: file.GetThumbnail(), ContextInfo: quoting,
		}}
	case "document":
		return &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
			URL: &placed.URL, DirectPath: &placed.DirectPath, MediaKey: placed.MediaKey, FileSHA256: placed.FileSHA256,
			FileEncSHA256: placed.FileEncSHA256, FileLength: &placed.FileLength, Mimetype: proto.String(file.GetMime()),
			Caption: wordOrNone(file.GetCaption()), FileName: wordOrNone(file.GetFileName()),
			Title: wordOrNone(file.GetFileName()), JPEGThumbnail: file.GetThumbnail(), ContextInfo: quoting,
		}}
	default:
		return &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
			URL: &placed.URL, DirectPath: &placed.DirectPath, MediaKey: placed.MediaKey, FileSHA256: placed.FileSHA256,
			FileEncSHA256: placed.FileEncSHA256, FileLength: &placed.FileLength, Mimetype: proto.String(file.GetMime()),
			Seconds: numberOrNone(file.GetSeconds()), PTT: proto.Bool(file.GetKind() == "voice"),
			Waveform: file.GetWaveform(), ContextInfo: quoting,
		}}
	}
}

func wordOrNone(word string) *string {
	if word == "" {
		return nil
	}
	return &word
}

func numberOrNone(number uint32) *uint32 {
	if number == 0 {
		return nil
	}
	return &number
}
