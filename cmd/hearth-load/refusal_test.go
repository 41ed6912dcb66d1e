package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"hearth/signaling/client"
)

func TestCodeOf(t *testing.T) {
	for want, err := range map[string]error{
		"full":      fmt.Errorf("joining: %w", &client.Refused{Code: "full"}),
		noMedia:     errors.Join(errNoMedia, context.DeadlineExceeded),
		noHost:      errNoHost,
		timedOut:    context.DeadlineExceeded,
		interrupted: context.Canceled,
		unreachable: errDial,
		internal:    errors.New("something"),
	} {
		if got := codeOf(err); got != want {
			t.Errorf("%v is %s, not %s", err, got, want)
		}
	}
	if got := codeOf(client.ErrClosed); got != unreachable {
		t.Errorf("a closed socket is %s", got)
	}
}

func TestCodes(t *testing.T) {
	var c codes
	if len(c.all()) != 0 {
		t.Fatal("not empty")
	}
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for j := range 100 {
				c.add(fmt.Sprint(i, j))
				c.add("retry")
			}
		})
	}
	work.Wait()
	all, sum := c.all(), 0
	for _, n := range all {
		sum += n
	}
	if len(all) > mostCodes+1 || sum != 800 || all["retry"] != 400 {
		t.Errorf("%d codes, %d in all, %d retry", len(all), sum, all["retry"])
	}
}

func TestAdvice(t *testing.T) {
	r := report{Failed: map[string]int{"retry": 3}, Refused: map[string]int{"full": 2}, Ended: map[string]int{"close_4101": 1}}
	text := strings.Join(r.troubles(), "\n")
	for _, part := range []string{"could not join: 3 x retry - too many joins from this address", "HEARTH_JOINS (30 by default)", "refused: 2 x full - no seat left: HEARTH_PATIENTS", "1 x close_4101"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}
