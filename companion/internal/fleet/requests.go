// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"errors"
	"fmt"
	"runtime/debug"

	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
)

// Codes of answers that every command may have.
const (
	codeNotConnected   = "not_connected"
	codeNoAnswer       = "no_answer"
	codeRefused        = "refused"
	codeStorage        = "storage_unavailable"
	codeUnknownCommand = "unknown_command"
	codeBadRequest     = "bad_request"
	codeLeaving        = "leaving"
	codeFault          = "fault"
)

// Do carries out a request. It returns at once: what takes time goes on beside it, and ends in an answer. Commands
// that decide what becomes of a slot take their place in the order they came in.
func (f *Fleet) Do(request *protocol.Request) {
	answer := f.answerTo(request.GetId())
	switch request.GetCommand().(type) {
	case *protocol.Request_Counters:
		go answer(f.counters())
		return
	case *protocol.Request_Drain:
		go f.drain(answer)
		return
	}
	ref, ok := refOf(request.GetDevice())
	switch {
	case !ok:
		answer(coded(codeBadRequest))
	case f.isLeaving():
		answer(f.tooLate(request))
	default:
		f.start(ref, request, answer)
	}
}

// Acknowledge lets the handlers go on that wait for these events to be stored.
func (f *Fleet) Acknowledge(seqs []uint64) { f.awaited.settle(seqs) }

type answering func(*protocol.Response)

func (f *Fleet) answerTo(id uint64) answering {
	return func(response *protocol.Response) {
		response.Id = id
		envelope := &protocol.Envelope{Body: &protocol.Envelope_Response{Response: response}}
		if err := f.out.Post(envelope); err != nil {
			f.log.Error("answer_lost", "error", errorType(err))
		}
	}
}

func coded(code string) *protocol.Response { return &protocol.Response{Code: code} }

func done() *protocol.Response { return &protocol.Response{} }

// tooLate answers what comes while the fleet is leaving: a send that has not begun was certainly not written.
func (f *Fleet) tooLate(request *protocol.Request) *protocol.Response {
	if request.GetSend() != nil {
		return sent(notWritten(codeLeaving))
	}
	return coded(codeLeaving)
}

func (f *Fleet) start(ref store.Ref, request *protocol.Request, answer answering) {
	switch command := request.GetCommand().(type) {
	case *protocol.Request_Open:
		f.open(ref, request.GetId(), command.Open.GetEpoch())
		answer(done())
	case *protocol.Request_Close:
		f.beside(answer, f.letGo(ref))
	case *protocol.Request_LogOut:
		f.beside(answer, f.logOut(ref))
	case *protocol.Request_Forget:
		f.beside(answer, f.forget(ref))
	case *protocol.Request_Link:
		f.beginLinking(ref, request.GetId(), command.Link.GetPhone(), answer)
	case *protocol.Request_Cancel:
		f.beside(answer, f.cancelLinking(ref))
	case *protocol.Request_AnswerPasskey:
		f.beside(answer, func() *protocol.Response { return f.answerPasskey(ref, command.AnswerPasskey) })
	case *protocol.Request_Send:
		f.send(ref, command.Send, answer)
	default:
		f.command(ref, request, answer)
	}
}

// command carries out what needs a connection and leaves it as it is.
func (f *Fleet) command(ref store.Ref, request *protocol.Request, answer answering) {
	var carryOut func(*link) *protocol.Response
	switch command := request.GetCommand().(type) {
	case *protocol.Request_MarkRead:
		carryOut = func(l *link) *protocol.Response { return l.markRead(command.MarkRead) }
	case *protocol.Request_Typing:
		carryOut = func(l *link) *protocol.Response { return l.typing(command.Typing) }
	case *protocol.Request_CheckNumbers:
		carryOut = func(l *link) *protocol.Response { return l.checkNumbers(command.CheckNumbers) }
	case *protocol.Request_FetchMedia:
		carryOut = func(l *link) *protocol.Response { return l.fetchMedia(command.FetchMedia) }
	case *protocol.Request_FetchHistory:
		carryOut = func(l *link) *protocol.Response { return l.fetchHistory(command.FetchHistory) }
	case *protocol.Request_RequestHistory:
		carryOut = func(l *link) *protocol.Response { return l.requestHistory(command.RequestHistory) }
	case *protocol.Request_LookUpGroup:
		carryOut = func(l *link) *protocol.Response { return l.lookUpGroup(command.LookUpGroup) }
	case *protocol.Request_FetchPicture:
		carryOut = func(l *link) *protocol.Response { return l.fetchPicture(command.FetchPicture) }
	case *protocol.Request_KeepChat:
		carryOut = func(l *link) *protocol.Response { return l.keepChat(command.KeepChat) }
	case *protocol.Request_Probe:
		carryOut = func(l *link) *protocol.Response { return l.probe() }
	default:
		answer(coded(codeUnknownCommand))
		return
	}
	live := f.linkOf(ref)
	if live == nil || !live.isOnline() {
		answer(coded(codeNotConnected))
		return
	}
	f.beside(answer, func() *protocol.Response { return carryOut(live) })
}

// beside carries something out in a goroutine of its own; a fault of ours there is an answer, not the end of others.
func (f *Fleet) beside(answer answering, carryOut func() *protocol.Response) {
	go func() {
		response := coded(codeFault)
		defer func() {
			if fault := recover(); fault != nil {
				f.complain(fault)
			}
			answer(response)
		}()
		response = carryOut()
	}()
}

func (f *Fleet) complain(fault any) {
	f.log.Error("fault", "error", fmt.Sprintf("%T", fault))
	f.log.Debug("fault_trace", "trace", string(debug.Stack()))
}

// errorType is what a log may tell of an error: its words could quote people and numbers.
func errorType(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	if err == nil {
		return ""
	}
	return fmt.Sprintf("%T", err)
}

func (f *Fleet) drain(answer answering) {
	f.Leave()
	answer(done())
	f.leftOnce.Do(func() { close(f.left) })
}
