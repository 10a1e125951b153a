// SPDX-License-Identifier: GPL-3.0-or-later

// Package store keeps the sessions of linked devices in PostgreSQL, in the schema `companion`: every store interface of
// whatsmeow, for all devices of a process, over one pool of connections.
//
// # What it promises
//
// Nothing is acknowledged that is not durable. An error of the database looks like a cancelled context, on which whatsmeow
// returns from a received stanza without an acknowledgement; and since whatsmeow takes no notice of some errors, the
// first one closes the device and has its connection cut ([Trouble]) before anyone learns of it.
//
// Only the owner of the latest epoch writes. Every statement that writes carries the epoch and locks the session's row
// against a take-over in the same round trip; where that row is not found, nothing is written and the answer is [ErrStale].
//
// A ratchet's step is durable before the message that it encrypts leaves, and together with the plaintext that it
// decrypts. Two goroutines never step the same ratchet: the later one learns that it was overtaken.
//
// Secrets and texts are sealed with AES-256-GCM under a key of the device, bound to table, device and row. What a contact
// can renegotiate is as good as absent when it does not open; a session's own row that does not open is told apart:
// [ErrWrongKey] or [ErrCorrupt].
//
// # What it costs
//
// Writes are gathered in memory and go out as one statement, hence one commit: a sent message with the ratchets of its
// recipients; a received one with its ratchet, identity and used prekey, and with the plaintext of the one before, cleared.
// Reads go through a cache of what all devices used lately, which the epoch makes true. Statements, measured by a test:
//
//	text to a known contact                  1 (a commit)
//	first text to a contact                  5: LID, its mapping (a commit), ratchets, privacy token, the message (a commit)
//	text from a known contact                2: was it seen, the message (a commit)
//	the same when it brings a secret         3: and the secret (a commit)
//	first text from a contact                6: LID (a commit), name, was it seen, ratchet, prekey, the message (a commit)
//	opening a device                         1 (a commit)
//	812 prekeys at linking                   2 (one of them a commit)
//
// An open device that idles costs a few kilobytes beside whatsmeow's own.
package store
