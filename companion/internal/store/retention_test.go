// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"hebah.example/companion/internal/store"
)

// aged makes old and new rows of everything that is kept for a time only.
func aged(t *testing.T, pool *pgxpool.Pool, ref store.Ref) {
	t.Helper()
	for _, statement := range []string{
		`insert into companion.received (workspace_id, device_id, hash, server_at, at)
			select $1, $2, decode(md5(n::text), 'hex'), now(), now() - n * interval '1 hour' from generate_series(1, 2000) n`,
		`insert into companion.sent (workspace_id, device_id, wire_id, chat, format, sealed, at)
			select $1, $2, n::text, 'c', 'wa', '', now() - n * interval '1 hour' from generate_series(1, 2000) n`,
		`insert into companion.message_secret (workspace_id, device_id, wire_id, chat, sender, sealed, at)
			select $1, $2, n::text, 'c', 's', '', now() - n * interval '1 hour' from generate_series(1, 3000) n`,
		`update companion.session set swept_at = now() - interval '2 days' where workspace_id = $1 and device_id = $2`,
	} {
		exec(t, pool, statement, ref.Workspace, ref.Device)
	}
}

func left(t *testing.T, pool *pgxpool.Pool, ref store.Ref) string {
	t.Helper()
	var received, sent, secrets int
	must(t, pool.QueryRow(ctx, `select
		(select count(*) from companion.received where workspace_id = $1 and device_id = $2),
		(select count(*) from companion.sent where workspace_id = $1 and device_id = $2),
		(select count(*) from companion.message_secret where workspace_id = $1 and device_id = $2)`,
		ref.Workspace, ref.Device).Scan(&received, &sent, &secrets))
	return fmt.Sprint(received, sent, secrets)
}

const youngEnough = "335 167 2159" // hours in 14, 7 and 90 days, less the one that has just passed

func TestOldRowsOfADeviceGoWhenItSends(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, device := link(t, s)
	bystander, _ := link(t, s)
	aged(t, pool, ref)
	aged(t, pool, bystander)
	device = reopen(t, s, ref, device)
	must(t, device.EventBuffer.DeleteOldOutgoingEvents(ctx))
	equal(t, "left", left(t, pool, ref), youngEnough)
	equal(t, "of another device", left(t, pool, bystander), "2000 2000 3000")
	must(t, s.Forget(ctx, bystander))
}

func TestOldRowsOfDevicesThatNobodyOpensGoToo(t *testing.T) {
	s, pool := connect(t), raw(t)
	ref, device := link(t, s)
	must(t, s.Release(ctx, device))
	aged(t, pool, ref)
	must(t, s.SweepDue(ctx))
	equal(t, "left", left(t, pool, ref), youngEnough)
}
