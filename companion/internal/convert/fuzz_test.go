// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"testing"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

func FuzzMessage(f *testing.F) {
	for _, message := range []*waE2E.Message{
		text("hello"), {EditedMessage: wrapped(text("x"))}, {ReactionMessage: &waE2E.ReactionMessage{}},
		{ProtocolMessage: &waE2E.ProtocolMessage{Key: &waCommon.MessageKey{ID: proto.String("x")}}},
		{PollCreationMessage: &waE2E.PollCreationMessage{}}, {DeviceSentMessage: &waE2E.DeviceSentMessage{}},
	} {
		raw, _ := proto.Marshal(message)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		message := &waE2E.Message{}
		if proto.Unmarshal(raw, message) != nil {
			return
		}
		for _, info := range []types.MessageInfo{fromAnna(), fromBobInGroup(), fromMyPhone()} {
			if got := convert(info, message); got != nil && got.GetKind() == "" {
				t.Fatalf("%v", got)
			}
		}
	})
}
