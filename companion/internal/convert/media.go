// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"errors"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

// ErrNoFile says that a reference does not lead to a file.
var ErrNoFile = errors.New("reference leads to no file")

func describeMedia(incoming *protocol.Incoming, message *waE2E.Message, who speaker) bool {
	switch {
	case message.GetImageMessage() != nil:
		describeImage(incoming, message.GetImageMessage(), who)
	case message.GetVideoMessage() != nil:
		describeVideo(incoming, message.GetVideoMessage(), who)
	case message.GetPtvMessage() != nil:
		describeVideo(incoming, message.GetPtvMessage(), who)
	case message.GetAudioMessage() != nil:
		describeAudio(incoming, message.GetAudioMessage(), who)
	case message.GetDocumentMessage() != nil:
		describeDocument(incoming, message.GetDocumentMessage(), who)
	case message.GetStickerMessage() != nil:
		describeSticker(incoming, message.GetStickerMessage(), who)
	default:
		return false
	}
	return true
}

func describeImage(incoming *protocol.Incoming, image *waE2E.ImageMessage, who speaker) {
	incoming.Kind, incoming.Body = "image", image.GetCaption()
	incoming.Quote = who.quote(image.GetContextInfo())
	incoming.Once = incoming.Once || image.GetViewOnce()
	incoming.Media = facts(image, &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		DirectPath: image.DirectPath, MediaKey: image.MediaKey, FileSHA256: image.FileSHA256,
		FileEncSHA256: image.FileEncSHA256, FileLength: image.FileLength,
	}})
	incoming.Media.Width, incoming.Media.Height = image.GetWidth(), image.GetHeight()
	incoming.Media.Thumbnail = image.GetJPEGThumbnail()
}

func describeVideo(incoming *protocol.Incoming, video *waE2E.VideoMessage, who speaker) {
	incoming.Kind, incoming.Body = "video", video.GetCaption()
	incoming.Quote = who.quote(video.GetContextInfo())
	incoming.Once = incoming.Once || video.GetViewOnce()
	incoming.Media = facts(video, &waE2E.Message{VideoMessage: &waE2E.VideoMessage{
		DirectPath: video.DirectPath, MediaKey: video.MediaKey, FileSHA256: video.FileSHA256,
		FileEncSHA256: video.FileEncSHA256, FileLength: video.FileLength,
	}})
	incoming.Media.Width, incoming.Media.Height = video.GetWidth(), video.GetHeight()
	incoming.Media.Seconds = video.GetSeconds()
	incoming.Media.Thumbnail = video.GetJPEGThumbnail()
}

func describeAudio(incoming *protocol.Incoming, audio *waE2E.AudioMessage, who speaker) {
	incoming.Kind = "audio"
	if audio.GetPTT() {
		incoming.Kind = "voice"
	}
	incoming.Quote = who.quote(audio.GetContextInfo())
	incoming.Once = incoming.Once || audio.GetViewOnce()
	incoming.Media = facts(audio, &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
		DirectPath: audio.DirectPath, MediaKey: audio.MediaKey, FileSHA256: audio.FileSHA256,
		FileEncSHA256: audio.FileEncSHA256, FileLength: audio.FileLength,
	}})
	incoming.Media.Seconds, incoming.Media.Waveform = audio.GetSeconds(), audio.GetWaveform()
}

func describeDocument(incoming *protocol.Incoming, document *waE2E.DocumentMessage, who speaker) {
	incoming.Kind, incoming.Body = "document", document.GetCaption()
	incoming.Quote = who.quote(document.GetContextInfo())
	incoming.Media = facts(document, &waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{
		DirectPath: document.DirectPath, MediaKey: document.MediaKey, FileSHA256: document.FileSHA256,
		FileEncSHA256: document.FileEncSHA256, FileLength: document.FileLength,
	}})
	incoming.Media.FileName = firstOf(document.GetFileName(), document.GetTitle())
	incoming.Media.Thumbnail = document.GetJPEGThumbnail()
}

func describeSticker(incoming *protocol.Incoming, sticker *waE2E.StickerMessage, who speaker) {
	incoming.Kind = "sticker"
	incoming.Quote = who.quote(sticker.GetContextInfo())
	incoming.Media = facts(sticker, &waE2E.Message{StickerMessage: &waE2E.StickerMessage{
		DirectPath: sticker.DirectPath, MediaKey: sticker.MediaKey, FileSHA256: sticker.FileSHA256,
		FileEncSHA256: sticker.FileEncSHA256, FileLength: sticker.FileLength,
	}})
	incoming.Media.Width, incoming.Media.Height = sticker.GetWidth(), sticker.GetHeight()
}

type file interface {
	GetMimetype() string
	GetFileLength() uint64
	GetFileSHA256() []byte
}

// facts keeps, as the reference, only what a download needs.
func facts(of file, needed *waE2E.Message) *protocol.MediaFacts {
	ref, _ := proto.Marshal(needed)
	return &protocol.MediaFacts{Ref: ref, Mime: of.GetMimetype(), Size: of.GetFileLength(), Sha256: of.GetFileSHA256()}
}

// Downloadable is the file that a reference leads to.
type Downloadable interface {
	whatsmeow.DownloadableMessage
	GetFileLength() uint64
}

// File opens a reference. Moved gives the file another place on the network's servers.
func File(ref []byte) (found Downloadable, moved func(path string), err error) {
	message := &waE2E.Message{}
	if err = proto.Unmarshal(ref, message); err != nil {
		return nil, nil, ErrNoFile
	}
	switch {
	case message.ImageMessage != nil:
		return message.ImageMessage, func(path string) { message.ImageMessage.DirectPath = &path }, nil
	case message.VideoMessage != nil:
		return message.VideoMessage, func(path string) { message.VideoMessage.DirectPath = &path }, nil
	case message.AudioMessage != nil:
		return message.AudioMessage, func(path string) { message.AudioMessage.DirectPath = &path }, nil
	case message.DocumentMessage != nil:
		return message.DocumentMessage, func(path string) { message.DocumentMessage.DirectPath = &path }, nil
	case message.StickerMessage != nil:
		return message.StickerMessage, func(path string) { message.StickerMessage.DirectPath = &path }, nil
	default:
		return nil, nil, ErrNoFile
	}
}
