// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import "testing"

func came(turn <-chan struct{}) bool {
	select {
	case <-turn:
		return true
	default:
		return false
	}
}

func TestMessagesOfAChatWaitForTheOneBefore(t *testing.T) {
	var line order
	first, leaveFirst := line.join("+601")
	second, leaveSecond := line.join("+601")
	other, leaveOther := line.join("+602")
	if !came(first) || came(second) || !came(other) {
		t.Fatal("only the second message of the same chat waits")
	}
	leaveFirst()
	if !came(second) {
		t.Fatal("the second message's turn has come")
	}
	leaveSecond()
	leaveOther()
	if len(line.last) != 0 {
		t.Fatal("nothing is kept of chats in which nothing is sent")
	}
}
