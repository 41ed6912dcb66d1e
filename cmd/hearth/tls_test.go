package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// TestPlainHTTPIsForTheProxies: on a listener that others can reach nobody else
// gets a word, whomever they say they speak for (M-P6).
func TestPlainHTTPIsForTheProxies(t *testing.T) {
	h := openHouse(t, map[string]string{"ADDR": "0.0.0.0:0", "PUBLIC_URL": "https://meet.clinic.example", "TRUST_PROXY": "10.0.0.5, 192.0.2.0/25, fd00::/64"})
	for from, want := range map[string]int{
		"10.0.0.5:40000": 200, "[::ffff:10.0.0.5]:40000": 200, "192.0.2.127:1": 200, "[fd00::7]:1": 200, "[fd00::7%eth0]:1": 200, "127.0.0.1:1": 200, "[::1]:1": 200,
		"10.0.0.6:40000": 403, "[::ffff:10.0.0.6]:40000": 403, "192.0.2.128:1": 403, "[fd00:0:0:1::7]:1": 403, "[fe80::7%eth0]:1": 403, "203.0.113.9:1": 403,
		"": 403, "@": 403, "10.0.0.5": 403, "localhost:1": 403,
	} {
		for _, path := range []string{"/", "/ws", "/config.json"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.RemoteAddr = from
			r.Header.Set("X-Forwarded-For", "10.0.0.5")
			r.Header.Set("X-Forwarded-Proto", "https")
			w := httptest.NewRecorder()
			h.n.public.Handler.ServeHTTP(w, r)
			forbidden := w.Code == http.StatusForbidden && w.Body.String() == "not here\n"
			if forbidden != (want == 403) || path == "/" && w.Code != want {
				t.Errorf("%s from %q: %d %.60q, want %d", path, from, w.Code, w.Body, want)
			}
		}
	}
}

// TestTLS: with a certificate of its own a server speaks TLS 1.2 and 1.3, and
// nothing else.
func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	h := openHouse(t, map[string]string{"TLS_CERT": cert, "TLS_KEY": key})
	pem, err := os.ReadFile(cert)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	dialer := &net.Dialer{Timeout: patience}
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		conn, err := tls.DialWithDialer(dialer, "tcp", h.n.listener.Addr().String(),
			&tls.Config{RootCAs: roots, ServerName: "meet.clinic.example", MinVersion: version, MaxVersion: version})
		if version < tls.VersionTLS12 {
			if err == nil || !strings.Contains(err.Error(), "protocol version") {
				t.Errorf("%s: %v", tls.VersionName(version), err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tls.VersionName(version), err)
			continue
		}
		if status, page := askPage(t, conn); status != http.StatusOK || !strings.Contains(page, "<html") {
			t.Errorf("%s: %d %.60q", tls.VersionName(version), status, page)
		}
		_ = conn.Close()
	}
	if status, page := askPage(t, h.tcp("")); status != http.StatusBadRequest || strings.Contains(page, "<html") {
		t.Errorf("plain: %d %.60q", status, page)
	}
}

// askPage asks for the page on a connection.
func askPage(t *testing.T, conn net.Conn) (status int, page string) {
	t.Helper()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
