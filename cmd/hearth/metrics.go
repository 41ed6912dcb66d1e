package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"hearth/room/sfu"
	"hearth/room/sfu/batch"
	"hearth/room/sfu/relay"
)

// metrics are the counters of all parts for /metrics. Each look takes one
// snapshot of each part. No label names a room or a person (M-P8).
func (n *node) metrics() prometheus.Collector {
	return &collector{n}
}

// collector reads the parts' snapshots. It is described by what it collects,
// as an "unchecked" collector may.
type collector struct {
	node *node
}

// Describe says nothing in advance.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect takes the snapshots.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.roomMetrics(out)
	c.socketMetrics(out)
	c.mediaMetrics(out)
	c.presenceMetrics(out)
	if c.node.fleet != nil {
		c.nodeMetrics(out)
	}
	if c.node.relay != nil {
		c.relayMetrics(out)
	}
	if c.node.courier != nil {
		c.attendanceMetrics(out)
	}
}

func (c *collector) roomMetrics(out chan<- prometheus.Metric) {
	s := c.node.rooms.Stats()
	gauge(out, "hearth_rooms", "Rooms live on this node.", float64(s.Rooms))
	gauge(out, "hearth_seated", "Seats taken or kept.", float64(s.Seated))
	gauge(out, "hearth_waiting", "People in waiting rooms.", float64(s.Waiting))
	count(out, "hearth_room_commands_total", "Commands asked of rooms.", s.Commands)
	count(out, "hearth_room_panics_total", "Rooms closed by a bug.", s.Panics)
	count(out, "hearth_rooms_handed_total", "Rooms handed over to another node.", s.Handed)
	count(out, "hearth_rooms_lost_total", "Rooms closed because another node had taken them.", s.Lost)
	count(out, "hearth_rooms_shut_total", "Rooms whose last sound another node has ended.", s.Shut)
	for code, v := range s.Refusals {
		count(out, "hearth_room_refusals_total", "Commands refused by the rules.", v, "code", string(code))
	}
}

func (c *collector) socketMetrics(out chan<- prometheus.Metric) {
	s := c.node.sockets.Stats()
	gauge(out, "hearth_sockets", "WebSockets open.", float64(s.Sockets))
	gauge(out, "hearth_links", "Links, with or without a socket.", float64(s.Links))
	count(out, "hearth_welcomes_total", "Hellos welcomed.", s.Welcomes)
	count(out, "hearth_resumes_total", "Links found alive by a ticket.", s.Resumes)
	count(out, "hearth_commands_total", "Commands answered.", s.Commands)
	count(out, "hearth_signaling_panics_total", "Panics caught.", s.Panics)
	count(out, "hearth_lanes_full_total", "Commands answered with busy.", s.LanesFull)
	labelled(out, "hearth_refused_total", "Refused hellos and commands.", "code", s.Refused)
	labelled(out, "hearth_token_refused_total", "Invitations refused.", "reason", c.node.keys.verifier.Refused())
	labelled(out, "hearth_turned_away_total", "Refused before the upgrade.", "reason", s.Turned)
	labelled(out, "hearth_sockets_dropped_total", "Sockets ended by the server.", "reason", s.Dropped)
}

