// SPDX-License-Identifier: GPL-3.0-or-later

package fleet

import (
	"testing"
	"testing/synctest"
	"time"
)

// settledAfter lets events be handed up and answers whether everything counts as told once it has been quiet.
func settledAfter(t *testing.T, handUp func(followed *telling, settled func())) bool {
	t.Helper()
	told := false
	synctest.Test(t, func(*testing.T) {
		var followed telling
		handUp(&followed, func() { told = followed.all() })
		time.Sleep(2 * toldAfter)
		synctest.Wait()
	})
	return told
}

func TestEverythingIsToldOnceWhatCameWasStoredAndNothingMoreComes(t *testing.T) {
	if !settledAfter(t, func(followed *telling, settled func()) {
		followed.begin()
		followed.end(true, settled)
		time.Sleep(toldAfter / 2)
		followed.begin()
		followed.end(true, settled)
	}) {
		t.Fatal("the mark stays although everything was stored")
	}
}

func TestAnEventThatWaitsToBeStoredKeepsTheMark(t *testing.T) {
	if settledAfter(t, func(followed *telling, settled func()) {
		followed.begin()
		followed.end(true, settled)
		followed.begin() // whoever stores it takes longer than the quiet that is waited for
	}) {
		t.Fatal("the mark went while an event waited")
	}
}

func TestAnEventThatWasNotStoredKeepsTheMark(t *testing.T) {
	if settledAfter(t, func(followed *telling, settled func()) {
		followed.begin()
		followed.end(false, settled)
		followed.begin()
		followed.end(true, settled)
	}) {
		t.Fatal("the mark went although an event was lost")
	}
}
