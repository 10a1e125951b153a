// SPDX-License-Identifier: GPL-3.0-or-later

package store_test

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	wastore "go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/store"
)

var sentAt = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// kept runs a check twice: on what the device has in memory, and on what only the database knows.
func kept(t *testing.T, write, check func(t *testing.T, device *wastore.Device)) {
	t.Helper()
	s := connect(t)
	ref, device := link(t, s)
	write(t, device)
	t.Run("at once", func(t *testing.T) { check(t, device) })
	device = reopen(t, s, ref, device)
	t.Run("opened anew", func(t *testing.T) { check(t, device) })
}

func TestADeviceComesBackAsItWasPaired(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	device.PushName, device.LIDMigrationTimestamp, device.CompanionMetaNonce = "Siti", 1700000000, "nonce"
	must(t, device.Save(ctx))

	again := open(t, s, ref, 1)
	equal(t, "jid", *again.ID, *device.ID)
	equal(t, "lid", again.LID, device.LID)
	equal(t, "noise key", *again.NoiseKey.Priv, *device.NoiseKey.Priv)
	equal(t, "public noise key", *again.NoiseKey.Pub, *device.NoiseKey.Pub)
	equal(t, "identity", *again.IdentityKey.Priv, *device.IdentityKey.Priv)
	equal(t, "signed prekey", *again.SignedPreKey.Priv, *device.SignedPreKey.Priv)
	equal(t, "signed prekey's id", again.SignedPreKey.KeyID, device.SignedPreKey.KeyID)
	equal(t, "signature", *again.SignedPreKey.Signature, *device.SignedPreKey.Signature)
	equal(t, "registration", again.RegistrationID, device.RegistrationID)
	equalBytes(t, "adv secret", again.AdvSecretKey, device.AdvSecretKey)
	equalBytes(t, "account", again.Account.Details, device.Account.Details)
	equal(t, "platform", again.Platform, "android")
	equal(t, "business name", again.BusinessName, "Kedai")
	equal(t, "push name", again.PushName, "Siti")
	equal(t, "migration", again.LIDMigrationTimestamp, 1700000000)
	equal(t, "nonce", again.CompanionMetaNonce, "nonce")
}

func TestNothingIsKeptOfALinkingThatDidNotEndWell(t *testing.T) {
	s := connect(t)
	ref := newRef()
	device, err := s.New(ref, noTrouble(t))
	must(t, err)
	if _, err = device.Sessions.GetSession(ctx, "1:0"); !errors.Is(err, store.ErrNoSession) {
		t.Errorf("reading before pairing: %v", err)
	}
	must(t, s.Release(ctx, device))
	if _, err = s.Open(ctx, ref, 1, noTrouble(t)); !errors.Is(err, store.ErrNoSession) {
		t.Errorf("opening: %v", err)
	}
}

func TestLinkingAnewReplacesTheSession(t *testing.T) {
	s := connect(t)
	ref, former := link(t, s)
	must(t, former.Sessions.PutSession(ctx, "60123:0", []byte("old")))
	latter := linkAt(t, s, ref)
	if session, err := latter.Sessions.GetSession(ctx, "60123:0"); err != nil || session != nil {
		t.Errorf("a ratchet of the former session: %q, %v", session, err)
	}
	equal(t, "jid", *open(t, s, ref, 1).ID, *latter.ID)
}

func TestSessionsAndIdentitiesAreKept(t *testing.T) {
	one, two := [32]byte{1}, [32]byte{2}
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.Sessions.PutSession(ctx, "601:0", []byte("first")))
		must(t, d.Sessions.PutManySessions(ctx, map[string][]byte{"601:0": []byte("second"), "602:7": []byte("other")}))
		must(t, d.Identities.PutIdentity(ctx, "601:0", one))
		must(t, d.Identities.PutIdentity(ctx, "603:0", two))
	}, func(t *testing.T, d *wastore.Device) {
		session, err := d.Sessions.GetSession(ctx, "601:0")
		must(t, err)
		equalBytes(t, "session", session, []byte("second"))
		many, err := d.Sessions.GetManySessions(ctx, []string{"601:0", "602:7", "603:0"})
		must(t, err)
		equal(t, "sessions", len(many), 3)
		equalBytes(t, "other", many["602:7"], []byte("other"))
		equal(t, "absent is nil", many["603:0"] == nil, true)
		has, err := d.Sessions.HasSession(ctx, "603:0")
		must(t, err)
		equal(t, "an identity alone is no session", has, false)
		for _, c := range []struct {
			address string
			key     [32]byte
			trusted bool
		}{{"601:0", one, true}, {"601:0", two, false}, {"603:0", two, true}, {"604:0", one, true}} {
			trusted, err := d.Identities.IsTrustedIdentity(ctx, c.address, c.key)
			must(t, err)
			equal(t, c.address, trusted, c.trusted)
		}
	})
}

