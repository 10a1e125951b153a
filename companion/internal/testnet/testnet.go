// SPDX-License-Identifier: GPL-3.0-or-later

// Package testnet lets a companion believe in a network on this machine. The product's binary does not contain it.
package testnet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/binary/token"

	"hebah.example/companion/internal/network"
)

// Variable names the environment variable with the path of the description.
const Variable = "HEBAH_TESTNET"

type description struct {
	Port           int    `json:"port"`
	CA             string `json:"ca"`
	NoisePublicKey string `json:"noise_public_key"`
	PingMS         int    `json:"ping_ms"`
}

// Clients trusts the network that the environment describes, and reaches it by whatever name a server is called.
func Clients() (network.Clients, error) {
	path := os.Getenv(Variable)
	if path == "" {
		return network.Clients{}, errors.New(Variable + " is not set")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return network.Clients{}, err
	}
	var told description
	if err = json.Unmarshal(text, &told); err != nil {
		return network.Clients{}, fmt.Errorf("%s: %w", Variable, err)
	}
	return told.clients()
}

func (d description) clients() (network.Clients, error) {
	key, err := hex.DecodeString(d.NoisePublicKey)
	if err != nil || len(key) != len(whatsmeow.WACertPubKey) {
		return network.Clients{}, errors.New("noise_public_key is not 32 bytes in hex")
	}
	copy(whatsmeow.WACertPubKey[:], key)
	authority, err := os.ReadFile(d.CA)
	if err != nil {
		return network.Clients{}, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return network.Clients{}, errors.New("ca holds no certificate")
	}
	if d.PingMS > 0 {
		whatsmeow.KeepAliveIntervalMin = time.Duration(d.PingMS) * time.Millisecond
		whatsmeow.KeepAliveIntervalMax = whatsmeow.KeepAliveIntervalMin + time.Millisecond
		whatsmeow.KeepAliveResponseDeadline = whatsmeow.KeepAliveIntervalMin
	}
	return network.Clients{
		Messages: &http.Client{Transport: d.transport(roots)},
		Files:    &http.Client{Transport: d.transport(roots)},
	}, nil
}

func (d description) transport(roots *x509.CertPool) *http.Transport {
	transport := network.Transport()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(d.Port))
	transport.Proxy = nil
	transport.ForceAttemptHTTP2 = false
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", address)
	}
	return transport
}

// PrintTokens writes the dictionaries of the binary XML as JSON.
func PrintTokens(to io.Writer) error {
	return json.NewEncoder(to).Encode(map[string]any{
		"single": token.SingleByteTokens, "double": token.DoubleByteTokens, "version": token.DictVersion,
	})
}
