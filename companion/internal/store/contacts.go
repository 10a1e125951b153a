// SPDX-License-Identifier: GPL-3.0-or-later

package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"
)

const (
	readContact = `select coalesce(first_name, ''), coalesce(full_name, ''), coalesce(push_name, ''),
			coalesce(business_name, ''), coalesce(redacted_phone, '')
		from companion.contact where workspace_id = $1 and device_id = $2 and jid = $3`
	readContacts = `select jid, coalesce(first_name, ''), coalesce(full_name, ''), coalesce(push_name, ''),
			coalesce(business_name, ''), coalesce(redacted_phone, '')
		from companion.contact where workspace_id = $1 and device_id = $2`
	putContactNames = fence + `, written as (
			insert into companion.contact (workspace_id, device_id, jid, first_name, full_name)
			select $1, $2, u.jid, u.first_name, u.full_name
			from held, unnest($5::text[], $6::text[], $7::text[]) as u(jid, first_name, full_name)
			on conflict (workspace_id, device_id, jid) do update
			set first_name = excluded.first_name, full_name = excluded.full_name)
		select count(*) from held`
	putRedactedPhones = fence + `, written as (
			insert into companion.contact (workspace_id, device_id, jid, redacted_phone)
			select $1, $2, u.jid, u.redacted_phone
			from held, unnest($5::text[], $6::text[]) as u(jid, redacted_phone)
			on conflict (workspace_id, device_id, jid) do update set redacted_phone = excluded.redacted_phone)
		select count(*) from held`
)

// contact reads the cache or the row, and what waits to be written over it.
func (s *slot) contact(ctx context.Context, user types.JID) (types.ContactInfo, error) {
	jid := user.String()
	var info types.ContactInfo
	cached, ok := s.store.cache.get(&s.shelf, contactItem, jid)
	if ok {
		info = cached.(types.ContactInfo)
	} else {
		err := s.one(ctx, readContact, s.mine(jid),
			&info.FirstName, &info.FullName, &info.PushName, &info.BusinessName, &info.RedactedPhone)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return types.ContactInfo{}, err
		}
		info.Found = err == nil
	}
	s.mu.Lock()
	for _, layer := range []*writes{s.underway, s.waiting} {
		if layer != nil {
			layer.names[jid].over(&info)
		}
	}
	s.mu.Unlock()
	if !ok {
		s.cacheContact(jid, info)
	}
	return info, s.usable(ctx)
}

func (s *slot) cacheContact(jid string, info types.ContactInfo) {
	cost := len(info.FirstName) + len(info.FullName) + len(info.PushName) + len(info.BusinessName)
	s.store.cache.put(&s.shelf, contactItem, jid, info, cost)
}

func (n names) over(info *types.ContactInfo) {
	if n.push != nil {
		info.PushName, info.Found = *n.push, true
	}
	if n.business != nil {
		info.BusinessName, info.Found = *n.business, true
	}
}

// PutPushName is called with every message; nearly always with what we have.
func (s *slot) PutPushName(ctx context.Context, user types.JID, pushName string) (bool, string, error) {
	info, err := s.contact(ctx, user)
	if err != nil || info.PushName == pushName {
		return false, "", err
	}
	return true, info.PushName, s.putName(ctx, user, info, names{push: &pushName})
}

func (s *slot) PutBusinessName(ctx context.Context, user types.JID, businessName string) (bool, string, error) {
	info, err := s.contact(ctx, user)
	if err != nil || info.BusinessName == businessName {
		return false, "", err
	}
	return true, info.BusinessName, s.putName(ctx, user, info, names{business: &businessName})
}

func (s *slot) putName(ctx context.Context, user types.JID, info types.ContactInfo, name names) error {
	name.over(&info)
	s.cacheContact(user.String(), info)
	return s.postpone(ctx, later, func(waiting *writes) { waiting.name(user.String(), name) })
}

// PutContactName is called by whatsmeow with the first name before the full one, whatever the interface calls them.
func (s *slot) PutContactName(ctx context.Context, user types.JID, firstName, fullName string) error {
	entry := wastore.ContactEntry{JID: user, FirstName: firstName, FullName: fullName}
	return s.PutAllContactNames(ctx, []wastore.ContactEntry{entry})
}

