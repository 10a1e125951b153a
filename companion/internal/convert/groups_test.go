// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waSyncAction"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"hebah.example/companion/internal/protocol"
)

var (
	class   = types.NewJID("120363000000000001", types.GroupServer)
	siti    = types.NewJID("60123456789", types.DefaultUserServer)
	tuesday = time.Date(2026, 1, 6, 20, 0, 0, 0, time.UTC)
)

func TestWhatHappensToAGroupMakesLinesInItsChat(t *testing.T) {
	t.Parallel()
	change := func(fill func(*events.GroupInfo)) *events.GroupInfo {
		event := &events.GroupInfo{JID: class, Sender: &siti, Timestamp: tuesday}
		fill(event)
		return event
	}
	for code, event := range map[string]*events.GroupInfo{
		"described":        change(func(e *events.GroupInfo) { e.Topic = &types.GroupTopic{} }),
		"disappearing_on":  change(func(e *events.GroupInfo) { e.Ephemeral = &types.GroupEphemeral{IsEphemeral: true} }),
		"disappearing_off": change(func(e *events.GroupInfo) { e.Ephemeral = &types.GroupEphemeral{} }),
		"link_reset":       change(func(e *events.GroupInfo) { e.NewInviteLink = proto.String("https://example.com") }),
		"ended":            change(func(e *events.GroupInfo) { e.Delete = &types.GroupDelete{Deleted: true} }),
		"joined":           change(func(e *events.GroupInfo) { e.Join = []types.JID{siti} }),
		"left":             change(func(e *events.GroupInfo) { e.Leave = []types.JID{siti} }),
	} {
		lines := Notices(event, Self{}, knownPeople{})
		if len(lines) != 1 || lines[0].GetNotice().GetCode() != code || lines[0].GetNotice().GetBy() != "+60123456789" {
			t.Errorf("%s became %v", code, lines)
		}
	}
}

func TestTheSameChangeIsTheSameLineAndAnotherIsAnother(t *testing.T) {
	t.Parallel()
	rename := func(name string, at time.Time) string {
		event := &events.GroupInfo{JID: class, Sender: &siti, Timestamp: at, Name: &types.GroupName{Name: name}}
		return Notices(event, Self{}, knownPeople{})[0].GetWireId()
	}
	first := rename("Class", tuesday)
	if first != rename("Class", tuesday) {
		t.Error("the same line has two names")
	}
	if first == rename("Other", tuesday) || first == rename("Class", tuesday.Add(time.Second)) {
		t.Error("two lines have the same name")
	}
}

func TestAPictureOfAPersonMakesNoLine(t *testing.T) {
	t.Parallel()
	if Pictured(&events.Picture{JID: siti}, Self{}, knownPeople{}) != nil {
		t.Error("a person's picture made a line")
	}
	removed := Pictured(&events.Picture{JID: class, Author: siti, Remove: true}, Self{}, knownPeople{})
	if removed.GetNotice().GetCode() != "picture_removed" {
		t.Errorf("a picture that was removed became %v", removed)
	}
}

func TestWhatIsSilentForGoodHasNoEnd(t *testing.T) {
	t.Parallel()
	for end, wanted := range map[int64]int64{-1: forGood, 1_900_000_000_000: 1_900_000_000_000} {
		action := &waSyncAction.MuteAction{Muted: proto.Bool(true), MuteEndTimestamp: proto.Int64(end)}
		told, _ := Told(&events.Mute{JID: siti, Action: action}, knownPeople{}).GetTold().(*protocol.ChatTold_MutedUntil)
		if told.MutedUntil != wanted {
			t.Errorf("%d became %d", end, told.MutedUntil)
		}
	}
}
