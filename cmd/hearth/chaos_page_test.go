package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

var chaosPages = flag.Int("chaos.pages", 0, "stop a server so often under the real page, in Chromium and in Firefox each")

// TestPageMoves: what the real page hears of a hand-over where the browser has a
// machine for itself, as every patient's has: everybody else is a participant of
// Pion's, which takes next to nothing. The figures go into the table of CHAOS.md.
func TestPageMoves(t *testing.T) {
	if *chaosPages == 0 {
		t.Skip("asked for with -chaos.pages, by make long")
	}
	c := &chaos{bin: buildServer(t, "."), table: &figures{}}
	defer func() { t.Logf("what was reached:\n%s", c.table) }()
	for _, browser := range []string{"chromium", "firefox"} {
		c.fault = "drain, heard by the page in " + browser
		c.table.listed = append(c.table.listed, c.fault)
		for i := range *chaosPages {
			t.Run(fmt.Sprintf("%s/%d", browser, i), func(t *testing.T) { pageMoves(t, c, browser) })
		}
	}
}

func pageMoves(t *testing.T, c *chaos, browser string) {
	f := c.open(t, plan{servers: 2, media: outerHost(t)})
	g := f.gather("evening", "Maple", "Finch")
	p := openPage(t, browser, f.servers[0].url()+"/#"+f.invite("evening", token.RolePatient, nil), g.ada.seat())
	p.said("knocked")
	g.ada.until("a guest", func(v room.View) bool { return len(v.Waiting) > 0 })
	g.ada.must("admit", "guest", g.ada.view().Waiting[0].ID)
	p.said("listening")
	owner := f.owner()
	owner.term()
	c.took(t, "the process has ended", "10 s", owner.ends(2*patience), 20*time.Second)
	_, _ = io.WriteString(p.in, "tell\n")
	var heard struct {
		Gap, Late     int // ms; how late the page's own timers were
		Status, Media []string
	}
	if err := json.Unmarshal([]byte(p.said("{")), &heard); err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", heard)
	c.table.took(c.fault, "longest gap in the sound", gapPromise, time.Duration(heard.Gap)*time.Millisecond)
	if fmt.Sprint(heard.Status, heard.Media) != "[open] [connected]" {
		t.Errorf("the page was told of it: %v %v", heard.Status, heard.Media)
	}
	if heard.Gap > 3000 {
		t.Errorf("a gap of %d ms", heard.Gap)
	}
}

// page is a browser with the page of a patient who listens to one seat: a process
// that says what it has done, line by line (web/test/browser/listener.js).
type page struct {
	t     *testing.T
	in    io.Writer
	lines *bufio.Scanner
}

func openPage(t *testing.T, browser, link string, seat int) *page {
	t.Helper()
	cmd := exec.Command("node", filepath.Join("test", "browser", "listener.js"), browser, link, fmt.Sprint(seat))
	cmd.Dir, cmd.Stderr = filepath.Join("..", "..", "web"), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // it ends with that
		_ = cmd.Wait()
	})
	return &page{t: t, in: in, lines: bufio.NewScanner(out)}
}

// said is the next line that begins so.
func (p *page) said(begin string) string {
	p.t.Helper()
	for p.lines.Scan() {
		if strings.HasPrefix(p.lines.Text(), begin) {
			return p.lines.Text()
		}
	}
	p.t.Fatalf("the page never said %q", begin)
	return ""
}

// outerHost is an address of this machine that is not the loopback's, which not
// every browser connects to; the loopback's where there is none. Nothing is sent.
func outerHost(t *testing.T) string {
	t.Helper()
	c, err := net.Dial("udp4", "192.0.2.1:9") // RFC 5737
	if err != nil {
		return "127.0.0.1"
	}
	defer c.Close()
	host, _, err := net.SplitHostPort(c.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	return host
}
