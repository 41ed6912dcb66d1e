package main

import "github.com/prometheus/client_golang/prometheus"

func (c *collector) presenceMetrics(out chan<- prometheus.Metric) {
	s := c.node.store.Stats()
	const name, help = "hearth_redis_failed_total", "Calls that Redis did not do."
	labelled(out, name, help, "reason", map[string]uint64{
		"unanswered": s.Unanswered, "refused": s.Refused, "busy": s.Busy, "rested": s.Rested, "garbage": s.Garbage, "stale": s.Stale,
	})
}

// nodeMetrics are about the other nodes; a node that is alone has none.
func (c *collector) nodeMetrics(out chan<- prometheus.Metric) {
	f := c.node.fleet
	gauge(out, "hearth_nodes_known", "Other nodes that announced themselves lately.", float64(len(f.cluster.Nodes())))
	s := f.cluster.Stats()
	counts(out, []counted{
		{"hearth_node_beats_total", "Announcements that reached Redis.", s.Beats},
		{"hearth_node_beats_missed_total", "Announcements that did not.", s.Missed},
		{"hearth_node_asked_total", "Questions to other nodes.", s.Asked},
		{"hearth_node_unanswered_total", "Of these: not answered in time.", s.Unanswered},
		{"hearth_node_refused_total", "Of these: nobody listens there.", s.Refused},
		{"hearth_node_claims_total", "Rooms taken that nobody owned.", s.Claims},
		{"hearth_node_thefts_total", "Rooms taken over from a node that was gone.", s.Thefts},
		{"hearth_node_dead_total", "Times another node was found dead.", s.Dead},
		{"hearth_node_lives_total", "Rooms left to an owner that does not answer but announces itself.", s.Lives},
		{"hearth_node_silences_total", "Times this node forwarded nothing because others might have its rooms.", s.Silences},
		{"hearth_node_frozen_total", "Of these: because it had stood still.", s.Frozen},
		{"hearth_node_stranded_total", "Times it sent its people to other nodes for that.", s.Stranded},
		{"hearth_node_given_up_total", "Times it closed its rooms for that.", s.GivenUp},
		{"hearth_node_redis_lost_total", "Times Redis had lost what it was told.", s.Lost},
	})
	c.hopMetrics(out)
}

// hopMetrics are about the sockets between nodes.
func (c *collector) hopMetrics(out chan<- prometheus.Metric) {
	s := c.node.sockets.Stats()
	gauge(out, "hearth_hops", "Sockets whose room is on another node.", float64(s.Hops))
	gauge(out, "hearth_hops_in", "Sockets that other nodes hold for rooms here.", float64(s.HopsIn))
	count(out, "hearth_hops_total", "Sockets brought to another node.", s.Hopped)
	count(out, "hearth_hop_looks_total", "Hellos that were brought to yet another node.", s.HopLooks)
	labelled(out, "hearth_hops_failed_total", "Hellos and sockets that another node did not take, or lost.", "reason", s.HopsFailed)
	l := c.node.fleet.listener
	if l == nil {
		return
	}
	n := l.Stats()
	gauge(out, "hearth_internal_open", "Connections of other nodes.", float64(n.Open))
	count(out, "hearth_internal_strangers_total", "Connections to the internal port that were no node's.", n.Strangers)
	count(out, "hearth_internal_crowded_total", "Connections to it that were too many.", n.Crowded)
	labelled(out, "hearth_internal_refused_total", "Requests of nodes that were none.", "reason", n.Refused)
}
