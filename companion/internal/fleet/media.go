// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"os"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

const (
	downloadWithin = 10 * time.Minute
	uploadedAgain  = 30 * time.Second // that a phone may take to bring a file to the network once more
)

// Why a file is not to be had; with other codes it may be had later.
const (
	fileExpired = "expired"
	fileDamaged = "damaged"
)

var (
	errFileExpired = errors.New("nobody has the file any more")
	errAskedTwice  = errors.New("the file is being asked for already")
)

func (l *link) fetchMedia(told *protocol.FetchMedia) *protocol.Response {
	ctx, cancel := l.within(downloadWithin)
	defer cancel()
	wanted, moved, err := convert.File(told.GetRef())
	if err != nil {
		return coded(fileDamaged)
	}
	fetched, err := l.intoSpool("media-*", func(file *os.File) error {
		err := l.client.DownloadToFile(ctx, wanted, file)
		if !isGone(err) {
			return err
		}
		path, err := l.askSender(ctx, told, wanted.GetMediaKey())
		if err != nil {
			return err
		}
		moved(path)
		return l.again(ctx, wanted, file)
	})
	if err != nil {
		return l.notFetched(ctx, err)
	}
	return &protocol.Response{Result: &protocol.Response_File{File: fetched}}
}

func (l *link) again(ctx context.Context, wanted whatsmeow.DownloadableMessage, file *os.File) error {
	if _, err := file.Seek(0, 0); err != nil {
		return err
	}
	if err := file.Truncate(0); err != nil {
		return err
	}
	err := l.client.DownloadToFile(ctx, wanted, file)
	if isGone(err) {
		return errFileExpired
	}
	return err
}

func isGone(err error) bool {
	return errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith403) ||
		errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith404) ||
		errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith410) || errors.Is(err, whatsmeow.ErrNoURLPresent)
}

// intoSpool has a file filled that whoever asked for it deletes; on an error there is none.
func (l *link) intoSpool(pattern string, fill func(*os.File) error) (*protocol.File, error) {
	file, err := os.CreateTemp(l.fleet.settings.Spool, pattern)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err = fill(file); err == nil {
		var about os.FileInfo
		if about, err = file.Stat(); err == nil {
			return &protocol.File{Path: file.Name(), Size: uint64(about.Size())}, nil
		}
	}
	_ = os.Remove(file.Name())
	return nil, err
}

func (l *link) notFetched(ctx context.Context, err error) *protocol.Response {
	l.log.Info("fetch_failed", "error", errorType(err))
	switch {
	case errors.Is(err, errFileExpired), errors.Is(err, whatsmeow.ErrMediaNotAvailableOnPhone), isGone(err):
		return coded(fileExpired)
	case errors.Is(err, whatsmeow.ErrInvalidMediaHMAC), errors.Is(err, whatsmeow.ErrInvalidMediaEncSHA256),
		errors.Is(err, whatsmeow.ErrInvalidMediaSHA256), errors.Is(err, whatsmeow.ErrInvalidUnencryptedMediaSHA256),
		errors.Is(err, whatsmeow.ErrTooShortFile), errors.Is(err, errUnreadable):
		return coded(fileDamaged)
	default:
		return l.failed(ctx, err)
	}
}

// askSender asks whoever has the message to bring its file to the network again; it gives the new place.
func (l *link) askSender(ctx context.Context, told *protocol.FetchMedia, key []byte) (string, error) {
	chat, err := l.chatOf(told.GetChat())
	if err != nil {
		return "", err
	}
	about := &types.MessageInfo{
		MessageSource: types.MessageSource{
			Chat: chat, IsFromMe: told.GetFromMe(), IsGroup: chat.Server == types.GroupServer,
		},
		ID: told.GetWireId(),
	}
	if about.IsGroup {
		sender, err := convert.ParseAddress(told.GetSender())
		if err != nil {
			return "", err
		}
		about.Sender = l.inGroup(chat, sender)
	}
	answered, forget, err := l.expectMedia(about.ID)
	if err != nil {
		return "", err
	}
	defer forget()
	if err = l.client.SendMediaRetryReceipt(ctx, about, key); err != nil {
		return "", err
	}
	select {
	case answer := <-answered:
		return newPlace(answer, key)
	case <-time.After(uploadedAgain):
		return "", whatsmeow.ErrIQTimedOut
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func newPlace(answer *events.MediaRetry, key []byte) (string, error) {
	told, err := whatsmeow.DecryptMediaRetryNotification(answer, key)
	switch {
	case err != nil:
		return "", err
	case told.GetResult() == waMmsRetry.MediaRetryNotification_SUCCESS && told.GetDirectPath() != "":
		return told.GetDirectPath(), nil
	default:
		return "", errFileExpired
	}
}

func (l *link) expectMedia(id string) (<-chan *events.MediaRetry, func(), error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.retries == nil {
		l.retries = map[string]chan *events.MediaRetry{}
	}
	if l.retries[id] != nil {
		return nil, nil, errAskedTwice
	}
	answered := make(chan *events.MediaRetry, 1)
	l.retries[id] = answered
	return answered, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.retries, id)
	}, nil
}

func (l *link) mediaAnswered(told *events.MediaRetry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if answered := l.retries[told.MessageID]; answered != nil {
		select {
		case answered <- told:
		default:
		}
	}
}
