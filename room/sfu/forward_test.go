package sfu

import (
	"testing"

	"hearth/room/sfu/sfutest"
)

func TestThreeForwardToEachOther(t *testing.T) {
	for name, tcp := range map[string]bool{"udp": false, "tcp": true} {
		t.Run(name, func(t *testing.T) {
			c := openTest(t).Circle(4)
			var all []*member
			for i := range 3 {
				m := join(t, c, sfutest.Config{Tag: uint32(i), TCP: tcp})
				m.StartMic()
				m.StartCamera()
				m.peer.Allow(full(i))
				all = append(all, m)
			}
			for i, m := range all {
				for j := range all {
					if i != j {
						eventually(t, "sound and picture", func() bool {
							return m.Audio(j).Packets() > 20 && m.Video(j).Packets() > 40
						})
					}
				}
				if m.Audio(i).Packets()+m.Video(i).Packets() != 0 {
					t.Error("a peer received its own seat")
				}
			}
		})
	}
}