func TestDeletedSessionsAndIdentitiesStayDeleted(t *testing.T) {
	kept(t, func(t *testing.T, d *wastore.Device) {
		for _, address := range []string{"601:0", "601:1", "6010:0", "9_1:0", "9_1:2", "605:0"} {
			must(t, d.Sessions.PutSession(ctx, address, []byte("s")))
			must(t, d.Identities.PutIdentity(ctx, address, [32]byte{1}))
		}
		must(t, d.Sessions.DeleteAllSessions(ctx, "601"))
		must(t, d.Identities.DeleteAllIdentities(ctx, "601"))
		must(t, d.Sessions.DeleteAllSessions(ctx, "9")) // the user of a LID
		must(t, d.Sessions.DeleteSession(ctx, "605:0"))
		must(t, d.Identities.DeleteIdentity(ctx, "605:0"))
	}, func(t *testing.T, d *wastore.Device) {
		for address, want := range map[string]bool{
			"601:0": false, "601:1": false, "6010:0": true, "9_1:0": false, "9_1:2": false, "605:0": false,
		} {
			has, err := d.Sessions.HasSession(ctx, address)
			must(t, err)
			equal(t, "session of "+address, has, want)
		}
		for address, want := range map[string]bool{"601:0": true, "6010:0": false, "9_1:0": false, "605:0": true} {
			trusted, err := d.Identities.IsTrustedIdentity(ctx, address, [32]byte{2})
			must(t, err)
			equal(t, "another identity of "+address, trusted, want)
		}
	})
}

func TestPrekeysAreKeptUntilUsed(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	first, err := device.PreKeys.GetOrGenPreKeys(ctx, 812)
	must(t, err)
	equal(t, "made", len(first), 812)
	again, err := device.PreKeys.GetOrGenPreKeys(ctx, 812)
	must(t, err)
	equal(t, "the same until uploaded", *again[811].Priv, *first[811].Priv)
	must(t, device.PreKeys.MarkPreKeysAsUploaded(ctx, first[799].KeyID))
	count, err := device.PreKeys.UploadedPreKeyCount(ctx)
	must(t, err)
	equal(t, "uploaded", count, 800)
	more, err := device.PreKeys.GetOrGenPreKeys(ctx, 50)
	must(t, err)
	equal(t, "the rest comes first", more[0].KeyID, first[800].KeyID)
	equal(t, "then new ones", more[12].KeyID, first[811].KeyID+1)
	must(t, device.PreKeys.RemovePreKey(ctx, first[0].KeyID))

	device = reopen(t, s, ref, device)
	key, err := device.PreKeys.GetPreKey(ctx, first[1].KeyID)
	must(t, err)
	equal(t, "a key", *key.Priv, *first[1].Priv)
	equal(t, "its public half", *key.Pub, *first[1].Pub)
	gone, err := device.PreKeys.GetPreKey(ctx, first[0].KeyID)
	must(t, err)
	equal(t, "a used one is gone", gone == nil, true)
}

func TestAPrekeyIDIsNeverUsedTwice(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	seen := make(map[uint32]bool)
	for range 3 {
		for range 3 {
			key, err := device.PreKeys.GenOnePreKey(ctx)
			must(t, err)
			if seen[key.KeyID] {
				t.Fatalf("id %d came twice", key.KeyID)
			}
			seen[key.KeyID] = true
			// The highest id vanishes: a counter that looked at the table would hand it out again.
			must(t, device.PreKeys.RemovePreKey(ctx, key.KeyID))
		}
		device = reopen(t, s, ref, device)
	}
}

