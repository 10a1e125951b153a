// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"slices"
	"testing"

	wastore "go.mau.fi/whatsmeow/store"

	"hebah.example/companion/internal/store"
)

func untold(t *testing.T, s *store.Store, device *wastore.Device) []string {
	t.Helper()
	names, err := s.Untold(ctx, device)
	must(t, err)
	return names
}

func TestAppStateThatWasReadCountsAsUntoldUntilAllOfItWasTold(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	equal(t, "at first", len(untold(t, s, device)), 0)
	must(t, device.AppState.PutAppStateVersion(ctx, "regular", 1, [128]byte{1}))
	must(t, device.AppState.PutAppStateVersion(ctx, "regular_low", 1, [128]byte{1}))
	device = reopen(t, s, ref, device)
	equal(t, "after a restart", slices.Equal(untold(t, s, device), []string{"regular", "regular_low"}), true)
	must(t, s.Told(ctx, device))
	equal(t, "told", len(untold(t, s, device)), 0)
	must(t, device.AppState.PutAppStateVersion(ctx, "regular", 2, [128]byte{2}))
	equal(t, "read again", slices.Equal(untold(t, s, device), []string{"regular"}), true)
}
