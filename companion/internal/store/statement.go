// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// texts of statements by the kinds of writes in them: few of the many combinations ever occur.
type texts struct {
	mu    sync.Mutex
	texts map[uint16]string
}

// statement puts what is to be written into one text and its arguments.
func (s *slot) statement(all *writes) (string, []any) {
	arguments := s.fenced()
	var kinds uint16
	for i, part := range parts {
		if own := part.arguments(s, all); own != nil {
			kinds |= 1 << i
			arguments = append(arguments, own...)
		}
	}
	return s.store.texts.of(kinds), arguments
}

func (t *texts) of(kinds uint16) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text, ok := t.texts[kinds]; ok {
		return text
	}
	var text strings.Builder
	text.WriteString(fence)
	next := 5
	for i, part := range parts {
		if kinds&(1<<i) == 0 {
			continue
		}
		sql := part.sql
		for parameter := range part.parameters {
			sql = strings.ReplaceAll(sql, "@"+strconv.Itoa(parameter+1), "$"+strconv.Itoa(next+parameter))
		}
		next += part.parameters
		text.WriteString(sql)
	}
	text.WriteString(" select count(*) from held")
	put(&t.texts, kinds, text.String())
	return text.String()
}

// part is one kind of write within a statement; its parameters are @1, @2…
type part struct {
	sql        string
	parameters int
	arguments  func(*slot, *writes) []any // nil when there is nothing of this kind
}

var parts = []part{
	{parameters: 3, arguments: peerArguments, sql: `, peers as (
	insert into companion.peer as p (workspace_id, device_id, address, session, identity)
	select $1, $2, u.address, u.session, u.identity
	from held, unnest(@1::text[], @2::bytea[], @3::bytea[]) as u(address, session, identity)
	on conflict (workspace_id, device_id, address) do update
	set session = coalesce(excluded.session, p.session), identity = coalesce(excluded.identity, p.identity))`},
	{parameters: 1, arguments: prekeyArguments, sql: `, prekeys as (
	delete from companion.prekey p using held
	where p.workspace_id = $1 and p.device_id = $2 and p.id = any(@1::int[]))`},
	{parameters: 3, arguments: receivedArguments, sql: `, received as (
	insert into companion.received (workspace_id, device_id, hash, sealed, server_at)
	select $1, $2, u.hash, u.sealed, u.server_at
	from held, unnest(@1::bytea[], @2::bytea[], @3::timestamptz[]) as u(hash, sealed, server_at)
	on conflict (workspace_id, device_id, hash) do nothing)`},
	{parameters: 1, arguments: clearedArguments, sql: `, cleared as (
	update companion.received r set sealed = null from held
	where r.workspace_id = $1 and r.device_id = $2 and r.hash = any(@1::bytea[]) and r.sealed is not null)`},
	{parameters: 4, arguments: sentArguments, sql: `, sent as (
	insert into companion.sent (workspace_id, device_id, wire_id, chat, format, sealed)
	select $1, $2, u.wire_id, u.chat, u.format, u.sealed
	from held, unnest(@1::text[], @2::text[], @3::text[], @4::bytea[]) as u(wire_id, chat, format, sealed)
	on conflict (workspace_id, device_id, wire_id, chat) do update
	set format = excluded.format, sealed = excluded.sealed, at = excluded.at)`},
	{parameters: 4, arguments: secretArguments, sql: `, secrets as (
	insert into companion.message_secret (workspace_id, device_id, wire_id, chat, sender, sealed)
	select $1, $2, u.wire_id, u.chat, u.sender, u.sealed
	from held, unnest(@1::text[], @2::text[], @3::text[], @4::bytea[]) as u(wire_id, chat, sender, sealed)
	on conflict (workspace_id, device_id, wire_id, chat, sender) do nothing)`},
	{parameters: 3, arguments: senderKeyArguments, sql: `, sender_keys as (
	insert into companion.sender_key (workspace_id, device_id, chat, sender, sealed)
	select $1, $2, u.chat, u.sender, u.sealed
	from held, unnest(@1::text[], @2::text[], @3::bytea[]) as u(chat, sender, sealed)
	on conflict (workspace_id, device_id, chat, sender) do update set sealed = excluded.sealed)`},
	{parameters: 3, arguments: nameArguments, sql: `, names as (
	insert into companion.contact as c (workspace_id, device_id, jid, push_name, business_name)
	select $1, $2, u.jid, u.push_name, u.business_name
	from held, unnest(@1::text[], @2::text[], @3::text[]) as u(jid, push_name, business_name)
	on conflict (workspace_id, device_id, jid) do update
	set push_name = coalesce(excluded.push_name, c.push_name),
		business_name = coalesce(excluded.business_name, c.business_name))`},
}

