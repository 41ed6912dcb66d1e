package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// figures are what a process costs at one moment.
type figures struct {
	CPU        float64 // seconds since its start
	RSS        float64 // bytes resident
	Goroutines float64
	Peers      float64 // PeerConnections
	In         float64 // RTP packets received
	Forwarded  float64 // RTP packets sent on

	Datagrams float64 // sent over the UDP socket
	SendCalls float64 // system calls they took
	Unsent    float64 // lost at the UDP socket
	RTX       float64 // repetitions sent
	Replays   float64 // pictures begun from a kept keyframe
	Paused    float64 // pictures that a viewer is not shown now
}

// fields are the metrics that figures are read from. All have to be there, and
// none has a label.
var fields = map[string]func(*figures) *float64{
	"process_cpu_seconds_total":            func(f *figures) *float64 { return &f.CPU },
	"process_resident_memory_bytes":        func(f *figures) *float64 { return &f.RSS },
	"go_goroutines":                        func(f *figures) *float64 { return &f.Goroutines },
	"hearth_media_peers":                   func(f *figures) *float64 { return &f.Peers },
	"hearth_media_packets_in_total":        func(f *figures) *float64 { return &f.In },
	"hearth_media_packets_forwarded_total": func(f *figures) *float64 { return &f.Forwarded },
}

// extras are those that an older server does not have. Values with labels are
// added up.
var extras = map[string]func(*figures) *float64{
	"hearth_media_datagrams_total":  func(f *figures) *float64 { return &f.Datagrams },
	"hearth_media_send_calls_total": func(f *figures) *float64 { return &f.SendCalls },
	"hearth_media_unsent_total":     func(f *figures) *float64 { return &f.Unsent },
	"hearth_media_rtx_total":        func(f *figures) *float64 { return &f.RTX },
	"hearth_media_replays_total":    func(f *figures) *float64 { return &f.Replays },
	"hearth_media_paused":           func(f *figures) *float64 { return &f.Paused },
}

// maxMetrics bounds what is read of a server's metrics, in bytes.
const maxMetrics = 4 << 20

// Failures of reading figures.
var (
	errOps     = errors.New("the operations listener does not answer")
	errMetrics = errors.New("not a Hearth's metrics")
)

// operations is a server's operations listener.
type operations struct {
	// Static.
	url    string
	client *http.Client
}

func newOperations(origin string) *operations {
	return &operations{strings.TrimSuffix(origin, "/") + "/metrics",
		&http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// read asks for the figures now.
func (o *operations) read(ctx context.Context) (figures, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.url, nil)
	if err != nil {
		return figures{}, errOps
	}
	resp, err := o.client.Do(req)
	if err != nil {
		return figures{}, errOps // its text holds the address
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return figures{}, fmt.Errorf("%w: status %d", errMetrics, resp.StatusCode)
	}
	return parseFigures(io.LimitReader(resp.Body, maxMetrics))
}

// parseFigures reads the text format of Prometheus as far as it is needed:
// lines of a name, perhaps labels, and a value.
func parseFigures(r io.Reader) (f figures, err error) {
	found := 0
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		series, value, _ := strings.Cut(lines.Text(), " ")
		name, _, _ := strings.Cut(series, "{")
		field, needed := fields[series]
		if !needed {
			field = extras[name]
		}
		if field == nil {
			continue
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return figures{}, fmt.Errorf("%w: a value is no number", errMetrics)
		}
		*field(&f) += v
		if needed {
			found++
		}
	}
	if lines.Err() != nil || found != len(fields) {
		return figures{}, errMetrics
	}
	return f, nil
}