func TestSenderKeysAreKept(t *testing.T) {
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.SenderKeys.PutSenderKey(ctx, "1@g.us", "601:0", []byte("first")))
		must(t, d.SenderKeys.PutSenderKey(ctx, "1@g.us", "601:0", []byte("second")))
	}, func(t *testing.T, d *wastore.Device) {
		key, err := d.SenderKeys.GetSenderKey(ctx, "1@g.us", "601:0")
		must(t, err)
		equalBytes(t, "key", key, []byte("second"))
		none, err := d.SenderKeys.GetSenderKey(ctx, "1@g.us", "602:0")
		must(t, err)
		equal(t, "absent is nil", none == nil, true)
	})
}

func TestAppStateIsKept(t *testing.T) {
	index := func(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.AppStateKeys.PutAppStateSyncKey(ctx, []byte("a"), wastore.AppStateSyncKey{Data: []byte("d"), Fingerprint: []byte("f"), Timestamp: 5}))
		must(t, d.AppStateKeys.PutAppStateSyncKey(ctx, []byte("a"), wastore.AppStateSyncKey{Data: []byte("older"), Timestamp: 4}))
		must(t, d.AppStateKeys.PutAppStateSyncKey(ctx, []byte("b"), wastore.AppStateSyncKey{Data: []byte("d2"), Timestamp: 9}))
		must(t, d.AppState.PutAppStateVersion(ctx, "regular", 3, [128]byte{1}))
		must(t, d.AppState.PutAppStateVersion(ctx, "regular", 4, [128]byte{2}))
		must(t, d.AppState.PutAppStateVersion(ctx, "gone", 4, [128]byte{2}))
		macs := []wastore.AppStateMutationMAC{{IndexMAC: index(1), ValueMAC: index(11)}, {IndexMAC: index(2), ValueMAC: index(12)}}
		must(t, d.AppState.PutAppStateMutationMACs(ctx, "regular", 3, macs))
		must(t, d.AppState.PutAppStateMutationMACs(ctx, "regular", 4, []wastore.AppStateMutationMAC{{IndexMAC: index(1), ValueMAC: index(21)}}))
		must(t, d.AppState.DeleteAppStateMutationMACs(ctx, "regular", [][]byte{index(2)}))
		must(t, d.AppState.PutAppStateMutationMACs(ctx, "gone", 4, macs))
		must(t, d.AppState.DeleteAppStateVersion(ctx, "gone"))
	}, func(t *testing.T, d *wastore.Device) {
		key, err := d.AppStateKeys.GetAppStateSyncKey(ctx, []byte("a"))
		must(t, err)
		equalBytes(t, "data", key.Data, []byte("d"))
		equalBytes(t, "fingerprint", key.Fingerprint, []byte("f"))
		equal(t, "timestamp", key.Timestamp, 5)
		none, err := d.AppStateKeys.GetAppStateSyncKey(ctx, []byte("c"))
		must(t, err)
		equal(t, "absent", none == nil, true)
		latest, err := d.AppStateKeys.GetLatestAppStateSyncKeyID(ctx)
		must(t, err)
		equalBytes(t, "latest", latest, []byte("b"))
		all, err := d.AppStateKeys.GetAllAppStateSyncKeys(ctx)
		must(t, err)
		equal(t, "all keys", len(all), 2)
		version, hash, err := d.AppState.GetAppStateVersion(ctx, "regular")
		must(t, err)
		equal(t, "version", version, 4)
		equal(t, "hash", hash, [128]byte{2})
		version, _, err = d.AppState.GetAppStateVersion(ctx, "gone")
		must(t, err)
		equal(t, "a deleted version", version, 0)
		for n, want := range map[byte][]byte{1: index(21), 2: nil} {
			mac, err := d.AppState.GetAppStateMutationMAC(ctx, "regular", index(n))
			must(t, err)
			equalBytes(t, "mac", mac, want)
		}
		mac, err := d.AppState.GetAppStateMutationMAC(ctx, "gone", index(1))
		must(t, err)
		equalBytes(t, "the macs went with it", mac, nil)
	})
}

