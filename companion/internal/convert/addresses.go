// SPDX-License-Identifier: GPL-3.0-or-later

// Package convert turns what whatsmeow says into the words of our protocol, and our words into its. It asks nobody
// but a Book, so the same input always gives the same output.
package convert

import (
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/types"

	"hebah.example/companion/internal/protocol"
)

const (
	lidPrefix   = "lid:"
	groupPrefix = "group:"
)

// Book knows which phone number and which LID are the same person. An unknown one is the empty JID.
type Book interface {
	PhoneOf(lid types.JID) types.JID
	LIDOf(phone types.JID) types.JID
}

// Self is the account of the device.
type Self struct {
	Phone types.JID
	LID   types.JID
}

// Is says whether an address is one of the account's own, on whichever of its devices.
func (s Self) Is(jid types.JID) bool {
	switch jid.Server {
	case types.DefaultUserServer, types.HostedServer:
		return jid.User == s.Phone.User
	case types.HiddenUserServer, types.HostedLIDServer:
		return jid.User != "" && jid.User == s.LID.User
	default:
		return false
	}
}

// Address is our word for a JID, and "" for one that we have no word for. The other name of the same person, where a
// message shows it, comes before what the book knows.
func Address(jid, other types.JID, book Book) string {
	switch jid.Server {
	case types.DefaultUserServer, types.HostedServer, types.LegacyUserServer:
		if jid.User == "" || jid.User == "0" {
			return ""
		}
		return "+" + jid.User
	case types.HiddenUserServer, types.HostedLIDServer:
		if phone := phoneOf(jid, other, book); phone.User != "" {
			return "+" + phone.User
		}
		return lidPrefix + jid.User
	case types.GroupServer:
		return groupPrefix + jid.User
	default:
		return ""
	}
}

func phoneOf(lid, other types.JID, book Book) types.JID {
	if other.Server == types.DefaultUserServer && other.User != "" {
		return other
	}
	return book.PhoneOf(lid.ToNonAD())
}

// ParseAddress is the JID of one of our addresses.
func ParseAddress(address string) (types.JID, error) {
	server, user := types.DefaultUserServer, ""
	switch {
	case strings.HasPrefix(address, "+"):
		user = address[1:]
	case strings.HasPrefix(address, lidPrefix):
		server, user = types.HiddenUserServer, address[len(lidPrefix):]
	case strings.HasPrefix(address, groupPrefix):
		server, user = types.GroupServer, address[len(groupPrefix):]
	}
	if !addressable(user, server == types.GroupServer) {
		return types.EmptyJID, fmt.Errorf("not an address of %d characters", len(address))
	}
	return types.NewJID(user, server), nil
}

func addressable(user string, group bool) bool {
	if user == "" {
		return false
	}
	for _, letter := range user {
		if (letter < '0' || letter > '9') && (!group || letter != '-') {
			return false
		}
	}
	return true
}

// alias says that two JIDs are one person, if they are a phone and a LID.
func alias(one, other types.JID) *protocol.Alias {
	if one.Server == types.DefaultUserServer && other.Server == types.HiddenUserServer {
		one, other = other, one
	}
	if one.Server != types.HiddenUserServer || other.Server != types.DefaultUserServer {
		return nil
	}
	if one.User == "" || other.User == "" {
		return nil
	}
	return &protocol.Alias{Phone: "+" + other.User, Lid: one.User}
}
