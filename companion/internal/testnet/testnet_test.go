// SPDX-License-Identifier: GPL-3.0-or-later

package testnet

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestTokensAreWholeDictionaries(t *testing.T) {
	var out bytes.Buffer
	if err := PrintTokens(&out); err != nil {
		t.Fatal(err)
	}
	var tokens struct {
		Single  []string   `json:"single"`
		Double  [][]string `json:"double"`
		Version int        `json:"version"`
	}
	if err := json.Unmarshal(out.Bytes(), &tokens); err != nil {
		t.Fatal(err)
	}
	if len(tokens.Single) < 200 || len(tokens.Double) != 4 || tokens.Version == 0 || tokens.Single[3] != "s.whatsapp.net" {
		t.Fatalf("%d %d %d", len(tokens.Single), len(tokens.Double), tokens.Version)
	}
}

func TestANetworkThatIsNotDescribedIsNotReached(t *testing.T) {
	folder := t.TempDir()
	cases := map[string]string{
		"no file": filepath.Join(folder, "nothing"), "no JSON": written(t, folder, "a", "x"), "no name": "",
		"no key":       written(t, folder, "b", `{"port": 1, "ca": "x", "noise_public_key": "00"}`),
		"no authority": written(t, folder, "c", `{"port": 1, "ca": "/nowhere", "noise_public_key": "`+thirtyTwo+`"}`),
	}
	for name, path := range cases {
		t.Setenv(Variable, path)
		if _, err := Clients(); err == nil {
			t.Errorf("%s: reached", name)
		}
	}
}

const thirtyTwo = "0000000000000000000000000000000000000000000000000000000000000000"

func written(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
