package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tcp opens a connection to the public listener and writes what is given.
func (h *house) tcp(text string) net.Conn {
	h.t.Helper()
	conn, err := net.Dial("tcp", h.n.listener.Addr().String())
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		h.t.Fatal(err)
	}
	return conn
}

// TestNoRequestLastsForEver: a body that never comes, an answer that is never
// read, a header without end: each has a bound, and sockets have their own.
func TestNoRequestLastsForEver(t *testing.T) {
	h := openHouse(t, nil)
	s := h.n.public
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 {
		t.Fatalf("a time without bound: header %v, body %v, answer %v, idle %v", s.ReadHeaderTimeout, s.ReadTimeout, s.WriteTimeout, s.IdleTimeout)
	}
	if testing.Short() {
		t.Skip("waits for a body that never comes")
	}
	t.Parallel()
	conn := h.tcp("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("kept open: %v", err)
	}
}

// TestOddRequests: what a scanner tries gets an answer that says nothing.
func TestOddRequests(t *testing.T) {
	h := openHouse(t, nil)
	for _, path := range []string{
		"/../go.mod", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/index.html", "/.git/config", "/./core/../../main.go",
		"/core%00.js", "/core\\..\\x", "/metrics", "/debug/pprof/", "/livez", "/config.json/", "/ws/", "/%zz",
	} {
		conn := h.tcp(fmt.Sprintf("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path))
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%q: %v", path, err)
			continue
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode < 300 || resp.StatusCode >= 500 || strings.Contains(string(body), "root:") || strings.Contains(string(body), "module") {
			t.Errorf("%q: %d %.60q", path, resp.StatusCode, body)
		}
		if l := resp.Header.Get("Location"); strings.HasPrefix(l, "//") || strings.Contains(l, "://") {
			t.Errorf("%q: sent to another site", path)
		}
	}
	large := h.tcp("GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n")
	_ = large.SetReadDeadline(time.Now().Add(patience))
	if resp, err := http.ReadResponse(bufio.NewReader(large), nil); err == nil && resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of 64 KiB: %d", resp.StatusCode)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "CONNECT", "TRACE", "OPTIONS"} {
		r, err := http.NewRequest(method, h.n.cfg.PublicURL+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Errorf("%s: %v", method, err)
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed && resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", method, resp.StatusCode)
		}
	}
}

// TestOriginsAreExact: only pages of the house open a socket.
func TestOriginsAreExact(t *testing.T) {
	h := openHouse(t, map[string]string{"PUBLIC_URL": "https://meet.clinic.example", "TRUST_PROXY": "10.0.0.5"})
	for origin, want := range map[string]int{
		"https://meet.clinic.example": 101, "HTTPS://Meet.Clinic.Example": 101,
		"": 403, "null": 403, "https://meet.clinic.example.": 403, "https://meet.clinic.example:8443": 403, "http://meet.clinic.example": 403,
		"https://evil.meet.clinic.example": 403, "https://meet.clinic.example.evil.example": 403, "https://clinic.example": 403,
		"https://meet.clinic.example@evil.example": 403, "https://meet.clinic.example/": 403, "https://meet.clinic.example https://evil.example": 403,
		"http://127.0.0.1": 403, "http://localhost": 403, "https://meet.clinic.exampIe": 403, "file://": 403,
	} {
		line := ""
		if origin != "" {
			line = "Origin: " + origin + "\r\n"
		}
		conn := h.tcp("GET /ws HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: hearth.1\r\n" + line + "\r\n")
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Errorf("origin %q: %d, want %d", origin, resp.StatusCode, want)
		}
		_ = conn.Close()
	}
}
