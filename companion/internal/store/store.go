// SPDX-License-Identifier: GPL-3.0-or-later

// Package store keeps the sessions of linked devices in PostgreSQL.
package store

import (
	_ "github.com/jackc/pgx/v5/pgxpool" // the connections that every device shares
	_ "go.mau.fi/whatsmeow"             // whose store interfaces are implemented here
)