func TestContactsAreKept(t *testing.T) {
	ali, _ := randomPerson()
	bala, _ := randomPerson()
	kept(t, func(t *testing.T, d *wastore.Device) {
		changed, former, err := d.Contacts.PutPushName(ctx, ali, "Ali")
		must(t, err)
		equal(t, "new", changed, true)
		equal(t, "former", former, "")
		changed, former, err = d.Contacts.PutPushName(ctx, ali, "Ali B")
		must(t, err)
		equal(t, "changed", changed, true)
		equal(t, "former", former, "Ali")
		changed, _, err = d.Contacts.PutPushName(ctx, ali, "Ali B")
		must(t, err)
		equal(t, "the same", changed, false)
		changed, _, err = d.Contacts.PutBusinessName(ctx, ali, "Kedai Ali")
		must(t, err)
		equal(t, "a business", changed, true)
		must(t, d.Contacts.PutContactName(ctx, ali, "Ali", "Ali bin Bakar"))
		must(t, d.Contacts.PutAllContactNames(ctx, []wastore.ContactEntry{{JID: bala, FirstName: "x"}, {JID: bala, FirstName: "Bala", FullName: "Bala K"}}))
		must(t, d.Contacts.PutManyRedactedPhones(ctx, []wastore.RedactedPhoneEntry{{JID: ali, RedactedPhone: "+60…9"}}))
	}, func(t *testing.T, d *wastore.Device) {
		info, err := d.Contacts.GetContact(ctx, ali)
		must(t, err)
		want := types.ContactInfo{Found: true, FirstName: "Ali", FullName: "Ali bin Bakar", PushName: "Ali B", BusinessName: "Kedai Ali", RedactedPhone: "+60…9"}
		equal(t, "ali", info, want)
		all, err := d.Contacts.GetAllContacts(ctx)
		must(t, err)
		equal(t, "all", len(all), 2)
		equal(t, "bala", all[bala].FullName, "Bala K")
		nobody, err := d.Contacts.GetContact(ctx, types.NewJID("1", types.DefaultUserServer))
		must(t, err)
		equal(t, "nobody", nobody.Found, false)
	})
}

func TestChatSettingsAreKept(t *testing.T) {
	muted, forever, unmuted := types.NewJID("1", types.GroupServer), types.NewJID("2", types.GroupServer), types.NewJID("3", types.GroupServer)
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.ChatSettings.PutMutedUntil(ctx, muted, sentAt))
		must(t, d.ChatSettings.PutMutedUntil(ctx, forever, wastore.MutedForever))
		must(t, d.ChatSettings.PutMutedUntil(ctx, unmuted, sentAt))
		must(t, d.ChatSettings.PutMutedUntil(ctx, unmuted, time.Time{}))
		must(t, d.ChatSettings.PutPinned(ctx, muted, true))
		must(t, d.ChatSettings.PutArchived(ctx, muted, true))
	}, func(t *testing.T, d *wastore.Device) {
		settings, err := d.ChatSettings.GetChatSettings(ctx, muted)
		must(t, err)
		equal(t, "until", settings.MutedUntil.Equal(sentAt), true)
		equal(t, "pinned and archived", settings.Pinned && settings.Archived && settings.Found, true)
		settings, err = d.ChatSettings.GetChatSettings(ctx, forever)
		must(t, err)
		equal(t, "for good", settings.MutedUntil, wastore.MutedForever)
		settings, err = d.ChatSettings.GetChatSettings(ctx, unmuted)
		must(t, err)
		equal(t, "unmuted", settings.MutedUntil.IsZero() && settings.Found, true)
		settings, err = d.ChatSettings.GetChatSettings(ctx, types.NewJID("4", types.GroupServer))
		must(t, err)
		equal(t, "unknown", settings.Found, false)
	})
}

