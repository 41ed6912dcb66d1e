package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hearth/room/sfu/relay/relaytest"
	"hearth/signaling/client"
	"hearth/signaling/token"
)

// openRelayHouse is a whole server with the relay on, over UDP and TLS.
func openRelayHouse(t *testing.T) *house {
	t.Helper()
	return openHouse(t, map[string]string{
		"TURN_UDP": "127.0.0.1:0", "TURN_TLS": "127.0.0.1:0", "TURN_CERT": relayCert, "TURN_KEY": relayKey,
	})
}

// ice is the one relay in a guest's welcome.
func (g *guest) ice() client.ICEServer {
	g.t.Helper()
	all := g.Welcome().ICE
	if len(all) != 1 || len(all[0].URLs) != 2 || all[0].Username == "" || all[0].Credential == "" {
		g.t.Fatalf("the welcome has %d relays", len(all))
	}
	return all[0]
}

// relayed connects a guest's media through the relay alone, by the URL that
// begins so.
func (g *guest) relayed(scheme string) *relaytest.Participant {
	g.t.Helper()
	ice := g.ice()
	var urls []string
	for _, u := range ice.URLs {
		if strings.HasPrefix(u, scheme) {
			urls = append(urls, u)
		}
	}
	p, err := relaytest.New(relaytest.Config{Seats: g.Welcome().Seats, URLs: urls, Username: ice.Username, Credential: ice.Credential})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(p.Close)
	var answer struct{ SDP string }
	if err := json.Unmarshal(g.must("offer", "sdp", p.Offer()), &answer); err != nil {
		g.t.Fatal(err)
	}
	if err := p.Answer(answer.SDP); err != nil {
		g.t.Fatal(err)
	}
	select {
	case <-p.Connected():
	case <-time.After(patience):
		g.t.Fatal("media did not connect through the relay")
	}
	return p
}

// eventually polls until f holds.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatal("never: " + what)
}

// M-M3, S-12: where UDP, or everything but TLS, is blocked, a relay is in the
// welcome, and sound and picture go through it both ways. It dies with the link.
func TestRelay(t *testing.T) {
	for _, scheme := range []string{"turn:", "turns:"} {
		t.Run(scheme, func(t *testing.T) {
			h := openRelayHouse(t)
			ada := h.join(h.invite(token.RoleFacilitator, nil), "Ada", 1)
			ada.until("a seat", seated)
			maple := h.arrive(h.invite(token.RolePatient, nil), "Maple")
			far := maple.relayed(scheme)
			if h.n.relay.Stats().Allocations != 1 {
				t.Fatalf("%+v", h.n.relay.Stats())
			}
			ada.admit(maple)
			for _, g := range []*guest{ada, maple} {
				g.must("set", "mic", true)
			}
			ada.media.StartMic()
			ada.media.StartCamera()
			far.Send()
			ada.hears(maple.seat())
			ada.sees(maple.seat())
			eventually(t, "sound and picture for Maple", func() bool { return far.Audio(ada.seat()) > 5 && far.Video(ada.seat()) > 5 })
			h.relayEnds(maple, far)
		})
	}
}

// relayEnds checks that a guest's credential and all behind it end when the
// guest leaves, and those of others do not.
func (h *house) relayEnds(g *guest, far *relaytest.Participant) {
	h.t.Helper()
	ice := g.ice()
	was := h.n.relay.Stats()
	if !strings.Contains(far.Offer(), "typ relay") { // its agent forgets candidates whose relay has let go
		h.t.Error("there was no relay")
	}
	_, _ = g.do("leave")
	began := time.Now()
	eventually(h.t, "the relay lets go", func() bool {
		s := h.n.relay.Stats()
		return s.Allocations == 0 && s.Credentials == was.Credentials-1
	})
	if took := time.Since(began); took > time.Second {
		h.t.Errorf("the relay let go after %v", took)
	}
	again, err := relaytest.New(relaytest.Config{Seats: 1, URLs: ice.URLs, Username: ice.Username, Credential: ice.Credential})
	if err != nil {
		h.t.Fatal(err)
	}
	defer again.Close()
	if strings.Contains(again.Offer(), "typ relay") {
		h.t.Error("the credential of somebody who left still works")
	}
	if logs := h.logs.String(); strings.Contains(logs, ice.Username) || strings.Contains(logs, ice.Credential) {
		h.t.Error("a credential in the logs")
	}
}

// Everybody has a credential of their own, and the same one after a reconnect.
func TestRelayCredentials(t *testing.T) {
	h := openRelayHouse(t)
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada")
	maple := h.arrive(h.invite(token.RolePatient, nil), "Maple")
	if ada.ice().Username == maple.ice().Username || ada.ice().Credential == maple.ice().Credential {
		t.Error("two people with one credential")
	}
	if n := h.n.relay.Stats().Credentials; n != 2 {
		t.Errorf("%d credentials", n)
	}
	status, text := get(t, h.n.ops, "/metrics", "")
	for _, want := range []string{"hearth_relay_credentials 2", "hearth_relay_allocations 0", `hearth_relay_refused_total{reason="quota"} 0`, `hearth_relay_bytes_total{direction="up"} 0`} {
		if status != 200 || !strings.Contains(text, want) {
			t.Errorf("%d, no %q in the metrics", status, want)
		}
	}
	if strings.Contains(text, ada.ice().Username) {
		t.Error("a credential in the metrics")
	}
}

// Off unless asked for.
func TestNoRelay(t *testing.T) {
	h := openHouse(t, nil)
	if ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Ada"); len(ada.Welcome().ICE) != 0 || h.n.relay != nil {
		t.Errorf("%d relays", len(ada.Welcome().ICE))
	}
	if _, text := get(t, h.n.ops, "/metrics", ""); strings.Contains(text, "hearth_relay") {
		t.Error("metrics of a relay")
	}
}
