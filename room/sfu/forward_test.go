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

func TestFlatCameraIsForwarded(t *testing.T) {
	c := openTest(t).Circle(2)
	a, b := join(t, c, sfutest.Config{Flat: true}), join(t, c, sfutest.Config{})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "picture", func() bool { return b.Video(0).Packets() > 10 })
}

func TestSlideReplacesCamera(t *testing.T) {
	c := openTest(t).Circle(2)
	var last sfutestTag
	a := join(t, c, sfutest.Config{Tag: 7})
	b := join(t, c, sfutest.Config{OnPacket: last.see})
	a.StartCamera()
	a.peer.Allow(full(0))
	b.peer.Allow(full(1))
	eventually(t, "camera", func() bool { return b.Video(0).Packets() > 10 })
	a.StartSlide()
	slide := a.peer.up[lineSlide].layers[0]
	eventually(t, "slide", func() bool { return b.peer.seats[0].video.playing.Load() == slide })
	a.StopSlide()
	eventually(t, "camera again", func() bool { return b.peer.seats[0].video.playing.Load() != slide })
	if last.who.Load() != 7 {
		t.Errorf("packets of %d", last.who.Load())
	}
}

func TestSeventeenSeats(t *testing.T) {
	c := openTest(t).Circle(17)
	a, b := join(t, c, sfutest.Config{}), join(t, c, sfutest.Config{})
	a.StartMic()
	a.StartCamera()
	a.peer.Allow(full(16))
	b.peer.Allow(full(0))
	eventually(t, "sound and picture", func() bool {
		return b.Audio(16).Packets() > 5 && b.Video(16).Packets() > 5
	})
}
