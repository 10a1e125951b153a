// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/socket"
	"go.mau.fi/whatsmeow/types"
)

func TestWhatBecameOfAMessage(t *testing.T) {
	prepared := whatsmeow.MessageDebugTimings{GetDevices: 1, PeerEncrypt: 1}
	written := whatsmeow.MessageDebugTimings{Send: 1}
	answered := whatsmeow.MessageDebugTimings{Send: 1, Resp: 1}
	again := whatsmeow.MessageDebugTimings{Send: 1, Resp: 1, Retry: 1}
	cases := map[string]struct {
		timings            whatsmeow.MessageDebugTimings
		err                error
		outcome, code, say string
	}{
		"taken":                    {answered, nil, "accepted", "", ""},
		"time-locked":              {answered, fmt.Errorf("%w 463", whatsmeow.ErrServerReturnedError), "refused", "restricted", "463"},
		"bad in the server's eyes": {answered, fmt.Errorf("%w 479", whatsmeow.ErrServerReturnedError), "refused", "rejected", "479"},
		"no such person":           {answered, fmt.Errorf("%w 404", whatsmeow.ErrServerReturnedError), "refused", "not_on_whatsapp", "404"},
		"not of that group":        {prepared, fmt.Errorf("failed to get group members: %w", whatsmeow.ErrNotInGroup), "refused", "rejected", ""},
		"nobody's devices":         {prepared, fmt.Errorf("failed to get device list: %w", whatsmeow.ErrIQTimedOut), "not_written", "c", ""},
		"cut while preparing":      {prepared, &whatsmeow.DisconnectedError{Action: "info query"}, "not_written", "c", ""},
		"no socket any more":       {written, fmt.Errorf("failed to send message node: %w", whatsmeow.ErrNotConnected), "not_written", "not_connected", ""},
		"a socket just closed":     {written, fmt.Errorf("failed to send message node: %w", socket.ErrSocketClosed), "not_written", "not_connected", ""},
		"longer than a frame":      {written, fmt.Errorf("failed to send message node: %w", socket.ErrFrameTooLarge), "refused", "too_large", ""},
		"half a frame":             {written, fmt.Errorf("failed to send message node: %w", errors.New("write: broken pipe")), "unknown", "c", ""},
		"no answer":                {written, whatsmeow.ErrMessageTimedOut, "unknown", "c", ""},
		"given up while waiting":   {written, context.Canceled, "unknown", "c", ""},
		"cut while waiting":        {again, &whatsmeow.DisconnectedError{Action: "message send"}, "unknown", "c", ""},
		"cut, and no socket after": {again, whatsmeow.ErrNotConnected, "unknown", "c", ""},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			got := outcome(whatsmeow.SendResponse{DebugTimings: one.timings, Timestamp: time.UnixMilli(5)}, one.err, "c")
			if got.GetOutcome() != one.outcome || got.GetCode() != one.code || got.GetServerCode() != one.say {
				t.Fatalf("%v", got)
			}
			if (got.GetAt() == 5) != (one.err == nil) {
				t.Fatalf("%v", got)
			}
		})
	}
}

// The cases above stand on what whatsmeow notes of a send: nothing, as long as it has not come to the socket.
func TestWithoutASocketNothingIsWritten(t *testing.T) {
	fleet, _ := newFleet(t, &emptyVault{}, Settings{})
	link := openLink(t, fleet)
	to := types.NewJID("100002", types.HiddenUserServer)
	response, err := link.client.SendMessage(t.Context(), to, link.text(to, nil, nil))
	if err == nil {
		t.Fatal("sent over no socket")
	}
	if got := outcome(response, err, link.why(t.Context(), err)); got.GetOutcome() != "not_written" ||
		got.GetCode() != codeNotConnected {
		t.Fatalf("%v: %v", got, err)
	}
}

func TestNumbersInTheOrderOfTheQuestion(t *testing.T) {
	found := []types.IsOnWhatsAppResponse{
		{Query: "+4915100000003", IsIn: false},
		{Query: "4915100000002", IsIn: true, JID: types.NewJID("100002", types.HiddenUserServer)},
	}
	got := answers([]string{"+4915100000002", "+4915100000003", "+4915100000004"}, found)
	if len(got) != 3 || !got[0].GetOnWhatsapp() || got[0].GetLid() != "100002" || got[1].GetOnWhatsapp() ||
		got[2].GetOnWhatsapp() || got[2].GetPhone() != "+4915100000004" {
		t.Fatalf("%v", got)
	}
}
