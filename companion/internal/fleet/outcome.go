// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"net"
	"strings"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/socket"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

const timeLockCode = "463"

// refusals are the numbers with which the server refuses a message. Others are "rejected".
var refusals = map[string]string{
	"402": "banned", "404": "not_on_whatsapp", "413": "too_large", "419": "restricted", "429": "restricted",
	timeLockCode: "restricted",
}

func sent(result *protocol.SendResult) *protocol.Response {
	return &protocol.Response{Result: &protocol.Response_Send{Send: result}}
}

func notWritten(cause string) *protocol.SendResult {
	return &protocol.SendResult{Outcome: "not_written", Code: cause}
}

func unknown(cause string) *protocol.SendResult {
	return &protocol.SendResult{Outcome: "unknown", Code: cause}
}

func refused(code, serverCode string) *protocol.SendResult {
	return &protocol.SendResult{Outcome: "refused", Code: code, ServerCode: serverCode}
}

// outcome tells what became of a message that whatsmeow was asked to send. whatsmeow notes how long it took to hand
// the frame to the socket; as long as it has not noted that, no byte of the message has left. After that, only an
// answer of the server is certain, and what the socket says it did not even begin to write.
func outcome(response whatsmeow.SendResponse, err error, cause string) *protocol.SendResult {
	timings := response.DebugTimings
	switch {
	case err == nil:
		return &protocol.SendResult{Outcome: "accepted", At: response.Timestamp.UnixMilli()}
	case errors.Is(err, whatsmeow.ErrServerReturnedError):
		return refusal(err)
	case errors.Is(err, whatsmeow.ErrNotInGroup), errors.Is(err, whatsmeow.ErrGroupNotFound):
		return refused("rejected", "")
	case timings.Send == 0:
		return notWritten(cause)
	case errors.Is(err, socket.ErrFrameTooLarge):
		return refused("too_large", "")
	case timings.Resp == 0 && (errors.Is(err, whatsmeow.ErrNotConnected) || errors.Is(err, socket.ErrSocketClosed)):
		return notWritten(codeNotConnected)
	default:
		return unknown(cause)
	}
}

// refusal takes the server's number off the end of whatsmeow's words.
func refusal(err error) *protocol.SendResult {
	number := strings.TrimSpace(err.Error()[strings.LastIndexByte(err.Error(), ' ')+1:])
	code := refusals[number]
	if code == "" {
		code = "rejected"
	}
	return refused(code, number)
}

// why is the word for an error, in answers and in logs.
func (l *link) why(ctx context.Context, err error) string {
	var disconnected *whatsmeow.DisconnectedError
	var network net.Error
	var answered *whatsmeow.IQError
	switch {
	case err == nil:
		return ""
	case errors.Is(context.Cause(ctx), errNotEncrypted):
		return "not_encrypted"
	case errors.Is(err, store.ErrUnavailable):
		return codeStorage
	case errors.Is(err, store.ErrStale):
		return "epoch_passed"
	case l.ctx.Err() != nil, errors.As(err, &disconnected):
		return "connection_lost"
	case errors.Is(err, whatsmeow.ErrNotConnected), errors.Is(err, whatsmeow.ErrNotLoggedIn):
		return codeNotConnected
	case errors.Is(err, errTurn):
		return "busy"
	case errors.Is(err, whatsmeow.ErrMessageTimedOut), errors.Is(err, whatsmeow.ErrIQTimedOut), ctx.Err() != nil:
		return codeNoAnswer
	case errors.As(err, &answered):
		return codeRefused
	case errors.As(err, &network):
		return "network_lost"
	default:
		return "failed"
	}
}