func TestMessageSecretsAreFoundUnderEitherName(t *testing.T) {
	phone, lid := randomPerson()
	device := lid
	device.Device = 4
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.LIDs.PutLIDMapping(ctx, lid, phone))
		must(t, d.MsgSecrets.PutMessageSecret(ctx, lid, device, "A", []byte("secret")))
		must(t, d.MsgSecrets.PutMessageSecret(ctx, lid, device, "A", []byte("later")))
		must(t, d.MsgSecrets.PutMessageSecrets(ctx, []wastore.MessageSecretInsert{
			{Chat: phone, Sender: phone, ID: "B", Secret: []byte("old")}, {Chat: phone, ID: "C", Secret: []byte("no sender")},
		}))
	}, func(t *testing.T, d *wastore.Device) {
		secret, sender, err := d.MsgSecrets.GetMessageSecret(ctx, phone, phone, "A")
		must(t, err)
		equalBytes(t, "the first one counts", secret, []byte("secret"))
		equal(t, "kept with", sender, lid)
		secret, sender, err = d.MsgSecrets.GetMessageSecret(ctx, lid, device, "B")
		must(t, err)
		equalBytes(t, "of history", secret, []byte("old"))
		equal(t, "kept with", sender, phone)
		secret, _, err = d.MsgSecrets.GetMessageSecret(ctx, lid, device, "D")
		must(t, err)
		equal(t, "absent", secret == nil, true)
	})
}

func TestPrivacyTokensAreKept(t *testing.T) {
	phone, lid := randomPerson()
	now := time.Now().Truncate(time.Second)
	kept(t, func(t *testing.T, d *wastore.Device) {
		none, err := d.PrivacyTokens.GetPrivacyToken(ctx, lid)
		must(t, err)
		equal(t, "none yet", none == nil, true)
		must(t, d.LIDs.PutLIDMapping(ctx, lid, phone))
		must(t, d.PrivacyTokens.PutPrivacyTokens(ctx, wastore.PrivacyToken{User: phone, Token: []byte("t"), Timestamp: now, SenderTimestamp: now}))
		must(t, d.PrivacyTokens.PutPrivacyTokens(ctx, wastore.PrivacyToken{User: phone, Token: []byte("older"), Timestamp: now.Add(-time.Hour)}))
		must(t, d.PrivacyTokens.PutPrivacyTokens(ctx, wastore.PrivacyToken{User: phone, Token: []byte("newer"), Timestamp: now.Add(time.Hour)}))
	}, func(t *testing.T, d *wastore.Device) {
		for _, user := range []types.JID{phone, lid} {
			token, err := d.PrivacyTokens.GetPrivacyToken(ctx, user)
			must(t, err)
			equalBytes(t, "token", token.Token, []byte("newer"))
			equal(t, "issued", token.SenderTimestamp.Equal(now), true)
			equal(t, "user", token.User, user)
		}
	})
}

func TestExpiredPrivacyTokensGo(t *testing.T) {
	phone, _ := randomPerson()
	other, _ := randomPerson()
	now := time.Now()
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.PrivacyTokens.PutPrivacyTokens(ctx,
			wastore.PrivacyToken{User: phone, Token: []byte("t"), Timestamp: now.Add(-time.Hour)},
			wastore.PrivacyToken{User: other, Token: []byte("t"), Timestamp: now}))
		_, err := d.PrivacyTokens.GetPrivacyToken(ctx, phone)
		must(t, err)
		gone, err := d.PrivacyTokens.DeleteExpiredPrivacyTokens(ctx, now.Add(-time.Minute))
		must(t, err)
		equal(t, "gone", gone, 1)
	}, func(t *testing.T, d *wastore.Device) {
		token, err := d.PrivacyTokens.GetPrivacyToken(ctx, phone)
		must(t, err)
		equal(t, "expired", token == nil, true)
		token, err = d.PrivacyTokens.GetPrivacyToken(ctx, other)
		must(t, err)
		equal(t, "valid", token != nil, true)
	})
}

