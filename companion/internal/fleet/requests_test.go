// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"testing"

	"hebah.example/companion/internal/protocol"
)

func TestWhatCannotBeDoneIsAnswered(t *testing.T) {
	device := protoOf(aRef)
	cases := map[string]struct {
		request *protocol.Request
		code    string
	}{
		"no device":       {&protocol.Request{Command: &protocol.Request_Close{}}, codeBadRequest},
		"half an id":      {&protocol.Request{Device: &protocol.Device{WorkspaceId: []byte{1}}}, codeBadRequest},
		"no command":      {&protocol.Request{Device: device}, codeUnknownCommand},
		"not connected":   {&protocol.Request{Device: device, Command: &protocol.Request_Probe{}}, codeNotConnected},
		"nothing to read": {&protocol.Request{Device: device, Command: &protocol.Request_MarkRead{}}, codeNotConnected},
		"nothing open":    {&protocol.Request{Device: device, Command: &protocol.Request_Close{}}, ""},
		"nothing linking": {&protocol.Request{Device: device, Command: &protocol.Request_Cancel{}}, ""},
		"nothing kept":    {&protocol.Request{Device: device, Command: &protocol.Request_Forget{}}, ""},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			fleet, said := newFleet(t, &emptyVault{}, Settings{})
			one.request.Id = 77
			fleet.Do(one.request)
			response := next(t, said).GetResponse()
			if response.GetId() != 77 || response.GetCode() != one.code {
				t.Fatalf("%v", response)
			}
		})
	}
}

func TestASendWithoutAConnectionWasNotWritten(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	send := &protocol.Request{Id: 1, Device: protoOf(aRef), Command: &protocol.Request_Send{Send: &protocol.Send{}}}
	fleet.Do(send)
	if result := next(t, said).GetResponse().GetSend(); result.GetOutcome() != "not_written" {
		t.Fatalf("%v", result)
	}
	fleet.Leave()
	fleet.Do(send)
	if result := next(t, said).GetResponse().GetSend(); result.GetOutcome() != "not_written" {
		t.Fatalf("%v", result)
	}
}

func TestASendThatCannotBeMadeIsRefused(t *testing.T) {
	cases := map[string]*protocol.Send{
		"to nobody":           {WireId: "A", To: "nobody", Content: &protocol.Send_Text{Text: &protocol.Text{Body: "x"}}},
		"without an id":       {To: "+4915100000002", Content: &protocol.Send_Text{Text: &protocol.Text{Body: "x"}}},
		"without content":     {WireId: "A", To: "+4915100000002"},
		"a file of no kind":   {WireId: "A", To: "+4915100000002", Content: &protocol.Send_Media{Media: &protocol.MediaFile{Kind: "hologram"}}},
		"a reaction to what?": {WireId: "A", To: "+4915100000002", Content: &protocol.Send_Reaction{Reaction: &protocol.Reaction{}}},
	}
	for name, send := range cases {
		t.Run(name, func(t *testing.T) {
			fleet, _ := newFleet(t, &emptyVault{}, Settings{})
			if got := openLink(t, fleet).send(send, nil); got.GetOutcome() != "refused" || got.GetCode() != "not_possible" {
				t.Fatalf("%v", got)
			}
		})
	}
}

func TestAFileThatIsNotThereWasNotWritten(t *testing.T) {
	fleet, _ := newFleet(t, &emptyVault{}, Settings{Spool: t.TempDir()})
	got := openLink(t, fleet).send(&protocol.Send{
		WireId: "A", To: "+4915100000002",
		Content: &protocol.Send_Media{Media: &protocol.MediaFile{Kind: "image", Path: "/nowhere/x"}},
	}, nil)
	if got.GetOutcome() != "not_written" || got.GetCode() != "file_unreadable" {
		t.Fatalf("%v", got)
	}
}

func TestDrainClosesEverythingAndSaysSo(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	link := openLink(t, fleet)
	for id := uint64(4); id <= 5; id++ { // some ask twice
		fleet.Do(&protocol.Request{Id: id, Command: &protocol.Request_Drain{Drain: &protocol.Drain{}}})
		if response := next(t, said).GetResponse(); response.GetId() != id || response.GetCode() != "" {
			t.Fatalf("%v", response)
		}
	}
	<-fleet.Left()
	if link.ctx.Err() == nil {
		t.Fatal("still connected")
	}
	fleet.Do(&protocol.Request{Id: 6, Device: protoOf(aRef), Command: &protocol.Request_Open{Open: &protocol.Open{}}})
	if response := next(t, said).GetResponse(); response.GetCode() != codeLeaving {
		t.Fatalf("%v", response)
	}
}

func TestCounters(t *testing.T) {
	fleet, said := newFleet(t, &emptyVault{}, Settings{})
	openLink(t, fleet).slot.counts.sent.Add(3)
	fleet.Do(&protocol.Request{Id: 2, Command: &protocol.Request_Counters{Counters: &protocol.Counters{}}})
	counted := next(t, said).GetResponse().GetCounters()
	if counted.GetDevices() != 1 || counted.GetOnline() != 1 || counted.GetRssBytes() == 0 ||
		counted.GetByDevice()[0].GetSent() != 3 {
		t.Fatalf("%v", counted)
	}
}
