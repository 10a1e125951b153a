// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"go.mau.fi/whatsmeow"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

const mostPictureBytes = 256 << 10

var errNoPicture = errors.New("the picture is not served")

// fetchPicture fetches the small picture of somebody or of a group. None at all, and none for us, are the same answer.
func (l *link) fetchPicture(told *protocol.FetchPicture) *protocol.Response {
	ctx, cancel := l.within(commandWithin)
	defer cancel()
	whose, err := convert.ParseAddress(told.GetAddress())
	if err != nil {
		return coded(codeBadRequest)
	}
	known, err := l.client.GetProfilePictureInfo(ctx, whose, &whatsmeow.GetProfilePictureParams{Preview: true})
	if hasNone(err) || (err == nil && known == nil) {
		return pictured(nil)
	}
	if err != nil {
		return l.failed(ctx, err)
	}
	jpeg, err := l.load(ctx, known.URL)
	if err != nil {
		return l.failed(ctx, err)
	}
	return pictured(jpeg)
}

func hasNone(err error) bool {
	return errors.Is(err, whatsmeow.ErrProfilePictureNotSet) || errors.Is(err, whatsmeow.ErrProfilePictureUnauthorized)
}

func pictured(jpeg []byte) *protocol.Response {
	return &protocol.Response{Result: &protocol.Response_Picture{Picture: &protocol.Picture{Jpeg: jpeg}}}
}

func (l *link) load(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := l.fleet.clients.Files.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %d", errNoPicture, answer.StatusCode)
	}
	jpeg, err := io.ReadAll(io.LimitReader(answer.Body, mostPictureBytes+1))
	if err == nil && len(jpeg) > mostPictureBytes {
		return nil, errNoPicture
	}
	return jpeg, err
}