func TestTheSaltIsKept(t *testing.T) {
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.NCTSalt.PutNCTSalt(ctx, []byte("salt")))
	}, func(t *testing.T, d *wastore.Device) {
		salt, err := d.NCTSalt.GetNCTSalt(ctx)
		must(t, err)
		equalBytes(t, "salt", salt, []byte("salt"))
	})
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.NCTSalt.PutNCTSalt(ctx, []byte("salt")))
		must(t, d.NCTSalt.DeleteNCTSalt(ctx))
	}, func(t *testing.T, d *wastore.Device) {
		salt, err := d.NCTSalt.GetNCTSalt(ctx)
		must(t, err)
		equal(t, "deleted", salt == nil, true)
	})
}

func TestReceivedMessagesAreBufferedUntilCleared(t *testing.T) {
	done, open, unknown := [32]byte{1}, [32]byte{2}, [32]byte{3}
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.EventBuffer.PutBufferedEvent(ctx, done, []byte("done"), sentAt))
		must(t, d.EventBuffer.PutBufferedEvent(ctx, open, []byte("open"), sentAt))
		must(t, d.EventBuffer.ClearBufferedEventPlaintext(ctx, done))
	}, func(t *testing.T, d *wastore.Device) {
		event, err := d.EventBuffer.GetBufferedEvent(ctx, done)
		must(t, err)
		equal(t, "dealt with", event != nil && event.Plaintext == nil, true)
		event, err = d.EventBuffer.GetBufferedEvent(ctx, open)
		must(t, err)
		equalBytes(t, "plaintext", event.Plaintext, []byte("open"))
		equal(t, "time", event.ServerTime.Equal(sentAt), true)
		event, err = d.EventBuffer.GetBufferedEvent(ctx, unknown)
		must(t, err)
		equal(t, "unknown", event == nil, true)
	})
}

func TestSentMessagesAreKeptForThoseWhoCouldNotReadThem(t *testing.T) {
	phone, lid := randomPerson()
	kept(t, func(t *testing.T, d *wastore.Device) {
		must(t, d.EventBuffer.AddOutgoingEvent(ctx, lid, "A", "wa", []byte("text")))
		must(t, d.EventBuffer.AddOutgoingEvent(ctx, lid, "A", "wa", []byte("again")))
	}, func(t *testing.T, d *wastore.Device) {
		for _, chats := range [][2]types.JID{{lid, {}}, {phone, lid}, {lid, phone}} {
			format, plaintext, err := d.EventBuffer.GetOutgoingEvent(ctx, chats[0], chats[1], "A")
			must(t, err)
			equal(t, "format", format, "wa")
			equalBytes(t, "plaintext", plaintext, []byte("again"))
		}
		_, _, err := d.EventBuffer.GetOutgoingEvent(ctx, phone, types.EmptyJID, "A")
		if !errors.Is(err, store.ErrNotKept) {
			t.Errorf("of another chat: %v", err)
		}
	})
}

func TestAliasesServeTheWholeWorkspaceAndNoOther(t *testing.T) {
	s := connect(t)
	ref, device := link(t, s)
	phone, lid := randomPerson()
	newPhone, otherLID := randomPerson()
	must(t, device.LIDs.PutLIDMapping(ctx, lid, phone))
	colleague := linkAt(t, s, store.Ref{Workspace: ref.Workspace, Device: newRef().Device})
	elsewhere := linkAt(t, connect(t), store.Ref{Workspace: ref.Workspace, Device: newRef().Device})
	_, stranger := link(t, s)

	phoneDevice, lidDevice := phone, lid
	phoneDevice.Device, lidDevice.Device = 7, 7
	for _, d := range []*wastore.Device{device, colleague, elsewhere} {
		found, err := d.LIDs.GetLIDForPN(ctx, phoneDevice)
		must(t, err)
		equal(t, "lid", found, lidDevice)
		found, err = d.LIDs.GetPNForLID(ctx, lidDevice)
		must(t, err)
		equal(t, "phone", found, phoneDevice)
		many, err := d.LIDs.GetManyLIDsForPNs(ctx, []types.JID{phone, phoneDevice, newPhone, lid})
		must(t, err)
		equal(t, "many", len(many), 2)
		equal(t, "one of them", many[phoneDevice], lidDevice)
	}
	found, err := stranger.LIDs.GetLIDForPN(ctx, phone)
	must(t, err)
	equal(t, "another workspace", found, types.EmptyJID)

	// A number that changes hands, and a person who changes numbers.
	must(t, device.LIDs.PutManyLIDMappings(ctx, []wastore.LIDMapping{{LID: otherLID, PN: phone}, {LID: lid, PN: newPhone}, {LID: phone, PN: lid}}))
	for _, d := range []*wastore.Device{device, linkAt(t, connect(t), store.Ref{Workspace: ref.Workspace, Device: newRef().Device})} {
		for asked, want := range map[types.JID]types.JID{phone: otherLID, newPhone: lid} {
			found, err = d.LIDs.GetLIDForPN(ctx, asked)
			must(t, err)
			equal(t, "lid after the change", found, want)
			found, err = d.LIDs.GetPNForLID(ctx, want)
			must(t, err)
			equal(t, "phone after the change", found, asked)
		}
	}
	if device.LIDs.PutLIDMapping(ctx, phone, lid) == nil {
		t.Error("a mapping the wrong way round was taken")
	}
}