func (c *collector) mediaMetrics(out chan<- prometheus.Metric) {
	s := c.node.media.Stats()
	gauge(out, "hearth_media_peers", "PeerConnections open.", float64(s.Peers))
	gauge(out, "hearth_media_paused", "Pictures that a viewer is not shown for want of bandwidth, or by wish.", float64(s.Paused))
	for reason, v := range s.Unsent {
		count(out, "hearth_media_unsent_total", "Datagrams lost at the UDP socket.", v, "reason", batch.Reason(reason).String())
	}
	counts(out, []counted{
		{"hearth_media_packets_in_total", "RTP packets received.", s.PacketsIn},
		{"hearth_media_bytes_in_total", "Their bytes.", s.BytesIn},
		{"hearth_media_packets_forwarded_total", "RTP packets forwarded.", s.PacketsForwarded},
		{"hearth_media_bytes_forwarded_total", "Their payload bytes.", s.BytesForwarded},
		{"hearth_media_rtx_total", "Retransmissions sent.", s.RTX},
		{"hearth_media_keyframe_requests_total", "Keyframe requests sent.", s.KeyframeRequests},
		{"hearth_media_nacks_total", "Packets asked again.", s.NACKs},
		{"hearth_media_replays_total", "Pictures begun from a kept keyframe.", s.Replays},
		{"hearth_media_datagrams_total", "Datagrams sent over the UDP socket.", s.Datagrams},
		{"hearth_media_send_calls_total", "System calls they took.", s.SendCalls},
		{"hearth_media_restarts_total", "ICE restarts answered.", s.Restarts},
		{"hearth_media_offers_total", "Offers answered.", s.Offers},
		{"hearth_media_refused_total", "Offers refused.", s.Refused},
		{"hearth_media_stack_errors_total", "Errors of the media stack.", s.StackErrors},
	})
	for reason, v := range s.Dropped {
		count(out, "hearth_media_dropped_total", "Packets that went no further.", v, "reason", sfu.Reason(reason).String())
	}
}

func (c *collector) relayMetrics(out chan<- prometheus.Metric) {
	s := c.node.relay.Stats()
	gauge(out, "hearth_relay_credentials", "Credentials of the relay that are good.", float64(s.Credentials))
	gauge(out, "hearth_relay_allocations", "Ways through the relay open.", float64(s.Allocations))
	gauge(out, "hearth_relay_streams", "TLS connections to the relay open.", float64(s.Streams))
	links := c.node.sockets.Stats()
	gauge(out, "hearth_relay_links", "Links that hold credentials of the relay.", float64(links.Relays))
	count(out, "hearth_relay_ungranted_total", "Hellos welcomed without a relay because it granted none.", links.Unrelayed)
	count(out, "hearth_relay_allocated_total", "Ways through the relay opened.", s.Allocated)
	count(out, "hearth_relay_bytes_total", "Bytes relayed.", s.BytesUp, "direction", "up")
	count(out, "hearth_relay_bytes_total", "Bytes relayed.", s.BytesDown, "direction", "down")
	count(out, "hearth_relay_stack_errors_total", "Errors of the relay's library.", s.StackErrors)
	for reason, v := range s.Refused {
		count(out, "hearth_relay_refused_total", "What the relay refused, dropped or ended.", v, "reason", relay.Reason(reason).String())
	}
}

func (c *collector) attendanceMetrics(out chan<- prometheus.Metric) {
	s := c.node.courier.Stats()
	gauge(out, "hearth_attendance_pending", "Sessions whose attendance is not delivered yet.", float64(s.Pending))
	count(out, "hearth_attendance_retries_total", "Attempts to deliver that will be repeated.", uint64(s.Retried))
	labelled(out, "hearth_attendance_total", "Sessions whose attendance was dealt with.", "result", map[string]uint64{
		"delivered": uint64(s.Delivered), "expired": uint64(s.Expired), "queue_full": uint64(s.Overflowed),
	})
}

// counted is one counter.
type counted struct {
	name, help string
	value      uint64
}

func counts(out chan<- prometheus.Metric, list []counted) {
	for _, c := range list {
		count(out, c.name, c.help, c.value)
	}
}

func gauge(out chan<- prometheus.Metric, name, help string, v float64) {
	out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, v)
}

// count sends a counter; label is a name and a value, or nothing.
func count(out chan<- prometheus.Metric, name, help string, v uint64, label ...string) {
	if len(label) == 0 {
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.CounterValue, float64(v))
		return
	}
	out <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, label[:1], nil), prometheus.CounterValue, float64(v), label[1])
}

func labelled(out chan<- prometheus.Metric, name, help, label string, values map[string]uint64) {
	for value, v := range values {
		count(out, name, help, v, label, value)
	}
}
