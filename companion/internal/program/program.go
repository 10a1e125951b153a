// SPDX-License-Identifier: GPL-3.0-or-later

// Package program is the life of the process: told what it needs over its socket, then at work until the other end
// goes away, asks it to leave, or talks nonsense.
package program

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"go.mau.fi/libsignal/logger"

	"hebah.example/companion/internal/fleet"
	"hebah.example/companion/internal/network"
	"hebah.example/companion/internal/protocol"
	"hebah.example/companion/internal/store"
	"hebah.example/companion/internal/wire"
)

// Codes that the process ends with.
const (
	ExitDone     = 0 // drained, or the other end went away
	ExitUsage    = 2 // not started as it must be
	ExitNonsense = 3 // a frame that is too long or holds no envelope
	ExitRefused  = 4 // told something it cannot work with; Ready says what
)

const (
	protocolVersion = 1
	eventBytes      = 8 << 20
	lastWords       = 2 * time.Second
)

// Run is the whole program; it returns the code to end with.
func Run(arguments []string, clients network.Clients) int {
	flags := flag.NewFlagSet("hebah-companion", flag.ContinueOnError)
	fd := flags.Int("fd", -1, "the open socket to talk over")
	version := flags.Bool("version", false, "print the version and end")
	if err := flags.Parse(arguments); err != nil {
		return ExitUsage
	}
	if *version {
		fmt.Println(build(), "protocol", protocolVersion)
		return ExitDone
	}
	socket, err := socketOf(*fd)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hebah-companion is started by Hebah, with --fd naming a socket:", err)
		return ExitUsage
	}
	defer socket.Close()
	signal.Ignore(os.Interrupt, syscall.SIGPIPE)
	logger.Logger = silent{}
	return newProcess(socket, clients).live()
}

func socketOf(fd int) (net.Conn, error) {
	if fd < 3 {
		return nil, errors.New("no --fd")
	}
	file := os.NewFile(uintptr(fd), "socket")
	defer file.Close()
	return net.FileConn(file)
}

type process struct {
	socket  net.Conn
	clients network.Clients
	reader  *wire.Reader
	out     *wire.Queue
	vault   *store.Store
	written chan struct{}
	level   slog.LevelVar
	log     *slog.Logger
}

func newProcess(socket net.Conn, clients network.Clients) *process {
	p := &process{
		socket: socket, clients: clients, reader: wire.NewReader(socket), out: wire.NewQueue(eventBytes),
		written: make(chan struct{}),
	}
	p.log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: &p.level}))
	return p
}

func (p *process) live() int {
	go p.write()
	defer p.finish()
	configure, code := p.configured()
	if configure == nil {
		return code
	}
	ready := &protocol.Ready{BootId: bootID(), Build: build(), Version: protocolVersion}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	owned, why := p.assemble(ctx, configure)
	ready.Code = why
	_ = p.out.Post(&protocol.Envelope{Body: &protocol.Envelope_Ready{Ready: ready}})
	if why != "" {
		p.log.Error("not_ready", "code", why)
		return ExitRefused
	}
	p.log.Info("ready", "build", ready.Build)
	defer p.vault.Close()
	return p.work(owned)
}

// configured waits for the first frame, which must be Configure.
func (p *process) configured() (*protocol.Configure, int) {
	envelope, err := p.reader.Next()
	if err != nil {
		return nil, p.ended(err)
	}
	configure := envelope.GetConfigure()
	if configure == nil {
		p.log.Error("not_configured")
		return nil, ExitNonsense
	}
	if configure.GetLogLevel() != "" {
		_ = p.level.UnmarshalText([]byte(configure.GetLogLevel()))
	}
	return configure, ExitDone
}

// work hands requests over until the other end goes away or the process is asked to leave.
func (p *process) work(owned *fleet.Fleet) int {
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	over := make(chan error, 1)
	go func() { over <- p.listen(owned) }()
	var err error
	select {
	case err = <-over:
	case <-owned.Left():
		return ExitDone
	case <-terminate:
		p.log.Info("terminated")
	}
	owned.Leave()
	return p.ended(err)
}

func (p *process) listen(owned *fleet.Fleet) error {
	for {
		envelope, err := p.reader.Next()
		if err != nil {
			return err
		}
		switch body := envelope.Body.(type) {
		case *protocol.Envelope_Request:
			owned.Do(body.Request)
		case *protocol.Envelope_Acknowledge:
			owned.Acknowledge(body.Acknowledge.GetSeqs())
		default:
			p.log.Warn("frame_ignored", "kind", strings.TrimPrefix(fmt.Sprintf("%T", body), "*protocol."))
		}
	}
}

func (p *process) ended(err error) int {
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return ExitDone
	case errors.Is(err, wire.ErrTooLarge), errors.Is(err, wire.ErrMalformed):
		p.log.Error("nonsense", "error", errorWord(err))
		return ExitNonsense
	default:
		p.log.Info("cut_off", "error", errorWord(err))
		return ExitDone
	}
}

func errorWord(err error) string {
	switch {
	case errors.Is(err, wire.ErrTooLarge):
		return "frame_too_large"
	case errors.Is(err, wire.ErrMalformed):
		return "frame_malformed"
	case errors.Is(err, wire.ErrCut):
		return "frame_cut"
	default:
		return fmt.Sprintf("%T", err)
	}
}

func (p *process) write() {
	defer close(p.written)
	if err := p.out.Write(p.socket); err != nil {
		p.socket.Close() // then reading ends as well
	}
}

// finish lets the last words out, as far as somebody still reads.
func (p *process) finish() {
	p.out.Close()
	select {
	case <-p.written:
	case <-time.After(lastWords):
	}
}

func bootID() string {
	var id [8]byte
	_, _ = rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

func build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == "go.mau.fi/whatsmeow" {
			return module.Version
		}
	}
	return info.Main.Version
}