func TestWhatWasAgreedByPhoneNumberMovesToTheLID(t *testing.T) {
	phone, lid := randomPerson()
	kept(t, func(t *testing.T, d *wastore.Device) {
		from := phone.SignalAddressUser()
		must(t, d.Sessions.PutSession(ctx, from+":0", []byte("s0")))
		must(t, d.Sessions.PutSession(ctx, from+":5", []byte("s5")))
		must(t, d.Sessions.PutSession(ctx, from+"1:0", []byte("a longer number")))
		must(t, d.Identities.PutIdentity(ctx, from+":0", [32]byte{1}))
		must(t, d.SenderKeys.PutSenderKey(ctx, "1@g.us", from+":0", []byte("k")))
		must(t, d.Sessions.MigratePNToLID(ctx, phone, lid))
		must(t, d.Sessions.MigratePNToLID(ctx, phone, lid))
	}, func(t *testing.T, d *wastore.Device) {
		to, from := lid.SignalAddressUser(), phone.SignalAddressUser()
		want := map[string]string{to + ":0": "s0", to + ":5": "s5", from + ":0": "", from + ":5": "", from + "1:0": "a longer number"}
		for address, session := range want {
			got, err := d.Sessions.GetSession(ctx, address)
			must(t, err)
			equal(t, address, string(got), session)
		}
		trusted, err := d.Identities.IsTrustedIdentity(ctx, to+":0", [32]byte{2})
		must(t, err)
		equal(t, "the identity moved", trusted, false)
		key, err := d.SenderKeys.GetSenderKey(ctx, "1@g.us", to+":0")
		must(t, err)
		equalBytes(t, "the sender key moved", key, []byte("k"))
	})
}

func TestForgettingLeavesNothing(t *testing.T) {
	s, pool := connect(t), raw(t)
	for _, forget := range []func(store.Ref, *wastore.Device) error{
		func(ref store.Ref, _ *wastore.Device) error { return s.Forget(ctx, ref) },
		func(_ store.Ref, d *wastore.Device) error { return d.Delete(ctx) },
	} {
		ref, device := link(t, s)
		everywhere(t, device)
		before := rowsOf(t, pool, ref)
		if slices.Contains(before, 0) {
			t.Fatalf("a table without a row proves nothing: %v", before)
		}
		must(t, forget(ref, device))
		equal(t, "rows left", slices.Max(rowsOf(t, pool, ref)), 0)
		if _, err := s.Open(ctx, ref, 1, noTrouble(t)); !errors.Is(err, store.ErrNoSession) {
			t.Errorf("opening: %v", err)
		}
	}
}

func TestDevicesThatLearnTheSameAtOnceDoNotHinderEachOther(t *testing.T) {
	workspace := newRef().Workspace
	var mappings []wastore.LIDMapping
	for range 400 {
		phone, lid := randomPerson()
		mappings = append(mappings, wastore.LIDMapping{LID: lid, PN: phone})
	}
	var all sync.WaitGroup
	for range 4 {
		device := linkAt(t, connect(t), store.Ref{Workspace: workspace, Device: newRef().Device})
		all.Go(func() {
			for range 5 {
				if err := device.LIDs.PutManyLIDMappings(ctx, mappings); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
