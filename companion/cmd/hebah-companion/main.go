// SPDX-License-Identifier: GPL-3.0-or-later

// Command hebah-companion connects linked WhatsApp devices on behalf of one Hebah process.
package main

import (
	"os"

	"hebah.example/companion/internal/network"
	"hebah.example/companion/internal/program"
)

func main() {
	os.Exit(program.Run(os.Args[1:], network.Direct()))
}