func peerArguments(s *slot, all *writes) []any {
	if len(all.peers) == 0 {
		return nil
	}
	addresses := make([]string, 0, len(all.peers))
	sessions := make([][]byte, 0, len(all.peers))
	identities := make([][]byte, 0, len(all.peers))
	for address, change := range all.peers {
		addresses = append(addresses, address)
		sessions = append(sessions, s.sealedUnlessEmpty(sessionTable, address, change.session))
		identities = append(identities, s.sealedUnlessEmpty(identityTable, address, change.identity))
	}
	return []any{addresses, sessions, identities}
}

// sealedUnlessEmpty keeps the difference between unchanged (nil) and deleted (empty).
func (s *slot) sealedUnlessEmpty(table, row string, value []byte) []byte {
	if len(value) == 0 {
		return value
	}
	return s.sealer.seal(table, row, value)
}

func prekeyArguments(_ *slot, all *writes) []any {
	if len(all.prekeys) == 0 {
		return nil
	}
	return []any{all.prekeys}
}

func receivedArguments(s *slot, all *writes) []any {
	if len(all.received) == 0 {
		return nil
	}
	var hashes, sealed [][]byte
	var at []time.Time
	for _, row := range all.received {
		hashes = append(hashes, row.hash[:])
		sealed = append(sealed, s.sealer.seal(receivedTable, string(row.hash[:]), row.plaintext))
		at = append(at, row.serverAt)
	}
	return []any{hashes, sealed, at}
}

func clearedArguments(_ *slot, all *writes) []any {
	if len(all.cleared) == 0 {
		return nil
	}
	var hashes [][]byte
	for hash := range all.cleared {
		hashes = append(hashes, slices.Clone(hash[:]))
	}
	return []any{hashes}
}

func sentArguments(s *slot, all *writes) []any {
	if len(all.sent) == 0 {
		return nil
	}
	var ids, chats, formats []string
	var sealed [][]byte
	for key, row := range all.sent {
		ids, chats, formats = append(ids, key.id), append(chats, key.chat), append(formats, row.format)
		sealed = append(sealed, s.sealer.seal(sentTable, key.row(), row.plaintext))
	}
	return []any{ids, chats, formats, sealed}
}

func secretArguments(s *slot, all *writes) []any {
	if len(all.secrets) == 0 {
		return nil
	}
	return s.secretColumns(all.secrets)
}

func senderKeyArguments(s *slot, all *writes) []any {
	if len(all.senderKeys) == 0 {
		return nil
	}
	var chats, senders []string
	var sealed [][]byte
	for key, value := range all.senderKeys {
		chats, senders = append(chats, key.chat), append(senders, key.sender)
		sealed = append(sealed, s.sealer.seal(senderKeyTable, key.row(), value))
	}
	return []any{chats, senders, sealed}
}

func nameArguments(_ *slot, all *writes) []any {
	if len(all.names) == 0 {
		return nil
	}
	var jids []string
	var push, business []*string
	for jid, name := range all.names {
		jids, push, business = append(jids, jid), append(push, name.push), append(business, name.business)
	}
	return []any{jids, push, business}
}

func (k sentKey) row() string { return k.id + "\x00" + k.chat }

func (k senderKey) row() string { return k.chat + "\x00" + k.sender }

func (k secretKey) row() string { return k.id + "\x00" + k.chat + "\x00" + k.sender }
