// SPDX-License-Identifier: GPL-3.0-or-later

package store

import "context"

// SweepDue does at once what happens every ten minutes.
func (s *Store) SweepDue(ctx context.Context) error { return s.sweepDue(ctx) }
