// SPDX-License-Identifier: GPL-3.0-or-later

package convert

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"hebah.example/companion/internal/protocol"
)

const (
	joinedByInvitation = "invite"
	idBytes            = 12
)

// teller makes lines of what happened to a group: all at the same time, by the same one.
type teller struct {
	group types.JID
	at    time.Time
	key   string // what tells this telling from others at the same time
	by    string
	self  Self
	book  Book
	lines []*protocol.Incoming
}

// Notices are the lines that a change of a group makes in its chat; nil for what nobody would want to read.
func Notices(event *events.GroupInfo, self Self, book Book) []*protocol.Incoming {
	told := teller{group: event.JID, at: event.Timestamp, key: event.ParticipantVersionID, self: self, book: book}
	told.by = told.person(jidOf(event.Sender), jidOf(event.SenderPN))
	told.settings(event)
	told.arrivals(event)
	told.departures(event.Leave)
	told.tell("promoted", told.people(event.Promote), "")
	told.tell("demoted", told.people(event.Demote), "")
	if event.Delete != nil {
		told.say("ended", "")
	}
	return told.lines
}

func (t *teller) settings(event *events.GroupInfo) {
	if event.Name != nil {
		t.say("renamed", event.Name.Name)
	}
	if event.Topic != nil {
		t.say("described", "")
	}
	if event.Announce != nil {
		t.say(either(event.Announce.IsAnnounce, "admins_write", "all_write"), "")
	}
	if event.Ephemeral != nil {
		t.say(either(event.Ephemeral.IsEphemeral, "disappearing_on", "disappearing_off"), "")
	}
	if event.NewInviteLink != nil {
		t.say("link_reset", "")
	}
}

// arrivals tells those who came by themselves from those whom somebody has added.
func (t *teller) arrivals(event *events.GroupInfo) {
	people := t.people(event.Join)
	if event.JoinReason == joinedByInvitation || (len(people) == 1 && people[0] == t.by) {
		t.tell("joined", people, "")
		return
	}
	t.tell("added", people, "")
}

func (t *teller) departures(gone []types.JID) {
	people := t.people(gone)
	if len(people) == 1 && (people[0] == t.by || t.by == "") {
		t.tell("left", people, "")
		return
	}
	t.tell("removed", people, "")
}

// Joined are the lines of a group that is new to this account: it was made, or we were let in. Now is the time where the
// event tells none.
func Joined(event *events.JoinedGroup, self Self, book Book, now time.Time) []*protocol.Incoming {
	told := teller{group: event.JID, at: now, key: event.ParticipantVersionID + event.CreateKey, self: self, book: book}
	told.by = told.person(jidOf(event.Sender), jidOf(event.SenderPN))
	us := []string{Address(self.Phone, types.EmptyJID, book)}
	switch {
	case event.Type == "new":
		told.at = event.GroupCreated
		told.say("created", event.Name)
	case event.Reason == joinedByInvitation:
		told.tell("joined", us, "")
	default:
		told.tell("added", us, "")
	}
	return told.lines
}

// Pictured is the line of a group that has another picture; nil for people, of whom no line tells.
func Pictured(event *events.Picture, self Self, book Book) *protocol.Incoming {
	if event.JID.Server != types.GroupServer {
		return nil
	}
	told := teller{group: event.JID, at: event.Timestamp, key: event.PictureID, self: self, book: book}
	told.by = told.person(event.Author, types.EmptyJID)
	told.say(either(event.Remove, "picture_removed", "picture_changed"), "")
	return told.lines[0]
}

func (t *teller) tell(code string, people []string, words string) {
	if len(people) == 0 {
		return
	}
	t.add(&protocol.Notice{Code: code, By: t.by, People: people, Words: words})
}

func (t *teller) say(code, words string) { t.add(&protocol.Notice{Code: code, By: t.by, Words: words}) }

func (t *teller) add(notice *protocol.Notice) {
	chat := Address(t.group, types.EmptyJID, t.book)
	t.lines = append(t.lines, &protocol.Incoming{
		Chat: chat, Sender: firstOf(t.by, chat), WireId: t.id(notice), At: t.at.UnixMilli(), Kind: "system", Notice: notice,
	})
}

// id names a line by what it says: whatsmeow keeps the network's own name to itself, and the same line may come again.
func (t *teller) id(notice *protocol.Notice) string {
	parts := append([]string{t.group.User, t.at.UTC().Format(time.RFC3339), t.key, notice.Code, notice.By, notice.Words},
		notice.People...)
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "SYS" + strings.ToUpper(hex.EncodeToString(sum[:idBytes]))
}

func (t *teller) people(jids []types.JID) []string {
	var found []string
	for _, jid := range jids {
		if person := t.person(jid, types.EmptyJID); person != "" {
			found = append(found, person)
		}
	}
	return found
}

func (t *teller) person(jid, other types.JID) string {
	if t.self.Is(jid) {
		jid, other = t.self.Phone, types.EmptyJID
	}
	return Address(jid.ToNonAD(), other, t.book)
}

// Group is what a group is called and who is in it; nameOf is what its members are called.
func Group(info *types.GroupInfo, self Self, book Book, nameOf func(types.JID) string) *protocol.GroupFacts {
	told := teller{self: self, book: book}
	facts := &protocol.GroupFacts{Subject: info.Name, AdminsWrite: info.IsAnnounce}
	for _, member := range info.Participants {
		address := told.person(member.JID, member.PhoneNumber)
		if address == "" || member.Error != 0 {
			continue
		}
		if known := alias(member.LID, member.PhoneNumber); known != nil {
			facts.Aliases = append(facts.Aliases, known)
		}
		facts.Members = append(facts.Members, &protocol.Member{
			Address: address, Role: roleOf(member),
			Name: firstOf(nameOf(member.PhoneNumber), nameOf(member.LID), nameOf(member.JID)),
		})
	}
	return facts
}

func roleOf(member types.GroupParticipant) string {
	switch {
	case member.IsSuperAdmin:
		return "owner"
	case member.IsAdmin:
		return "admin"
	default:
		return "member"
	}
}

func either(is bool, one, other string) string {
	if is {
		return one
	}
	return other
}

func jidOf(jid *types.JID) types.JID {
	if jid == nil {
		return types.EmptyJID
	}
	return *jid
}
