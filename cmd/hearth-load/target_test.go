package main

import (
	"errors"
	"net/netip"
	"testing"
)

func TestPrivateAddr(t *testing.T) {
	for a, want := range map[string]bool{
		"127.0.0.1": true, "127.8.9.1": true, "::1": true, "10.1.2.3": true, "172.16.0.1": true, "192.168.1.1": true,
		"fd00::1": true, "fe80::1": true, "169.254.1.1": true,
		"8.8.8.8": false, "172.32.0.1": false, "2001:db8::1": false, "0.0.0.0": false, "::": false, "100.64.0.1": false,
	} {
		if got := privateAddr(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
}

func TestPrivateOrigin(t *testing.T) {
	for origin, private := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://[::1]:80": true, "http://[::ffff:10.0.0.1]": true,
		"https://198.51.100.7": false, "http://[::ffff:198.51.100.7]": false,
	} {
		if err := privateOrigin(t.Context(), origin); (err == nil) != private || err != nil && !errors.Is(err, errPublic) {
			t.Errorf("%s: %v", origin, err)
		}
	}
	o := options{url: "http://127.0.0.1", ops: "http://198.51.100.7"}
	if err := o.private(t.Context()); !errors.Is(err, errPublic) {
		t.Errorf("a foreign operations listener: %v", err)
	}
}

func TestLoopback(t *testing.T) {
	for origin, want := range map[string]bool{
		"http://localhost:8080": true, "http://127.0.0.1": true, "http://[::1]:1": true, "http://10.0.0.1": false, "https://example.org": false,
	} {
		if loopback(origin) != want {
			t.Errorf("%s: %v", origin, !want)
		}
	}
}
