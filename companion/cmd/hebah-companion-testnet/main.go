// SPDX-License-Identifier: GPL-3.0-or-later

// Command hebah-companion-testnet is the companion for tests: it knows no network but the one on this machine that
// HEBAH_TESTNET describes. `tokens` prints the dictionaries of the binary XML, `adopt` stores devices that it reads.
package main

import (
	"context"
	"fmt"
	"os"

	"hebah.example/companion/internal/program"
	"hebah.example/companion/internal/testnet"
)

func main() {
	if len(os.Args) == 2 {
		if tool, ok := tools[os.Args[1]]; ok {
			if err := tool(); err != nil {
				fail(err)
			}
			return
		}
	}
	clients, err := testnet.Clients()
	if err != nil {
		fail(err)
	}
	os.Exit(program.Run(os.Args[1:], clients))
}

var tools = map[string]func() error{
	"tokens": func() error { return testnet.PrintTokens(os.Stdout) },
	"adopt":  func() error { return testnet.Adopt(context.Background(), os.Stdin) },
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "hebah-companion-testnet:", err)
	os.Exit(program.ExitUsage)
}
