package main

import (
	"bufio"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
)

// talk is a connection whose other end says what it is told to.
type talk struct {
	io.Reader
	said strings.Builder
}

func (c *talk) Write(b []byte) (int, error) { return c.said.Write(b) }

func TestAskInfo(t *testing.T) {
	for _, c := range []struct {
		name         string
		user         *url.Userinfo
		answer, said string
		text         string
	}{
		{"without a password", nil, "$5\r\na:1\r\n\r\n", "*1\r\n$4\r\nINFO\r\n", "a:1\r\n"},
		{"with one", url.UserPassword("", "secret"), "+OK\r\n$0\r\n\r\n", "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*1\r\n$4\r\nINFO\r\n", ""},
		{"with a user", url.UserPassword("me", "secret"), "+OK\r\n$0\r\n\r\n", "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\nsecret\r\n*1\r\n$4\r\nINFO\r\n", ""},
	} {
		conn := &talk{Reader: strings.NewReader(c.answer)}
		text, err := askInfo(conn, c.user)
		if err != nil || text != c.text || conn.said.String() != c.said {
			t.Errorf("%s: %q, %v; said %q", c.name, text, err, conn.said.String())
		}
	}
}

func TestAskInfoRefused(t *testing.T) {
	for _, answer := range []string{"", "-NOAUTH Authentication required.\r\n", "$-1\r\n", "$9999999999\r\n", "$many\r\n", "$10\r\nshort\r\n", ":1\r\n", strings.Repeat("$", 10_000)} {
		if _, err := askInfo(&talk{Reader: strings.NewReader(answer)}, nil); !errors.Is(err, errInfo) {
			t.Errorf("%.20q: %v", answer, err)
		}
	}
	if _, err := askInfo(&talk{Reader: strings.NewReader("-WRONGPASS no\r\n")}, url.UserPassword("", "x")); !errors.Is(err, errInfo) {
		t.Errorf("login: %v", err)
	}
}

func TestParseInfo(t *testing.T) {
	f := parseInfo("# Server\r\nredis_version:7.0.15\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.5\r\nused_cpu_user_main_thread:2\r\nused_memory:1000\r\nmem_clients_normal:300\r\nmem_aof_buffer:100\r\nused_memory_rss:NaN\r\naof_current_size:77\r\naof_rewrite_in_progress:1\r\nnonsense\r\n")
	if f.Version != "7.0.15" || f.CPU != 4 || f.Main != 2 || f.Memory != 600 || f.RSS != 0 || f.Appended != 77 || !f.Rewriting {
		t.Errorf("%+v", f)
	}
}

func FuzzReadBulk(f *testing.F) {
	f.Add("$5\r\nhello\r\n")
	f.Add("$-1\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		text, err := readBulk(bufio.NewReader(strings.NewReader(raw)))
		if err == nil && (len(text) > maxInfo || !strings.Contains(raw, text)) {
			t.Errorf("%q read as %q", raw, text)
		}
		_ = parseInfo(raw)
	})
}
