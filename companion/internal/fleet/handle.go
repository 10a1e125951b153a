// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"fmt"
	"runtime/debug"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/convert"
	"hebah.example/companion/internal/protocol"
)

// handle takes an event of whatsmeow. False means: do not acknowledge it, it must come again. A fault of ours must
// never count as handled.
func (l *link) handle(event any) (handled bool) {
	defer func() {
		if fault := recover(); fault != nil {
			l.log.Error("handler_fault", "kind", fmt.Sprintf("%T", event), "error", fmt.Sprintf("%T", fault))
			l.log.Debug("handler_fault_trace", "trace", string(debug.Stack()))
			handled = false
		}
	}()
	if l.ctx.Err() != nil {
		return false
	}
	switch told := event.(type) {
	case *events.Message:
		return l.message(told)
	case *events.UndecryptableMessage:
		return l.undecryptable(told)
	case *events.Receipt:
		return l.receipt(told)
	case *events.GroupInfo, *events.JoinedGroup:
		return l.groupChanged(told)
	case *events.Picture:
		return l.pictureChanged(told)
	case *events.Pin, *events.Archive, *events.Mute, *events.MarkChatAsRead, *events.Contact:
		return l.follow(func() bool { return l.chatKept(told) })
	case *events.AppState, *events.AppStateSyncComplete:
		return l.follow(func() bool { return true })
	case *events.ChatPresence:
		l.typingSeen(told)
	case *events.MediaRetry:
		l.mediaAnswered(told)
	case *events.PushNameSetting:
		name := told.Action.GetName()
		l.mention(&protocol.Event{Event: &protocol.Event_PushName{PushName: &protocol.PushName{Name: name}}})
	case *events.OfflineSyncCompleted:
		l.caughtUp.Store(true)
	default:
		l.connectionChanged(event)
	}
	return true
}

func (l *link) connectionChanged(event any) {
	switch told := event.(type) {
	case *events.Connected:
		l.came()
	case *events.Disconnected:
		// What the server said last may still be on its way to us, and tells more.
		time.AfterFunc(lastWordWithin, l.lost)
	case *events.StreamReplaced:
		l.end("replaced", "opened_elsewhere", 0)
	case *events.LoggedOut:
		l.loggedOut(told)
	case *events.TemporaryBan:
		l.banned(told)
	case *events.ClientOutdated:
		l.outdated()
	case *events.ConnectFailure:
		l.log.Warn("connect_refused", "code", int(told.Reason))
		l.end("waiting", "connect_failed", 0)
	case *events.CATRefreshError:
		l.end("waiting", "connect_failed", 0)
	case *events.StreamError:
		l.log.Warn("stream_error", "code", told.Code)
		l.end("waiting", "stream_error", 0)
	case *events.ManualLoginReconnect:
		l.end("waiting", "stream_error", 0)
	case *events.KeepAliveTimeout:
		if told.ErrorCount >= missedPings {
			l.end("waiting", "keepalive_timeout", 0)
		}
	case *events.NotifyAccountReachoutTimelock:
		l.timeLocked(told)
	}
}

func (l *link) lost() {
	if l.busy.Load() {
		l.end("waiting", "server_unavailable", 0)
		return
	}
	l.end("waiting", "network_lost", 0)
}

func (l *link) loggedOut(told *events.LoggedOut) {
	cause := "removed_on_phone"
	if told.OnConnect && told.Reason != events.ConnectFailureLoggedOut {
		cause = "logged_out_elsewhere"
	}
	ctx, cancel := background(openWithin)
	defer cancel()
	// whatsmeow deletes the session as well, but may do so after we have reported.
	if err := l.device.Container.DeleteDevice(ctx, l.device); err != nil {
		l.log.Warn("delete_failed", "error", errorType(err))
	}
	l.end("logged_out", cause, 0)
}

func (l *link) banned(told *events.TemporaryBan) {
	until := int64(0)
	if told.Expire > 0 {
		until = time.Now().Add(told.Expire).UnixMilli()
	}
	l.end("banned", fmt.Sprintf("temporary_ban_%d", int(told.Code)), until)
}

// timeLocked is told while the connection stays: the account may not write to new people for a while.
func (l *link) timeLocked(told *events.NotifyAccountReachoutTimelock) {
	if !told.IsActive {
		l.restrict(false, "connected", 0)
		return
	}
	until := int64(0)
	if ends := told.TimeEnforcementEnds.Time; !ends.IsZero() {
		until = ends.UnixMilli()
	}
	l.restrict(true, "reachout_timelock", until)
}

func (l *link) restrict(restricted bool, cause string, until int64) {
	l.mu.Lock()
	if l.over || (!restricted && !l.restricted) || (restricted && l.restricted && until == 0) {
		l.mu.Unlock()
		return
	}
	l.restricted = restricted
	l.mu.Unlock()
	if restricted {
		l.report("restricted", cause, until)
	} else {
		l.report("online", cause, until)
	}
}

// overheard is what whatsmeow's log says and none of its events does.
func (l *link) overheard(words string, details []any) {
	switch words {
	case saysServerGoing, saysServerBusy:
		l.busy.Store(true)
	case saysNotEncrypted:
		if len(details) < 2 {
			return
		}
		id, _ := details[0].(string)
		whom, _ := details[1].(types.JID)
		l.notEncrypted(id, whom)
	}
}

func (l *link) typingSeen(told *events.ChatPresence) {
	if seen := convert.Typing(told, l.self(), l.book()); seen != nil {
		l.mention(&protocol.Event{Event: &protocol.Event_Typing{Typing: seen}})
	}
}
