// SPDX-License-Identifier: GPL-3.0-or-later

package program

import "go.mau.fi/libsignal/logger"

// silent is libsignal's log: left alone, it would write what it sees to standard output.
type silent struct{}

var _ logger.Loggable = silent{}

func (silent) Debug(string, string) {}

func (silent) Info(string, string) {}

func (silent) Warning(string, string) {}

func (silent) Error(string, string) {}

func (silent) Configure(string) {}
