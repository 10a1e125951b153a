// SPDX-License-Identifier: GPL-3.0-or-later

// Command hebah-companion-testnet is the companion for tests: it knows no network but the one on this machine that
// HEBAH_TESTNET describes. `tokens` prints the dictionaries of the binary XML.
package main

import (
	"fmt"
	"os"

	"hebah.example/companion/internal/program"
	"hebah.example/companion/internal/testnet"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "tokens" {
		if err := testnet.PrintTokens(os.Stdout); err != nil {
			fail(err)
		}
		return
	}
	clients, err := testnet.Clients()
	if err != nil {
		fail(err)
	}
	os.Exit(program.Run(os.Args[1:], clients))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "hebah-companion-testnet:", err)
	os.Exit(program.ExitUsage)
}