func (s *slot) PutAllContactNames(ctx context.Context, contacts []wastore.ContactEntry) error {
	latest := make(map[string]wastore.ContactEntry, len(contacts))
	for _, contact := range contacts {
		latest[contact.JID.String()] = contact
	}
	var jids, firstNames, fullNames []string
	for jid, contact := range latest {
		jids = append(jids, jid)
		firstNames, fullNames = append(firstNames, contact.FirstName), append(fullNames, contact.FullName)
	}
	for from := 0; from < len(jids); from += chunk {
		to := min(from+chunk, len(jids))
		if err := s.write(ctx, putContactNames, jids[from:to], firstNames[from:to], fullNames[from:to]); err != nil {
			return err
		}
		for _, jid := range jids[from:to] {
			s.store.cache.remove(&s.shelf, contactItem, jid)
		}
	}
	return nil
}

func (s *slot) PutManyRedactedPhones(ctx context.Context, entries []wastore.RedactedPhoneEntry) error {
	latest := make(map[string]string, len(entries))
	for _, entry := range entries {
		latest[entry.JID.String()] = entry.RedactedPhone
	}
	var jids, phones []string
	for jid, phone := range latest {
		jids, phones = append(jids, jid), append(phones, phone)
	}
	for from := 0; from < len(jids); from += chunk {
		to := min(from+chunk, len(jids))
		if err := s.write(ctx, putRedactedPhones, jids[from:to], phones[from:to]); err != nil {
			return err
		}
		for _, jid := range jids[from:to] {
			s.store.cache.remove(&s.shelf, contactItem, jid)
		}
	}
	return nil
}

func (s *slot) GetContact(ctx context.Context, user types.JID) (types.ContactInfo, error) {
	return s.contact(ctx, user)
}

func (s *slot) GetAllContacts(ctx context.Context) (map[types.JID]types.ContactInfo, error) {
	if err := s.commit(ctx, nil); err != nil {
		return nil, err
	}
	all := make(map[types.JID]types.ContactInfo)
	var jid string
	var info types.ContactInfo
	targets := []any{&jid, &info.FirstName, &info.FullName, &info.PushName, &info.BusinessName, &info.RedactedPhone}
	err := s.each(ctx, readContacts, s.mine(), targets, func() {
		info.Found = true
		if user, err := types.ParseJID(jid); err == nil {
			all[user] = info
		}
	})
	return all, err
}

const (
	putMuted = fence + `, written as (
			insert into companion.chat (workspace_id, device_id, jid, muted_until) select $1, $2, $5, $6 from held
			on conflict (workspace_id, device_id, jid) do update set muted_until = excluded.muted_until)
		select count(*) from held`
	putPinned = fence + `, written as (
			insert into companion.chat (workspace_id, device_id, jid, pinned) select $1, $2, $5, $6 from held
			on conflict (workspace_id, device_id, jid) do update set pinned = excluded.pinned)
		select count(*) from held`
	putArchived = fence + `, written as (
			insert into companion.chat (workspace_id, device_id, jid, archived) select $1, $2, $5, $6 from held
			on conflict (workspace_id, device_id, jid) do update set archived = excluded.archived)
		select count(*) from held`
	readChat = `select muted_until, pinned, archived from companion.chat
		where workspace_id = $1 and device_id = $2 and jid = $3`
)

func (s *slot) PutMutedUntil(ctx context.Context, chat types.JID, until time.Time) error {
	muted := pgtype.Timestamptz{Time: until, Valid: !until.IsZero()}
	if until.Equal(wastore.MutedForever) {
		muted = pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	return s.write(ctx, putMuted, chat.String(), muted)
}

func (s *slot) PutPinned(ctx context.Context, chat types.JID, pinned bool) error {
	return s.write(ctx, putPinned, chat.String(), pinned)
}

func (s *slot) PutArchived(ctx context.Context, chat types.JID, archived bool) error {
	return s.write(ctx, putArchived, chat.String(), archived)
}

func (s *slot) GetChatSettings(ctx context.Context, chat types.JID) (types.LocalChatSettings, error) {
	var settings types.LocalChatSettings
	var muted pgtype.Timestamptz
	err := s.one(ctx, readChat, s.mine(chat.String()), &muted, &settings.Pinned, &settings.Archived)
	if errors.Is(err, pgx.ErrNoRows) {
		return types.LocalChatSettings{}, nil
	}
	if err != nil {
		return types.LocalChatSettings{}, err
	}
	settings.Found = true
	switch {
	case muted.Valid && muted.InfinityModifier == pgtype.Infinity:
		settings.MutedUntil = wastore.MutedForever
	case muted.Valid:
		settings.MutedUntil = muted.Time
	}
	return settings, nil
}
