package blockkit

import "testing"

func BenchmarkCheckMessage(b *testing.B) {
	s := samples(b)["message_basic"]
	for b.Loop() {
		CheckMessage(s.Text, s.Blocks)
	}
}

func BenchmarkDrawMessage(b *testing.B) {
	s := samples(b)["message_basic"]
	for b.Loop() {
		DrawMessage(s.Blocks, DrawOptions{})
	}
}
