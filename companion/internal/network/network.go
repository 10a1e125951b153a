// SPDX-License-Identifier: GPL-3.0-or-later

// Package network makes the HTTP clients that all devices of a process share.
package network

import (
	"net"
	"net/http"
	"time"
)

// Clients are the ways out of this process: to the message servers, and to the servers that keep files.
type Clients struct {
	Messages *http.Client
	Files    *http.Client
}

// Direct reaches WhatsApp itself.
func Direct() Clients {
	return Clients{
		Messages: &http.Client{Transport: Transport()},
		Files:    &http.Client{Transport: Transport()},
	}
}

// Transport has a deadline for every step until the first byte of an answer: a server that takes a connection and
// then says nothing must not hold a device for ever.
func Transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       90 * time.Second,
	}
}
