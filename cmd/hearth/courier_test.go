package main

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/room"
	"hearth/signaling/token"
)

// TestAttendanceIsDelivered: a whole server tells a clinic's system of a session,
// signed, by references and without a pseudonym (S-13).
func TestAttendanceIsDelivered(t *testing.T) {
	type post struct{ signature, body string }
	posts := make(chan post, 4)
	first := true
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posts <- post{r.Header.Get(signatureHeader), string(body)}
		if first { // once in trouble: the same message comes again
			first = false
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer hook.Close()
	h := openHouse(t, map[string]string{"ATTENDANCE_URL": hook.URL + "/hook", "ATTENDANCE_SECRET": goodSecret})
	ada := h.arrive(h.invite(token.RoleFacilitator, nil), "Adalind")
	ada.until("a seat", seated)
	maple := h.arrive(h.invite(token.RolePatient, func(c *token.Claims) { c.Ref = "G7-3" }), "Maplewood")
	ada.admit(maple)
	_, _ = maple.do("leave")
	maple.ends("left")
	ada.must("end")
	ada.ends("ended")
	var got [2]post
	for i := range got {
		select {
		case got[i] = <-posts:
		case <-time.After(patience):
			t.Fatal("nobody was told")
		}
	}
	if got[0].body != got[1].body {
		t.Error("the second attempt says something else")
	}
	for _, p := range got {
		at, _, _ := strings.Cut(strings.TrimPrefix(p.signature, "t="), ",")
		seconds, err := strconv.ParseInt(at, 10, 64)
		if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute || p.signature != signature([]byte(goodSecret), []byte(p.body), time.Unix(seconds, 0)) {
			t.Errorf("signed %q", p.signature)
		}
	}
	var a attendance
	if err := json.Unmarshal([]byte(got[0].body), &a); err != nil {
		t.Fatal(err)
	}
	if a.V != 1 || a.ID == "" || a.Room != "evening" || !a.Over || a.Began > a.Ended || len(a.Seats) != 2 {
		t.Fatalf("%+v", a)
	}
	lead, member := a.Seats[0], a.Seats[1]
	if lead.Role != "facilitator" || lead.Cause != "ended" || lead.Subject == "" || lead.Ref != "" ||
		member.Role != "patient" || member.Cause != "left" || member.Ref != "G7-3" || member.Subject != "" || member.Present > lead.Present {
		t.Errorf("%+v", a.Seats)
	}
	for _, text := range []string{got[0].body, h.logs.String()} {
		if strings.Contains(text, "Maplewood") || strings.Contains(text, "Adalind") {
			t.Error("a pseudonym in what is told or logged")
		}
	}
	if strings.Contains(h.logs.String(), hook.URL) || strings.Contains(h.logs.String(), "G7-3") {
		t.Error("the log holds the address or a reference")
	}
}

// road is a transport that answers with a status, or an error for 0.
type road struct {
	status func() int
	posts  int
}

func (r *road) RoundTrip(req *http.Request) (*http.Response, error) {
	r.posts++
	status := r.status()
	if status == 0 {
		return nil, errors.New("no way to clinic.example")
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://elsewhere.example/"}}, Body: io.NopCloser(strings.NewReader("")), Request: req}, nil
}

func testCourier(r *road) *courier {
	cfg := Config{AttendanceURL: "https://clinic.example/hook", AttendanceSecret: goodSecret}
	return openCourier(cfg, r, slog.New(slog.DiscardHandler))
}

var someSession = room.Summary{Room: "evening", People: []room.Stay{{Subject: "s", Role: room.Patient}}}

// Whatever is no 2xx is tried again for 15 minutes at most, then forgotten; a
// redirect is not followed.
func TestAttendanceIsForgotten(t *testing.T) {
	for _, status := range []int{0, 302, 401, 500} {
		synctest.Test(t, func(t *testing.T) {
			r := &road{status: func() int { return status }}
			c := testCourier(r)
			defer c.Close()
			c.take(someSession)
			time.Sleep(deliverFor - deliverMost)
			synctest.Wait()
			if s := c.Stats(); s.Pending != 1 || s.Expired != 0 || s.Retried < 8 {
				t.Fatalf("%d: before its time %+v", status, s)
			}
			time.Sleep(deliverMost)
			synctest.Wait()
			if s := c.Stats(); s.Pending != 0 || s.Expired != 1 || s.Delivered != 0 {
				t.Fatalf("%d: after its time %+v", status, s)
			}
			tries := r.posts
			time.Sleep(24 * time.Hour)
			synctest.Wait()
			if r.posts != tries || tries > 20 {
				t.Fatalf("%d: %d attempts, then %d", status, tries, r.posts)
			}
		})
	}
}

// A message that cannot be delivered does not keep the next one waiting.
func TestAttendanceComesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var status atomic.Int64
		status.Store(500)
		c := testCourier(&road{status: func() int { return int(status.Load()) }})
		defer c.Close()
		c.take(someSession)
		synctest.Wait()
		time.Sleep(5 * time.Minute)
		status.Store(204)
		c.take(someSession)
		synctest.Wait()
		if s := c.Stats(); s.Delivered != 1 || s.Pending != 1 {
			t.Fatalf("%+v", s)
		}
		time.Sleep(deliverMost)
		synctest.Wait()
		if s := c.Stats(); s.Delivered != 2 || s.Pending != 0 {
			t.Fatalf("%+v", s)
		}
	})
}

// The queue is bounded, and what falls out is counted.
func TestAttendanceQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := testCourier(&road{status: func() int { return 500 }})
		defer c.Close()
		for range 3 * maxParcels {
			c.take(someSession)
			synctest.Wait()
		}
		if s := c.Stats(); s.Pending != 2*maxParcels || s.Overflowed != maxParcels {
			t.Fatalf("%+v", s)
		}
	})
}

// The end of the server is one more attempt for everything, in bounded time.
func TestAttendanceAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var status atomic.Int64
		status.Store(500)
		c := testCourier(&road{status: func() int { return int(status.Load()) }})
		c.take(someSession)
		synctest.Wait()
		status.Store(200)
		c.take(someSession)
		c.Close()
		c.Close()
		if s := c.Stats(); s.Delivered != 2 || s.Pending != 0 {
			t.Fatalf("%+v", s)
		}
		hung := testCourier(&road{status: func() int { time.Sleep(5 * time.Second); return 0 }})
		begun := time.Now()
		hung.take(someSession)
		hung.Close()
		if s := hung.Stats(); s.Expired != 1 || s.Pending != 0 || time.Since(begun) > 2*attemptWait {
			t.Fatalf("%+v after %v", s, time.Since(begun))
		}
	})
	if c := openCourier(Config{}, nil, nil); c != nil {
		t.Fatal("somebody is told unasked")
	}
}
